//! `guestctl quiesce history`.

use std::io;

use protocol::guestd::quiesce::{HistoryArguments, Outcome, Record};
use serde::Serialize;

use super::micros;
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// List the latest freezes
#[derive(Debug, clap::Args)]
pub(super) struct Command {
    /// So many at most
    #[arg(short, long, value_name = "NUMBER", default_value = "20")]
    limit: u32,
}

/// Exit code 1 means that there was none since the guest booted.
impl Command {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let arguments = HistoryArguments { limit: Some(self.limit.into()) };
        let records: Vec<Record> = agent.call("guestd-quiesce-history", arguments)?;
        let code = if records.is_empty() { ExitCode::No } else { ExitCode::Ok };
        screen.show(&History(records))?;
        Ok(code)
    }
}

/// An outcome in a word, and how good it is.
pub(super) fn outcome(outcome: Outcome) -> (&'static str, Tone) {
    match outcome {
        Outcome::Running => ("running", Tone::Strong),
        Outcome::Succeeded => ("succeeded", Tone::Good),
        Outcome::Failed => ("failed", Tone::Bad),
        Outcome::AutoThawed => ("thawed by itself", Tone::Bad),
        Outcome::Aborted => ("given up", Tone::Warn),
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct History(Vec<Record>);

impl Answer for History {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        if self.0.is_empty() {
            return text.line(Tone::Plain, "nothing has been frozen since the guest booted");
        }
        let mut table =
            Table::new(["id", "outcome", "filesystems", "hooks", "frozen for", "channel", "error"]);
        for record in &self.0 {
            let (word, tone) = outcome(record.outcome);
            let frozen = record.filesystems.iter().filter(|one| one.freeze_us.is_some()).count();
            table.row([
                record.id.as_str().into(),
                Cell::new(tone, word),
                frozen.to_string().into(),
                record.hooks.len().to_string().into(),
                record.window_us.map_or_else(|| "-".to_owned(), micros).into(),
                record.channel.as_str().into(),
                record.error.as_deref().unwrap_or_default().into(),
            ]);
        }
        text.table(&table)
    }
}
