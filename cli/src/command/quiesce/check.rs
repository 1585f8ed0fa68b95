//! `guestctl quiesce check`: a dry run.

use std::io;

use introspect::Root;
use protocol::client::Empty;
use protocol::guestd::quiesce::Check;
use serde::Serialize;

use super::neighbours::{self, Neighbour};

use crate::command::agent::connect::Agent;
use crate::command::agent::view::bytes;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// Tell what a freeze would do now, and what is wrong with that; nothing is frozen
#[derive(Debug, clap::Args)]
pub(super) struct Command {}

/// Exit code 1 means that something is wrong, for monitoring.
impl Command {
    pub(super) fn run(
        &self,
        local: bool,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let check: Check = agent.call("guestd-quiesce-check", Empty {})?;
        let code = if check.problems.is_empty() { ExitCode::Ok } else { ExitCode::No };
        let agents = if local { neighbours::find(&Root::live()) } else { Vec::new() };
        screen.show(&Plan { check, agents })?;
        Ok(code)
    }
}

#[derive(Debug, Serialize)]
struct Plan {
    #[serde(flatten)]
    check: Check,
    /// The agents beside the one that was asked, itself included, where it is of this machine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agents: Vec<Neighbour>,
}

impl Answer for Plan {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let Self { check, agents } = self;
        text.heading("Filesystems, in the order in which they would be frozen")?;
        let mut table = Table::new(["mounted on", "type", "device", "frozen", "note"]);
        for one in &check.filesystems {
            let frozen = if one.frozen { Cell::from("yes") } else { Cell::new(Tone::Dim, "no") };
            table.row([
                one.mountpoint.as_str().into(),
                one.kind.as_str().into(),
                one.device.as_str().into(),
                frozen,
                one.note.as_deref().unwrap_or_default().into(),
            ]);
        }
        text.table(&table)?;
        if !check.hooks.is_empty() {
            text.heading("Hooks, in the order in which they would run")?;
            let mut table = Table::new(["order", "name", "of", "session", "time limit", "path"]);
            for hook in &check.hooks {
                table.row([
                    hook.order.to_string().into(),
                    hook.name.as_str().into(),
                    hook.origin.as_str().into(),
                    Cell::from(if hook.session { "yes" } else { "no" }),
                    format!("{} s", hook.timeout_s).into(),
                    hook.path.as_str().into(),
                ]);
            }
            text.table(&table)?;
        }
        if !agents.is_empty() {
            text.heading("Agents of this guest")?;
            let mut table = Table::new(["process", "number", "who asks it"]);
            for agent in agents {
                table.row([agent.name.into(), agent.pid.to_string().into(), agent.serves.into()]);
            }
            text.table(&table)?;
        }
        text.gap()?;
        text.line(Tone::Plain, &format!("dirty data to write out: {}", bytes(check.dirty_bytes)))?;
        for problem in &check.problems {
            text.note(problem)?;
        }
        Ok(())
    }
}
