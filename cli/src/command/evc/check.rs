//! `guestctl evc check`: can a guest started on one machine move to another.

use std::io;
use std::path::PathBuf;

use introspect::evc::check::{Answer as Outcome, Check as Checked, check};
use serde::Serialize;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Screen, Table, Text, Tone};

use super::groups;

/// Tell whether a guest started on --from can move to --to
///
/// The exit code is 0 when it can, 1 when a feature forbids it, and 3 when the captures
/// do not say enough.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl evc check --from guest.json --to host.json
  guestctl evc check --from old-host.txt --to live")]
pub(super) struct Check {
    /// The capture of the target; `live` is this machine, - is standard input
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Check {
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let (from, to) = (Source::of(options), Source::named(&self.to));
        if (&from, &to) == (&Source::Stdin, &Source::Stdin) {
            return Err(Failure::Usage(
                "standard input can be one of --from and --to only; give a file for the other"
                    .to_owned(),
            ));
        }
        let (from, to) = (from.subject(None)?, to.subject(None)?);
        let checked = check(&from.view()?, &to.view()?);
        let code = match checked.answer {
            Outcome::Possible => ExitCode::Ok,
            Outcome::Forbidden => ExitCode::No,
            Outcome::Undecided => ExitCode::Input,
        };
        screen.show(&Move { checked, from: from.about(), to: to.about() })?;
        Ok(code)
    }
}

#[derive(Debug, Serialize)]
struct Move {
    #[serde(flatten)]
    checked: Checked,
    from: About,
    to: About,
}

impl Answer for Move {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let (from, to) = (&self.from.name, &self.to.name);
        let checked = &self.checked;
        let (tone, answer) = match checked.answer {
            Outcome::Possible if self.from.partial => (
                Tone::Good,
                format!("possible: {to} has every feature that the kernel shows on {from}"),
            ),
            Outcome::Possible => (
                Tone::Good,
                format!("possible: {to} has every feature that a guest sees on {from}"),
            ),
            Outcome::Forbidden => {
                (Tone::Bad, format!("forbidden: a guest started on {from} cannot move to {to}"))
            }
            Outcome::Undecided => (
                Tone::Warn,
                "undecided: nothing seen forbids it, but the captures do not tell everything"
                    .to_owned(),
            ),
        };
        text.line(tone, &answer)?;
        if !checked.forbids.is_empty() {
            text.heading(&format!("Features the guest would lose ({})", checked.forbids.len()))?;
            let mut table = Table::new(["feature", "EVC key", "place"]);
            for one in &checked.forbids {
                table.row([
                    one.name.into(),
                    one.key.unwrap_or("-").into(),
                    one.place.as_str().into(),
                ]);
            }
            text.table(&table)?;
            text.heading("The way out")?;
            let ways = groups(&checked.forbids, |one| one.hint);
            for (hint, members) in &ways {
                let names: Vec<_> = members.iter().map(|one| one.name).collect();
                match ways.len() {
                    1 => text.line(Tone::Plain, hint)?,
                    _ => text.line(Tone::Plain, &format!("{hint}: {}", names.join(" ")))?,
                }
            }
        }
        if !checked.unknown.is_empty() {
            text.heading(&format!("Unknown at {to} ({})", checked.unknown.len()))?;
            text.line(Tone::Dim, &checked.unknown.join(" "))?;
        }
        if !checked.unseen.is_empty() {
            text.heading(&format!(
                "Not told by {from}, nor there on {to} ({})",
                checked.unseen.len()
            ))?;
            text.line(Tone::Dim, &checked.unseen.join(" "))?;
        }
        self.from.text(text)?;
        self.to.text(text)?;
        checked
            .notes
            .iter()
            .filter(|note| !note.contains("is partial"))
            .try_for_each(|note| text.note(note))
    }
}
