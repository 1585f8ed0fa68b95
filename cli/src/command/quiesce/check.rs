//! `guestctl quiesce check`: a dry run.

use std::io;

use hooks::Dialect;
use introspect::Root;
use protocol::client::Empty;
use protocol::guestd::quiesce::Check;
use serde::Serialize;

use super::neighbours::Neighbours;

use crate::command::agent::connect::Agent;
use crate::command::agent::view::bytes;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// Tell what a freeze would do now, and what is wrong with that; nothing is frozen
///
/// Without --socket and --vsock also which agents run in this guest, which process holds which
/// virtio port, and where two agents would freeze the same filesystems. Exit code 1 where something
/// is wrong. As root: others do not see what the processes of root hold.
#[derive(Debug, clap::Args)]
pub(super) struct Command {}

impl Command {
    pub(super) fn run(
        &self,
        local: bool,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let check: Check = agent.call("guestd-quiesce-check", Empty {})?;
        let own_hooks = check.hooks.iter().any(|hook| hook.origin == Dialect::Guestd.name());
        let neighbours = local.then(|| Neighbours::find(&Root::live(), own_hooks));
        let well = check.problems.is_empty() && neighbours.as_ref().is_none_or(Neighbours::is_well);
        screen.show(&Plan { check, neighbours })?;
        Ok(if well { ExitCode::Ok } else { ExitCode::No })
    }
}

#[derive(Debug, Serialize)]
struct Plan {
    #[serde(flatten)]
    check: Check,
    /// What runs beside the agent that was asked, where that is of this machine.
    #[serde(flatten)]
    neighbours: Option<Neighbours>,
}

impl Answer for Plan {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let Self { check, neighbours } = self;
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
        if let Some(neighbours) = neighbours {
            neighbours.tables(text)?;
        }
        text.gap()?;
        text.line(Tone::Plain, &format!("dirty data to write out: {}", bytes(check.dirty_bytes)))?;
        for problem in &check.problems {
            text.note(problem)?;
        }
        neighbours.iter().try_for_each(|neighbours| neighbours.notes(text))
    }
}
