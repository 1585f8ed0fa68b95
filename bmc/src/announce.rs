//! One announcement with a time limit.

use std::fmt;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::address::Address;
use crate::port::{OpenError, Place, Port, State, find};

/// Before the second try of a port that another program has open; each next wait is twice
/// as long.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The port that was written to.
    pub place: Place,
    /// How long it took from the first look to the write.
    pub waited: Duration,
}

/// Why nothing was announced.
#[derive(Debug)]
pub enum AnnounceError {
    /// There is no port of this name.
    NoPort(String),
    /// It was in use all the time.
    Busy(String, Duration),
    /// No host has opened the other end.
    NoHost(String, Duration),
    /// A host is there, and takes nothing.
    Deaf(String, Duration),
    /// It was unplugged meanwhile.
    Unplugged(String),
    /// Anything else.
    Io(String, io::Error),
}

/// Writes the address to the port of this name, waiting at most so long for a program that
/// uses it to close it and for a host to open the other end. The port is open no longer
/// than that.
///
/// That the line was written does not mean that the host has taken it for anything: it does
/// not answer.
///
/// # Errors
/// Nothing was written, and why.
pub fn announce(
    root: &Path,
    name: &str,
    address: Address,
    limit: Duration,
) -> Result<Announced, AnnounceError> {
    let start = Instant::now();
    let place = find(root, name).ok_or_else(|| AnnounceError::NoPort(name.to_owned()))?;
    let end = start + limit;
    let port = opened(&place, name, end, limit)?;
    let io = |error| AnnounceError::Io(name.to_owned(), error);
    loop {
        // Before the look, so that what changes after it ends the wait.
        port.seen().map_err(io)?;
        let state = port.state().map_err(io)?;
        if state == State::Unplugged {
            return Err(AnnounceError::Unplugged(name.to_owned()));
        }
        if matches!(state, State::Host { room: true, .. }) && port.send(address).map_err(io)? {
            return Ok(Announced { place, waited: start.elapsed() });
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let name = name.to_owned();
            return Err(match state {
                State::Host { .. } => AnnounceError::Deaf(name, limit),
                State::NoHost | State::Unplugged => AnnounceError::NoHost(name, limit),
            });
        }
        port.wait(left).map_err(io)?;
    }
}

fn opened(place: &Place, name: &str, end: Instant, limit: Duration) -> Result<Port, AnnounceError> {
    let mut wait = FIRST_WAIT;
    loop {
        match Port::open(place) {
            Ok(port) => return Ok(port),
            Err(OpenError::Missing) => return Err(AnnounceError::Unplugged(name.to_owned())),
            Err(OpenError::Io(error)) => return Err(AnnounceError::Io(name.to_owned(), error)),
            Err(OpenError::Busy) => {}
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(AnnounceError::Busy(name.to_owned(), limit));
        }
        // The kernel does not tell when a port is closed.
        thread::sleep(wait.min(left));
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

impl fmt::Display for AnnounceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPort(name) => write!(
                f,
                "there is no port {name}: the virtual machine needs a virtserialport with name={name}"
            ),
            Self::Busy(name, limit) => write!(
                f,
                "port {name}: another program has had it open for {} seconds; is it guestd, which waits for the host or has announce = \"change\"?",
                limit.as_secs_f32()
            ),
            Self::NoHost(name, limit) => write!(
                f,
                "port {name}: no host has opened the other end within {} seconds; is Placemat running?",
                limit.as_secs_f32()
            ),
            Self::Deaf(name, limit) => write!(
                f,
                "port {name}: the host has taken nothing for {} seconds",
                limit.as_secs_f32()
            ),
            Self::Unplugged(name) => write!(f, "port {name}: it was unplugged meanwhile"),
            Self::Io(name, error) => write!(f, "port {name}: {error}"),
        }
    }
}

impl std::error::Error for AnnounceError {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_missing_port_is_told_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let address = "10.0.0.1".parse().unwrap();
        let start = Instant::now();
        let error = announce(dir.path(), "placemat", address, Duration::from_secs(60)).unwrap_err();
        assert!(error.to_string().contains("there is no port placemat"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_file_in_the_place_of_a_port_is_not_written_to() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("dev/virtio-ports")).unwrap();
        let file = dir.path().join("dev/virtio-ports/placemat");
        fs::write(&file, "").unwrap();
        let address = "10.0.0.1".parse().unwrap();
        // epoll takes no regular file.
        let error = announce(dir.path(), "placemat", address, Duration::ZERO).unwrap_err();
        assert!(matches!(error, AnnounceError::Io(..)), "{error}");
        assert_eq!(fs::read(file).unwrap(), b"");
    }
}
