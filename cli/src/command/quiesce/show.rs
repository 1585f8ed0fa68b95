//! `guestctl quiesce show`: one freeze as a timeline.

use std::io;

use protocol::guestd::quiesce::{Record, RecordArguments};
use serde::Serialize;

use super::history::outcome;
use super::timeline::{Timeline, bar};
use super::{micros, svg};
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Page, Screen, Table, Text, Tone};

/// Letters of a bar.
const COLUMNS: usize = 44;

/// Show one freeze as a timeline, the latest one if none is named
///
/// `-` is work, `=` the kernel freezing or thawing, `#` frozen. -o svg and -o html draw it,
/// -o json is the record.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// Which one, from `history`
    id: Option<String>,
}

/// Exit code 1 means that this freeze did not succeed.
impl Show {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let arguments = RecordArguments { id: self.id.as_deref().map(Into::into) };
        let record: Record = agent.call("guestd-quiesce-record", arguments)?;
        let well = record.error.is_none();
        screen.show(&Shown(record))?;
        Ok(if well { ExitCode::Ok } else { ExitCode::No })
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Shown(Record);

impl Shown {
    /// What it was, in a line.
    fn title(&self) -> String {
        let record = &self.0;
        let (word, _) = outcome(record.outcome);
        let window = record.window_us.map(|window| format!(", frozen for {}", micros(window)));
        format!("Freeze {}: {word}{}", record.id, window.unwrap_or_default())
    }

    /// More of it, line by line.
    fn facts(&self) -> Vec<String> {
        let record = &self.0;
        let deadline = match record.deadline_s {
            Some(seconds) => format!("deadline {seconds} s"),
            None => "no deadline".to_owned(),
        };
        vec![format!(
            "began {}, asked for on channel {}, {deadline}, dirty data written out {} times",
            record.started, record.channel, record.flush_rounds
        )]
    }
}

impl Answer for Shown {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let (_, tone) = outcome(self.0.outcome);
        text.line(tone, &self.title())?;
        for fact in self.facts() {
            text.line(Tone::Plain, &fact)?;
        }
        let timeline = Timeline::of(&self.0);
        let scale = format!("0 to {}", micros(timeline.length));
        let mut table = Table::new([Cell::from(""), Cell::from(scale), Cell::from("")]);
        for row in &timeline.rows {
            let tone = if row.bad { Tone::Bad } else { Tone::Plain };
            // A full stop at each end keeps the width, and the eye on the line.
            let drawn = format!("|{}|", bar(row, timeline.length, COLUMNS));
            table.row([
                Cell::new(tone, &row.label),
                Cell::new(tone, drawn),
                Cell::new(tone, &row.note),
            ]);
        }
        text.gap()?;
        text.table(&table)?;
        for hook in self.0.hooks.iter().filter(|hook| !hook.ok) {
            if let Some(output) = &hook.output {
                text.note(&format!("{} said: {output}", hook.name))?;
            }
        }
        match &self.0.error {
            Some(error) => text.note(error),
            None => Ok(()),
        }
    }

    fn page(&self) -> Option<Page> {
        let mut page = Page::new(&self.title());
        for fact in self.facts() {
            page.line(Tone::Plain, &fact);
        }
        if let Some(error) = &self.0.error {
            page.note(error);
        }
        page.drawing(&svg::draw(&self.title(), &Timeline::of(&self.0)));
        Some(page)
    }

    fn drawing(&self) -> Option<String> {
        Some(svg::draw(&self.title(), &Timeline::of(&self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::timeline::tests::record;
    use super::*;

    #[test]
    fn every_form_tells_the_outcome() {
        let shown = Shown(record());
        assert!(shown.title().starts_with("Freeze 2026"), "{}", shown.title());
        assert!(shown.title().contains(": succeeded, frozen for "), "{}", shown.title());
        assert!(shown.drawing().unwrap().contains("succeeded"));
        let json = serde_json::to_value(&shown).unwrap();
        assert_eq!(json["outcome"], "succeeded");
    }
}
