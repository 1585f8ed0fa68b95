//! The way to an agent.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::{Client, ClientError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vsock::{VsockAddr, VsockStream};

use crate::failure::Failure;

/// Where guestd listens inside its guest.
const LOCAL: &str = "/run/guestd/guestd.sock";

/// Which agent, and how long to wait for it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Which agent")]
pub(in crate::command) struct Target {
    /// Its Unix socket: guestd's, qemu-ga's, or the one of QEMU's chardev on a host
    #[arg(long, global = true, value_name = "PATH", conflicts_with = "vsock")]
    socket: Option<PathBuf>,
    /// Its vsock address; from the guest itself the CID is 1
    #[arg(long, global = true, value_name = "CID:PORT", value_parser = address)]
    vsock: Option<VsockAddr>,
    /// Seconds to wait for each answer; 0 waits for ever
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30")]
    timeout: u32,
}

fn address(text: &str) -> Result<VsockAddr, String> {
    let parsed =
        text.split_once(':').and_then(|(cid, port)| Some((cid.parse().ok()?, port.parse().ok()?)));
    let (cid, port) = parsed.ok_or("a vsock address is CID:PORT, two numbers, such as 3:9999")?;
    Ok(VsockAddr::new(cid, port))
}

/// A channel to an agent that is in step with us.
pub(in crate::command) struct Agent {
    client: Client<Stream>,
    name: String,
}

impl Target {
    /// The guestd of this machine.
    pub(in crate::command) fn local() -> Self {
        Self { socket: None, vsock: None, timeout: 30 }
    }

    /// True where no agent is named, and it is the one of this machine.
    pub(in crate::command) fn is_local(&self) -> bool {
        self.socket.is_none() && self.vsock.is_none()
    }

    /// How long to wait; `None` is for ever.
    pub(in crate::command) fn patience(&self) -> Option<Duration> {
        (self.timeout > 0).then(|| Duration::from_secs(self.timeout.into()))
    }

    /// Connects, and throws away what an earlier client left on the channel.
    ///
    /// # Errors
    /// `Agent`, with what to look at.
    pub(in crate::command) fn connect(&self) -> Result<Agent, Failure> {
        let limit = self.patience();
        let (stream, name) = if let Some(address) = &self.vsock {
            let name = format!("vsock {address}");
            (Stream::Vsock(vsock(address).map_err(|error| unreachable(&name, &error, None))?), name)
        } else {
            let path = self.socket.as_deref().unwrap_or(Path::new(LOCAL));
            let name = path.display().to_string();
            let stream = UnixStream::connect(path)
                .map_err(|error| unreachable(&name, &error, self.socket.as_deref()))?;
            (Stream::Unix(stream), name)
        };
        stream.set_timeout(limit).map_err(|error| Failure::Agent(format!("{name}: {error}")))?;
        let client = Client::new(stream, std::process::id())
            .map_err(|error| failure(&name, "guest-sync-delimited", error))?;
        Ok(Agent { client, name })
    }
}

fn vsock(address: &VsockAddr) -> io::Result<VsockStream> {
    VsockStream::connect(address)
}

fn unreachable(name: &str, error: &io::Error, given: Option<&Path>) -> Failure {
    let hint = match (error.kind(), given) {
        (io::ErrorKind::NotFound, None) => {
            "; is guestd running here? --socket and --vsock name another agent"
        }
        (io::ErrorKind::PermissionDenied, _) => {
            "; the agent's socket is for root and, where it exists, the group guestd"
        }
        (io::ErrorKind::ConnectionRefused, _) => "; nobody listens there",
        _ => "",
    };
    Failure::Agent(format!("{name}: {error}{hint}"))
}

/// What went wrong with a command, and where.
fn failure(name: &str, command: &str, error: ClientError) -> Failure {
    match error {
        ClientError::Refused(error) => Failure::Agent(format!("{command}: {error}")),
        ClientError::Channel(error) if is_timeout(&error) => Failure::Unanswered(format!(
            "{name}: no answer to {command} in time; the agent is busy, frozen or not there (--timeout waits longer)"
        )),
        other => Failure::Unanswered(format!("{name}: {other}")),
    }
}

/// True when the time limit of the channel has passed.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

impl Agent {
    /// Waits ten minutes for answers from here on, for what may take that long.
    ///
    /// # Errors
    /// `Agent`: the channel is gone.
    pub(in crate::command) fn be_patient(&mut self) -> Result<(), Failure> {
        let limit = Some(Duration::from_secs(600));
        let set = self.client.stream().set_timeout(limit);
        set.map_err(|error| Failure::Agent(format!("{}: {error}", self.name)))
    }

    /// Runs a command.
    ///
    /// # Errors
    /// `Agent`: it refused, or cannot be heard.
    pub(in crate::command) fn call<R: DeserializeOwned>(
        &mut self,
        command: &str,
        arguments: impl Serialize,
    ) -> Result<R, Failure> {
        self.client.call(command, arguments).map_err(|error| failure(&self.name, command, error))
    }

    /// Runs a command; `None` where the agent does not have it or does not allow it.
    ///
    /// # Errors
    /// `Agent`: it refused for another reason, or cannot be heard.
    pub(in crate::command) fn try_call<R: DeserializeOwned>(
        &mut self,
        command: &str,
        arguments: impl Serialize,
    ) -> Result<Option<R>, Failure> {
        match self.client.call(command, arguments) {
            Ok(result) => Ok(Some(result)),
            Err(ClientError::Refused(error))
                if error.class == protocol::ErrorClass::CommandNotFound =>
            {
                Ok(None)
            }
            Err(error) => Err(failure(&self.name, command, error)),
        }
    }

    /// Runs a command that answers only if it fails.
    ///
    /// # Errors
    /// `Agent`: it refused, or the request could not be sent.
    pub(in crate::command) fn call_silent(
        &mut self,
        command: &str,
        arguments: impl Serialize,
    ) -> Result<(), Failure> {
        self.client
            .call_silent(command, arguments)
            .map_err(|error| failure(&self.name, command, error))
    }
}

/// Either kind of channel.
#[derive(Debug)]
enum Stream {
    Unix(UnixStream),
    Vsock(VsockStream),
}

impl Stream {
    fn set_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Unix(stream) => {
                stream.set_read_timeout(limit).and_then(|()| stream.set_write_timeout(limit))
            }
            Self::Vsock(stream) => {
                stream.set_read_timeout(limit).and_then(|()| stream.set_write_timeout(limit))
            }
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.read(buffer),
            Self::Vsock(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.write(bytes),
            Self::Vsock(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vsock_address_is_two_numbers() {
        assert_eq!(address("3:9999"), Ok(VsockAddr::new(3, 9999)));
        for wrong in ["", "3", "3:", ":9", "3:9:9", "x:1", "-1:1", "4294967296:1"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
