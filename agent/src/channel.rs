//! Channels: where hosts are heard. Every kind of them hands out the same [`Stream`].
//!
//! | kind | a client is | accepts |
//! | --- | --- | --- |
//! | virtio-serial | the program that QEMU's chardev is connected to | when it connects |
//! | ISA serial | whoever is at the other end of the line: no start, no end | once |
//! | Unix socket, vsock | a connection | up to a number of them at a time |
//!
//! Nothing here polls: without a host the agent sleeps until the kernel has news.

mod activation;
pub(crate) mod changes;
mod device;
mod error;
mod listener;
mod node;
mod peer;
mod port;
mod serial;
mod stream;
pub(crate) mod uevent;
mod unix;
mod vsock;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::config::settings::{self, ChannelKind};
use device::Device;
use listener::{Allowed, Listener};

pub use activation::is_activated;
pub(crate) use activation::method as activated_method;
pub use error::OpenError;
pub use peer::{Peer, Trust};
pub use stream::Stream;

/// An open channel.
#[derive(Debug)]
pub struct Channel {
    source: Source,
    /// One permit for each client that may be served at a time.
    permits: Arc<Semaphore>,
}

#[derive(Debug)]
enum Source {
    Device(Device),
    Listener(Listener),
}

impl Channel {
    /// Opens a channel as its settings say.
    ///
    /// # Errors
    /// It cannot be opened; a device that is missing or in use is none where the settings
    /// say to wait for it.
    ///
    /// # Panics
    /// Outside a tokio runtime whose I/O driver is enabled.
    pub fn open(settings: &settings::Channel) -> Result<Self, OpenError> {
        match &settings.kind {
            ChannelKind::VirtioSerial { path } => {
                Device::open(device::Kind::Port, path, settings.wait).map(Self::device)
            }
            ChannelKind::IsaSerial { path } => {
                Device::open(device::Kind::Serial, path, settings.wait).map(Self::device)
            }
            ChannelKind::Unix(socket) => {
                let group = socket.group.as_deref().and_then(unix::group);
                let listener = unix::listen(&socket.path, socket.mode, group)?;
                let uids = socket.allowed_uids.clone();
                let allowed = Allowed { uids, others: group.is_some(), cids: None };
                Self::listener(listener.into(), allowed, socket.max_clients)
            }
            ChannelKind::Vsock(port) => {
                let cids = port.allowed_cids.clone();
                let allowed = Allowed { cids, ..Allowed::default() };
                let listener = vsock::listen(port.cid, port.port)?;
                Self::listener(listener.into(), allowed, port.max_clients)
            }
            ChannelKind::Inherited { max_clients } => {
                Self::inherited(activation::socket()?, *max_clients)
            }
        }
    }

    /// A channel on a listening Unix or vsock stream socket that somebody else has made.
    ///
    /// # Errors
    /// It is something else.
    ///
    /// # Panics
    /// Outside a tokio runtime whose I/O driver is enabled.
    pub fn inherited(socket: OwnedFd, max_clients: usize) -> Result<Self, OpenError> {
        Self::listener(socket, Allowed::default(), max_clients)
    }

    /// Waits for the next client. A device has one client at a time, a socket as many as
    /// its settings allow; more of them wait until a [`Stream`] has been dropped. A client
    /// that may not talk is sent away and not returned. Cancel-safe.
    ///
    /// # Errors
    /// The channel is of no more use: a device was removed that the settings do not allow
    /// to wait for, or the kernel refuses.
    pub async fn accept(&mut self) -> io::Result<Stream> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(io::Error::other)?;
        match &mut self.source {
            Source::Device(device) => {
                let line = device.accept().await?;
                Ok(Stream::on_line(line, device.peer(), permit))
            }
            Source::Listener(listener) => {
                let (socket, peer, trust) = listener.accept().await?;
                Ok(Stream::on_socket(socket, peer, permit)?.with(trust))
            }
        }
    }

    fn device(device: Device) -> Self {
        Self { source: Source::Device(device), permits: Arc::new(Semaphore::new(1)) }
    }

    fn listener(socket: OwnedFd, allowed: Allowed, clients: usize) -> Result<Self, OpenError> {
        let listener = Listener::new(socket, allowed)?;
        let permits = Arc::new(Semaphore::new(clients.clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Self { source: Source::Listener(listener), permits })
    }
}
