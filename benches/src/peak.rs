//! The most memory that a program held at once, and the processor time it took.
//!
//! The kernel keeps both for the children that a process has waited for
//! (getrusage(2), RUSAGE_CHILDREN: over all of them). So this binary starts itself
//! once per program as a small helper that has that program as its only child.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::measure::Program;

/// The first argument that makes this binary the helper.
pub(crate) const VERB: &str = "peak-of";

/// What one run of a program took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    /// The largest resident set of the program or of a descendant it waited for. Never
    /// below that of the helper, whose memory the child has until it executes the
    /// program; see [`floor`].
    pub(crate) kibibytes: u64,
    /// User and system time.
    pub(crate) processor: Duration,
}

/// The helper's command that runs this program; its answer is read by [`parse`].
///
/// # Errors
/// This binary's own path is unknown.
pub(crate) fn helper(program: &Program) -> Result<Command> {
    let own = std::env::current_exe().context("cannot find this binary")?;
    let mut command = Command::new(own);
    command.arg(VERB).arg(&program.path).args(&program.arguments).stdin(Stdio::null());
    Ok(command)
}

/// Runs a program once and says what it took.
///
/// # Errors
/// It cannot be run.
pub(crate) fn of(program: &Program) -> Result<Usage> {
    let output = helper(program)?.stderr(Stdio::null()).output()?;
    parse(&output.stdout).with_context(|| format!("cannot measure `{}`", program.shown()))
}

/// The least that this way of measuring can show: a program that does nothing.
///
/// # Errors
/// It cannot be run.
pub(crate) fn floor() -> Result<Usage> {
    of(&Program::new("true", &[]))
}

/// What the helper printed.
///
/// # Errors
/// It printed something else, because it failed.
pub(crate) fn parse(output: &[u8]) -> Result<Usage> {
    let text = String::from_utf8_lossy(output);
    let numbers: Vec<u64> = text.split_whitespace().flat_map(str::parse).collect();
    let [kibibytes, microseconds] = numbers[..] else {
        bail!("the helper printed '{}'", text.trim());
    };
    Ok(Usage { kibibytes, processor: Duration::from_micros(microseconds) })
}

/// The helper: runs the program with its output thrown away and prints what it took.
///
/// # Errors
/// The program cannot be run or is killed.
pub(crate) fn child(mut words: impl Iterator<Item = String>) -> Result<()> {
    let program = words.next().context("no program")?;
    let status = Command::new(&program).args(words).stdout(Stdio::null()).status()?;
    if status.code().is_none() {
        bail!("{program} ended with {status}");
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let processor = usage.user_time() + usage.system_time();
    println!("{} {}", usage.max_rss(), processor.num_microseconds());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_helpers_answer_is_two_numbers() {
        let usage = parse(b"1520 2500\n").unwrap();
        assert_eq!(usage, Usage { kibibytes: 1520, processor: Duration::from_micros(2500) });
        assert!(parse(b"").is_err());
    }
}
