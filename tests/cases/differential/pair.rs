//! Both agents, and one question put to both.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::agent::{Agent, Client, Program};

use super::answer::{self, By};
use super::case::Case;
use super::deviation::{self, Deviation};
use super::report::Report;

/// A release of QEMU: major and minor.
pub(super) type Version = (u32, u32);

/// The id of the request that marks the end of a case.
const MARK: u64 = 0x00C0_FFEE_0000;

/// More answers than any case has.
const MOST: usize = 10_000;

/// Between the pieces of a stream: long enough that an idle agent reads each alone. Where
/// it does not, the case is still a right one.
const PAUSE: Duration = Duration::from_millis(1);

/// QEMU's agent and ours, with what was compared.
#[derive(Debug)]
pub(super) struct Pair {
    theirs: Agent,
    ours: Agent,
    version: Version,
    report: Report,
}

impl Pair {
    /// Starts both with the same options.
    pub(super) fn start(options: &[&str]) -> Result<Self> {
        let theirs = Agent::start(&Program::qemu_ga()?, options)?;
        let ours = Agent::start(&Program::guestd()?, options)?;
        let version = version(&theirs)?;
        Ok(Self { theirs, ours, version, report: Report::default() })
    }

    /// guestd itself.
    pub(super) fn ours(&self) -> &Agent {
        &self.ours
    }

    /// qemu-ga and guestd.
    pub(super) fn both(&self) -> [&Agent; 2] {
        [&self.theirs, &self.ours]
    }

    /// Sends each case to both.
    ///
    /// # Errors
    /// An agent cannot be reached. What differs is told by [`Self::finish`].
    pub(super) fn run(&mut self, cases: impl IntoIterator<Item = Case>) -> Result<()> {
        for case in cases {
            let deviation = case.deviation.clone();
            self.ask(&case.name(), deviation, |client, dir| converse(client, dir, &case))?;
        }
        Ok(())
    }

    /// Asks both in the same way, each on a fresh connection, and compares the lines.
    ///
    /// # Errors
    /// An agent cannot be reached.
    pub(super) fn ask(
        &mut self,
        name: &str,
        deviation: Option<(Deviation, Vec<String>)>,
        mut question: impl FnMut(&mut Client, &Path) -> Result<Vec<String>>,
    ) -> Result<()> {
        let mut put = |agent: &Agent, whose: &str| -> Result<Result<Vec<String>>> {
            let mut client = agent.connect().with_context(|| format!("{whose}, {name}"))?;
            Ok(question(&mut client, &agent.files()).with_context(|| whose.to_owned()))
        };
        let theirs = put(&self.theirs, "qemu-ga")?;
        let ours = put(&self.ours, "guestd")?;
        match (theirs, ours) {
            (Ok(theirs), Ok(ours)) => {
                let modern = |line: &String| deviation::modern(line, self.version);
                let theirs: Vec<String> = theirs.iter().map(modern).collect();
                let older = |line: &String| deviation::without_newer(line, self.version);
                let ours = ours.iter().map(older);
                let ours: Vec<String> =
                    ours.map(|line| deviation::without_serials(&line, &theirs)).collect();
                self.report.compare(name, self.version, &theirs, &ours, deviation.as_ref());
            }
            (Err(error), _) | (_, Err(error)) => self.report.broken(name, &error),
        }
        Ok(())
    }

    /// Fails if anything differed.
    ///
    /// # Errors
    /// All that differed.
    pub(super) fn finish(self) -> Result<()> {
        let said = format!("qemu-ga {}\nguestd {}", self.theirs.said(), self.ours.said());
        self.report.finish().context(said)
    }
}

/// Sends a stream and reads all that it brings, up to the answer to a request at its end.
fn converse(client: &mut Client, dir: &Path, case: &Case) -> Result<Vec<String>> {
    let dir = dir.to_str().context("the directory's name is no text")?;
    for (index, piece) in case.pieces.iter().enumerate() {
        if index > 0 {
            thread::sleep(PAUSE);
        }
        client.send(&replace(piece, b"$dir", dir.as_bytes()))?;
    }
    let reset: &[u8] = if case.open { b"\xff\n" } else { b"\n" };
    let mark = format!("{{'execute': 'guest-sync', 'arguments': {{'id': {MARK}}}}}\n");
    client.send(&[reset, mark.as_bytes()].concat())?;
    // qemu-ga answers a host's 0xFF with an error line, guestd with nothing.
    let noisy = case.open || case.stream().contains(&0xFF);
    let end = format!("{{\"return\": {MARK}}}");
    let mut lines = Vec::new();
    loop {
        let line = client.line()?;
        if line == end.as_bytes() {
            return Ok(lines);
        }
        ensure!(lines.len() < MOST, "more than {MOST} answers");
        let line = replace(&line, dir.as_bytes(), b"$dir");
        if !(noisy && tells_of_a_reset(&line)) {
            lines.push(answer::text(&line, case.by)?);
        }
    }
}

/// `stray '...'` with 0xFF as its last byte.
fn tells_of_a_reset(line: &[u8]) -> bool {
    line.starts_with(br#"{"error": {"class": "GenericError", "desc": "JSON parse error, stray '"#)
        && line.ends_with(br#"\uFFFD'"}}"#)
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut rest = text;
    let mut out = Vec::with_capacity(text.len());
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

fn version(agent: &Agent) -> Result<Version> {
    let mut client = agent.connect()?;
    client.send(b"{'execute': 'guest-info'}")?;
    let info: Value = serde_json::from_slice(&client.line()?)?;
    let text = info["return"]["version"].as_str().context("guest-info names no version")?;
    let mut numbers = text.split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        anyhow::bail!("version '{text}' of guest-info");
    };
    Ok((major, minor))
}

/// One request on its own, answered by one line.
///
/// # Errors
/// No answer comes.
pub(super) fn call(client: &mut Client, request: &str, by: By) -> Result<String> {
    client.send(request.as_bytes())?;
    answer::text(&client.line()?, by)
}
