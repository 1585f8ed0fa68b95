//! Freezing and thawing filesystems so that nobody can leave the guest frozen.
//!
//! A run makes applications quiet (hooks), writes out dirty data, and freezes all
//! filesystems or none, in an order that cannot deadlock. What is frozen is held by a
//! guard, a process of its own; if the agent dies the guard thaws, and if the guard dies the
//! agent does. While anything is frozen nothing is written to a disk, and nothing is logged.

mod check;
mod clock;
mod flush;
mod guard;
mod hooks;
mod machine;
mod open;
mod order;
mod record;
mod recover;
mod run;
mod target;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use ::hooks::{Cancel, Context};
use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{Outcome, Phase, Status};
use protocol::qga::fsfreeze::FsfreezeStatus;

use crate::config::Settings;
use crate::config::settings::Freeze;
use crate::log;
use crate::qemu_ga::state;
use crate::sys::filesystem;
use crate::system::reason;
use guard::{Guard, Launch, Why};
use hooks::Hooks;
use machine::Event;
use open::seconds;
use run::{Grip, Run};
use watch::Watch;

pub(crate) use check::check;
pub(crate) use guard::{VERB as GUARD_VERB, main as guard_main};
pub(crate) use open::Wanted;
pub(crate) use record::Records;
use recover::{Recovered, thaw_left_behind};
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
            launch,
            state: Mutex::new(State {
                phase: if inherited { Phase::Frozen } else { Phase::Thawed },
                run: None,
                guard: None,
                hooks: None,
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

    /// The records of runs.
    pub(crate) fn records(&self) -> &Records {
        &self.core.records
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
            for error in Hooks::thaw_after_another(&root, &core.settings.hooks) {
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

    fn freeze(self: &Arc<Self>, root: &Root, request: Request) -> Result<Frozen, Error> {
        self.begin()?;
        let deadline = match request.deadline {
            Some(Duration::ZERO) => None,
            Some(deadline) => Some(deadline),
            None => self.settings.deadline,
        };
        let mut run = match self.new_run(root, &request, deadline) {
            Ok(run) => run,
            Err(error) => {
                drop(self.advance(Event::Failed));
                drop(self.advance(Event::Undone));
                return Err(error);
            }
        };
        match self.freeze_steps(root, &request.wanted, deadline, &mut run) {
            Ok(true) => Ok(self.stand(run)),
            Ok(false) => self.nothing(run),
            Err(error) => Err(self.undo(run, error)),
        }
    }

    /// A run with the hooks that there are now.
    fn new_run(
        &self,
        root: &Root,
        request: &Request,
        deadline: Option<Duration>,
    ) -> Result<Run, Error> {
        let cancel = hooks::cancel()?;
        self.lock().hooks = Some(cancel.clone());
        let mut run = Run::new(&request.channel, deadline.map(|deadline| deadline.as_secs()));
        let context = Context {
            operation_id: run.record.id.clone(),
            deadline,
            channel: request.channel.clone(),
            mounts: open::names(root, &request.wanted, &self.settings)?,
        };
        run.hooks = Some(Hooks::new(root, &self.settings.hooks, context, cancel));
        Ok(run)
    }

    /// The first step, which only one run can take.
    fn begin(&self) -> Result<(), Error> {
        let mut state = self.lock();
        if self.ending.load(Ordering::Acquire) {
            return Err(Error::generic("the agent is ending, and freezes no more"));
        }
        match state.phase {
            Phase::Thawed => {}
            Phase::Frozen => {
                let by = state.run.as_ref().map_or("an earlier agent", |run| &run.record.channel);
                let why = format!("filesystems are frozen already, by {by}; thaw them first");
                return Err(Error::generic(why));
            }
            phase => {
                let why = format!("another freeze is under way ({phase:?}); try again soon");
                return Err(Error::generic(why));
            }
        }
        self.cancelled.store(false, Ordering::Release);
        // Whoever begins anew does not need to hear of the last one.
        state.broken = None;
        let _ = state::take_broken(&self.flag);
        drop(state);
        self.advance(Event::Asked)
    }

    /// All steps up to the last freeze; false where there is nothing to freeze.
    fn freeze_steps(
        self: &Arc<Self>,
        root: &Root,
        wanted: &Wanted,
        deadline: Option<Duration>,
        run: &mut Run,
    ) -> Result<bool, Error> {
        let generic = |what: &str, error: &std::io::Error| {
            Error::generic(format!("{what}: {}", reason(error)))
        };
        let settings = &self.settings;
        // Started now, it is ready when the hooks are done.
        let guard = Guard::start(&self.launch, &self.flag)
            .map_err(|error| generic("cannot start the guard", &error))?;
        let guard = Arc::new(guard);
        self.lock().guard = Some(Arc::clone(&guard));
        run.step("hooks");
        run.hooks.as_mut().map_or(Ok(()), Hooks::freeze)?;
        self.go_on(Event::HooksDone)?;
        let opened = open::open(root, wanted, settings)?;
        let held = run.opened(opened);
        if held.is_empty() {
            return Ok(false);
        }
        guard
            .hold(&held, deadline, settings.freeze_timeout)
            .map_err(|error| generic("the guard has died", &error))?;
        let watch = Arc::new(Watch::new(held.len()));
        let grip = Grip { guard, held: Arc::clone(&held), watch: Arc::clone(&watch) };
        run.grip = Some(grip.clone());
        self.hear(grip.clone());
        run.step("flush");
        run.record.flush_rounds = flush::flush(&held, settings.sync_timeout, || self.given_up())?;
        self.go_on(Event::Synced)?;
        if !watch.wait(PATIENCE, |progress| progress.ready || progress.gone) || watch.now().gone {
            return Err(Error::generic("the guard does not stand ready; nothing was frozen"));
        }
        run.step("freeze");
        self.raise_flag(run)?;
        watch.ordered();
        grip.guard.freeze().map_err(|error| generic("the guard has died", &error))?;
        self.lock().deadline = deadline.map(|deadline| {
            clock::now().saturating_add(u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX))
        });
        if self.given_up() {
            // Whoever asked for it may have come a moment too early for the guard.
            drop(grip.guard.thaw());
        }
        let patience = settings.freeze_timeout + PATIENCE;
        watch.wait(patience, |progress| progress.all_frozen || progress.is_over());
        let progress = watch.now();
        if progress.all_frozen && progress.thawing.is_none() && !progress.is_over() {
            return Ok(true);
        }
        let limit = seconds(settings.freeze_timeout);
        Err(Error::generic(run::why_failed(&held, &progress, &limit)))
    }

    /// On to the next phase, unless somebody wants to thaw.
    fn go_on(&self, event: Event) -> Result<(), Error> {
        if self.given_up() {
            return Err(Error::generic("given up: a thaw was asked for"));
        }
        self.advance(event)
    }

    /// The last moment before the first freeze: from here on nothing is logged, and another
    /// agent would know.
    fn raise_flag(&self, run: &mut Run) -> Result<(), Error> {
        state::set_frozen(&self.flag).map_err(|error| self.about_flag("make", &error))?;
        // For the next agent, if this one dies.
        drop(self.records.write(run.record()));
        self.frozen.store(true, Ordering::Release);
        log::hold();
        Ok(())
    }

    /// A thread that hears the guard from now on, until that is gone.
    fn hear(self: &Arc<Self>, grip: Grip) {
        let core = Arc::clone(self);
        let work = move || {
            while let Some(news) = grip.guard.hear() {
                grip.watch.note(news);
                if grip.watch.now().all_thawed {
                    core.broke(&grip);
                }
            }
            grip.watch.gone(&grip.held);
            grip.guard.bury();
            core.broke(&grip);
            if grip.watch.now().stuck.is_some() {
                // What hung has come back, and is thawed.
                core.lower_flag();
            }
        };
        drop(thread::Builder::new().name("guard".to_owned()).spawn(work));
    }

    /// The guard has thawed or is gone. If that run stands, nobody has asked for it.
    fn broke(&self, grip: &Grip) {
        let taken = {
            let mut state = self.lock();
            let stands = state.phase == Phase::Frozen
                && state
                    .run
                    .as_ref()
                    .and_then(|run| run.grip.as_ref())
                    .is_some_and(|own| Arc::ptr_eq(&own.watch, &grip.watch));
            if !stands {
                return;
            }
            if let Ok(phase) = machine::next(state.phase, Event::Broken) {
                state.phase = phase;
            }
            state.run.take()
        };
        let Some(run) = taken else { return };
        let progress = grip.watch.now();
        let why = match progress.thawing {
            Some(Why::Deadline) => {
                let deadline = run.record.deadline_s.unwrap_or_default();
                format!("the deadline of {deadline} s passed before the host thawed")
            }
            Some(Why::Signal) => "the guard was told to end".to_owned(),
            _ => "the guard died, and the agent thawed".to_owned(),
        };
        let told = format!(
            "the filesystems did not stay frozen: {why}. A snapshot taken in this time is not consistent"
        );
        self.lock().broken = Some(told.clone());
        drop(self.finish(run, Outcome::AutoThawed, Some(told)));
    }

    /// All is frozen, and stays so.
    fn stand(self: &Arc<Self>, mut run: Run) -> Frozen {
        run.step("frozen");
        let Some(grip) = run.grip.clone() else {
            return Frozen { id: run.record.id, count: 0 };
        };
        let count = run::frozen(&grip.watch.now());
        let frozen = Frozen { id: run.record.id.clone(), count };
        {
            let mut state = self.lock();
            state.guard = None;
            state.run = Some(run);
            if let Ok(phase) = machine::next(state.phase, Event::AllFrozen) {
                state.phase = phase;
            }
            self.changed.notify_all();
        }
        // The guard may have thawed while nobody held the run.
        if grip.watch.now().is_over() {
            self.broke(&grip);
        }
        frozen
    }

    /// There was nothing to freeze: applications go on at once.
    fn nothing(&self, run: Run) -> Result<Frozen, Error> {
        let id = run.record.id.clone();
        drop(self.advance(Event::Failed));
        let errors = self.finish(run, Outcome::Succeeded, None);
        told(errors).map(|()| Frozen { id, count: 0 })
    }

    /// Something failed: nothing stays frozen, and the hooks are called back.
    fn undo(&self, run: Run, error: Error) -> Error {
        drop(self.advance(Event::Failed));
        if let Some(grip) = &run.grip {
            drop(grip.guard.thaw());
            grip.watch.wait_for_end(PATIENCE, &grip.held);
        }
        let outcome = if self.given_up() { Outcome::Aborted } else { Outcome::Failed };
        let mut errors = vec![error.desc.clone()];
        errors.extend(self.finish(run, outcome, Some(error.desc.clone())));
        Error { desc: errors.join("; then: "), ..error }
    }

    /// Nothing is frozen any more: the flag goes, hooks are told, the record is written. What
    /// went wrong with that is handed back.
    fn finish(&self, mut run: Run, outcome: Outcome, error: Option<String>) -> Vec<String> {
        let mut errors = Vec::new();
        let stuck = run.grip.as_ref().is_some_and(|grip| {
            let progress = grip.watch.now();
            errors.extend(run::thaw_errors(&grip.held, &progress));
            progress.stuck.is_some() && !progress.gone
        });
        if stuck {
            // Commands run again, but the log waits until that filesystem can be written to.
            self.frozen.store(false, Ordering::Release);
        } else {
            errors.extend(self.lower_flag());
        }
        run.step("hooks-thaw");
        if let Some(hooks) = &mut run.hooks {
            let undo = matches!(outcome, Outcome::Failed | Outcome::Aborted);
            errors.extend(if undo { hooks.undo() } else { hooks.thaw() });
        }
        let all: Vec<String> = error.into_iter().chain(errors.iter().cloned()).collect();
        let outcome = match outcome {
            Outcome::Succeeded if !all.is_empty() => Outcome::Failed,
            outcome => outcome,
        };
        let told = (!all.is_empty()).then(|| all.join("; then: "));
        let record = run.end(outcome, told);
        report(record);
        if let Err(wrong) = self.records.write(record) {
            tracing::warn!("no record of freeze {}: {wrong}", record.id);
        }
        let mut state = self.lock();
        let guard = state.guard.take();
        state.hooks = None;
        state.deadline = None;
        if let Ok(phase) = machine::next(state.phase, Event::Undone) {
            state.phase = phase;
        }
        self.changed.notify_all();
        drop(state);
        // Waits for one that has nothing to do any more.
        drop(guard);
        errors
    }

    /// Nothing is frozen any more.
    fn lower_flag(&self) -> Option<String> {
        let cleared = state::clear_frozen(&self.flag);
        self.frozen.store(false, Ordering::Release);
        log::release();
        cleared.err().map(|error| self.about_flag("remove", &error).desc)
    }

    fn thaw(&self, root: &Root) -> Result<Thawed, Error> {
        let mut state = self.lock();
        let mut asked = false;
        loop {
            match state.phase {
                // A freeze that was given up for this thaw has called the hooks back.
                Phase::Thawed if asked => return Ok(Thawed::default()),
                Phase::Thawed => return self.thaw_thawed(root, state),
                Phase::Frozen => break,
                Phase::Hooks | Phase::Syncing | Phase::Freezing if !asked => {
                    asked = true;
                    self.cancelled.store(true, Ordering::Release);
                    if let Some(hooks) = &state.hooks {
                        hooks.cancel();
                    }
                    if let Some(guard) = &state.guard {
                        drop(guard.thaw());
                    }
                }
                _ => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        state.phase = machine::next(state.phase, Event::ThawAsked)
            .map_err(|wrong| Error::generic(wrong.to_string()))?;
        let run = state.run.take();
        let inherited = std::mem::take(&mut state.inherited);
        drop(state);
        match run {
            Some(run) => self.thaw_run(run),
            None => self.thaw_inherited(root, inherited),
        }
    }

    /// The host thaws what stands.
    fn thaw_run(&self, mut run: Run) -> Result<Thawed, Error> {
        run.step("thaw");
        let mut thawed = Thawed { id: Some(run.record.id.clone()), ..Thawed::default() };
        let mut error = None;
        if let Some(grip) = &run.grip {
            drop(grip.guard.thaw());
            if !grip.watch.wait_for_end(PATIENCE, &grip.held) {
                error = Some("the guard did not thaw, and the agent did in its place".to_owned());
            }
            let progress = grip.watch.now();
            thawed.count = progress.thawed.iter().flatten().filter(|took| took.errno == 0).count();
            thawed.window_us = progress.window().map(|(first, last)| (last - first) / 1000);
            let why = match progress.thawing {
                Some(Why::Deadline) => Some("the deadline passed just before"),
                _ if progress.lost => Some("the guard died just before"),
                _ => None,
            };
            error = error.or(why.map(|why| format!("the filesystems did not stay frozen: {why}")));
        }
        let ending = self.ending.load(Ordering::Acquire);
        // The host has not asked for this thaw, and may be taking its snapshot just now.
        let ended = ending.then(|| "the agent was told to end before the host thawed".to_owned());
        let intact = error.is_none() && ended.is_none();
        let outcome = if intact { Outcome::Succeeded } else { Outcome::AutoThawed };
        let errors = self.finish(run, outcome, error.clone().or(ended));
        told(error.into_iter().chain(errors).collect()).map(|()| thawed)
    }

    /// Of an agent before this one.
    fn thaw_inherited(&self, root: &Root, inherited: bool) -> Result<Thawed, Error> {
        let (count, mut errors) = thaw_left_behind(root);
        if !inherited {
            errors.clear();
        }
        errors.extend(self.lower_flag());
        errors.extend(Hooks::thaw_after_another(root, &self.settings.hooks));
        drop(self.advance(Event::Undone));
        told(errors).map(|()| Thawed { id: None, count, window_us: None })
    }

    /// Nothing is frozen. As with qemu-ga the hooks run all the same, in case somebody has
    /// left applications quiet; but a freeze that broke has told them already.
    fn thaw_thawed(&self, root: &Root, mut state: MutexGuard<'_, State>) -> Result<Thawed, Error> {
        if let Some(broken) = state.broken.take() {
            let _ = state::take_broken(&self.flag);
            return Err(Error::generic(broken));
        }
        drop(state);
        told(Hooks::thaw_after_another(root, &self.settings.hooks)).map(|()| Thawed::default())
    }

    fn about_flag(&self, what: &str, error: &std::io::Error) -> Error {
        Error::generic(format!("cannot {what} {}: {}", self.flag.display(), reason(error)))
    }
}

/// One line of the log for a run, after it.
fn report(record: &protocol::guestd::quiesce::Record) {
    let frozen = record.filesystems.iter().filter(|one| one.thaw_us.is_some()).count();
    let window_ms = record.window_us.unwrap_or(0) / 1000;
    let (id, channel) = (&record.id, &record.channel);
    match &record.error {
        None => tracing::info!(channel, id, window_ms, "froze and thawed {frozen} filesystems"),
        Some(error) => tracing::warn!(channel, id, window_ms, "freeze failed: {error}"),
    }
}

/// Errors as one.
fn told(errors: Vec<String>) -> Result<(), Error> {
    if errors.is_empty() { Ok(()) } else { Err(Error::generic(errors.join("; then: "))) }
}

#[cfg(test)]
mod tests;
