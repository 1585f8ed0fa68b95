//! A freeze, from the hooks to the last filesystem, and the ways in which it comes to nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use ::hooks::Context;
use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{Outcome, Phase};

use super::finish::{not_begun, told};
use super::guard::{Guard, Why};
use super::hooks::{self, Hooks};
use super::machine::{self, Event};
use super::open::{self, Wanted, seconds};
use super::record::Began;
use super::run::{self, Grip, Run};
use super::watch::Watch;
use super::{Core, Frozen, PATIENCE, Request, clock, flush};
use crate::log;
use crate::qemu_ga::state;
use crate::system::reason;

impl Core {
    pub(super) fn freeze(self: &Arc<Self>, root: &Root, request: Request) -> Result<Frozen, Error> {
        let began = request.began.clone().unwrap_or_else(Began::now);
        self.begin(&began).inspect_err(|error| not_begun(&began, &request.channel, error))?;
        let deadline = match request.deadline {
            Some(Duration::ZERO) => None,
            Some(deadline) => Some(deadline),
            None => self.settings.deadline,
        };
        let mut run = match self.new_run(root, began.clone(), &request, deadline) {
            Ok(run) => run,
            Err(error) => {
                not_begun(&began, &request.channel, &error);
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
        began: Began,
        request: &Request,
        deadline: Option<Duration>,
    ) -> Result<Run, Error> {
        let cancel = hooks::cancel()?;
        self.lock().hooks = Some(cancel.clone());
        let mut run =
            Run::new(began, &request.channel, deadline.map(|deadline| deadline.as_secs()));
        let context = Context {
            operation_id: run.record.id.clone(),
            deadline,
            channel: request.channel.clone(),
            mounts: open::names(root, &request.wanted, &self.settings)?,
        };
        run.hooks = Some(Hooks::new(root, &self.settings, context, cancel));
        Ok(run)
    }

    /// The first step, which only one run can take.
    fn begin(&self, began: &Began) -> Result<(), Error> {
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
        state.began = Some(began.clone());
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
            if !grip.watch.now().stuck.is_empty() {
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
}
