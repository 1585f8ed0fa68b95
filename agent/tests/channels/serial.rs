//! Serial lines; a pseudo-terminal stands for one (pty(7)).

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use guestd::channel::{Channel, OpenError, Peer};
use guestd::config::settings::ChannelKind;
use nix::pty::openpty;
use nix::unistd::ttyname;

use crate::support::{next, read, run, settings, waits};

/// A pseudo-terminal: the host's side, the guest's side, and the path of the latter.
fn line() -> (File, OwnedFd, PathBuf) {
    let pair = openpty(None, None).unwrap();
    let path = ttyname(&pair.slave).unwrap();
    (File::from(pair.master), pair.slave, path)
}

fn open(path: &str, wait: bool) -> Result<Channel, OpenError> {
    Channel::open(&settings(ChannelKind::IsaSerial { path: path.into() }, wait))
}

#[test]
fn bytes_go_both_ways_as_they_are() {
    run(async {
        let (mut host, guest, path) = line();
        // Sent before anybody listened.
        host.write_all(b"stale\n").unwrap();
        // The echo of a terminal that nobody has set up yet.
        host.read_exact(&mut [0; b"stale\r\n".len()]).unwrap();
        let mut channel = open(path.to_str().unwrap(), false).unwrap();
        drop(guest);
        let mut stream = next(&mut channel).await;
        assert_eq!(*stream.peer(), Peer::Device(path));

        // Interrupt, end of file, erase, return, XOFF, XON: a terminal would take them.
        let bytes: Vec<u8> = (0..=255).collect();
        host.write_all(&bytes).unwrap();
        assert_eq!(read(&mut stream, 256).await.unwrap(), bytes);
        stream.write_all(&bytes).await.unwrap();
        let mut back = [0; 256];
        host.read_exact(&mut back).unwrap();
        assert_eq!(back[..], bytes[..]);
        // There is no second client, and no end.
        assert!(waits(channel.accept()).await);
        assert!(waits(stream.read(&mut [0; 10])).await);
    });
}

#[test]
fn a_line_that_is_hung_up_ends_the_stream_and_then_the_channel() {
    run(async {
        let (host, guest, path) = line();
        // The number of a terminal that is gone is given to the next one, as of another test.
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("line");
        std::os::unix::fs::symlink(path, &own).unwrap();
        let mut channel = open(own.to_str().unwrap(), false).unwrap();
        drop(guest);
        let mut stream = next(&mut channel).await;
        std::fs::remove_file(own).unwrap();
        drop(host);
        for _ in 0..3 {
            assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0);
        }
        let error = stream.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        drop(stream);
        let error = channel.accept().await.unwrap_err().to_string();
        assert!(error.contains("is not there"), "{error}");
    });
}

#[test]
fn a_missing_line_is_an_error_or_waited_for() {
    run(async {
        let missing = "/dev/guestd-no-such-line";
        let error = open(missing, false).unwrap_err();
        assert!(matches!(error, OpenError::Missing { .. }), "{error}");
        assert!(error.to_string().contains(missing), "{error}");
        let mut channel = open(missing, true).unwrap();
        assert!(waits(channel.accept()).await);

        let error = open("/dev/null", false).unwrap_err();
        assert!(matches!(error, OpenError::NoTerminal { .. }), "{error}");
    });
}
