//! A connection on which each line is a message.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use hooks::Cancel;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of one message at most: what a hundred hooks print, escaped.
const MOST: usize = 16 << 20;
/// Bytes read at a time.
const CHUNK: usize = 16 << 10;
/// How long the other side may take to make room for a message.
const PATIENCE: Duration = Duration::from_secs(5);

/// One end of the connection.
#[derive(Debug)]
pub(super) struct Link {
    stream: UnixStream,
    /// What was read and is no whole line yet.
    pending: Vec<u8>,
}

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received<T> {
    Message(T),
    /// [`Cancel`] was given.
    Cancelled,
}

impl Link {
    /// Of a connected socket.
    ///
    /// # Errors
    /// It is no such socket.
    pub(super) fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, pending: Vec::new() })
    }

    /// To the socket of this path.
    ///
    /// # Errors
    /// Nobody listens there.
    pub(super) fn connect(path: &Path) -> io::Result<Self> {
        Self::new(UnixStream::connect(path)?)
    }

    /// The same connection, for another thread. Only one of the two may receive.
    ///
    /// # Errors
    /// There is no free descriptor.
    pub(super) fn twin(&self) -> io::Result<Self> {
        Self::new(self.stream.try_clone()?)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The other side is gone, or does not listen.
    pub(super) fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.stream.write_all(&line)
    }

    /// Waits for the next message; without a limit for ever.
    ///
    /// # Errors
    /// The other side is gone (`UnexpectedEof`), says nothing within the limit (`TimedOut`), or
    /// says what is no message.
    pub(super) fn receive<T: DeserializeOwned>(
        &mut self,
        limit: Option<Duration>,
        cancel: Option<&Cancel>,
    ) -> io::Result<Received<T>> {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut searched = 0;
        loop {
            if let Some(length) = self.pending[searched..].iter().position(|&byte| byte == b'\n') {
                let rest = self.pending.split_off(searched + length + 1);
                let line = std::mem::replace(&mut self.pending, rest);
                return Ok(Received::Message(serde_json::from_slice(&line)?));
            }
            searched = self.pending.len();
            if searched > MOST {
                return Err(io::Error::new(ErrorKind::InvalidData, "a message without end"));
            }
            if self.wait(end, cancel)? {
                return Ok(Received::Cancelled);
            }
            let mut chunk = [0; CHUNK];
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.pending.extend(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until something can be read, or it was cancelled: then true.
    fn wait(&self, end: Option<Instant>, cancel: Option<&Cancel>) -> io::Result<bool> {
        loop {
            let timeout = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => PollTimeout::NONE,
                Some(Duration::ZERO) => return Err(ErrorKind::TimedOut.into()),
                // Rounded up, so that the last millisecond is not spent polling.
                Some(left) => PollTimeout::try_from(left + Duration::from_micros(999))
                    .unwrap_or(PollTimeout::MAX),
            };
            let mut fds = vec![PollFd::new(self.stream.as_fd(), PollFlags::POLLIN)];
            fds.extend(cancel.map(|cancel| PollFd::new(cancel.wake(), PollFlags::POLLIN)));
            match poll(&mut fds, timeout) {
                Ok(0) | Err(Errno::EINTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            return Ok(fds.get(1).is_some_and(|fd| fd.any().unwrap_or(true)));
        }
    }
}
