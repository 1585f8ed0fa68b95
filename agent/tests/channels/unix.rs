//! Unix sockets.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use guestd::channel::{Channel, OpenError, Peer, Trust};
use guestd::config::settings::{ChannelKind, UnixSocket};
use nix::unistd::{getgid, getuid};
use tempfile::TempDir;

use crate::support::{next, read, run, settings, waits};

fn socket(path: &Path) -> UnixSocket {
    UnixSocket {
        path: path.to_owned(),
        mode: None,
        allowed_uids: None,
        group: None,
        max_clients: 2,
    }
}

fn open(socket: UnixSocket) -> Result<Channel, OpenError> {
    Channel::open(&settings(ChannelKind::Unix(socket), false))
}

fn place() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("agent.sock");
    (dir, path)
}

#[test]
fn a_client_is_known_and_heard_and_answered() {
    let (_dir, path) = place();
    run(async {
        let mut channel = open(socket(&path)).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        let mut stream = next(&mut channel).await;
        let Peer::Process { uid, pid, .. } = *stream.peer() else { panic!("{}", stream.peer()) };
        assert_eq!((uid, pid), (getuid().as_raw(), i32::try_from(std::process::id()).unwrap()));

        assert!(waits(stream.read(&mut [0; 10])).await, "nothing was sent");
        client.write_all(b"one").unwrap();
        assert_eq!(read(&mut stream, 3).await.unwrap(), b"one");
        // Exactly as many as there is room for, then more.
        client.write_all(b"twoandthree").unwrap();
        let mut buffer = [0; 3];
        for part in ["two", "and", "thr"] {
            assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
            assert_eq!(buffer, part.as_bytes());
        }
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 2);
        stream.write_all(b"reply").await.unwrap();
        let mut reply = [0; 5];
        client.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"reply");

        drop(client);
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 0);
        let error = stream.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_client_that_only_stops_sending_still_gets_its_replies() {
    let (_dir, path) = place();
    run(async {
        let mut channel = open(socket(&path)).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        client.write_all(b"request").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut stream = next(&mut channel).await;
        assert_eq!(read(&mut stream, 100).await.unwrap(), b"request");
        stream.write_all(b"reply").await.unwrap();
        drop(stream);
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert_eq!(reply, "reply");
    });
}

#[test]
fn a_client_that_reads_nothing_ends_the_write_when_it_goes() {
    let (_dir, path) = place();
    run(async {
        let mut channel = open(socket(&path)).unwrap();
        let client = UnixStream::connect(&path).unwrap();
        let mut stream = next(&mut channel).await;
        let much = vec![0; 64 << 20];
        let mut writing = Box::pin(stream.write_all(&much));
        assert!(waits(&mut writing).await, "64 MiB do not fit into a socket");
        drop(client);
        assert_eq!(writing.await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn further_clients_wait_for_their_turn() {
    let (_dir, path) = place();
    run(async {
        let mut channel = open(socket(&path)).unwrap();
        let clients: Vec<UnixStream> =
            (0..3).map(|_| UnixStream::connect(&path).unwrap()).collect();
        let first = next(&mut channel).await;
        let _second = next(&mut channel).await;
        assert!(waits(channel.accept()).await, "two are enough");
        (&clients[2]).write_all(b"third").unwrap();
        drop(first);
        // The accept that was given up has lost nothing.
        let mut third = next(&mut channel).await;
        assert_eq!(read(&mut third, 5).await.unwrap(), b"third");
    });
}

#[test]
fn a_user_who_may_not_talk_is_sent_away() {
    let (_dir, path) = place();
    run(async {
        let other = getuid().as_raw() + 1;
        let socket = UnixSocket { allowed_uids: Some(vec![other]), ..socket(&path) };
        let mut channel = open(socket).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        assert!(waits(channel.accept()).await, "nobody may talk");
        assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
    });
}

#[test]
fn a_user_who_can_open_it_only_by_its_group_may_ask_for_information() {
    let groups = fs::read_to_string("/etc/group").unwrap();
    let own = format!(":{}:", getgid());
    let line = groups.lines().find(|line| line.contains(&own)).unwrap();
    let group = line.split(':').next().map(str::to_owned);
    let (_dir, path) = place();
    run(async {
        let (me, other) = (getuid().as_raw(), getuid().as_raw() + 1);
        for (uid, trust) in [(other, Trust::Information), (me, Trust::Policy)] {
            let allowed_uids = Some(vec![uid]);
            let (mode, group) = (Some(0o600), group.clone());
            let socket = UnixSocket { allowed_uids, mode, group, ..socket(&path) };
            let mut channel = open(socket).unwrap();
            let meta = fs::metadata(&path).unwrap();
            assert_eq!(meta.permissions().mode() & 0o777, 0o660);
            assert_eq!(meta.gid(), getgid().as_raw());
            let _client = UnixStream::connect(&path).unwrap();
            assert_eq!(next(&mut channel).await.trust(), trust);
        }
        let group = Some("no such group".to_owned());
        let socket = UnixSocket { mode: Some(0o600), group, ..socket(&path) };
        let _channel = open(socket).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "closed to everybody else");
    });
}

#[test]
fn the_file_has_the_wanted_permissions() {
    let (_dir, path) = place();
    run(async {
        for mode in [0o600, 0o666, 0o620] {
            let channel = open(UnixSocket { mode: Some(mode), ..socket(&path) }).unwrap();
            let meta = fs::metadata(&path).unwrap();
            assert_eq!(meta.permissions().mode() & 0o777, mode);
            // Left behind, and taken over by the next one.
            drop(channel);
        }
    });
}

#[test]
fn only_a_socket_without_a_listener_is_replaced() {
    let (_dir, path) = place();
    run(async {
        let listener = UnixListener::bind(&path).unwrap();
        assert!(matches!(open(socket(&path)), Err(OpenError::Listening { .. })));
        drop(listener);
        drop(open(socket(&path)).unwrap());
        fs::remove_file(&path).unwrap();

        let _datagrams = UnixDatagram::bind(&path).unwrap();
        assert!(matches!(open(socket(&path)), Err(OpenError::Listening { .. })));
        fs::remove_file(&path).unwrap();

        fs::write(&path, "precious").unwrap();
        let error = open(socket(&path)).unwrap_err();
        assert!(matches!(error, OpenError::NoSocket { .. }), "{error}");
        assert!(error.to_string().contains("agent.sock"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"precious");
        fs::remove_file(&path).unwrap();

        // A link is no socket either, wherever it leads.
        let target = path.with_extension("target");
        drop(UnixListener::bind(&target).unwrap());
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert!(matches!(open(socket(&path)), Err(OpenError::NoSocket { .. })));
        assert!(target.exists());
    });
}

#[test]
fn a_path_that_cannot_be_is_named() {
    run(async {
        let long = PathBuf::from(format!("/tmp/{}", "x".repeat(200)));
        for path in [PathBuf::from("/nonexistent/agent.sock"), long] {
            let error = open(socket(&path)).unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
    });
}

#[test]
fn a_client_with_much_to_say_does_not_stop_the_others() {
    let (_dir, path) = place();
    run(async {
        let mut channel = open(socket(&path)).unwrap();
        let loud = UnixStream::connect(&path).unwrap();
        let mut stream = next(&mut channel).await;
        // Reads as fast as it can; its client writes as fast as it can, on a thread.
        let writer = std::thread::spawn(move || while (&loud).write_all(&[0; 65536]).is_ok() {});
        let reading = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        });
        let mut quiet = UnixStream::connect(&path).unwrap();
        quiet.write_all(b"hello").unwrap();
        let mut other = next(&mut channel).await;
        assert_eq!(read(&mut other, 5).await.unwrap(), b"hello");
        reading.abort();
        assert!(reading.await.unwrap_err().is_cancelled());
        writer.join().unwrap();
    });
}
