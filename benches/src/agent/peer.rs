//! An agent that runs on a socket of its own, and a client of it.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// An agent to start: both take qemu-ga's options.
pub(super) struct Peer {
    name: &'static str,
    program: PathBuf,
    before: Vec<&'static str>,
}

/// A running agent; ended when dropped.
pub(super) struct Running {
    child: Child,
    dir: TempDir,
}

impl Peer {
    pub(super) fn new(name: &'static str, program: &Path, before: &[&'static str]) -> Self {
        Self { name, program: program.to_owned(), before: before.to_vec() }
    }

    /// Starts it; it may not listen yet.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn spawn(&self) -> Result<Running> {
        let dir = tempfile::tempdir()?;
        let child = Command::new(&self.program)
            .args(&self.before)
            .args(["-m", "unix-listen", "-p"])
            .arg(dir.path().join("socket"))
            .arg("-t")
            .arg(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(dir.path().join("stderr"))?)
            .spawn()
            .with_context(|| format!("cannot start {}", self.name))?;
        Ok(Running { child, dir })
    }

    /// Starts it and waits for its first answer.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) fn start(&self) -> Result<Running> {
        let running = self.spawn()?;
        running.connect()?.ping()?;
        Ok(running)
    }
}

impl Running {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A file for it to read and write.
    pub(super) fn file(&self) -> PathBuf {
        self.dir.path().join("file")
    }

    /// Connects as soon as it listens.
    ///
    /// # Errors
    /// It does not within ten seconds.
    pub(super) fn connect(&self) -> Result<Client> {
        let end = Instant::now() + Duration::from_secs(10);
        let path = self.dir.path().join("socket");
        loop {
            if let Ok(stream) = UnixStream::connect(&path) {
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                return Ok(Client { stream, buffer: vec![0; 1 << 20], line: Vec::new() });
            }
            if Instant::now() > end {
                bail!("no socket: {}", fs::read_to_string(self.dir.path().join("stderr"))?);
            }
            std::thread::sleep(Duration::from_micros(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that does no more than it must, so that the agents' time is measured.
pub(super) struct Client {
    stream: UnixStream,
    buffer: Vec<u8>,
    line: Vec<u8>,
}

impl Client {
    /// Sends a request and waits for the end of its reply, which must be no error.
    ///
    /// # Errors
    /// The agent ends, or refuses.
    pub(super) fn call(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        self.line.clear();
        loop {
            let count = self.stream.read(&mut self.buffer)?;
            ensure!(count > 0, "the agent has closed the channel");
            let read = &self.buffer[..count];
            // Only the start and the end of a long reply are looked at.
            if self.line.len() < 256 {
                self.line.extend_from_slice(&read[..read.len().min(256)]);
            }
            if read.ends_with(b"\n") {
                break;
            }
        }
        ensure!(self.line.starts_with(b"{\"return\""), "{}", String::from_utf8_lossy(&self.line));
        Ok(&self.line)
    }

    /// One ping.
    ///
    /// # Errors
    /// As for [`Self::call`].
    pub(super) fn ping(&mut self) -> Result<()> {
        self.call(b"{\"execute\":\"guest-ping\"}\n").map(drop)
    }

    /// Opens a file and gives its handle.
    ///
    /// # Errors
    /// As for [`Self::call`].
    pub(super) fn open(&mut self, path: &Path, mode: &str) -> Result<u64> {
        let arguments = serde_json::json!({"path": path, "mode": mode});
        let request = serde_json::json!({"execute": "guest-file-open", "arguments": arguments});
        let reply: serde_json::Value =
            serde_json::from_slice(self.call(request.to_string().as_bytes())?)?;
        reply["return"].as_u64().context("no handle")
    }
}
