//! A host that asks one agent.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use support::vm::Guest;

use super::guest::PATIENCE;

/// The host's end of the agent's port.
pub(super) struct Host(BufReader<UnixStream>);

impl Host {
    /// The host at this port, once its agent answers.
    ///
    /// # Errors
    /// There is no such port, or nobody answers.
    pub(super) fn connect(guest: &Guest, port: &str) -> Result<Self> {
        let stream = guest.port(port)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut host = Self(BufReader::new(stream));
        host.call("guest-ping")?;
        Ok(host)
    }

    /// What the agent returns.
    ///
    /// # Errors
    /// It answers with an error, or not at all.
    pub(super) fn call(&mut self, command: &str) -> Result<Value> {
        self.0.get_mut().write_all(format!("{}\n", json!({"execute": command})).as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line).with_context(|| format!("{command}: no answer"))?;
        let mut answer: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
        if answer["error"].is_object() {
            bail!("{command}: {line}");
        }
        Ok(answer["return"].take())
    }
}
