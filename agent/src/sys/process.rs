//! What has to happen while the process has one thread.

use std::ffi::OsStr;
use std::io;
use std::os::fd::BorrowedFd;

use nix::sys::socket::{AddressFamily, SockaddrLike, SockaddrStorage, getsockname};
use nix::unistd::{ForkResult, fork as raw_fork};

/// Makes a second process of this one.
///
/// # Errors
/// There is more than one thread, or the kernel refuses.
pub(crate) fn fork() -> io::Result<ForkResult> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if threads > 1 {
        return Err(io::Error::other(format!("cannot fork: {threads} threads run already")));
    }
    // SAFETY: this is the only thread, so the child has all that the parent has, and no
    // lock is held by a thread that the child lacks.
    Ok(unsafe { raw_fork() }?)
}

/// Sets a variable of the environment, or removes it.
///
/// To be called while this is the only thread.
pub(crate) fn set_variable(name: &str, value: Option<&OsStr>) {
    // SAFETY: nobody else reads or writes the environment, because the callers run before
    // the first thread is started.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}

/// The address family of descriptor 3, the first one that systemd passes. `None` when it
/// is no socket.
pub(crate) fn passed_family() -> Option<AddressFamily> {
    const FIRST: i32 = 3;
    // SAFETY: the descriptor is only asked for its name, within this function. Where it is
    // not open, the kernel says so and nothing happens.
    let fd = unsafe { BorrowedFd::borrow_raw(FIRST) };
    let address: SockaddrStorage = getsockname(std::os::fd::AsRawFd::as_raw_fd(&fd)).ok()?;
    address.family()
}
