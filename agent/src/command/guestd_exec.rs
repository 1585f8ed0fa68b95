//! Programs of the guest whose output comes while they run.

mod read;
mod start;
mod write;

use nix::sys::signal::Signal;
use protocol::Error;
use protocol::guestd::exec::ExecKillArguments;
use protocol::qga::Empty;

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::errno;
use crate::policy::Group;
use crate::reply::Reply;

/// Milliseconds that a call may wait at most.
const WAIT_MAX: i64 = 30_000;

const fn exec(
    name: &'static str,
    audited: bool,
    run: fn(Call<'_>) -> Result<Reply, Error>,
) -> Command {
    Command { runs: Runs::Thread, audited, ..inline(name, Group::Exec, run) }
}

pub(super) const COMMANDS: &[Command] = &[
    exec("guestd-exec", true, |call| call.with(start::start)),
    exec("guestd-exec-read", false, |call| call.with(read::read)),
    exec("guestd-exec-write", false, |call| call.with(write::write)),
    exec("guestd-exec-kill", true, |call| call.with(kill)),
];

fn kill(agent: &Agent, arguments: ExecKillArguments<'_>) -> Result<Empty, Error> {
    let record = agent.processes.find(arguments.pid)?;
    let name = arguments.signal.as_deref().unwrap_or("TERM");
    let signal = match name.parse::<i32>() {
        Ok(number) => Signal::try_from(number),
        Err(_) => format!("SIG{}", name.strip_prefix("SIG").unwrap_or(name)).parse(),
    };
    let signal = signal.map_err(|_| {
        let name: String = name.chars().take(32).collect();
        Error::generic(format!("'{name}' is no signal; TERM, KILL and 9 are"))
    })?;
    match record.kill(signal) {
        Ok(true) => Ok(Empty {}),
        Ok(false) => Err(Error::generic(format!("process {} has ended", record.pid()))),
        Err(error) => Err(Error::generic(format!("failed to kill: {}", errno::text(&error)))),
    }
}

fn invalid(name: &str, value: i64) -> Error {
    Error::generic(format!("value '{value}' is invalid for argument {name}"))
}

/// An optional number that is not negative.
fn within(name: &str, given: Option<i64>, default: i64, most: i64) -> Result<u64, Error> {
    let given = given.unwrap_or(default);
    u64::try_from(given).ok().filter(|_| given <= most).ok_or_else(|| invalid(name, given))
}
