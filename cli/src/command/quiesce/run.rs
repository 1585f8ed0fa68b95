//! `guestctl quiesce run`: freeze, run a command here, thaw whatever happens.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use protocol::client::Empty;
use protocol::guestd::quiesce::Thaw;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::act::Scope;
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;

/// Freeze, run a command on this side, such as one that takes a snapshot, and always thaw
///
/// The exit code is that of the command; if the filesystems have not stayed frozen until it
/// ended it is 5, whatever the command said. While it runs, SIGINT and SIGTERM end the
/// command alone. Mind that inside the guest nothing can be written meanwhile.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    #[command(flatten)]
    scope: Scope,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    words: Vec<String>,
}

impl Run {
    pub(super) fn run(&self, agent: &mut Agent) -> Result<ExitCode, Failure> {
        let Some((program, words)) = self.words.split_first() else {
            return Err(Failure::Usage("run needs a command".to_owned()));
        };
        // The terminal sends them to the command as well, which ends by them; we stay to thaw.
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let heard = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
            heard.map_err(|error| Failure::Machine(format!("cannot hear signals: {error}")))?;
        }
        self.scope.freeze(agent)?;
        let ended = Command::new(program).args(words).status();
        let thawed = agent.call::<Thaw>("guestd-quiesce-thaw", Empty {});
        let status = ended.map_err(|error| Failure::input(program, error));
        // A snapshot of what was not frozen is the worse news.
        thawed?;
        let status = status?;
        let code = status.code().unwrap_or_else(|| {
            use std::os::unix::process::ExitStatusExt;
            128 + status.signal().unwrap_or(0)
        });
        Ok(ExitCode::Program(u8::try_from(code & 0xFF).unwrap_or(u8::MAX)))
    }
}
