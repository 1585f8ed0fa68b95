//! Guest agents on Unix sockets: QEMU's own and ours, each with a directory of its own.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! # use support::agent::{Agent, Program};
//! let agent = Agent::start(&Program::guestd()?, ["-b", "guest-exec"])?;
//! let mut client = agent.connect()?;
//! client.send(b"{'execute': 'guest-ping'}")?;
//! assert_eq!(client.line()?, b"{\"return\": {}}");
//! # Ok(())
//! # }
//! ```

mod client;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::{bin, packages};

pub use client::Client;

/// The programs of the host that every agent needs besides itself; see [`crate::need`].
pub const NEEDS: [&str; 1] = ["setpriv"];

/// How long an agent may take until its socket answers.
const START: Duration = Duration::from_secs(20);

/// A program that speaks the protocol and takes the options of qemu-ga.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    /// What stands before the options.
    words: &'static [&'static str],
}

impl Program {
    /// QEMU's own agent: `$QEMU_GA` where it is set, else the one that is installed.
    ///
    /// # Errors
    /// There is none.
    pub fn qemu_ga() -> Result<Self> {
        let path = match std::env::var_os("QEMU_GA") {
            Some(path) => PathBuf::from(path),
            None => packages::find("qemu-ga").context("qemu-ga is not installed")?,
        };
        Ok(Self { path, words: &[] })
    }

    /// Ours, as `guestd qemu-ga`.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn guestd() -> Result<Self> {
        Ok(Self { path: bin::guestd()?, words: &["qemu-ga"] })
    }
}

/// A running agent; it ends when this is dropped.
#[derive(Debug)]
pub struct Agent {
    process: Child,
    dir: TempDir,
}

impl Agent {
    /// Starts an agent with more options, and waits until its socket is there.
    ///
    /// # Errors
    /// It does not start; what it wrote is part of the error.
    pub fn start<A: AsRef<OsStr>>(
        program: &Program,
        options: impl IntoIterator<Item = A>,
    ) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("agent").tempdir()?;
        fs::create_dir(dir.path().join("state"))?;
        fs::create_dir(dir.path().join("files"))?;
        // setpriv becomes the agent, which the kernel then ends with the thread that
        // started it, even when a test is killed and drops nothing.
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "KILL"])
            .arg(&program.path)
            .args(program.words)
            .args(["--method", "unix-listen", "--path"])
            .arg(dir.path().join("socket"))
            .arg("--statedir")
            .arg(dir.path().join("state"))
            .args(options)
            .current_dir(dir.path().join("files"))
            // What an agent hands on from its own configuration must not come in here.
            .env_remove("QGA_CONF")
            .env_remove("LISTEN_FDS")
            .stdin(Stdio::null())
            .stdout(File::create(dir.path().join("stdout"))?)
            .stderr(File::create(dir.path().join("stderr"))?)
            .spawn()
            .context("cannot start setpriv")?;
        let mut agent = Self { process, dir };
        agent.wait().with_context(|| format!("{}: {}", program.path.display(), agent.said()))?;
        Ok(agent)
    }

    fn wait(&mut self) -> Result<()> {
        let end = Instant::now() + START;
        loop {
            if is_heard(&self.socket()) {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("the agent ended at once: {status}");
            }
            ensure!(Instant::now() < end, "the agent did not open its socket in time");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A new client. qemu-ga hears one at a time, so drop the one before.
    ///
    /// # Errors
    /// The agent does not listen.
    pub fn connect(&self) -> Result<Client> {
        let end = Instant::now() + START;
        loop {
            match UnixStream::connect(self.socket()) {
                Ok(stream) => return Client::new(stream),
                // Between bind and listen, and while the one client that may wait does.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionRefused | ErrorKind::WouldBlock
                    ) && Instant::now() < end =>
                {
                    thread::sleep(Duration::from_millis(1));
                }
                Err(error) => bail!("the agent cannot be reached: {error}; {}", self.said()),
            }
        }
    }

    /// The socket that the agent listens on.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("socket")
    }

    /// The agent's working directory, empty at first.
    pub fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    /// The agent's state directory.
    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What the agent has written to stderr.
    pub fn said(&self) -> String {
        let text = fs::read(self.dir.path().join("stderr")).unwrap_or_default();
        format!("on stderr: '{}'", String::from_utf8_lossy(&text).trim())
    }

    /// How the agent has ended, if it has.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    /// Sends SIGTERM and waits; `None` if it has not ended in time.
    ///
    /// # Errors
    /// The signal cannot be sent.
    pub fn terminate(&mut self, time: Duration) -> Result<Option<ExitStatus>> {
        let killed = Command::new("kill").arg(self.pid().to_string()).status()?;
        ensure!(killed.success(), "the signal cannot be sent");
        let end = Instant::now() + time;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait()? {
                return Ok(Some(status));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(None)
    }

    /// The directory that holds all of the above.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// True once somebody listens on a socket, which its file alone does not say; whoever tried
/// by connecting would be the agent's first client. (`SO_ACCEPTCON` in /proc/net/unix.)
fn is_heard(socket: &Path) -> bool {
    let sockets = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    let path = socket.to_string_lossy();
    let listens = |line: &str| {
        let mut words = line.split_whitespace();
        words.nth(3) == Some("00010000") && line.ends_with(path.as_ref())
    };
    sockets.lines().any(listens)
}
