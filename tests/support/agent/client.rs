//! A client that knows nothing of JSON: bytes go out, lines come in.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long an answer may take. Generous: a test that waits for it has failed anyway.
const ANSWER: Duration = Duration::from_secs(30);

/// One connection to an agent.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    /// What was read and is no whole line yet.
    read: Vec<u8>,
}

impl Client {
    pub(super) fn new(stream: UnixStream) -> Result<Self> {
        stream.set_write_timeout(Some(ANSWER))?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// The agent is gone, or does not read.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).context("the agent takes no more")
    }

    /// The next line, without its newline.
    ///
    /// # Errors
    /// None comes in time, or the agent closes the connection.
    pub fn line(&mut self) -> Result<Vec<u8>> {
        self.line_within(ANSWER)?.context("the agent closed the connection")
    }

    /// The next line, or `None` at the end of the connection.
    ///
    /// # Errors
    /// None comes in time, or the connection breaks.
    pub fn line_within(&mut self, time: Duration) -> Result<Option<Vec<u8>>> {
        let end = Instant::now() + time;
        let mut seen = 0;
        loop {
            if let Some(at) = self.read[seen..].iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.read.drain(..=seen + at).collect();
                line.pop();
                return Ok(Some(line));
            }
            seen = self.read.len();
            let left = end.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "no answer in {} s{}", time.as_secs(), self.partial());
            self.stream.set_read_timeout(Some(left))?;
            let mut chunk = [0; 64 << 10];
            match self.stream.read(&mut chunk) {
                Ok(0) if self.read.is_empty() => return Ok(None),
                Ok(0) => bail!("the connection ended{}", self.partial()),
                Ok(length) => self.read.extend_from_slice(&chunk[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error).context("the connection broke"),
            }
        }
    }

    /// The stream itself, for tests that wait or shut down in ways of their own.
    pub fn stream(&self) -> &UnixStream {
        &self.stream
    }

    fn partial(&self) -> String {
        if self.read.is_empty() {
            return String::new();
        }
        let shown = &self.read[..self.read.len().min(200)];
        format!(" after '{}'", shown.escape_ascii())
    }
}
