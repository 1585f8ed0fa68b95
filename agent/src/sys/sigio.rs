//! Counting the signals that a device sends (`O_ASYNC`, `F_SETSIG`: fcntl(2)).
//!
//! Each device gets a real-time signal of its own. Those do not merge, so their number
//! says how often the device had news, which no poll can tell. They go to one thread, and
//! are handled before any later system call of that thread returns to it.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::unistd::gettid;

/// Devices that can be counted at a time.
const SLOTS: usize = 8;

/// The signals come so often, one counter for each slot.
static COUNTS: [AtomicU32; SLOTS] = [const { AtomicU32::new(0) }; SLOTS];
static TAKEN: [AtomicBool; SLOTS] = [const { AtomicBool::new(false) }; SLOTS];

/// The signals of one device.
#[derive(Debug)]
pub(crate) struct Signals {
    slot: usize,
}

impl Signals {
    /// Counts from now on. They go to the calling thread, which has to live as long.
    ///
    /// # Errors
    /// The device sends no signals, or too many devices are counted already.
    pub(crate) fn of(fd: &OwnedFd) -> io::Result<Self> {
        let free = TAKEN.iter().position(|taken| !taken.swap(true, Ordering::Relaxed));
        let slot = free.ok_or_else(|| io::Error::other("too many devices send signals"))?;
        // Dropped, and the slot free again, if one of the next steps fails.
        let signals = Self { slot };
        let signal = signal(slot)?;
        handle(signal)?;
        // What the kernel sends when a queue of signals is full.
        handle(libc::SIGIO)?;
        send_to_this_thread(fd, signal)?;
        let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
        fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_ASYNC))?;
        Ok(signals)
    }

    /// How many have come, modulo 2^32.
    pub(crate) fn count(&self) -> u32 {
        COUNTS.get(self.slot).map_or(0, |count| count.load(Ordering::Relaxed))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        if let Some(taken) = TAKEN.get(self.slot) {
            taken.store(false, Ordering::Relaxed);
        }
    }
}

/// The last real-time signals: the first ones are popular.
fn signal(slot: usize) -> io::Result<libc::c_int> {
    let slot = libc::c_int::try_from(slot).map_err(io::Error::other)?;
    Ok(libc::SIGRTMAX() - slot)
}

extern "C" fn count(signal: libc::c_int) {
    let slot = usize::try_from(libc::SIGRTMAX() - signal).ok();
    if let Some(count) = slot.and_then(|slot| COUNTS.get(slot)) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn handle(signal: libc::c_int) -> io::Result<()> {
    // SAFETY: all zeros is a valid sigaction. The handler only adds to an atomic number,
    // which signal-safety(7) allows, and stays in the program for as long as it runs.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = count as extern "C" fn(libc::c_int) as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(signal, &raw const action, std::ptr::null_mut())
    };
    nix::errno::Errno::result(result)?;
    Ok(())
}

fn send_to_this_thread(fd: &OwnedFd, signal: libc::c_int) -> io::Result<()> {
    /// fcntl(2), include/uapi/asm-generic/fcntl.h; neither libc nor nix has them.
    #[repr(C)]
    struct Owner {
        kind: libc::c_int,
        pid: libc::pid_t,
    }
    const F_SETSIG: libc::c_int = 10;
    const F_SETOWN_EX: libc::c_int = 15;
    const F_OWNER_TID: libc::c_int = 0;

    let owner = Owner { kind: F_OWNER_TID, pid: gettid().as_raw() };
    // SAFETY: the descriptor is open, and the structure is what F_SETOWN_EX reads.
    unsafe {
        nix::errno::Errno::result(libc::fcntl(fd.as_raw_fd(), F_SETOWN_EX, &raw const owner))?;
        nix::errno::Errno::result(libc::fcntl(fd.as_raw_fd(), F_SETSIG, signal))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn each_message_is_one_signal() {
        let (mut here, there) = UnixStream::pair().unwrap();
        there.set_nonblocking(true).unwrap();
        let there = OwnedFd::from(there);
        let signals = Signals::of(&there).unwrap();
        let before = signals.count();
        for _ in 0..5 {
            here.write_all(b"x").unwrap();
        }
        assert_eq!(signals.count().wrapping_sub(before), 5);
    }
}
