//! Requests, many of them.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::peer::{Client, Peer, Running};

/// Turns of each agent, in turns with the other; odd, so that the median is one of them.
pub(super) const TURNS: usize = 7;
/// How long one turn lasts.
const TURN: Duration = Duration::from_millis(400);
/// Bytes of the file that is read over and over.
const FILE: usize = 16 << 20;

/// A request that is sent over and over.
#[derive(Clone, Copy)]
pub(super) enum Round {
    Ping,
    Command(&'static str),
    Read(usize),
    Write(usize),
}

/// All of them.
pub(super) const ROUNDS: [(&str, Round); 9] = [
    ("guest-ping", Round::Ping),
    ("guest-info", Round::Command("guest-info")),
    ("guest-get-osinfo", Round::Command("guest-get-osinfo")),
    ("guest-network-get-interfaces", Round::Command("guest-network-get-interfaces")),
    ("guest-get-fsinfo", Round::Command("guest-get-fsinfo")),
    ("guest-file-read, 64 KiB each", Round::Read(64 << 10)),
    ("guest-file-read, 1 MiB each", Round::Read(1 << 20)),
    ("guest-file-write, 64 KiB each", Round::Write(64 << 10)),
    ("guest-file-write, 1 MiB each", Round::Write(1 << 20)),
];

impl Round {
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Ping | Self::Command(_) => "1/s",
            Self::Read(_) | Self::Write(_) => "MB/s",
        }
    }

    /// What one request counts for.
    fn worth(self) -> f64 {
        match self {
            Self::Ping | Self::Command(_) => 1.0,
            #[expect(clippy::cast_precision_loss, reason = "at most a mebibyte")]
            Self::Read(bytes) | Self::Write(bytes) => bytes as f64 / 1e6,
        }
    }

    /// The request, and the one that goes before it when the file is at its end.
    fn requests(self, handle: u64) -> (String, Option<(usize, String)>) {
        let rewind = format!(
            r#"{{"execute":"guest-file-seek","arguments":{{"handle":{handle},"offset":0,"whence":"set"}}}}"#
        );
        match self {
            Self::Ping => (r#"{"execute":"guest-ping"}"#.to_owned(), None),
            Self::Command(name) => (format!(r#"{{"execute":"{name}"}}"#), None),
            Self::Read(bytes) => (
                format!(
                    r#"{{"execute":"guest-file-read","arguments":{{"handle":{handle},"count":{bytes}}}}}"#
                ),
                Some((FILE / bytes, rewind)),
            ),
            Self::Write(bytes) => {
                // Base64 of zeros, and one padding where it is due.
                let data = match bytes % 3 {
                    1 => format!("{}==", "A".repeat(bytes / 3 * 4 + 2)),
                    2 => format!("{}=", "A".repeat(bytes / 3 * 4 + 3)),
                    _ => "A".repeat(bytes / 3 * 4),
                };
                let request = format!(
                    r#"{{"execute":"guest-file-write","arguments":{{"handle":{handle},"buf-b64":"{data}"}}}}"#
                );
                (request, Some((FILE / bytes, rewind)))
            }
        }
    }

    fn turn(self, agent: &Running) -> Result<f64> {
        let mut client = agent.connect()?;
        let handle = match self {
            Self::Read(_) => {
                fs::write(agent.file(), vec![7; FILE])?;
                client.open(&agent.file(), "r")?
            }
            Self::Write(_) => client.open(&agent.file(), "w")?,
            Self::Ping | Self::Command(_) => 0,
        };
        let (request, rewind) = self.requests(handle);
        let request = request + "\n";
        client.call(request.as_bytes())?;
        let start = Instant::now();
        let mut count = 0;
        while start.elapsed() < TURN {
            client.call(request.as_bytes())?;
            count += 1;
            if let Some((every, rewind)) = &rewind
                && count % (*every - 1) == 0
            {
                client.call(rewind.as_bytes())?;
            }
        }
        let rate = f64::from(u32::try_from(count)?) * self.worth() / start.elapsed().as_secs_f64();
        if handle > 0 {
            close(&mut client, handle)?;
        }
        Ok(rate)
    }
}

fn close(client: &mut Client, handle: u64) -> Result<()> {
    let request = format!(r#"{{"execute":"guest-file-close","arguments":{{"handle":{handle}}}}}"#);
    client.call(request.as_bytes()).map(drop)
}

/// The rate of both agents, in the round's unit.
///
/// # Errors
/// One of them does not do what it is asked.
pub(super) fn rate(round: Round, ours: &Running, theirs: &Running) -> Result<(f64, f64)> {
    let mut rates = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        rates.0.push(round.turn(ours)?);
        rates.1.push(round.turn(theirs)?);
    }
    Ok((median(rates.0), median(rates.1)))
}

/// Milliseconds from the start of the program to the answer to the first ping.
///
/// # Errors
/// It does not start.
pub(super) fn start(agent: &Peer, times: usize) -> Result<f64> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let running = agent.spawn()?;
        running.connect()?.ping()?;
        taken.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(taken))
}

/// Reads 48 MiB with one request, the most that the protocol allows.
///
/// # Errors
/// The agent does not do it.
pub(super) fn whole_file(agent: &Running) -> Result<()> {
    const WHOLE: usize = 48 << 20;
    fs::write(agent.file(), vec![7; WHOLE])?;
    let mut client = agent.connect()?;
    let handle = client.open(&agent.file(), "r")?;
    client.call(Round::Read(WHOLE).requests(handle).0.as_bytes())?;
    close(&mut client, handle)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
