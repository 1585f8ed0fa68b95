//! `guestctl quiesce run`: freeze, run a command here, thaw whatever happens.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use protocol::client::Empty;
use protocol::guestd::quiesce::Thaw;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::act::Scope;
use crate::command::agent::connect::{Agent, Target};
use crate::exit_code::ExitCode;
use crate::failure::Failure;

/// Freeze, run a command on this side, such as one that takes a snapshot, and always thaw
///
/// The exit code is that of the command; if the filesystems have not stayed frozen until it
/// ended it is 5, whatever the command said. While it runs, SIGINT, SIGTERM and
/// SIGHUP are passed on to the command. Mind that inside the guest nothing can be written meanwhile.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    #[command(flatten)]
    scope: Scope,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    words: Vec<String>,
}

impl Run {
    pub(super) fn run(&self, target: &Target, agent: &mut Agent) -> Result<ExitCode, Failure> {
        let Some((program, words)) = self.words.split_first() else {
            return Err(Failure::Usage("run needs a command".to_owned()));
        };
        let failed = |error| Failure::Machine(format!("cannot hear signals: {error}"));
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(failed)?;
        let frozen = self.scope.freeze(agent).inspect_err(|error| {
            // Whether it still comes about is not known: nothing of it may stay. One that is
            // refused is another's, which stays as it is.
            if matches!(error, Failure::Unanswered(_)) {
                drop(thaw_anew(target));
            }
        })?;
        let ended = match frozen.frozen {
            0 => Err(Failure::Agent("nothing could be frozen; the command was not run".to_owned())),
            _ => command(program, words, signals),
        };
        // Another connection is worth a try: the one that has been idle may be gone.
        let thawed = match agent.call::<Thaw>("guestd-quiesce-thaw", Empty {}) {
            Ok(thawed) => Ok(thawed),
            Err(error) => match thaw_anew(target) {
                Ok(Thaw { thawed: 1.., .. }) if frozen.frozen > 0 => return ended,
                _ => Err(error),
            },
        };
        // A snapshot of what was not frozen is the worse news.
        thawed.and(ended)
    }
}

/// Thaws by a connection of its own.
fn thaw_anew(target: &Target) -> Result<Thaw, Failure> {
    target.connect()?.call("guestd-quiesce-thaw", Empty {})
}

/// Runs the command to its end, and passes signals on.
fn command(program: &str, words: &[String], mut signals: Signals) -> Result<ExitCode, Failure> {
    let child = Command::new(program).args(words).spawn();
    let mut child = child.map_err(|error| Failure::input(program, error))?;
    let pid = i32::try_from(child.id()).map(Pid::from_raw).ok();
    let handle = signals.handle();
    let passing = thread::spawn(move || {
        for signal in signals.forever() {
            if let (Some(pid), Ok(signal)) = (pid, Signal::try_from(signal)) {
                // One that has just ended needs it no more.
                let _ = kill(pid, signal);
            }
        }
    });
    let status = child.wait();
    handle.close();
    let _ = passing.join();
    let status = status.map_err(|error| Failure::input(program, error))?;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Ok(ExitCode::Program(u8::try_from(code & 0xFF).unwrap_or(u8::MAX)))
}
