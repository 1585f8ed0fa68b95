//! Agents that are not there, silent, or no agents: what a person is told.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::run;

/// The exit code of `guestctl` for an agent that cannot be asked.
const AGENT: Option<i32> = Some(5);

/// Answers the first request of one client by bytes that are made of its `id`.
fn impostor(socket: &Path, answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Result<()> {
    let listener = UnixListener::bind(socket)?;
    thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer)?;
            request.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&request);
            let id = text
                .split("\"id\"")
                .nth(1)
                .map(|rest| rest.chars().filter(char::is_ascii_digit).collect::<String>());
            if let Some(id) = id.filter(|id| !id.is_empty()) {
                return stream.write_all(&answer(&id));
            }
            if read == 0 {
                return Ok(());
            }
        }
    });
    Ok(())
}

#[test]
fn nobody_there_is_named_with_what_to_look_at() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("none");
    let said = run(&socket, ["ping"])?;
    ensure!(said.code == AGENT && said.stderr.contains("No such file"), "{said:?}");
    drop(UnixListener::bind(&socket)?);
    let said = run(&socket, ["ping"])?;
    ensure!(said.code == AGENT && said.stderr.contains("nobody listens there"), "{said:?}");
    Ok(())
}

#[test]
fn a_silent_agent_is_waited_for_only_so_long() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("silent");
    let _listener = UnixListener::bind(&socket)?;
    // Whether it has to be built is not what is measured.
    support::bin::guestctl()?;
    let start = Instant::now();
    let said = run(&socket, ["--timeout", "1", "ping"])?;
    ensure!(said.code == AGENT && said.stderr.contains("--timeout waits longer"), "{said:?}");
    ensure!(start.elapsed() < Duration::from_secs(30));
    Ok(())
}

#[test]
fn what_is_no_agent_is_told_as_such() -> Result<()> {
    let garbage: [(&str, Vec<u8>); 5] = [
        ("other", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        ("binary", vec![0; 100]),
        ("sentinel", vec![0xFF; 100]),
        ("brackets", b"[".repeat(100_000)),
        ("half", b"{\"return\": ".to_vec()),
    ];
    for (name, bytes) in garbage {
        let dir = tempfile::tempdir()?;
        let socket = dir.path().join("socket");
        impostor(&socket, move |_| bytes.clone())?;
        let said = run(&socket, ["--timeout", "2", "ping"])?;
        ensure!(said.code == AGENT, "{name}: {said:?}");
        ensure!(said.stderr.lines().count() == 1, "{name}: {said:?}");
        ensure!(!said.stderr.trim_end().chars().any(char::is_control), "{name}: {said:?}");
    }
    Ok(())
}

/// In step at first, then a value of the wrong shape.
#[test]
fn a_reply_of_another_shape_is_told_as_such() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("socket");
    impostor(&socket, |id| {
        format!("\u{0}{{\"return\": {id}}}\n{{\"return\": [1, 2, 3]}}\n")
            .into_bytes()
            .into_iter()
            .map(|byte| if byte == 0 { 0xFF } else { byte })
            .collect()
    })?;
    let said = run(&socket, ["--timeout", "2", "os"])?;
    ensure!(said.code == AGENT && said.stderr.lines().count() == 1, "{said:?}");
    Ok(())
}

/// A line without end must not fill the memory.
#[test]
fn an_endless_reply_is_cut_off() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("socket");
    impostor(&socket, |_| b"x".repeat(300 << 20))?;
    let said = run(&socket, ["--timeout", "20", "ping"])?;
    ensure!(said.code == AGENT, "{:?}", said.code);
    ensure!(said.stderr.len() < 1000, "{} bytes", said.stderr.len());
    Ok(())
}
