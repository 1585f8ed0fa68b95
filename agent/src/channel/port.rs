//! A port of a virtio-serial device.
//!
//! The port is opened once and kept open: hosts watch whether the guest has it open
//! (libvirt, `VSERPORT_CHANGE`), and talk only then.
//!
//! What the kernel's poll says of it (drivers/char/virtio_console.c, `port_fops_poll`):
//! no host is `IN | HUP` and a read of 0; a host is no `HUP`, `OUT` while its queue has
//! room and `IN` while there is data; a port that was unplugged is `HUP` alone. It wakes
//! its pollers whenever a host connects or leaves, sends or takes data.
//!
//! tokio never forgets a `HUP` it has seen, and a level-triggered poller would spin on the
//! `IN` of a port without a host. So the port lies, edge-triggered, in an epoll of its own,
//! and tokio watches that epoll: it becomes readable with every wake-up of the port.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::stat::Mode;
use nix::unistd::{read, write};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::error::OpenError;
use super::node;
use crate::sys;

/// An open port.
#[derive(Debug)]
pub(super) struct Port {
    fd: OwnedFd,
    edges: Edges,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NoHost,
    Host,
    Unplugged,
}

impl Port {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let device = node::find(path);
        let flags = OFlag::O_RDWR | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        let fd = open(&device, flags, Mode::empty())
            .map_err(|errno| OpenError::of_device(path, errno))?;
        let edges = Edges::of(&fd)
            .map_err(|error| OpenError::io(format!("cannot watch {}", path.display()), error))?;
        Ok(Self { fd, edges })
    }

    /// Waits until a host is there; false when the port is gone.
    pub(super) async fn client(&self) -> io::Result<bool> {
        loop {
            match self.state()? {
                State::Host => return Ok(true),
                State::Unplugged => return Ok(false),
                State::NoHost => self.edges.next().await?,
            }
        }
    }

    /// Reads what the host has sent; 0 when it has left or the port is gone.
    pub(super) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match read(&self.fd, buffer) {
                Err(Errno::EAGAIN) => self.edges.next().await?,
                Err(Errno::EINTR) => {}
                // Unplugged; EIO after the device failed.
                Err(Errno::ENODEV | Errno::EIO) => return Ok(0),
                result => return Ok(result?),
            }
        }
    }

    /// Writes all of it, or fails with `BrokenPipe` once the host has left.
    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match write(&self.fd, bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) if self.state()? == State::Host => self.edges.next().await?,
                Err(Errno::EAGAIN) => {
                    self.forget();
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Err(Errno::ENODEV | Errno::EIO) => return Err(io::ErrorKind::BrokenPipe.into()),
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    fn state(&self) -> io::Result<State> {
        let mut fds = [PollFd::new(self.fd.as_fd(), PollFlags::POLLIN | PollFlags::POLLOUT)];
        while let Err(errno) = poll(&mut fds, PollTimeout::ZERO) {
            if errno != Errno::EINTR {
                return Err(errno.into());
            }
        }
        let events = fds[0].revents().unwrap_or(PollFlags::empty());
        Ok(match (events.contains(PollFlags::POLLHUP), events.contains(PollFlags::POLLIN)) {
            (false, _) => State::Host,
            (true, true) => State::NoHost,
            (true, false) => State::Unplugged,
        })
    }

    /// Drops what a host that has left had sent and we have not read: the next host must
    /// not be answered for it.
    fn forget(&self) {
        let mut buffer = [0; 4096];
        while self.state().is_ok_and(|state| state == State::NoHost) {
            match read(&self.fd, &mut buffer) {
                Ok(1..) | Err(Errno::EINTR) => {}
                Ok(0) | Err(_) => return,
            }
        }
    }
}

/// Tells when the kernel has woken the pollers of a descriptor.
#[derive(Debug)]
struct Edges {
    epoll: Epoll,
    /// The same epoll.
    watched: AsyncFd<OwnedFd>,
}

impl Edges {
    fn of(fd: &OwnedFd) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
        epoll.add(fd, EpollEvent::new(flags, 0))?;
        let watched = sys::watch(epoll.0.try_clone()?, Interest::READABLE)?;
        Ok(Self { epoll, watched })
    }

    /// Waits for a wake-up since the last call. What the caller waits for must have been
    /// looked at since then, because any number of wake-ups count as one. Cancel-safe.
    async fn next(&self) -> io::Result<()> {
        let mut ready = self.watched.readable().await?;
        // Taken out, so that the epoll becomes readable only with the next one.
        match self.epoll.wait(&mut [EpollEvent::empty()], EpollTimeout::ZERO) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        ready.clear_ready();
        Ok(())
    }
}
