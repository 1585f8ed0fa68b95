//! A host that takes the line as Placemat v2.4.11 does (`v2/pkg/vm/bmc.go`, run with many
//! kinds of lines): the first line counts for as long as the connection stands, whatever it
//! is; later ones are read and dropped; nothing is ever answered.

use std::io::{BufRead, BufReader, Read};
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Far more than any line takes under emulation.
const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of Placemat with its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A BMC listens there.
    Listens(Ipv4Addr),
    /// It listens on every interface of the host.
    Everywhere,
    /// It listens where nobody will look, and takes no other line.
    Unusable,
    /// The whole program ends.
    Crash,
}

/// A connected host.
#[derive(Debug)]
pub(crate) struct Placemat {
    stream: UnixStream,
    lines: Receiver<Vec<u8>>,
    first: Option<Vec<u8>>,
    extra: Vec<Vec<u8>>,
}

impl Placemat {
    pub(crate) fn new(stream: UnixStream) -> Result<Self> {
        let (sender, lines) = channel();
        let mut reader = BufReader::new(stream.try_clone()?);
        thread::spawn(move || {
            loop {
                let mut line = Vec::new();
                match reader.read_until(b'\n', &mut line) {
                    // What has no end is never looked at.
                    Ok(_) if line.ends_with(b"\n") => {
                        if sender.send(line).is_err() {
                            return;
                        }
                    }
                    _ => return,
                }
            }
        });
        Ok(Self { stream, lines, first: None, extra: Vec::new() })
    }

    /// The first line, as it came.
    pub(crate) fn first(&mut self) -> Result<&[u8]> {
        if self.first.is_none() {
            self.first = Some(self.lines.recv_timeout(PATIENCE).context("no line came")?);
        }
        self.first.as_deref().context("no line")
    }

    /// What becomes of it.
    pub(crate) fn outcome(&mut self) -> Result<Outcome> {
        Ok(outcome(self.first()?))
    }

    /// The next line after the first; Placemat drops it.
    pub(crate) fn dropped(&mut self) -> Result<Vec<u8>> {
        self.first()?;
        self.lines.recv_timeout(PATIENCE).context("no other line came")
    }

    /// Fails if another line comes within this time.
    pub(crate) fn quiet(&mut self, time: Duration) -> Result<()> {
        match self.lines.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
            Ok(line) => {
                self.extra.push(line);
                let lines: Vec<_> =
                    self.extra.iter().map(|line| line.escape_ascii().to_string()).collect();
                ensure!(lines.is_empty(), "more lines came: {lines:?}");
                Ok(())
            }
        }
    }
}

impl Drop for Placemat {
    fn drop(&mut self) {
        // Ends the thread, which has the stream as well.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        let _ = self.stream.read(&mut [0]);
    }
}

/// The bridge of its network `bmc` in neco's menu: 10.72.16.1/20.
fn outcome(line: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(line);
    match text.trim() {
        "" => Outcome::Everywhere,
        text => match text.parse::<Ipv4Addr>() {
            Ok(address)
                if address.octets()[..2] == [10, 72] && address.octets()[2] & 0xF0 == 16 =>
            {
                Outcome::Listens(address)
            }
            Ok(address) if address.is_loopback() => Outcome::Listens(address),
            Ok(_) => Outcome::Crash,
            Err(_) => Outcome::Unusable,
        },
    }
}

#[test]
fn the_peer_takes_lines_as_placemat_was_measured_to() -> Result<()> {
    use std::io::Write;
    let quiet = Duration::from_millis(100);
    for (bytes, expected) in [
        (&b"127.0.0.2\n"[..], Outcome::Listens(Ipv4Addr::new(127, 0, 0, 2))),
        (b"  127.0.0.2 \r\n", Outcome::Listens(Ipv4Addr::new(127, 0, 0, 2))),
        (b"10.72.17.4\n10.72.17.5\n", Outcome::Listens(Ipv4Addr::new(10, 72, 17, 4))),
        (b"\n10.72.17.4\n", Outcome::Everywhere),
        (b"hello\n", Outcome::Unusable),
        (b"127.0.0.2/8\n", Outcome::Unusable),
        (b"::1\n", Outcome::Unusable),
        (b"127.0.0.2\0\n", Outcome::Unusable),
        (b"192.0.2.1\n", Outcome::Crash),
    ] {
        let (mut guest, host) = UnixStream::pair()?;
        let mut placemat = Placemat::new(host)?;
        guest.write_all(bytes)?;
        ensure!(placemat.outcome()? == expected, "{}", bytes.escape_ascii());
    }
    // What has no end stays, and is glued to what comes next.
    let (mut guest, host) = UnixStream::pair()?;
    let mut placemat = Placemat::new(host)?;
    guest.write_all(b"10.72.17.4")?;
    placemat.quiet(quiet)?;
    guest.write_all(b"10.72.17.5\n")?;
    ensure!(placemat.outcome()? == Outcome::Unusable);
    Ok(())
}
