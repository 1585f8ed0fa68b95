//! virsh, with an end to every command.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::vm::Output;

/// Far more than any command takes; libvirt itself waits for an agent without limit.
const TIMEOUT: Duration = Duration::from_secs(90);

/// What timeout(1) says of a command that it has ended.
const TIMED_OUT: i32 = 124;

#[derive(Debug, Clone)]
pub(super) struct Virsh {
    pub(super) socket: PathBuf,
}

impl Virsh {
    /// Runs one command of virsh to its end.
    ///
    /// # Errors
    /// virsh does not run, or not to its end. A command that fails is an [`Output`].
    pub(super) fn run<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<Output> {
        let socket = self.socket.display();
        let words: Vec<&str> = words.into_iter().collect();
        let output = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "timeout", "--kill-after=5"])
            .arg(TIMEOUT.as_secs().to_string())
            .arg("virsh")
            .args(["--connect", &format!("qemu+unix:///session?socket={socket}")])
            .args(&words)
            .env("LC_ALL", "C")
            .env("LIBVIRT_AUTOSTART", "0")
            .output()
            .context("cannot run virsh")?;
        let code = output.status.code().unwrap_or(TIMED_OUT);
        let output = Output { code, stdout: output.stdout, stderr: output.stderr };
        ensure!(code != TIMED_OUT, "virsh {words:?} did not end in {TIMEOUT:?}");
        Ok(output)
    }
}
