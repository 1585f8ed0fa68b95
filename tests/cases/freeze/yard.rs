//! A namespace with filesystems and an agent in it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use support::bin;
use tempfile::TempDir;

/// The programs that a yard needs.
macro_rules! need_yard {
    () => {
        support::need!("unshare", "bash", "mke2fs", "losetup", "fsfreeze");
        if !super::yard::is_root() {
            support::skip!("only root can mount and freeze");
        }
    };
}
pub(super) use need_yard;

/// True for whoever may mount.
pub(super) fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t0\t"))
}

/// The namespace; it ends, thawed, when this is dropped.
pub(super) struct Yard {
    shell: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    dir: TempDir,
}

impl Yard {
    /// An empty one, with more lines for the configuration of its agent.
    pub(super) fn new(settings: &str) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().display();
        let config = format!(
            "state-dir = \"{path}/state\"\n[channel.virtio-serial]\nenabled = false\n\
             [channel.unix]\npath = \"{path}/socket\"\n{settings}\n"
        );
        fs::write(dir.path().join("guestd.toml"), config)?;
        fs::write(dir.path().join("yard.sh"), include_str!("yard.sh"))?;
        let mut shell = Command::new("unshare")
            .args(["--pid", "--mount", "--fork", "--mount-proc", "bash"])
            .arg(dir.path().join("yard.sh"))
            .arg(dir.path())
            .env("GUESTD", bin::guestd()?)
            // A test that is killed must not take the shell along, which thaws at the end of
            // its input.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start unshare")?;
        let input = shell.stdin.take();
        let output = BufReader::new(shell.stdout.take().context("no output")?);
        Ok(Self { shell, input, output, dir })
    }

    /// What a line of shell says; it has to succeed.
    pub(super) fn sh(&mut self, line: &str) -> Result<String> {
        let input = self.input.as_mut().context("it has ended")?;
        writeln!(input, "{line}")?;
        let mut said = String::new();
        loop {
            let mut line_of_output = String::new();
            if self.output.read_line(&mut line_of_output)? == 0 {
                bail!("the shell ended in `{line}`: {said}");
            }
            match line_of_output.strip_prefix("==") {
                Some("0\n") => return Ok(said.trim_end().to_owned()),
                Some(status) => {
                    bail!("`{line}` ended with {}: {said}{}", status.trim(), self.log())
                }
                None => said.push_str(&line_of_output),
            }
        }
    }

    /// Two filesystems, the second one in a file of the first, and an agent.
    pub(super) fn furnished(settings: &str) -> Result<Self> {
        let mut yard = Self::new(settings)?;
        yard.sh("filesystem a.img mnt/a 64")?;
        yard.sh("filesystem mnt/a/b.img mnt/b 24")?;
        yard.sh("start")?;
        Ok(yard)
    }

    /// The path of a mount point.
    pub(super) fn point(&self, name: &str) -> String {
        self.dir.path().join("mnt").join(name).display().to_string()
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("socket")
    }

    /// A command of the agent: what it returns, or the text of its error.
    pub(super) fn ask(&self, command: &str, arguments: Value) -> Result<Result<Value, String>> {
        let output = Command::new(bin::guestctl()?)
            .args(["agent", "--timeout", "120", "--socket"])
            .arg(self.socket())
            .args(["call", command])
            .arg(arguments.to_string())
            .output()?;
        if output.status.success() {
            Ok(Ok(serde_json::from_slice(&output.stdout)?))
        } else {
            let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
            ensure!(output.status.code() == Some(5), "{said}");
            Ok(Err(said))
        }
    }

    /// Freezes the two filesystems.
    pub(super) fn freeze(&self) -> Result<Result<Value, String>> {
        let points = [self.point("a"), self.point("b")];
        self.ask("guestd-quiesce-freeze", serde_json::json!({ "mountpoints": points }))
    }

    /// What `guest-fsfreeze-thaw` of qemu-ga returns.
    pub(super) fn thaw(&self) -> Result<Result<Value, String>> {
        self.ask("guest-fsfreeze-thaw", serde_json::json!({}))
    }

    /// The latest record.
    pub(super) fn record(&self) -> Result<Value> {
        let record = self.ask("guestd-quiesce-record", serde_json::json!({}))?;
        record.map_err(anyhow::Error::msg)
    }

    /// `guestctl quiesce` with the agent.
    pub(super) fn guestctl(&self, words: &[&str]) -> Result<(String, Option<i32>)> {
        let output = Command::new(bin::guestctl()?)
            .args(["quiesce", "--socket"])
            .arg(self.socket())
            .args(words)
            .output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((String::from_utf8_lossy(&said).into_owned(), output.status.code()))
    }

    /// What the agents have logged.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        // It ends with its input, after it has thawed everything.
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}
