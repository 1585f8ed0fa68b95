//! Commands run in a guest, whoever started that guest.

use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Output;
use super::channel::Channel;
use super::console::Console;

/// Far more than any one command takes under emulation.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// A guest that takes commands.
#[derive(Debug)]
pub struct Session {
    channel: Channel,
    console: Console,
}

impl Session {
    /// Waits until the guest takes commands; `alive` fails when it never will.
    pub(super) fn accept(
        listener: &UnixListener,
        console: Console,
        alive: impl FnMut() -> Result<()>,
        end: Instant,
    ) -> Result<Self> {
        match Channel::accept(listener, alive, end) {
            Ok(channel) => Ok(Self { channel, console }),
            Err(error) => Err(error.context(console.tail())),
        }
    }

    /// Waits until a guest that reboots takes commands again.
    pub(crate) fn again(&mut self, end: Instant) -> Result<()> {
        self.channel.ready(end).with_context(|| self.console.tail())
    }

    /// Runs a program with its arguments, given as they are.
    ///
    /// # Errors
    /// The guest does not answer in time or has ended. A program that fails is an
    /// [`Output`], not an error.
    pub fn run<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Result<Output> {
        self.command(words).run()
    }

    /// Runs a script of the shell, which may have many lines and leave programs
    /// running behind it.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn shell(&mut self, script: &str) -> Result<Output> {
        Command::new(self, script.to_owned()).run()
    }

    /// A program to run with an input or a time of its own.
    pub fn command<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) -> Command<'_> {
        let script = words.into_iter().map(quoted).collect::<Vec<_>>().join(" ");
        Command::new(self, script)
    }

    pub(crate) fn console(&self) -> &Console {
        &self.console
    }
}

/// A command about to run in a guest.
#[derive(Debug)]
pub struct Command<'a> {
    session: &'a mut Session,
    script: String,
    input: Vec<u8>,
    timeout: Duration,
}

impl<'a> Command<'a> {
    fn new(session: &'a mut Session, script: String) -> Self {
        Self { session, script, input: Vec::new(), timeout: COMMAND_TIMEOUT }
    }

    /// What it reads from standard input.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// How long it may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run(self) -> Result<Output> {
        let Self { session, script, input, timeout } = self;
        let output = session.channel.run(&script, &input, Instant::now() + timeout);
        output.with_context(|| format!("in the guest: {script}\n{}", session.console.tail()))
    }
}

/// A word as the shell takes it literally.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_stays_one_word() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
