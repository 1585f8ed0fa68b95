//! Sockets that the service manager has made.

use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use guestd::channel::Channel;

use crate::support::{next, read, run, waits};

#[test]
fn a_listening_unix_socket_is_used_as_it_is() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let mut early = UnixStream::connect(&path).unwrap();
        early.write_all(b"early").unwrap();
        let mut channel = Channel::inherited(listener.into(), 1).unwrap();
        let mut stream = next(&mut channel).await;
        assert_eq!(read(&mut stream, 5).await.unwrap(), b"early");
        // It came blocking, and must not block the agent.
        drop(stream);
        assert!(waits(channel.accept()).await);
    });
}

#[test]
fn anything_else_is_refused_with_the_reason() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let (connected, _other) = UnixStream::pair().unwrap();
        let others: [(OwnedFd, &str); 4] = [
            (File::create(&path).unwrap().into(), "no socket"),
            (UnixDatagram::unbound().unwrap().into(), "ListenStream="),
            (connected.into(), "Accept=no"),
            (TcpListener::bind("127.0.0.1:0").unwrap().into(), "neither a Unix nor a vsock"),
        ];
        for (fd, reason) in others {
            let error = Channel::inherited(fd, 1).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    });
}
