//! A synchronous client over anything that reads and writes.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::frame::{Line, LineTooLong, Lines, SENTINEL};
use crate::message::Error;

/// Bytes of one reply that a client takes, unless told: a file read of 48 MiB, the most
/// that the protocol allows, is 64 MiB of base64.
const REPLY: usize = 72 << 20;
/// Lines left over from an earlier client that a synchronisation skips.
const STALE: usize = 1000;

/// A client in step with the agent: one request, one reply.
#[derive(Debug)]
pub struct Client<S> {
    stream: S,
    lines: Lines,
    buffer: Vec<u8>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The agent answered with an error.
    #[error(transparent)]
    Refused(#[from] Error),
    /// The channel failed; a time-out is `WouldBlock` or `TimedOut`.
    #[error("the channel failed: {0}")]
    Channel(#[from] io::Error),
    /// The agent has closed the channel, or its machine is gone.
    #[error("the agent closed the channel")]
    Closed,
    /// The reply is no reply, or of another type than asked for.
    #[error("the agent sent what is no answer to {command}: {reason}")]
    NoAnswer {
        /// The command.
        command: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The reply is too long.
    #[error(transparent)]
    TooLong(#[from] LineTooLong),
    /// The first reply never came; what came instead was not for us.
    #[error("the agent sent {STALE} lines, and no answer to guest-sync-delimited among them")]
    OutOfStep,
}

#[derive(Serialize)]
struct Out<'a, A> {
    execute: &'a str,
    arguments: A,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
}

#[derive(Deserialize)]
struct In<R> {
    #[serde(rename = "return", default = "none")]
    result: Option<R>,
    error: Option<Error>,
    id: Option<u64>,
}

fn none<R>() -> Option<R> {
    None
}

/// The argument of commands that take none, and the result of those that give none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

impl<S: Read + Write> Client<S> {
    /// Takes over a channel: whatever an earlier client left on it is thrown away. `id`
    /// should differ from that client's, as a time or a process id does.
    ///
    /// # Errors
    /// The channel fails, or nobody answers on it within its own time limit.
    pub fn new(stream: S, id: u32) -> Result<Self, ClientError> {
        let mut client = Self { stream, lines: Lines::default(), buffer: Vec::new() };
        #[derive(Serialize)]
        struct Sync {
            id: u32,
        }
        let mut request = vec![SENTINEL];
        request.extend(text("guest-sync-delimited", Sync { id }, None)?);
        client.stream.write_all(&request)?;
        for _ in 0..STALE {
            let line = client.line()?;
            let answer = serde_json::from_slice::<In<u32>>(&line.text).ok();
            if line.sentinel && answer.is_some_and(|answer| answer.result == Some(id)) {
                return Ok(client);
            }
        }
        Err(ClientError::OutOfStep)
    }

    /// Runs a command and gives its result as `R`.
    ///
    /// # Errors
    /// See [`ClientError`]. After one of the channel the client is out of step.
    pub fn call<R: DeserializeOwned>(
        &mut self,
        command: &str,
        arguments: impl Serialize,
    ) -> Result<R, ClientError> {
        self.stream.write_all(&text(command, arguments, None)?)?;
        let line = self.line()?;
        let answer: In<R> = read(command, &line)?;
        match answer {
            In { result: Some(result), .. } => Ok(result),
            In { error: Some(error), .. } => Err(error.into()),
            _ => Err(no_answer(command, "neither return nor error")),
        }
    }

    /// Runs a command that answers only if it fails, as `guest-shutdown` does. A ping goes
    /// after it: when that is answered, or the channel falls silent, the command was taken.
    ///
    /// # Errors
    /// The agent refused, or the request could not be sent.
    pub fn call_silent(
        &mut self,
        command: &str,
        arguments: impl Serialize,
    ) -> Result<(), ClientError> {
        const COMMAND: u64 = 1;
        const PING: u64 = 2;
        let mut request = text(command, arguments, Some(COMMAND))?;
        request.extend(text("guest-ping", Empty {}, Some(PING))?);
        self.stream.write_all(&request)?;
        let mut refused = Ok(());
        loop {
            let line = match self.line() {
                Ok(line) => line,
                Err(ClientError::Closed | ClientError::Channel(_)) => return refused,
                Err(other) => return Err(other),
            };
            let answer: In<Empty> = read(command, &line)?;
            if answer.id == Some(PING) {
                return refused;
            }
            if let Some(error) = answer.error {
                refused = Err(error.into());
            }
        }
    }

    /// The channel, to set its time limit.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// The next line of the agent.
    fn line(&mut self) -> Result<Line, ClientError> {
        const READ: usize = 256 << 10;
        self.buffer.resize(READ, 0);
        loop {
            if let Some(line) = self.lines.pop() {
                return Ok(line);
            }
            let count = match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(ClientError::Closed),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.lines.push(&self.buffer[..count], REPLY)?;
        }
    }
}

fn text(command: &str, arguments: impl Serialize, id: Option<u64>) -> Result<Vec<u8>, ClientError> {
    let request = Out { execute: command, arguments, id };
    let mut text = serde_json::to_vec(&request).map_err(io::Error::from)?;
    text.push(b'\n');
    Ok(text)
}

fn read<R: DeserializeOwned>(command: &str, line: &Line) -> Result<In<R>, ClientError> {
    serde_json::from_slice(&line.text).map_err(|error| no_answer(command, &error.to_string()))
}

fn no_answer(command: &str, reason: &str) -> ClientError {
    ClientError::NoAnswer { command: command.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::thread;

    use super::*;

    /// An agent that says these bytes, whatever it is asked.
    fn agent(says: &'static [u8]) -> UnixStream {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        thread::spawn(move || {
            theirs.write_all(says).unwrap();
            theirs.shutdown(std::net::Shutdown::Write).unwrap();
            io::copy(&mut theirs, &mut io::sink()).unwrap();
        });
        ours
    }

    #[test]
    fn stale_lines_are_skipped_until_our_own_answer() {
        let says = b"{\"return\": 7}\nrubbish\n\xff{\"return\": 6}\n\xff{\"return\": 7}\n{\"return\": \"x\"}\n";
        let mut client = Client::new(agent(says), 7).unwrap();
        assert_eq!(client.call::<String>("guest-x", Empty {}).unwrap(), "x");
        assert!(matches!(client.call::<String>("guest-x", Empty {}), Err(ClientError::Closed)));
    }

    #[test]
    fn errors_are_told_apart() {
        let says = b"\xff{\"return\": 1}\n{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}\n{}\n7\n";
        let mut client = Client::new(agent(says), 1).unwrap();
        let error = client.call::<Empty>("guest-x", Empty {}).unwrap_err();
        assert!(
            matches!(error, ClientError::Refused(ref error) if *error == Error::not_found("no"))
        );
        assert!(matches!(
            client.call::<Empty>("guest-x", Empty {}),
            Err(ClientError::NoAnswer { .. })
        ));
        assert!(matches!(
            client.call::<Empty>("guest-x", Empty {}),
            Err(ClientError::NoAnswer { .. })
        ));
    }

    #[test]
    fn silence_is_success_where_the_command_has_no_answer() {
        let gone = b"\xff{\"return\": 1}\n";
        assert!(
            Client::new(agent(gone), 1).unwrap().call_silent("guest-shutdown", Empty {}).is_ok()
        );
        let taken = b"\xff{\"return\": 1}\n{\"return\": {}, \"id\": 2}\n";
        assert!(
            Client::new(agent(taken), 1).unwrap().call_silent("guest-shutdown", Empty {}).is_ok()
        );
        let refused = b"\xff{\"return\": 1}\n{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, \"id\": 1}\n{\"return\": {}, \"id\": 2}\n";
        assert!(
            Client::new(agent(refused), 1)
                .unwrap()
                .call_silent("guest-shutdown", Empty {})
                .is_err()
        );
    }
}
