//! `guestctl agent` with a real guestd and a real qemu-ga, each on a socket.

mod errors;
mod exec;
mod file;
mod tables;

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};
use support::agent::{Agent, Program};
use support::bin;

/// Both agents, by name.
fn agents() -> Result<[(&'static str, Agent); 2]> {
    let none = [""; 0];
    Ok([
        ("qemu-ga", Agent::start(&Program::qemu_ga()?, none)?),
        ("guestd", Agent::start(&Program::guestd()?, none)?),
    ])
}

/// `guestctl agent --socket SOCKET WORDS`.
fn guestctl<S: AsRef<OsStr>>(socket: &Path, words: impl IntoIterator<Item = S>) -> Result<Command> {
    let mut command = Command::new(bin::guestctl()?);
    command.args(["agent", "--socket"]).arg(socket).args(words).stdin(Stdio::null());
    Ok(command)
}

/// Runs it to its end.
fn run<S: AsRef<OsStr>>(socket: &Path, words: impl IntoIterator<Item = S>) -> Result<Said> {
    Ok(Said::of(&guestctl(socket, words)?.output()?))
}

/// Runs it with input.
fn run_with<S: AsRef<OsStr>>(
    socket: &Path,
    words: impl IntoIterator<Item = S>,
    input: Vec<u8>,
) -> Result<Said> {
    let mut command = guestctl(socket, words)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().context("no input")?;
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output()?;
    // A program that does not read all of it is its own affair.
    drop(writer.join());
    Ok(Said::of(&output))
}

/// What it said, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code(),
        }
    }

    /// Its answer as JSON.
    fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("no JSON: {self:?}"))
    }
}
