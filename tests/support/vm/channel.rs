//! The host's side of the port over which a guest takes commands; its other side is
//! init.sh.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::Output;

/// The port's name in the guest; init.sh opens it.
pub(crate) const PORT: &str = "small-guest.commands";

/// The longest status line: three numbers.
const MAX_LINE: usize = 80;

#[derive(Debug)]
pub(super) struct Channel {
    stream: UnixStream,
}

impl Channel {
    /// Waits until QEMU has connected and init in the guest has said that it is ready;
    /// `alive` fails when that will not come.
    pub(super) fn accept(
        listener: &UnixListener,
        mut alive: impl FnMut() -> Result<()>,
        end: Instant,
    ) -> Result<Self> {
        listener.set_nonblocking(true)?;
        let stream = loop {
            match listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            alive()?;
            ensure!(Instant::now() < end, "QEMU did not start in time");
            thread::sleep(Duration::from_millis(5));
        };
        stream.set_nonblocking(false)?;
        let mut channel = Self { stream };
        channel.ready(end)?;
        Ok(channel)
    }

    /// Waits until init has said that the guest is ready, which it does at each boot.
    pub(super) fn ready(&mut self, end: Instant) -> Result<()> {
        let line = self.line(end).context("the guest did not boot")?;
        ensure!(line == "ready", "the guest said '{line}' instead of 'ready'");
        Ok(())
    }

    /// Runs a script with this input and waits for its end. A failure ends the guest,
    /// because its answer may still come and would be taken for the next one.
    pub(super) fn run(&mut self, script: &str, input: &[u8], end: Instant) -> Result<Output> {
        let output = self.exchange(script, input, end);
        if output.is_err() {
            let _ = self.stream.shutdown(Shutdown::Both);
        }
        output
    }

    fn exchange(&mut self, script: &str, input: &[u8], end: Instant) -> Result<Output> {
        self.stream.set_write_timeout(Some(left(end)?))?;
        let mut request = format!("{} {}\n{script}", script.len(), input.len()).into_bytes();
        request.extend_from_slice(input);
        self.stream.write_all(&request).context("the guest takes no command")?;

        let line = self.line(end)?;
        let numbers: Vec<&str> = line.split(' ').collect();
        let [code, stdout, stderr] = numbers[..] else {
            bail!("the guest answered '{line}' instead of three numbers");
        };
        Ok(Output {
            code: code.parse()?,
            stdout: self.exactly(stdout.parse()?, end)?,
            stderr: self.exactly(stderr.parse()?, end)?,
        })
    }

    fn line(&mut self, end: Instant) -> Result<String> {
        let mut line = Vec::new();
        while line.len() < MAX_LINE {
            match self.exactly(1, end)?[..] {
                [b'\n'] => return Ok(String::from_utf8_lossy(&line).into_owned()),
                [byte] => line.push(byte),
                _ => bail!("an empty read"),
            }
        }
        bail!("the guest sent no line but '{}'", String::from_utf8_lossy(&line))
    }

    fn exactly(&mut self, size: usize, end: Instant) -> Result<Vec<u8>> {
        let mut bytes = vec![0; size];
        let mut filled = 0;
        while filled < size {
            self.stream.set_read_timeout(Some(left(end)?))?;
            match self.stream.read(&mut bytes[filled..]) {
                Ok(0) => bail!("the guest ended"),
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => bail!("no answer in time"),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(bytes)
    }
}

/// The time that remains, as a socket timeout, which may not be zero.
fn left(end: Instant) -> Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    ensure!(!left.is_zero(), "no answer in time");
    Ok(left)
}

/// The socket that QEMU connects to: it listens before QEMU starts, so neither side has
/// to wait for the other.
pub(super) fn listen(path: &Path) -> Result<UnixListener> {
    UnixListener::bind(path).with_context(|| format!("cannot listen on {}", path.display()))
}
