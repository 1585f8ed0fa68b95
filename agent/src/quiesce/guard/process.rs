//! The guard: a process of its own that holds the filesystems while they are frozen.
//!
//! It is the same program, started anew before the first freeze. It has a descriptor on
//! every filesystem, all its memory is locked, and from the first freeze to the last thaw
//! it allocates nothing, logs nothing and looks up no path. It thaws when the agent says so,
//! when the agent's end of the socket closes because the agent died, when the deadline
//! passes, and when it is told to end.
//!
//! Freezing is done by other threads (`freezers`), because a freeze can hang in the kernel.
//! What has hung is thawed by its thread as soon as it returns.

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::thread;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::mman::{MlockAllFlags, mlockall};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::socket::{MsgFlags, recv};

use super::super::clock;
use super::freezers::{Guard, Held, SIDE_BY_SIDE};
use super::message::{MOST, News, Order, Rule, SIZE, Why};
use crate::qemu_ga::state;
use crate::sys::{grace, packet};

/// The stack of a freezing thread, which is locked in memory.
const STACK: usize = 64 << 10;

/// Nanoseconds between two looks at a freeze that may hang.
const LOOK: u64 = 50_000_000;

/// How long things may take, in milliseconds; 0 is for ever.
#[derive(Debug, Clone, Copy)]
struct Limits {
    deadline: u64,
    freeze: u64,
}

/// Runs the guard on its end of the socket until nothing is frozen. `flag` is the agent's
/// mark of a freeze, which is turned into that of a broken one if the agent dies.
///
/// # Errors
/// It cannot guard; then nothing has been frozen.
pub(crate) fn run(socket: OwnedFd, flag: &Path) -> io::Result<()> {
    let (guard, limits) = receive(socket)?;
    let mut mask = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        mask.add(signal);
    }
    mask.thread_block()?;
    let signals = SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let (go, starter) = io::pipe()?;
    let (finished, finisher) = io::pipe()?;
    // May be refused in a sandbox. A guard that can be paged out is better than none: reading
    // from a frozen filesystem does not block.
    let _ = mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE);
    thread::scope(|scope| {
        let mut threads = 0;
        while threads < guard.threads() {
            let worker = thread::Builder::new().stack_size(STACK);
            let work = || guard.freeze_when_told(&go, &finisher);
            match worker.spawn_scoped(scope, work) {
                Ok(_) => threads += 1,
                // One does the work of all.
                Err(_) if threads > 0 => break,
                Err(error) => return Err(error),
            }
        }
        guard.started(threads);
        let watch = Watch { guard: &guard, threads, limits, signals, finished };
        watch.run(starter, flag)
    })
}

/// Takes the descriptors that the agent sends.
fn receive(socket: OwnedFd) -> io::Result<(Guard, Limits)> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the agent's order is no order");
    let mut packet = [0; 512];
    let (length, _) = packet::receive(&socket, &mut packet)?;
    let start = packet.get(..length).and_then(Order::decode).ok_or_else(wrong)?;
    let Order::Start { count, deadline_ms, freeze_timeout_ms } = start else {
        return Err(wrong());
    };
    let count = usize::try_from(count).ok().filter(|&count| count <= MOST).ok_or_else(wrong)?;
    let mut held = Vec::with_capacity(count);
    while held.len() < count {
        let (length, descriptors) = packet::receive(&socket, &mut packet)?;
        if length == 0 || length != descriptors.len() || held.len() + length > count {
            return Err(wrong());
        }
        let held_now = descriptors.into_iter().zip(&packet);
        held.extend(held_now.map(|(fd, &byte)| Held::new(fd, Rule::decode(byte))));
    }
    Ok((Guard::new(socket, held), Limits { deadline: deadline_ms, freeze: freeze_timeout_ms }))
}

/// The first thread.
struct Watch<'a> {
    guard: &'a Guard,
    /// Threads that freeze.
    threads: usize,
    limits: Limits,
    signals: SignalFd,
    finished: io::PipeReader,
}

/// What woke the first thread.
enum Woken {
    /// A packet may be there.
    Socket,
    /// The agent is gone.
    Orphaned,
    /// The others are done; true where all is frozen.
    Finished(bool),
    Signal,
    Time,
}

impl Watch<'_> {
    /// Waits for orders, and for everything that has to be answered by a thaw.
    fn run(&self, mut starter: io::PipeWriter, flag: &Path) -> io::Result<()> {
        let guard = self.guard;
        // The kernel's freeze waits for three grace periods of RCU, and for what is left of the
        // one that is under way, such as for what the start of this process has thrown away.
        // That part is waited for here, where nobody is kept from writing, and beside the flush.
        grace::wait();
        guard.tell(News::Ready);
        let mut began = None;
        let mut freezing = false;
        let why = loop {
            match self.wait(began, freezing)? {
                Woken::Socket => match self.order() {
                    Some(Order::Freeze) if began.is_none() => {
                        began = Some(clock::now());
                        freezing = true;
                        starter.write_all(&[1; SIDE_BY_SIDE][..self.threads])?;
                    }
                    Some(Order::Thaw) => break Some(Why::Told),
                    // The agent's end is closed, or somebody else's voice.
                    _ => break None,
                },
                Woken::Orphaned => break None,
                Woken::Finished(true) => {
                    freezing = false;
                    guard.tell(News::AllFrozen);
                }
                Woken::Finished(false) => {
                    freezing = false;
                    break Some(Why::Failed);
                }
                Woken::Signal => break Some(Why::Signal),
                Woken::Time => {
                    if let Some(index) = self.stuck() {
                        guard.tell(News::Stuck { index });
                        break Some(Why::Failed);
                    }
                    if self.deadline_left(began) == Some(0) {
                        break Some(Why::Deadline);
                    }
                }
            }
        };
        guard.thaw_all(why.unwrap_or(Why::Told));
        // A freeze in flight ends frozen, and is thawed at once; until then it counts as stuck.
        for (index, _) in guard.in_flight() {
            guard.tell(News::Stuck { index });
        }
        // Ends the other threads, if they have not begun.
        drop(starter);
        guard.tell(News::AllThawed);
        if freezing {
            // Some hang in a freeze; until that returns this is what holds the filesystem.
            drop(self.finished.try_clone().and_then(|mut end| end.read_exact(&mut [0])));
        }
        if why.is_none() && began.is_some() && !guard.any_frozen() {
            drop(state::mark_broken(flag));
        }
        Ok(())
    }

    /// Sleeps until there is something to do.
    fn wait(&self, began: Option<u64>, freezing: bool) -> io::Result<Woken> {
        // While freezing, the freezes of the moment are asked for their time so often.
        let look = freezing.then_some(LOOK);
        let left = [self.deadline_left(began), look].into_iter().flatten().min();
        // Rounded up, so as not to wake a moment too early again and again.
        let timeout = left.map_or(PollTimeout::NONE, |nanoseconds| {
            PollTimeout::try_from(nanoseconds.div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
        });
        let mut watched = [
            PollFd::new(self.guard.socket.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.finished.as_fd(), PollFlags::POLLIN),
        ];
        // The others speak once, and not before they have frozen.
        let count = if freezing { 3 } else { 2 };
        match poll(&mut watched[..count], timeout) {
            Ok(0) | Err(Errno::EINTR) => return Ok(Woken::Time),
            Err(errno) => return Err(errno.into()),
            Ok(_) => {}
        }
        let woken = watched.map(|one| one.revents().unwrap_or(PollFlags::empty()));
        if woken[1].contains(PollFlags::POLLIN) {
            return Ok(Woken::Signal);
        }
        if woken[0].contains(PollFlags::POLLIN) {
            return Ok(Woken::Socket);
        }
        if !woken[0].is_empty() {
            return Ok(Woken::Orphaned);
        }
        let mut byte = [0];
        let read = (&self.finished).read(&mut byte)?;
        Ok(Woken::Finished(read == 1 && byte[0] == 1))
    }

    fn order(&self) -> Option<Order> {
        let mut packet = [0; SIZE];
        let length = recv(self.guard.socket.as_raw_fd(), &mut packet, MsgFlags::empty()).ok()?;
        Order::decode(&packet[..length])
    }

    /// Nanoseconds until the deadline.
    fn deadline_left(&self, began: Option<u64>) -> Option<u64> {
        left(began?, self.limits.deadline)
    }

    /// A filesystem whose freeze takes too long.
    fn stuck(&self) -> Option<u32> {
        let mut stuck = self.guard.in_flight();
        stuck.find(|&(_, since)| left(since, self.limits.freeze) == Some(0)).map(|(index, _)| index)
    }
}

/// Nanoseconds left of so many milliseconds, where they are limited.
fn left(since: u64, milliseconds: u64) -> Option<u64> {
    let end = since.saturating_add(milliseconds.saturating_mul(1_000_000));
    (milliseconds > 0).then(|| end.saturating_sub(clock::now()))
}

/// Makes this process the last that is killed when memory runs out, and tells people what
/// it is. Either may fail without harm.
pub(crate) fn prepare() {
    drop(fs::write("/proc/self/oom_score_adj", "-1000"));
    drop(fs::write("/proc/self/comm", "guestd-guard"));
}
