//! One client, whatever it came through.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::OwnedSemaphorePermit;

use super::device::Line;
use super::peer::{Peer, Trust};
use crate::sys;

/// A client of a [`Channel`](super::Channel). Dropped, it makes room for the next one.
#[derive(Debug)]
pub struct Stream {
    link: Link,
    peer: Peer,
    trust: Trust,
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug)]
enum Link {
    Line(Arc<Line>),
    Socket(AsyncFd<OwnedFd>),
}

impl Stream {
    pub(super) fn on_line(line: Arc<Line>, peer: Peer, permit: OwnedSemaphorePermit) -> Self {
        Self { link: Link::Line(line), peer, trust: Trust::Policy, _permit: permit }
    }

    /// On a socket, which has to be nonblocking.
    pub(super) fn on_socket(
        socket: OwnedFd,
        peer: Peer,
        permit: OwnedSemaphorePermit,
    ) -> io::Result<Self> {
        let socket = sys::watch(socket, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { link: Link::Socket(socket), peer, trust: Trust::Policy, _permit: permit })
    }

    /// The same with that much trust.
    pub(super) fn with(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// How far it may go.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// Who is at the other end.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Waits for bytes and reads them. 0 is the end: the client has gone, or will send
    /// nothing more; on a socket it may still be reading. Cancel-safe.
    ///
    /// # Errors
    /// The kernel's.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A client that always has more to send must not keep the others waiting.
        tokio::task::coop::consume_budget().await;
        match &self.link {
            Link::Line(line) => match &**line {
                Line::Port(port) => port.read(buffer).await,
                Line::Serial(serial) => serial.read(buffer).await,
            },
            Link::Socket(socket) => receive(socket, buffer).await,
        }
    }

    /// Waits until the client has left, without reading anything, while a command runs for
    /// it: on a virtio port only this tells that a host has gone before another one came,
    /// who must not get the answer. On the other kinds of channel a later client has a
    /// stream of its own (or cannot be told from an earlier one), and this waits for ever.
    /// Cancel-safe.
    pub async fn left(&self) {
        if let Link::Line(line) = &self.link
            && let Line::Port(port) = &**line
            && port.left().await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }

    /// Writes all of it, sleeping while the client takes nothing.
    ///
    /// # Errors
    /// `BrokenPipe` as soon as the client has gone, also while waiting for it; what it has
    /// not read then is lost.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &self.link {
            Link::Line(line) => match &**line {
                Line::Port(port) => port.write_all(bytes).await,
                Line::Serial(serial) => serial.write_all(bytes).await,
            },
            Link::Socket(socket) => transmit(socket, bytes).await,
        }
    }
}

async fn receive(socket: &AsyncFd<OwnedFd>, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let mut ready = socket.readable().await?;
        match ready.try_io(|fd| Ok(recv(fd.as_raw_fd(), buffer, MsgFlags::empty())?)) {
            Err(_would_block) => {}
            Ok(Ok(size)) => {
                if size < buffer.len() {
                    // All that was there; more of it makes a new edge (epoll(7)). Asking
                    // again would cost a system call for every request.
                    ready.clear_ready();
                }
                return Ok(size);
            }
            Ok(Err(error)) => match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::EINTR) => {}
                // It closed without having read all of our replies.
                Some(Errno::ECONNRESET) => return Ok(0),
                _ => return Err(error),
            },
        }
    }
}

async fn transmit(socket: &AsyncFd<OwnedFd>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let mut ready = socket.writable().await?;
        match ready.try_io(|fd| Ok(send(fd.as_raw_fd(), bytes, MsgFlags::MSG_NOSIGNAL)?)) {
            Err(_would_block) => {}
            Ok(Ok(sent)) => bytes = bytes.get(sent..).unwrap_or_default(),
            Ok(Err(error)) => match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::EINTR) => {}
                Some(Errno::ECONNRESET) => return Err(io::ErrorKind::BrokenPipe.into()),
                _ => return Err(error),
            },
        }
    }
    Ok(())
}
