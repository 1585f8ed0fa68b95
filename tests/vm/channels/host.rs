//! A host at the other end of a channel: lines of JSON, each with a number of its own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use support::vm::Guest;

/// Far more than any answer takes under emulation.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Host(BufReader<UnixStream>);

impl Host {
    pub(super) fn connect(guest: &Guest, port: &str) -> Result<Self> {
        let stream = guest.port(port)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.get_mut().write_all(bytes).context("the guest takes nothing")
    }

    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line).context("no answer")?;
        ensure!(line.ends_with('\n'), "the guest hung up after '{line}'");
        Ok(line)
    }

    /// One request and its answer, which must be the next thing that comes.
    pub(super) fn sync(&mut self, id: u32) -> Result<()> {
        self.send(request(id).as_bytes())?;
        self.expect(id)
    }

    /// The answer to a request that was sent before.
    pub(super) fn expect(&mut self, id: u32) -> Result<()> {
        let line = self.line()?;
        let answer: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
        ensure!(answer == json!({"return": id}), "asked for {id}, but was answered {line}");
        Ok(())
    }
}

pub(super) fn request(id: u32) -> String {
    format!("{{\"execute\": \"guest-sync\", \"arguments\": {{\"id\": {id}}}}}\n")
}
