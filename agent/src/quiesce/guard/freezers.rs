//! The threads of the guard that freeze, because a freeze can hang in the kernel.
//!
//! A freeze is mostly waiting (for RCU and for the disk), so those that do not lie on each
//! other are frozen side by side: what applications feel is then the longest of them, not
//! the sum. Nothing here allocates.

use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::MsgFlags;
use nix::unistd::syncfs;

use super::super::clock;
use super::message::{News, Rule, Why};
use crate::sys::{filesystem, packet};

/// How long a freeze in flight may hold up the thaw of the others; most take some 50 ms.
const LANDING: Duration = Duration::from_millis(300);

/// Threads at most.
pub(super) const SIDE_BY_SIDE: usize = 16;

const THAWED: u8 = 0;
const FREEZING: u8 = 1;
const FROZEN: u8 = 2;

/// A filesystem that the guard holds.
#[derive(Debug)]
pub(super) struct Held {
    fd: OwnedFd,
    rule: Rule,
    /// It is frozen after all before it, not beside them.
    waits: bool,
    /// One of the three above.
    state: AtomicU8,
    /// When its freeze began, in nanoseconds.
    since: AtomicU64,
}

impl Held {
    pub(super) fn new(fd: OwnedFd, (rule, waits): (Rule, bool)) -> Self {
        let (state, since) = (AtomicU8::new(THAWED), AtomicU64::new(0));
        Self { fd, rule, waits, state, since }
    }
}

/// What is left to do.
#[derive(Debug, Default)]
struct Queue {
    /// The next one to freeze.
    next: usize,
    /// Freezes under way.
    running: usize,
    /// The run cannot go on.
    failed: bool,
    /// Threads that have not ended.
    threads: usize,
}

/// What all threads of the guard know.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) socket: OwnedFd,
    held: Vec<Held>,
    /// No more is frozen, and what is being frozen is thawed at once.
    given_up: AtomicBool,
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Guard {
    pub(super) fn new(socket: OwnedFd, held: Vec<Held>) -> Self {
        let (given_up, queue) = (AtomicBool::new(false), Mutex::default());
        Self { socket, held, given_up, queue, changed: Condvar::new() }
    }

    /// How many threads can have work at the same time.
    pub(super) fn threads(&self) -> usize {
        let groups = self.held.chunk_by(|_, next| !next.waits);
        groups.map(<[Held]>::len).max().unwrap_or(0).clamp(1, SIDE_BY_SIDE)
    }

    /// So many threads have been started.
    pub(super) fn started(&self, threads: usize) {
        self.lock().threads = threads;
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the agent. One that does not listen is not waited for.
    pub(super) fn tell(&self, news: News) {
        drop(packet::send(&self.socket, &news.encode(), &[], MsgFlags::MSG_DONTWAIT));
    }

    /// One thread: waits for a byte, and freezes while there is something to freeze. The last
    /// to end says by a byte whether all went well. Whatever happens, it ends.
    pub(super) fn freeze_when_told(&self, mut go: &PipeReader, mut finisher: &PipeWriter) {
        if go.read_exact(&mut [0]).is_err() {
            return;
        }
        while let Some(index) = self.next() {
            let well = self.freeze(index);
            let mut queue = self.lock();
            queue.running -= 1;
            queue.failed |= !well;
            drop(queue);
            self.changed.notify_all();
        }
        let mut queue = self.lock();
        queue.threads -= 1;
        if queue.threads == 0 {
            let well = !queue.failed && queue.next == self.held.len();
            drop(finisher.write_all(&[u8::from(well)]));
        }
    }

    /// The next filesystem whose turn it is, once it is; none where nothing is left to do.
    fn next(&self) -> Option<usize> {
        let mut queue = self.lock();
        loop {
            let one = self.held.get(queue.next)?;
            if queue.failed || self.given_up.load(Ordering::SeqCst) {
                return None;
            }
            if !one.waits || queue.running == 0 {
                queue.next += 1;
                queue.running += 1;
                return Some(queue.next - 1);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Freezes one filesystem; false where the run cannot go on.
    fn freeze(&self, index: usize) -> bool {
        let one = &self.held[index];
        // An agent that outlives this process thaws what it was told of, so this has to reach it.
        let begins = News::Begins { index: number(index) }.encode();
        let told = packet::send(&self.socket, &begins, &[], MsgFlags::empty());
        if told.is_err() || self.given_up.load(Ordering::SeqCst) {
            return false;
        }
        let start = clock::now();
        one.since.store(start, Ordering::SeqCst);
        one.state.store(FREEZING, Ordering::SeqCst);
        let frozen = retry(|| filesystem::freeze(&one.fd));
        one.state.store(if frozen.is_ok() { FROZEN } else { THAWED }, Ordering::SeqCst);
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

    /// Thaws one filesystem, if it is frozen and no other thread has just done so.
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
    pub(super) fn thaw_all(&self, why: Why) {
        // Under the lock, so that no thread goes to wait after it has looked.
        let queue = self.lock();
        self.given_up.store(true, Ordering::SeqCst);
        drop(queue);
        self.changed.notify_all();
        self.tell(News::Thawing(why));
        self.let_land();
        for index in (0..self.held.len()).rev() {
            self.thaw(index);
        }
    }

    /// Waits a moment for the freezes in flight, which then are thawed. To thaw what lies in a
    /// file of one of them would wait for that one in the kernel, and if this process were
    /// killed there with the freeze just done, nobody of it were left to thaw that one: the
    /// process would not end. One that hangs is not waited for.
    fn let_land(&self) {
        let end = Instant::now() + LANDING;
        let mut queue = self.lock();
        while self.in_flight().next().is_some() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn any_frozen(&self) -> bool {
        self.held.iter().any(|one| one.state.load(Ordering::SeqCst) != THAWED)
    }

    /// The filesystems that are being frozen, and when that began.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let in_flight = |one: &Held| one.state.load(Ordering::SeqCst) == FREEZING;
        let flying = self.held.iter().enumerate().filter(move |(_, one)| in_flight(one));
        flying.map(|(index, one)| (number(index), one.since.load(Ordering::SeqCst)))
    }
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::{io, thread};

    use super::*;

    fn guard(waits: &[bool]) -> (Guard, OwnedFd) {
        let (socket, theirs) = packet::pair().unwrap();
        // Not a filesystem that can be frozen: each is refused, which best effort accepts.
        let rule = Rule { best_effort: true, ..Rule::default() };
        let held = waits
            .iter()
            .map(|&waits| Held::new(File::open("/proc/self/stat").unwrap().into(), (rule, waits)));
        (Guard::new(socket, held.collect()), theirs)
    }

    #[test]
    fn there_is_a_thread_for_each_of_the_largest_group() {
        assert_eq!(guard(&[]).0.threads(), 1);
        assert_eq!(guard(&[true, true, true]).0.threads(), 1);
        assert_eq!(guard(&[true, false, true, false, false]).0.threads(), 3);
        assert_eq!(guard(&[false; 40]).0.threads(), SIDE_BY_SIDE);
    }

    /// Of a second group nothing begins before the first is done.
    #[test]
    fn a_group_waits_for_the_one_before() {
        let (guard, _theirs) = guard(&[true, false, true, false]);
        assert_eq!((guard.next(), guard.next()), (Some(0), Some(1)));
        thread::scope(|scope| {
            let third = scope.spawn(|| guard.next());
            for _ in 0..2 {
                assert!(!third.is_finished());
                guard.lock().running -= 1;
                guard.changed.notify_all();
            }
            assert_eq!(third.join().unwrap(), Some(2));
        });
        assert_eq!(guard.next(), Some(3));
        assert_eq!(guard.next(), None);
    }

    #[test]
    fn who_waits_for_its_turn_hears_that_all_is_given_up() {
        let (guard, _theirs) = guard(&[true, true]);
        assert_eq!(guard.next(), Some(0));
        thread::scope(|scope| {
            let second = scope.spawn(|| guard.next());
            guard.thaw_all(Why::Failed);
            assert_eq!(second.join().unwrap(), None);
        });
    }

    /// What lies in its file could not be thawed before it, but one that hangs holds up nobody.
    #[test]
    fn a_freeze_in_flight_is_waited_for_but_not_for_ever() {
        let (guard, _theirs) = guard(&[true, true]);
        guard.held[1].state.store(FREEZING, Ordering::SeqCst);
        let start = Instant::now();
        guard.thaw_all(Why::Failed);
        assert!(start.elapsed() >= LANDING);
        thread::scope(|scope| {
            let thaw = scope.spawn(|| guard.thaw_all(Why::Failed));
            guard.held[1].state.store(THAWED, Ordering::SeqCst);
            guard.changed.notify_all();
            thaw.join().unwrap();
        });
        assert_eq!(guard.in_flight().next(), None);
    }

    #[test]
    fn the_last_thread_says_how_it_went() {
        let (guard, theirs) = guard(&[true, false, false, true]);
        let (go, mut starter) = io::pipe().unwrap();
        let (mut finished, finisher) = io::pipe().unwrap();
        guard.started(3);
        let mut byte = [0];
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| guard.freeze_when_told(&go, &finisher));
            }
            starter.write_all(&[1; 3]).unwrap();
            finished.read_exact(&mut byte).unwrap();
        });
        assert_eq!(byte, [1]);
        drop(guard);
        let mut packet = [0; 64];
        let mut told = 0;
        while let Ok((length @ 1.., _)) = packet::receive(&theirs, &mut packet) {
            told += usize::from(matches!(
                News::decode(&packet[..length]),
                Some(News::Begins { .. } | News::Froze { errno: 1.., .. })
            ));
        }
        assert_eq!(told, 8);
    }
}
