//! The guard: a process of its own that holds the filesystems while they are frozen.
//!
//! It is the same program, started anew before the first freeze. It has a descriptor on
//! every filesystem, all its memory is locked, and from the first freeze to the last thaw
//! it allocates nothing, logs nothing and looks up no path. It thaws when the agent says so,
//! when the agent's end of the socket closes because the agent died, when the deadline
//! passes, and when it is told to end.
//!
//! Freezing is done by a second thread, because a freeze can hang in the kernel. What has
//! hung is thawed by that thread as soon as it returns.

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::thread;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::mman::{MlockAllFlags, mlockall};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::socket::{MsgFlags, recv};
use nix::unistd::syncfs;

use super::super::clock;
use super::message::{MOST, News, Order, Rule, SIZE, Why};
use crate::qemu_ga::state;
use crate::sys::{filesystem, packet};

/// The stack of the freezing thread, which is locked in memory.
const STACK: usize = 128 << 10;

/// Nanoseconds between two looks at a freeze that may hang.
const LOOK: u64 = 50_000_000;

const THAWED: u8 = 0;
const FREEZING: u8 = 1;
const FROZEN: u8 = 2;

/// A filesystem that the guard holds.
#[derive(Debug)]
struct Held {
    fd: OwnedFd,
    rule: Rule,
    /// One of the three above.
    state: AtomicU8,
}

/// What both threads of the guard know.
#[derive(Debug)]
struct Guard {
    socket: OwnedFd,
    held: Vec<Held>,
    /// No more is frozen, and what is being frozen is thawed at once.
    given_up: AtomicBool,
    /// The freeze that is under way: its index and one, or 0.
    current: AtomicU64,
    /// When that began, in nanoseconds.
    since: AtomicU64,
}

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
        let worker = thread::Builder::new().stack_size(STACK);
        worker.spawn_scoped(scope, || guard.freeze_when_told(go, finisher))?;
        let watch = Watch { guard: &guard, limits, signals, finished };
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
        held.extend(descriptors.into_iter().zip(&packet).map(|(fd, &rule)| Held {
            fd,
            rule: Rule::decode(rule),
            state: AtomicU8::new(THAWED),
        }));
    }
    let guard = Guard {
        socket,
        held,
        given_up: AtomicBool::new(false),
        current: AtomicU64::new(0),
        since: AtomicU64::new(0),
    };
    Ok((guard, Limits { deadline: deadline_ms, freeze: freeze_timeout_ms }))
}

impl Guard {
    /// Tells the agent. One that does not listen is not waited for.
    fn tell(&self, news: News) {
        drop(packet::send(&self.socket, &news.encode(), &[], MsgFlags::MSG_DONTWAIT));
    }

    /// The second thread: waits for a byte, freezes one after the other, and says by a byte
    /// whether all went well. Whatever happens, it ends.
    fn freeze_when_told(&self, mut go: io::PipeReader, mut finisher: io::PipeWriter) {
        let mut byte = [0];
        if go.read_exact(&mut byte).is_ok() {
            let well = (0..self.held.len()).all(|index| self.freeze(index));
            drop(finisher.write_all(&[u8::from(well)]));
        }
    }

    /// Freezes one filesystem; false where the run cannot go on.
    fn freeze(&self, index: usize) -> bool {
        let one = &self.held[index];
        if self.given_up.load(Ordering::SeqCst) {
            return false;
        }
        let start = clock::now();
        self.since.store(start, Ordering::SeqCst);
        self.current.store(index as u64 + 1, Ordering::SeqCst);
        one.state.store(FREEZING, Ordering::SeqCst);
        let frozen = retry(|| filesystem::freeze(&one.fd));
        one.state.store(if frozen.is_ok() { FROZEN } else { THAWED }, Ordering::SeqCst);
        self.current.store(0, Ordering::SeqCst);
        let mut errno = 0;
        if let Err(error) = frozen {
            errno = error as i32;
            if error == Errno::EOPNOTSUPP {
                // What cannot be frozen is at least written out as late as can be.
                let _ = syncfs(&one.fd);
            }
        }
        self.tell(News::Froze { index: number(index), errno, start, end: clock::now() });
        if frozen.is_ok() && self.given_up.load(Ordering::SeqCst) {
            self.thaw(index);
            return false;
        }
        match frozen {
            Ok(()) | Err(Errno::EOPNOTSUPP) => true,
            Err(Errno::EBUSY) => one.rule.accept_frozen || one.rule.best_effort,
            Err(_) => one.rule.best_effort,
        }
    }

    /// Thaws one filesystem, if it is frozen and the other thread has not just done so.
    fn thaw(&self, index: usize) {
        let one = &self.held[index];
        if one.state.compare_exchange(FROZEN, THAWED, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return;
        }
        let start = clock::now();
        let errno = retry(|| filesystem::thaw(&one.fd)).err().map_or(0, |errno| errno as i32);
        self.tell(News::Thawed { index: number(index), errno, start, end: clock::now() });
    }

    /// Thaws all that is frozen, the last one first.
    fn thaw_all(&self, why: Why) {
        self.given_up.store(true, Ordering::SeqCst);
        self.tell(News::Thawing(why));
        for index in (0..self.held.len()).rev() {
            self.thaw(index);
        }
    }

    fn any_frozen(&self) -> bool {
        self.held.iter().any(|one| one.state.load(Ordering::SeqCst) != THAWED)
    }
}

/// The first thread.
struct Watch<'a> {
    guard: &'a Guard,
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
    /// The second thread is done; true where all is frozen.
    Finished(bool),
    Signal,
    Time,
}

impl Watch<'_> {
    /// Waits for orders, and for everything that has to be answered by a thaw.
    fn run(&self, mut starter: io::PipeWriter, flag: &Path) -> io::Result<()> {
        let guard = self.guard;
        guard.tell(News::Ready);
        let mut began = None;
        let mut freezing = false;
        let why = loop {
            match self.wait(began, freezing)? {
                Woken::Socket => match self.order() {
                    Some(Order::Freeze) if began.is_none() => {
                        began = Some(clock::now());
                        freezing = true;
                        starter.write_all(&[1])?;
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
        if freezing && let Some(index) = self.in_flight() {
            guard.tell(News::Stuck { index });
        }
        // Ends the second thread, if it has not begun.
        drop(starter);
        guard.tell(News::AllThawed);
        if freezing {
            // It hangs in a freeze; until that returns this is what holds the filesystem.
            drop(self.finished.try_clone().and_then(|mut end| end.read_exact(&mut [0])));
        }
        if why.is_none() && began.is_some() && !guard.any_frozen() {
            drop(state::mark_broken(flag));
        }
        Ok(())
    }

    /// Sleeps until there is something to do.
    fn wait(&self, began: Option<u64>, freezing: bool) -> io::Result<Woken> {
        // While freezing, the freeze of the moment is asked for its time so often.
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
        // The second thread speaks once; then its end is closed, which would wake for ever.
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

    /// Nanoseconds that the freeze of the moment may still take.
    fn freeze_left(&self) -> Option<u64> {
        if self.guard.current.load(Ordering::SeqCst) == 0 {
            return None;
        }
        left(self.guard.since.load(Ordering::SeqCst), self.limits.freeze)
    }

    /// The filesystem whose freeze takes too long.
    fn stuck(&self) -> Option<u32> {
        self.in_flight().filter(|_| self.freeze_left() == Some(0))
    }

    /// The filesystem that is being frozen.
    fn in_flight(&self) -> Option<u32> {
        let current = self.guard.current.load(Ordering::SeqCst);
        u32::try_from(current.checked_sub(1)?).ok()
    }
}

/// Nanoseconds left of so many milliseconds, where they are limited.
fn left(since: u64, milliseconds: u64) -> Option<u64> {
    let end = since.saturating_add(milliseconds.saturating_mul(1_000_000));
    (milliseconds > 0).then(|| end.saturating_sub(clock::now()))
}

fn retry(mut call: impl FnMut() -> Result<(), Errno>) -> Result<(), Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}

fn number(index: usize) -> u32 {
    // There are at most MOST.
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Makes this process the last that is killed when memory runs out, and tells people what
/// it is. Either may fail without harm.
pub(crate) fn prepare() {
    drop(fs::write("/proc/self/oom_score_adj", "-1000"));
    drop(fs::write("/proc/self/comm", "guestd-guard"));
}
