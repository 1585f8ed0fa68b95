//! Waiting for news of a descriptor whose poll cannot be waited for.

use std::io;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::sys;

/// Tells when the kernel has woken the pollers of a descriptor.
#[derive(Debug)]
pub(super) struct Edges {
    epoll: Epoll,
    /// The same epoll.
    watched: AsyncFd<OwnedFd>,
}

impl Edges {
    pub(super) fn of(fd: &OwnedFd) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
        epoll.add(fd, EpollEvent::new(flags, 0))?;
        let watched = sys::watch(epoll.0.try_clone()?, Interest::READABLE)?;
        Ok(Self { epoll, watched })
    }

    /// Waits for a wake-up since the last call. What the caller waits for must have been
    /// looked at since then, because any number of wake-ups count as one. Cancel-safe.
    pub(super) async fn next(&self) -> io::Result<()> {
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
