//! `guestctl agent shutdown` and `suspend`.

use clap::ValueEnum;
use protocol::client::Empty;
use protocol::qga::power::ShutdownArguments;

use super::super::connect::Agent;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(in crate::command::agent) struct Shutdown {
    /// Restart it
    #[arg(long, conflicts_with = "halt")]
    reboot: bool,
    /// Halt it without powering it off
    #[arg(long)]
    halt: bool,
}

impl Shutdown {
    pub(super) fn run(&self, agent: &mut Agent) -> Result<(), Failure> {
        let mode = match (self.reboot, self.halt) {
            (true, _) => "reboot",
            (_, true) => "halt",
            _ => "powerdown",
        };
        agent.call_silent("guest-shutdown", ShutdownArguments { mode: Some(mode.into()) })
    }
}

#[derive(Debug, clap::Args)]
pub(in crate::command::agent) struct Suspend {
    /// Where its memory is kept
    to: To,
}

/// Where the memory of a suspended machine is kept.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    /// On its disk: it is off.
    Disk,
    /// In its memory, which stays under power.
    Ram,
    /// Both.
    Hybrid,
}

impl Suspend {
    pub(super) fn run(&self, agent: &mut Agent) -> Result<(), Failure> {
        let command = match self.to {
            To::Disk => "guest-suspend-disk",
            To::Ram => "guest-suspend-ram",
            To::Hybrid => "guest-suspend-hybrid",
        };
        agent.call_silent(command, Empty {})
    }
}
