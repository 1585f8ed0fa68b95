//! What needs a raw descriptor or system call: the only place of this crate with `unsafe`.
#![allow(unsafe_code, reason = "nix has no safe form of these calls")]

pub(crate) mod exec;
pub(crate) mod file;
pub(crate) mod filesystem;
pub(crate) mod grace;
pub(crate) mod nvme;
pub(crate) mod packet;
pub(crate) mod process;
pub(crate) mod rtc;
pub(crate) mod sigio;

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{SockFlag, accept4};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Puts a descriptor, which has to be nonblocking, into tokio's hands.
///
/// # Panics
/// Outside a tokio runtime whose I/O driver is enabled.
pub(crate) fn watch(fd: OwnedFd, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an OwnedFd stays the same open descriptor until it is dropped, and the
    // AsyncFd owns it. Nothing replaces it: nobody calls `get_mut` on such an AsyncFd.
    let watched = unsafe { AsyncFd::register_with_interest(fd, interest) };
    watched.map_err(io::Error::from)
}

/// The next connection of a listening socket, nonblocking and close-on-exec.
pub(crate) fn accept(listener: &OwnedFd) -> io::Result<OwnedFd> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let fd = accept4(listener.as_raw_fd(), flags)?;
    // SAFETY: the kernel has just made this descriptor for us, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Descriptor 3, the first one of the socket activation protocol (`SD_LISTEN_FDS_START`),
/// set to close on exec. `None` when it is not open, or was taken before.
///
/// To be called only when the service manager has said that it passed it, which makes it
/// nobody else's.
pub(crate) fn first_passed_descriptor() -> Option<OwnedFd> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    const FIRST: i32 = 3;
    if TAKEN.swap(true, Ordering::Relaxed) {
        return None;
    }
    // SAFETY: it is open, or the next call would drop it without effect; nobody else owns
    // it, because the service manager passed it to us and TAKEN lets us come here once.
    let fd = unsafe { OwnedFd::from_raw_fd(FIRST) };
    match fcntl(&fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)) {
        Ok(_) => Some(fd),
        Err(_) => {
            // Not open: there is nothing to close.
            std::mem::forget(fd);
            None
        }
    }
}
