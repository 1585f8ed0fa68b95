//! `guestctl agent info`: its version and what it may be asked for.

use std::io;

use protocol::client::Empty;
use serde::{Deserialize, Serialize};

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// Show the agent's version and which commands it allows here
#[derive(Debug, clap::Args)]
pub(super) struct Info {}

/// The reply of `guest-info`.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    version: String,
    supported_commands: Vec<Command>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Command {
    name: String,
    enabled: bool,
    #[serde(rename = "success-response")]
    success_response: bool,
}

impl Info {
    #[expect(clippy::unused_self, reason = "every verb runs the same way")]
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let mut told: Told = agent.call("guest-info", Empty {})?;
        told.supported_commands.sort_by(|a, b| a.name.cmp(&b.name));
        screen.show(&told)?;
        Ok(ExitCode::Ok)
    }
}

impl Answer for Told {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        text.line(Tone::Strong, &format!("version {}", self.version))?;
        for (heading, enabled) in [("Allowed here", true), ("Not allowed here", false)] {
            let mut table = Table::headless();
            let commands =
                self.supported_commands.iter().filter(|command| command.enabled == enabled);
            for command in commands {
                table.row([Cell::from(command.name.as_str())]);
            }
            if !table.is_empty() {
                text.heading(heading)?;
                text.table(&table)?;
            }
        }
        Ok(())
    }
}
