//! The host at the other end of the agent's port, which asks and is answered.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use support::vm::Guest;

use super::PORT;

/// Longer than any freeze of these tests may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Host {
    stream: BufReader<UnixStream>,
    number: u64,
}

impl Host {
    pub(crate) fn connect(guest: &Guest) -> Result<Self> {
        Self::connect_to(guest, PORT)
    }

    /// The same at another port.
    pub(crate) fn connect_to(guest: &Guest, port: &str) -> Result<Self> {
        let stream = guest.port(port)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), number: 0 })
    }

    /// Waits until an agent answers: the first one, or the one after it.
    pub(crate) fn meet(&mut self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            self.stream.get_mut().set_read_timeout(Some(Duration::from_millis(500)))?;
            let met = self.result("guest-ping", &json!({}));
            self.stream.get_mut().set_read_timeout(Some(PATIENCE))?;
            match met {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > end => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// A command that has to go well.
    pub(crate) fn call(&mut self, command: &str, arguments: &Value) -> Result<Value> {
        match self.result(command, arguments)? {
            Ok(value) => Ok(value),
            Err(error) => bail!("{command}: {error}"),
        }
    }

    /// A command that has to fail: what is said.
    pub(crate) fn refused(&mut self, command: &str, arguments: &Value) -> Result<String> {
        match self.result(command, arguments)? {
            Err(error) => Ok(error),
            Ok(value) => bail!("{command} should fail, but returns {value}"),
        }
    }

    /// A command, whether it goes well or not.
    pub(crate) fn result(
        &mut self,
        command: &str,
        arguments: &Value,
    ) -> Result<Result<Value, String>> {
        let id = self.send(command, arguments)?;
        self.answer(id)
    }

    /// Sends a command and waits for nothing; gives its number.
    pub(crate) fn send(&mut self, command: &str, arguments: &Value) -> Result<u64> {
        self.number += 1;
        let request = json!({"execute": command, "arguments": arguments, "id": self.number});
        let request = format!("{request}\n");
        self.stream.get_mut().write_all(request.as_bytes()).context("the guest takes nothing")?;
        Ok(self.number)
    }

    /// The answer to that command; those to earlier ones, which a killed agent may have
    /// left, are passed over.
    pub(crate) fn answer(&mut self, id: u64) -> Result<Result<Value, String>> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).with_context(|| format!("no answer to {id}"))?;
            ensure!(line.ends_with('\n'), "the guest hung up after '{line}'");
            let mut answer: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
            if answer["id"] != id {
                continue;
            }
            return Ok(match answer["error"]["desc"].as_str() {
                Some(error) => Err(error.to_owned()),
                None => Ok(answer["return"].take()),
            });
        }
    }

    /// Nothing is answered for so long.
    pub(crate) fn is_silent_for(&mut self, time: Duration) -> Result<()> {
        self.stream.get_mut().set_read_timeout(Some(time))?;
        let read = self.stream.fill_buf().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        self.stream.get_mut().set_read_timeout(Some(PATIENCE))?;
        match read {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
            Ok(answer) => bail!("answered: '{answer}'"),
        }
    }

    pub(crate) fn freeze(&mut self) -> Result<u64> {
        let count = self.call("guest-fsfreeze-freeze", &json!({}))?;
        count.as_u64().context("no number of filesystems")
    }

    pub(crate) fn thaw(&mut self) -> Result<u64> {
        let count = self.call("guest-fsfreeze-thaw", &json!({}))?;
        count.as_u64().context("no number of filesystems")
    }

    /// `frozen` or `thawed`.
    pub(crate) fn status(&mut self) -> Result<String> {
        let status = self.call("guest-fsfreeze-status", &json!({}))?;
        Ok(status.as_str().unwrap_or_default().to_owned())
    }

    /// The phase that the run is in.
    pub(crate) fn phase(&mut self) -> Result<String> {
        let status = self.call("guestd-quiesce-status", &json!({}))?;
        Ok(status["phase"].as_str().unwrap_or_default().to_owned())
    }

    /// The latest record.
    pub(crate) fn record(&mut self) -> Result<Value> {
        self.call("guestd-quiesce-record", &json!({}))
    }

    /// The next thaw says that the freeze did not last, and only that one does.
    pub(crate) fn told_broken(&mut self, why: &str) -> Result<()> {
        let error = self.refused("guest-fsfreeze-thaw", &json!({}))?;
        ensure!(error.contains("did not stay frozen") && error.contains(why), "{error}");
        let again = self.thaw()?;
        ensure!(again == 0, "{again} filesystems thawed by the second thaw");
        ensure!(self.status()? == "thawed");
        Ok(())
    }
}
