//! All differences of one table, told together.

use anyhow::{Result, bail};

use super::deviation::Deviation;
use super::pair::Version;

/// How many differences are told at most.
const SHOWN: usize = 15;

/// How much of a line is told.
const WIDTH: usize = 2000;

/// What was compared.
#[derive(Debug, Default)]
pub(super) struct Report {
    compared: usize,
    wrong: Vec<String>,
}

impl Report {
    /// Compares the lines of one case. A deviation has to be there, and as it was written
    /// down; where qemu-ga has come to answer as we do, its entry has to go.
    pub(super) fn compare(
        &mut self,
        name: &str,
        version: Version,
        theirs: &[String],
        ours: &[String],
        deviation: Option<&(Deviation, Vec<String>)>,
    ) {
        self.compared += 1;
        let same = theirs == ours;
        let fault = match deviation {
            None if same => return,
            None => "differ",
            Some((why, _)) if same && why.is_expected_of(version) => "do not differ any more",
            Some(_) if same => return,
            Some((_, expected)) if expected == ours => return,
            Some(_) => "differ, but not as the table says",
        };
        let mut text = format!("{name}\n  the answers {fault}");
        if let Some((why, expected)) = deviation {
            text += &format!(" ({why:?}: {})\n  expected of guestd", why.reason());
            text += &lines(expected);
        }
        text += &format!("\n  qemu-ga{}\n  guestd{}", lines(theirs), lines(ours));
        self.wrong.push(text);
    }

    /// Notes a case that could not be compared.
    pub(super) fn broken(&mut self, name: &str, error: &anyhow::Error) {
        self.compared += 1;
        self.wrong.push(format!("{name}\n  {error:#}"));
    }

    /// Fails if anything differed.
    ///
    /// # Errors
    /// All that differed.
    pub(super) fn finish(self) -> Result<()> {
        if self.compared == 0 {
            bail!("nothing was compared");
        }
        if self.wrong.is_empty() {
            return Ok(());
        }
        let shown = &self.wrong[..self.wrong.len().min(SHOWN)];
        bail!("{} of {} differ:\n{}", self.wrong.len(), self.compared, shown.join("\n"))
    }
}

/// Lines below a heading; of equal ones the first, and how many they are.
fn lines(lines: &[String]) -> String {
    if lines.is_empty() {
        return ": nothing".to_owned();
    }
    let one = |equal: &[String]| {
        let line: String = equal[0].chars().take(WIDTH).collect();
        let times =
            if equal.len() > 1 { format!(" ({} times)", equal.len()) } else { String::new() };
        format!("\n    {line}{times}")
    };
    lines.chunk_by(|a, b| a == b).map(one).collect()
}
