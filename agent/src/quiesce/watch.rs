//! What is known of the guard's work: kept by the thread that hears it, waited on by those
//! that freeze and thaw.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;

use super::guard::{News, Why};
use super::target::Held;
use super::{clock, filesystem};

/// One call of the kernel: when it began and ended, in nanoseconds, and what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Took {
    pub(super) start: u64,
    pub(super) end: u64,
    /// 0 where it went well.
    pub(super) errno: i32,
}

impl Took {
    /// What went wrong, if anything did.
    pub(super) fn error(self) -> Option<Errno> {
        (self.errno != 0).then(|| Errno::from_raw(self.errno))
    }
}

/// How far the guard is.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// It stands ready to freeze.
    pub(super) ready: bool,
    /// Filesystems whose freeze has begun.
    begun: Vec<bool>,
    /// The freezes that have returned, by filesystem.
    pub(super) froze: Vec<Option<Took>>,
    /// The thaws, by filesystem.
    pub(super) thawed: Vec<Option<Took>>,
    /// The filesystems whose freezes did not return in time, or not before the thaw.
    pub(super) stuck: Vec<usize>,
    /// All that is to be frozen is.
    pub(super) all_frozen: bool,
    /// It thaws, and why.
    pub(super) thawing: Option<Why>,
    /// Nothing is frozen any more, but for what is stuck.
    pub(super) all_thawed: bool,
    /// It has died before it had thawed; the agent has done so in its place.
    pub(super) lost: bool,
    /// Its process has ended, or its thread.
    pub(super) gone: bool,
}

impl Progress {
    /// Nothing more is to be expected: nothing is frozen, or nobody holds it.
    pub(super) fn is_over(&self) -> bool {
        self.all_thawed || self.lost || self.gone
    }

    /// When the first filesystem that was frozen began to be, and when the last thaw ended.
    pub(super) fn window(&self) -> Option<(u64, u64)> {
        let frozen = self.froze.iter().flatten().filter(|took| took.errno == 0);
        let first = frozen.map(|took| took.start).min()?;
        let last = self.thawed.iter().flatten().map(|took| took.end).max()?;
        Some((first, last))
    }

    /// What a guard that died may have left frozen, the last one first. The kernel ends a
    /// freeze although the guard dies in it: so all whose freeze had begun, but those that
    /// could not be. One that it had not come to may be frozen by somebody else, and stays so.
    fn left_behind(&self) -> Vec<usize> {
        let refused = |index: &usize| self.froze[*index].is_some_and(|took| took.errno != 0);
        let all = (0..self.begun.len()).rev();
        all.filter(|&index| self.begun[index]).filter(|index| !refused(index)).collect()
    }

    fn note(&mut self, news: News) {
        let put = |list: &mut Vec<Option<Took>>, index: u32, took| {
            if let Some(slot) = list.get_mut(index as usize) {
                *slot = Some(took);
            }
        };
        match news {
            News::Ready => self.ready = true,
            News::Begins { index } => {
                if let Some(begun) = self.begun.get_mut(index as usize) {
                    *begun = true;
                }
            }
            News::Froze { index, errno, start, end } => {
                put(&mut self.froze, index, Took { start, end, errno });
            }
            News::Thawed { index, errno, start, end } => {
                put(&mut self.thawed, index, Took { start, end, errno });
            }
            News::Stuck { index } => {
                let index = index as usize;
                if index < self.froze.len() && !self.stuck.contains(&index) {
                    self.stuck.push(index);
                }
            }
            News::AllFrozen => self.all_frozen = true,
            News::Thawing(why) => self.thawing = Some(why),
            News::AllThawed => self.all_thawed = true,
        }
    }
}

/// Progress that can be waited for.
#[derive(Debug, Default)]
pub(super) struct Watch {
    progress: Mutex<Progress>,
    changed: Condvar,
}

impl Watch {
    /// For so many filesystems.
    pub(super) fn new(count: usize) -> Self {
        let progress = Progress {
            begun: vec![false; count],
            froze: vec![None; count],
            thawed: vec![None; count],
            ..Progress::default()
        };
        Self { progress: Mutex::new(progress), changed: Condvar::new() }
    }

    /// How far it is now.
    pub(super) fn now(&self) -> Progress {
        self.lock().clone()
    }

    /// Notes what the guard tells.
    pub(super) fn note(&self, news: News) {
        self.lock().note(news);
        self.changed.notify_all();
    }

    /// The guard is gone. What it had not thawed of `held` is thawed here and now.
    pub(super) fn gone(&self, held: &[Held]) {
        let progress = self.now();
        if !progress.all_thawed {
            self.thaw_here(held);
        } else {
            // It was killed while it waited for one that was in flight, which has returned by
            // now. All others may be frozen by the next run.
            for (index, one) in held.iter().enumerate() {
                let frozen = progress.froze[index].is_some_and(|took| took.errno == 0);
                let in_flight = progress.stuck.contains(&index);
                if (frozen || in_flight) && progress.thawed[index].is_none() {
                    let _ = filesystem::thaw(&one.file);
                }
            }
        }
        let mut progress = self.lock();
        progress.gone = true;
        self.changed.notify_all();
    }

    /// Waits until nothing is frozen any more; a guard that takes too long is not waited for,
    /// and `held` is thawed here. False if it came to that.
    pub(super) fn wait_for_end(&self, patience: Duration, held: &[Held]) -> bool {
        let well = self.wait(patience, Progress::is_over);
        if !well {
            self.thaw_here(held);
        }
        well
    }

    /// Thaws what the guard should have. Those that are not frozen say so, which is fine.
    fn thaw_here(&self, held: &[Held]) {
        let progress = self.now();
        if !progress.begun.contains(&true) {
            return;
        }
        for index in progress.left_behind() {
            let start = clock::now();
            if filesystem::thaw(&held[index].file).is_ok() {
                let took = Took { start, end: clock::now(), errno: 0 };
                self.lock().thawed[index] = Some(took);
            }
        }
        self.lock().lost = true;
    }

    /// Waits until `done`, at most for `patience` after the last news; false if it takes
    /// longer.
    pub(super) fn wait(&self, patience: Duration, done: impl Fn(&Progress) -> bool) -> bool {
        let mut progress = self.lock();
        let mut end = Instant::now() + patience;
        while !done(&progress) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let (next, timeout) =
                self.changed.wait_timeout(progress, left).unwrap_or_else(PoisonError::into_inner);
            progress = next;
            if !timeout.timed_out() {
                end = Instant::now() + patience;
            }
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_from_the_first_freeze_to_the_last_thaw() {
        let watch = Watch::new(3);
        assert_eq!(watch.now().window(), None);
        watch.note(News::Froze { index: 0, errno: 95, start: 1, end: 2 });
        watch.note(News::Froze { index: 1, errno: 0, start: 10, end: 15 });
        watch.note(News::Froze { index: 2, errno: 0, start: 15, end: 20 });
        assert_eq!(watch.now().window(), None);
        watch.note(News::Thawed { index: 2, errno: 0, start: 30, end: 31 });
        watch.note(News::Thawed { index: 1, errno: 0, start: 31, end: 35 });
        // Of a guard that has lost its mind: passed over.
        watch.note(News::Thawed { index: 99, errno: 0, start: 31, end: 350 });
        assert_eq!(watch.now().window(), Some((10, 35)));
    }

    #[test]
    fn of_a_dead_guard_only_what_it_began_is_thawed() {
        let watch = Watch::new(5);
        assert!(watch.now().left_behind().is_empty());
        for index in 0..4 {
            watch.note(News::Begins { index });
        }
        watch.note(News::Froze { index: 0, errno: 0, start: 1, end: 2 });
        watch.note(News::Froze { index: 2, errno: Errno::EBUSY as i32, start: 1, end: 2 });
        // 1 and 3 are in flight; 4, which it had not come to, may be frozen by others.
        assert_eq!(watch.now().left_behind(), [3, 1, 0]);
    }

    #[test]
    fn waiting_ends_when_it_is_done_or_nothing_is_heard() {
        let watch = Watch::new(0);
        assert!(!watch.wait(Duration::from_millis(1), |progress| progress.ready));
        watch.note(News::Ready);
        assert!(watch.wait(Duration::ZERO, |progress| progress.ready));
        watch.gone(&[]);
        assert!(watch.now().is_over() && !watch.now().lost);
    }
}
