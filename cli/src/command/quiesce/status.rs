//! `guestctl quiesce status`.

use std::io;

use protocol::client::Empty;
use protocol::guestd::quiesce::{Phase, Status};
use serde::Serialize;

use super::micros;
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone, count};

/// Tell what is frozen, for how long, and until when
#[derive(Debug, clap::Args)]
pub(super) struct Command {}

/// Exit code 1 means that nothing is frozen and nothing under way.
impl Command {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let status: Status = agent.call("guestd-quiesce-status", Empty {})?;
        let code = if status.phase == Phase::Thawed { ExitCode::No } else { ExitCode::Ok };
        screen.show(&State(status))?;
        Ok(code)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct State(Status);

impl Answer for State {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let status = &self.0;
        let phase = match status.phase {
            Phase::Thawed => "thawed",
            Phase::Hooks => "hooks make applications quiet",
            Phase::Syncing => "dirty data is written out",
            Phase::Freezing => "filesystems are being frozen",
            Phase::Frozen => "frozen",
            Phase::Thawing => "thawing",
        };
        text.line(Tone::Strong, phase)?;
        let millis = |time: u64| micros(time.saturating_mul(1000));
        if let Some(time) = status.frozen_for_ms {
            text.line(Tone::Plain, &format!("for {}", millis(time)))?;
        }
        if let Some(time) = status.deadline_in_ms {
            text.line(Tone::Plain, &format!("thaws by itself in {}", millis(time)))?;
        }
        if !status.filesystems.is_empty() {
            let number = count(status.filesystems.len(), "filesystem");
            text.line(Tone::Plain, &format!("{number}: {}", status.filesystems.join(", ")))?;
        }
        match &status.broken {
            Some(broken) => text.note(&format!("the next thaw will fail: {broken}")),
            None => Ok(()),
        }
    }
}
