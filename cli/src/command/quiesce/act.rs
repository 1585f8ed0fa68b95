//! `guestctl quiesce freeze` and `thaw`.

use std::io;

use protocol::client::Empty;
use protocol::guestd::quiesce::{Freeze as Frozen, FreezeArguments, Thaw};
use serde::Serialize;

use super::micros;
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone, count};

/// What to freeze, and for how long at most.
#[derive(Debug, clap::Args)]
pub(super) struct Scope {
    /// Only the filesystem mounted here; several times
    #[arg(long = "at", value_name = "MOUNTPOINT")]
    points: Vec<String>,
    /// Seconds after which the guest thaws by itself, in the place of the configured ones; 0 is never
    #[arg(long, value_name = "SECONDS")]
    deadline: Option<u32>,
}

impl Scope {
    /// Freezes.
    pub(super) fn freeze(&self, agent: &mut Agent) -> Result<Frozen, Failure> {
        let points = self.points.iter().map(|point| point.into()).collect();
        let arguments = FreezeArguments {
            mountpoints: (!self.points.is_empty()).then_some(points),
            deadline_ms: self.deadline.map(|seconds| i64::from(seconds) * 1000),
        };
        // Hooks and the flush have minutes, and the agent bounds them.
        agent.be_patient()?;
        agent.call("guestd-quiesce-freeze", arguments)
    }
}

/// Make applications quiet and freeze filesystems, until `thaw` or the deadline
#[derive(Debug, clap::Args)]
pub(super) struct Freeze {
    #[command(flatten)]
    scope: Scope,
}

/// Exit code 1 means that there was nothing to freeze.
impl Freeze {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let frozen = self.scope.freeze(agent)?;
        let code = if frozen.frozen > 0 { ExitCode::Ok } else { ExitCode::No };
        screen.show(&Done(frozen))?;
        Ok(code)
    }
}

pub(super) fn thaw(agent: &mut Agent, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let thawed: Thaw = agent.call("guestd-quiesce-thaw", Empty {})?;
    screen.show(&Done(thawed))?;
    Ok(ExitCode::Ok)
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Done<T>(T);

impl Answer for Done<Frozen> {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let Frozen { id, frozen } = &self.0;
        text.line(Tone::Plain, &format!("{} frozen, {id}", count(*frozen, "filesystem")))
    }
}

impl Answer for Done<Thaw> {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let window = self.0.window_us.map(|window| format!(", frozen for {}", micros(window)));
        let thawed = count(self.0.thawed, "filesystem");
        text.line(Tone::Plain, &format!("{thawed} thawed{}", window.unwrap_or_default()))
    }
}
