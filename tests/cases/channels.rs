//! Channels that need the real process: what systemd passes to it, and what it does when
//! it runs out of descriptors.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::agent::{Agent, Program};
use support::{bin, need};

const PING: &[u8] = b"{\"execute\": \"guest-ping\"}\n";
const PONG: &[u8] = b"{\"return\": {}}";

#[test]
fn without_descriptors_a_client_waits_and_costs_nothing() -> Result<()> {
    need!("setpriv", "prlimit");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    let mut client = agent.connect()?;
    client.send(PING)?;
    assert_eq!(client.line()?, PONG);
    drop(client);

    // The next descriptor would be the lowest free one, which is now above the limit.
    let open = fs::read_dir(format!("/proc/{}/fd", agent.pid()))?;
    let numbers = open.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    let free = (0..).zip(&numbers).find(|(at, number)| at != *number);
    let free = free.map_or(u32::try_from(numbers.len())?, |(at, _)| at);
    limit(&agent, free)?;

    let mut client = agent.connect()?;
    client.send(PING)?;
    let before = ticks(&agent)?;
    thread::sleep(Duration::from_secs(3));
    let spent = ticks(&agent)? - before;
    ensure!(spent <= 5, "{spent} of 300 ticks of CPU time went into a client that has to wait");

    limit(&agent, 1024)?;
    assert_eq!(client.line()?, PONG);
    Ok(())
}

/// Sets how many descriptors the agent may have.
fn limit(agent: &Agent, descriptors: u32) -> Result<()> {
    let status = Command::new("prlimit")
        .args(["--pid", &agent.pid().to_string(), &format!("--nofile={descriptors}:")])
        .status()?;
    ensure!(status.success(), "prlimit failed");
    Ok(())
}

/// The agent's CPU time in ticks of 10 ms: proc_pid_stat(5), fields 14 and 15.
fn ticks(agent: &Agent) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", agent.pid()))?;
    let fields: Vec<&str> = stat.rsplit_once(") ").context("stat")?.1.split(' ').collect();
    let tick =
        |field: usize| -> Result<u64> { Ok(fields.get(field - 3).context("stat")?.parse()?) };
    Ok(tick(14)? + tick(15)?)
}

#[test]
fn a_socket_from_systemd_takes_the_place_of_any_other() -> Result<()> {
    need!("setpriv", "systemd-socket-activate");
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("socket");
    let process = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "systemd-socket-activate", "--listen"])
        .arg(&socket)
        .arg(bin::guestd()?)
        .args(["qemu-ga", "--statedir"])
        .arg(dir.path())
        .stdin(Stdio::null())
        .spawn()?;
    let _ended = Ended(process);

    // The first client starts the agent, and the second one finds it running.
    for _ in 0..2 {
        let mut stream = connect(&socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(PING)?;
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        assert_eq!(line.trim_end().as_bytes(), PONG);
    }
    Ok(())
}

fn connect(socket: &std::path::Path) -> Result<UnixStream> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => return Ok(stream),
            // The name is there a moment before somebody listens.
            Err(error)
                if [ErrorKind::NotFound, ErrorKind::ConnectionRefused].contains(&error.kind())
                    && Instant::now() < end =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends our own process and nothing else.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
