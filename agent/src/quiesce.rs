//! Freezing and thawing filesystems: all or none, in an order that cannot deadlock.
//!
//! Everything that has to be looked up or opened is, before the first filesystem is
//! frozen. While any is frozen nothing is written to a disk, and nothing is logged.

mod order;
mod run;
mod target;

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use introspect::Root;
use nix::errno::Errno;
use protocol::Error;
use protocol::qga::fsfreeze::FsfreezeStatus;

use crate::hook::Hook;
use crate::log;
use crate::mount::{self, Mount};
use crate::policy::{Reason, Refusal};
use crate::qemu_ga::state;
use crate::sys::filesystem;
use crate::system::reason;
use run::{Halfway, Held};

/// How long a freeze that is given up may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often is looked whether it has.
const STEP: Duration = Duration::from_millis(10);

const THAWED: u8 = 0;
/// From before the first filesystem is frozen until all are.
const FREEZING: u8 = 1;
/// Until after the last is thawed.
const FROZEN: u8 = 2;

/// Freezes and thaws. One at a time: a second caller waits for the first.
#[derive(Debug)]
pub(crate) struct Freezer {
    /// There while filesystems are frozen, so that the next agent knows.
    flag: PathBuf,
    hook: Option<Hook>,
    /// What is frozen, in the order in which it was.
    held: Mutex<Vec<Held<File>>>,
    /// One of the three below.
    state: AtomicU8,
    /// Somebody wants to thaw: a freeze that is under way is given up.
    cancelled: AtomicBool,
    /// The agent ends, and freezes no more.
    ending: AtomicBool,
}

impl Freezer {
    /// A freezer that finds things as an earlier agent has left them.
    pub(crate) fn new(flag: PathBuf, hook: Option<PathBuf>) -> Self {
        let frozen = state::is_frozen(&flag);
        if !frozen {
            // One of an earlier boot, with which nothing is frozen any more.
            let _ = state::clear_frozen(&flag);
        }
        Self {
            flag,
            hook: hook.map(Hook::new),
            held: Mutex::default(),
            state: AtomicU8::new(if frozen { FROZEN } else { THAWED }),
            cancelled: AtomicBool::new(false),
            ending: AtomicBool::new(false),
        }
    }

    /// True from before the first filesystem is frozen until after the last is thawed: what
    /// could write to one, or wait for one, must not run.
    pub(crate) fn is_frozen(&self) -> bool {
        self.state.load(Ordering::Acquire) != THAWED
    }

    /// What hosts are told: `frozen` only once all are, so that nobody takes a snapshot
    /// before.
    pub(crate) fn status(&self) -> FsfreezeStatus {
        match self.state.load(Ordering::Acquire) {
            FROZEN => FsfreezeStatus::Frozen,
            _ => FsfreezeStatus::Thawed,
        }
    }

    /// Freezes all filesystems that can be, or those mounted at `only`; gives their number.
    ///
    /// # Errors
    /// One of them cannot be frozen, or the hook fails. Then nothing is frozen, and the hook
    /// has run with `thaw`.
    pub(crate) fn freeze(&self, root: &Root, only: Option<&[String]>) -> Result<usize, Error> {
        let mut held = self.lock();
        if self.is_frozen() {
            // Another client was faster.
            let command = "guest-fsfreeze-freeze".to_owned();
            return Err(Refusal { command, reason: Reason::Frozen }.into());
        }
        self.cancelled.store(false, Ordering::Release);
        let hook = self.run_hook("freeze");
        let count = hook.and_then(|()| self.freeze_now(root, only, &mut held));
        match count {
            Ok(0) => self.run_hook("thaw").map(|()| 0),
            Ok(count) => Ok(count),
            Err(error) => Err(with(error, self.run_hook("thaw").err())),
        }
    }

    /// The same between the two runs of the hook.
    fn freeze_now(
        &self,
        root: &Root,
        only: Option<&[String]>,
        held: &mut Vec<Held<File>>,
    ) -> Result<usize, Error> {
        let mounts = mount::read(root)?;
        let opened = open(root, &mounts, only)?;
        state::set_frozen(&self.flag).map_err(|error| self.about_flag("make", &error))?;
        self.state.store(FREEZING, Ordering::Release);
        // The journal or the log file may lie on what is frozen.
        log::hold();
        let given_up = [&self.cancelled, &self.ending];
        let frozen = run::freeze(opened, |file| {
            match given_up.iter().any(|reason| reason.load(Ordering::Acquire)) {
                false => filesystem::freeze(file),
                true => Err(Errno::ECANCELED),
            }
        });
        let error = match frozen {
            Ok(frozen) if frozen.is_empty() => return self.release().map(|()| 0),
            Ok(frozen) => {
                *held = frozen;
                self.state.store(FROZEN, Ordering::Release);
                return Ok(held.len());
            }
            Err(Halfway { frozen, error }) => {
                let errors = run::thaw(frozen, filesystem::thaw).1;
                errors.into_iter().fold(error, |error, more| with(error, Some(more)))
            }
        };
        Err(with(error, self.release().err()))
    }

    /// Thaws everything that can be, whoever froze it; gives the number of filesystems.
    ///
    /// # Errors
    /// A filesystem that was frozen stays so, the hook fails, or the flag stays. All the
    /// others are thawed, and calling again tries again.
    pub(crate) fn thaw(&self, root: &Root) -> Result<usize, Error> {
        let mut held = self.interrupt(root);
        // Of an earlier agent, which held what we have to look for.
        let inherited = self.is_frozen() && held.is_empty();
        let (mut count, mut errors) = run::thaw(std::mem::take(&mut *held), filesystem::thaw);
        let (others, more) = thaw_others(root);
        count += others;
        if inherited {
            errors.extend(more);
        }
        errors.extend(self.release().err());
        errors.extend(self.run_hook("thaw").err());
        match errors.into_iter().reduce(|error, more| with(error, Some(more))) {
            None => Ok(count),
            Some(error) => Err(error),
        }
    }

    /// For the agent's end: gives up a freeze that is under way, and thaws what is frozen.
    ///
    /// # Errors
    /// As of [`Self::thaw`].
    pub(crate) fn thaw_all(&self, root: &Root) -> Result<usize, Error> {
        self.ending.store(true, Ordering::Release);
        drop(self.interrupt(root));
        if self.is_frozen() { self.thaw(root) } else { Ok(0) }
    }

    /// The lock; a freeze that has it is given up. If that hangs in the kernel, as on a disk
    /// that somebody else has stopped, a thaw of all there is gets it going again.
    fn interrupt(&self, root: &Root) -> MutexGuard<'_, Vec<Held<File>>> {
        let mut waited = Duration::ZERO;
        loop {
            self.cancelled.store(true, Ordering::Release);
            match self.held.try_lock() {
                Ok(held) => return held,
                Err(TryLockError::Poisoned(held)) => return held.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
            thread::sleep(STEP);
            waited += STEP;
            if waited >= PATIENCE && self.state.load(Ordering::Acquire) == FREEZING {
                thaw_others(root);
                waited = Duration::ZERO;
            }
        }
    }

    /// Nothing is frozen any more.
    fn release(&self) -> Result<(), Error> {
        let cleared = state::clear_frozen(&self.flag);
        self.state.store(THAWED, Ordering::Release);
        log::release();
        cleared.map_err(|error| self.about_flag("remove", &error))
    }

    fn about_flag(&self, what: &str, error: &std::io::Error) -> Error {
        Error::generic(format!("cannot {what} {}: {}", self.flag.display(), reason(error)))
    }

    fn run_hook(&self, argument: &str) -> Result<(), Error> {
        self.hook.as_ref().map_or(Ok(()), |hook| hook.run(argument))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Held<File>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error, and what else went wrong.
fn with(error: Error, more: Option<Error>) -> Error {
    match more {
        None => error,
        Some(more) => Error { desc: format!("{}; then: {more}", error.desc), ..error },
    }
}

/// The filesystems to freeze, open and in order.
fn open(root: &Root, mounts: &[Mount], only: Option<&[String]>) -> Result<Vec<Held<File>>, Error> {
    let targets = order::order(root, mounts, target::choose(mounts, only));
    let opened = targets.iter().filter_map(|target| target.open(root).transpose());
    opened.collect()
}

/// Thaws what is frozen and not held: the number, and what went wrong.
fn thaw_others(root: &Root) -> (usize, Vec<Error>) {
    let mounts = match mount::read(root) {
        Ok(mounts) => mounts,
        Err(error) => return (0, vec![error.into()]),
    };
    let mut errors = Vec::new();
    let mut others = Vec::new();
    for target in order::order(root, &mounts, target::choose(&mounts, None)) {
        match target.open(root) {
            Ok(held) => others.extend(held),
            Err(error) => errors.push(error),
        }
    }
    let (count, more) = run::thaw(others, filesystem::thaw);
    errors.extend(more);
    (count, errors)
}

#[cfg(test)]
mod tests;
