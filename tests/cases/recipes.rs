//! The hooks that we ship (hooks/dist), against the real servers.

mod etcd;
mod mariadb;
mod mongodb;
mod postgresql;
mod redis;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::need;

/// Far more than any step takes on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// A hook of hooks/dist with settings below `settings`.
fn hook(name: &str, settings: &Path) -> Command {
    let mut command = Command::new(dist().join(name));
    command.env("GUESTD_HOOK_SETTINGS", settings);
    command
}

fn dist() -> PathBuf {
    support::root().join("hooks/dist")
}

/// A hook in a process namespace of its own, where no server runs.
fn alone(name: &str, settings: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"]);
    command.arg(dist().join(name)).env("GUESTD_HOOK_SETTINGS", settings);
    command
}

/// A session hook that runs, as the engine keeps it.
struct Session {
    child: Child,
    /// What it has printed, a line at a time.
    lines: BufReader<std::process::ChildStdout>,
}

impl Session {
    fn start(mut command: Command) -> Result<Self> {
        command.arg("freeze").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start the hook")?;
        let lines = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, lines })
    }

    /// The next line; empty when there will be none.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn told_thaw(mut self) -> Result<(ExitStatus, String)> {
        self.child.stdin.as_mut().context("no input")?.write_all(b"thaw\n")?;
        self.ended()
    }

    /// Closes the input and waits for the end.
    fn ended(mut self) -> Result<(ExitStatus, String)> {
        drop(self.child.stdin.take());
        let status = ended(&mut self.child)?;
        let errors = self.child.stderr.take().context("no errors")?;
        Ok((status, std::io::read_to_string(errors)?))
    }
}

/// Waits for the end of a process that has to end.
fn ended(child: &mut Child) -> Result<ExitStatus> {
    let end = Instant::now() + LONG;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        ensure!(Instant::now() < end, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn hooks_are_plain_shell_that_shellcheck_accepts() -> Result<()> {
    need!("shellcheck");
    let hooks: Vec<PathBuf> =
        fs::read_dir(dist())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    ensure!(hooks.len() >= 6, "{hooks:?}");
    // As POSIX sh, whatever /bin/sh is here.
    let output = Command::new("shellcheck").args(["--shell", "sh"]).args(&hooks).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
