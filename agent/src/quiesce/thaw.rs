//! A thaw, whatever is frozen and whoever has frozen it.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{Outcome, Phase};

use super::finish::told;
use super::guard::Why;
use super::hooks::Hooks;
use super::machine::{self, Event};
use super::recover::thaw_left_behind;
use super::run::Run;
use super::{Core, PATIENCE, State, Thawed};
use crate::qemu_ga::state;

impl Core {
    pub(super) fn thaw(&self, root: &Root) -> Result<Thawed, Error> {
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
        errors.extend(Hooks::thaw_after_another(root, &self.settings));
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
        told(Hooks::thaw_after_another(root, &self.settings)).map(|()| Thawed::default())
    }
}
