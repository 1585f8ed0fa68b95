//! Freezing and thawing filesystems so that nobody can leave the guest frozen.
//!
//! A run makes applications quiet (hooks), writes out dirty data, and freezes all
//! filesystems or none, in an order that cannot deadlock. What is frozen is held by a
//! guard, a process of its own; if the agent dies the guard thaws, and if the guard dies the
//! agent does. While anything is frozen nothing is written to a disk, and nothing is logged.

mod check;
mod clock;
mod finish;
mod flush;
mod freeze;
mod guard;
mod hooks;
mod machine;
mod open;
mod order;
mod record;
mod recover;
mod run;
mod tally;
mod target;
mod thaw;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use ::hooks::Cancel;
use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{Phase, Status};
use protocol::qga::fsfreeze::FsfreezeStatus;

use crate::config::Settings;
use crate::config::settings::Freeze;
use crate::qemu_ga::state;
use crate::sys::filesystem;
use crate::system::reason;
use guard::{Guard, Launch};
use hooks::Hooks;
use machine::Event;
use run::Run;
use tally::Tally;

pub(crate) use check::check;
pub(crate) use guard::{VERB as GUARD_VERB, main as guard_main};
pub(crate) use hooks::serve as serve_hooks;
pub(crate) use open::Wanted;
pub(crate) use record::{Began, Records};
use recover::Recovered;
pub(crate) use recover::{Thawing, thaw_without_agent};

/// How long the guard may take to say that it stands ready, to thaw, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who asks for a freeze, and of what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) channel: String,
    pub(crate) wanted: Wanted,
    /// In the place of the configured one; zero is none.
    pub(crate) deadline: Option<Duration>,
    /// What the run is to be called; else it is named when it begins.
    pub(crate) began: Option<Began>,
}

/// A freeze that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frozen {
    pub(crate) id: String,
    pub(crate) count: usize,
}

/// A freeze that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Thawed {
    pub(crate) id: Option<String>,
    pub(crate) count: usize,
    pub(crate) window_us: Option<u64>,
}

/// Freezes and thaws. One run at a time.
#[derive(Debug, Clone)]
pub(crate) struct Freezer {
    core: Arc<Core>,
}

#[derive(Debug)]
struct Core {
    /// There while filesystems are frozen, so that the next agent knows.
    flag: PathBuf,
    settings: Freeze,
    records: Records,
    tally: Tally,
    launch: Launch,
    state: Mutex<State>,
    changed: Condvar,
    /// From before the first filesystem is frozen until after the last is thawed.
    frozen: AtomicBool,
    /// Somebody wants to thaw: a freeze that is under way is given up.
    cancelled: AtomicBool,
    /// The agent ends, and freezes no more.
    ending: AtomicBool,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// The run, while all is frozen.
    run: Option<Run>,
    /// The guard of a run that is being frozen.
    guard: Option<Arc<Guard>>,
    /// Gives up the hooks of a run that is being frozen.
    hooks: Option<Cancel>,
    /// The run that is under way or stands; stays there when that ends.
    began: Option<Began>,
    /// Nanoseconds of the shared clock at which the deadline passes.
    deadline: Option<u64>,
    /// Frozen by an agent before this one, which held what we have to look for.
    inherited: bool,
    /// What the next thaw has to be told.
    broken: Option<String>,
}

impl Freezer {
    /// A freezer that finds things as an earlier agent has left them.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self::with(settings, Launch::Process)
    }

    fn with(settings: &Settings, launch: Launch) -> Self {
        let flag = settings.frozen_flag();
        let records = Records::new(settings.records());
        let left = recover::look(&flag, &records);
        let inherited = left == Recovered::Frozen;
        let core = Core {
            flag,
            settings: settings.freeze.clone(),
            records,
            tally: Tally::default(),
            launch,
            state: Mutex::new(State {
                phase: if inherited { Phase::Frozen } else { Phase::Thawed },
                run: None,
                guard: None,
                hooks: None,
                began: None,
                deadline: None,
                inherited,
                broken: left.told(),
            }),
            changed: Condvar::new(),
            frozen: AtomicBool::new(inherited),
            cancelled: AtomicBool::new(false),
            ending: AtomicBool::new(false),
        };
        Self { core: Arc::new(core) }
    }

    /// True from before the first filesystem is frozen until after the last is thawed: what
    /// could write to one, or wait for one, must not run.
    pub(crate) fn is_frozen(&self) -> bool {
        self.core.frozen.load(Ordering::Acquire)
    }

    /// What hosts are told: `frozen` only once all are, so that nobody takes a snapshot
    /// before.
    pub(crate) fn status(&self) -> FsfreezeStatus {
        match self.core.lock().phase {
            Phase::Frozen => FsfreezeStatus::Frozen,
            _ => FsfreezeStatus::Thawed,
        }
    }

    /// The same in full.
    pub(crate) fn full_status(&self) -> Status {
        let state = self.core.lock();
        let milliseconds = |nanoseconds: u64| nanoseconds / 1_000_000;
        let run = state.run.as_ref();
        Status {
            phase: state.phase,
            id: run.map(|run| run.record.id.clone()),
            frozen_for_ms: run.and_then(Run::frozen_for).map(milliseconds),
            deadline_in_ms: state
                .deadline
                .map(|end| milliseconds(end.saturating_sub(clock::now()))),
            filesystems: run.map(Run::points).unwrap_or_default(),
            broken: state.broken.clone(),
        }
    }

    /// The run that a thaw would be about: one that is under way or stands, or has not lasted
    /// and waits for a thaw to be told so. None of an agent before this one.
    pub(crate) fn operation(&self) -> Option<Began> {
        let state = self.core.lock();
        let there = state.phase != Phase::Thawed || state.broken.is_some();
        there.then(|| state.began.clone()).flatten()
    }

    /// The records of runs.
    pub(crate) fn records(&self) -> &Records {
        &self.core.records
    }

    /// What has become of them.
    pub(crate) fn tally(&self) -> &Tally {
        &self.core.tally
    }

    /// Freezes all filesystems that can be, or those that are wanted.
    ///
    /// # Errors
    /// One of them cannot be frozen, or a hook fails. Then nothing is frozen, and the hooks
    /// have been called back.
    pub(crate) fn freeze(&self, root: &Root, request: Request) -> Result<Frozen, Error> {
        self.core.freeze(root, request)
    }

    /// Thaws what this agent has frozen, or the one before it.
    ///
    /// # Errors
    /// The freeze has not lasted until now, a filesystem that was frozen stays so, or a hook
    /// fails. All the others are thawed, and the next call begins anew.
    pub(crate) fn thaw(&self, root: &Root) -> Result<Thawed, Error> {
        self.core.thaw(root)
    }

    /// Looks after what an earlier agent has left frozen. If that was guestd, nobody holds it
    /// any more, and it is thawed at once. If it was qemu-ga, its host may still come to
    /// thaw, until the deadline.
    pub(crate) fn look_after_inherited(&self, root: Root) {
        let (inherited, broken) = {
            let state = self.core.lock();
            (state.inherited, state.broken.is_some())
        };
        if !inherited {
            if broken {
                self.tell_hooks(root);
            }
            return;
        }
        let wait = match (state::is_ours(&self.core.flag), self.core.settings.deadline) {
            (true, _) => Duration::ZERO,
            (false, Some(deadline)) => deadline,
            (false, None) => return,
        };
        let core = Arc::clone(&self.core);
        let work = move || {
            thread::sleep(wait);
            let still = {
                let mut state = core.lock();
                if state.inherited {
                    // Before the thaw: a host that comes meanwhile has to hear of it.
                    state.broken = Recovered::Broken.told();
                }
                state.inherited
            };
            if still {
                match core.thaw(&root) {
                    Ok(Thawed { count, .. }) => {
                        tracing::warn!(
                            "thawed {count} filesystems that an earlier agent left frozen"
                        );
                    }
                    Err(error) => tracing::error!("what an earlier agent left frozen: {error}"),
                }
            }
        };
        drop(thread::Builder::new().name("inherited".to_owned()).spawn(work));
    }

    /// Lets applications go on that an agent before this one has made quiet; its guard has
    /// thawed filesystems, and runs no hooks.
    fn tell_hooks(&self, root: Root) {
        let core = Arc::clone(&self.core);
        let work = move || {
            for error in Hooks::thaw_after_another(&root, &core.settings) {
                tracing::warn!("after a freeze that was broken off: {error}");
            }
        };
        drop(thread::Builder::new().name("hooks".to_owned()).spawn(work));
    }

    /// For the agent's end: gives up a freeze that is under way, and thaws what is frozen.
    ///
    /// # Errors
    /// As of [`Self::thaw`].
    pub(crate) fn thaw_all(&self, root: &Root) -> Result<usize, Error> {
        self.core.ending.store(true, Ordering::Release);
        if self.core.lock().phase == Phase::Thawed {
            return Ok(0);
        }
        let thawed = self.core.thaw(root)?;
        if thawed.count > 0 {
            // The host that comes to thaw finds another agent.
            drop(state::set_frozen(&self.core.flag));
            drop(state::mark_broken(&self.core.flag));
        }
        Ok(thawed.count)
    }
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to the next phase.
    fn advance(&self, event: Event) -> Result<(), Error> {
        let mut state = self.lock();
        state.phase =
            machine::next(state.phase, event).map_err(|wrong| Error::generic(wrong.to_string()))?;
        self.changed.notify_all();
        Ok(())
    }

    fn given_up(&self) -> bool {
        self.cancelled.load(Ordering::Acquire) || self.ending.load(Ordering::Acquire)
    }

    fn about_flag(&self, what: &str, error: &std::io::Error) -> Error {
        Error::generic(format!("cannot {what} {}: {}", self.flag.display(), reason(error)))
    }
}

#[cfg(test)]
mod tests;
