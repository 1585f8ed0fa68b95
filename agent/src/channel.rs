//! Where hosts are heard: one stream type for every kind of channel.

use std::fmt;
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::config::settings::{self, ChannelKind};

/// A channel that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(String);

/// An open channel.
#[derive(Debug)]
pub struct Channel(UnixListener);

impl Channel {
    /// Opens a channel.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(settings: &settings::Channel) -> Result<Self, OpenError> {
        let ChannelKind::Unix(socket) = &settings.kind else {
            return Err(OpenError("only Unix sockets".to_owned()));
        };
        let _ = std::fs::remove_file(&socket.path);
        UnixListener::bind(&socket.path).map(Self).map_err(|error| OpenError(error.to_string()))
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// The kernel's.
    pub async fn accept(&mut self) -> io::Result<Stream> {
        let (stream, _) = self.0.accept().await?;
        Ok(Stream(stream))
    }
}

/// One client.
#[derive(Debug)]
pub struct Stream(UnixStream);

/// Who it is.
#[derive(Debug)]
pub struct Peer;

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("somebody")
    }
}

impl Stream {
    /// Reads; 0 is the end.
    ///
    /// # Errors
    /// The kernel's.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).await
    }

    /// Writes all.
    ///
    /// # Errors
    /// The kernel's.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await
    }

    /// Who it is.
    pub fn peer(&self) -> Peer {
        Peer
    }
}
