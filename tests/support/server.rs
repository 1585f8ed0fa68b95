//! A server, such as a database, of our own in a directory of its own.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// Far more than any step takes on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// A directory below /run or /tmp, short enough for sockets in it, open for a server
/// that is another user.
///
/// # Errors
/// It cannot be made.
pub fn directory() -> Result<TempDir> {
    use std::os::unix::fs::PermissionsExt;
    let all = std::fs::Permissions::from_mode(0o755);
    Ok(tempfile::Builder::new().prefix("recipe.").permissions(all).tempdir()?)
}

/// A running server; killed when dropped and when the test is.
#[derive(Debug)]
pub struct Server {
    /// Its process.
    pub child: Child,
}

impl Server {
    /// Starts it and waits until this probe says that it answers.
    ///
    /// # Errors
    /// It ends at once, or does not answer in time.
    pub fn start(program: &Command, answers: impl Fn() -> Result<bool>) -> Result<Self> {
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL"])
            .arg(program.get_program())
            .args(program.get_args())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        let mut server = Self { child };
        let end = Instant::now() + LONG;
        while !answers()? {
            let ended = server.child.try_wait()?;
            ensure!(ended.is_none(), "{program:?} ended: {ended:?}");
            ensure!(Instant::now() < end, "{program:?} does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Sends a signal to the server.
    ///
    /// # Errors
    /// It has ended.
    pub fn signal(&self, name: &str) -> Result<()> {
        signal(self.child.id(), name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process.
///
/// # Errors
/// There is none.
pub fn signal(pid: u32, name: &str) -> Result<()> {
    run(Command::new("kill").args(["-s", name, &pid.to_string()])).map(drop)
}

/// Runs a program that has to succeed and returns its output.
///
/// # Errors
/// It cannot be started or fails; what it says is part of the message.
pub fn run(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output()?;
    let said = String::from_utf8_lossy(&stderr);
    ensure!(status.success(), "{command:?}: {status}: {said}");
    Ok(String::from_utf8_lossy(&stdout).trim_end().to_owned())
}

/// Copies a directory as a snapshot has it.
///
/// # Errors
/// cp(1) fails.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("cp").arg("-a").arg(from).arg(to)).map(drop)
}
