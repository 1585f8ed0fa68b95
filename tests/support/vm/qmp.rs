//! QEMU's monitor: JSON lines over a Unix socket (QEMU docs/interop/qmp-spec.rst).

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// No command that tests give takes long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to the monitor of one guest; there is one at a time.
#[derive(Debug)]
pub struct Qmp(BufReader<UnixStream>);

impl Qmp {
    pub(super) fn connect(path: &Path) -> Result<Self> {
        let stream = UnixStream::connect(path)
            .with_context(|| format!("cannot connect to {}", path.display()))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let mut qmp = Self(BufReader::new(stream));
        qmp.line()?;
        qmp.execute("qmp_capabilities", json!({}))?;
        Ok(qmp)
    }

    /// Gives a command and returns what it answers. Events before the answer are dropped.
    ///
    /// # Errors
    /// QEMU refuses or does not answer.
    pub fn execute(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let request = json!({"execute": command, "arguments": arguments});
        writeln!(self.0.get_mut(), "{request}")?;
        loop {
            let mut answer = self.line()?;
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            if let Some(error) = answer.get("error") {
                bail!("QMP {command}: {error}");
            }
        }
    }

    /// Waits for an event and returns its data.
    ///
    /// # Errors
    /// It does not come in time.
    pub fn event(&mut self, name: &str) -> Result<Value> {
        loop {
            let mut message = self.line().with_context(|| format!("QMP event {name}"))?;
            if message["event"] == name {
                return Ok(message["data"].take());
            }
        }
    }

    fn line(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.0.read_line(&mut line).context("QMP")?;
        serde_json::from_str(&line).with_context(|| format!("QMP says '{line}'"))
    }
}
