//! The hooks of a run: those of the crate `hooks`, in the agent's words. They run here, as
//! children of the agent, or in a unit of their own.

mod link;
mod serve;
mod unit;
mod wire;

use std::time::Duration;

use hooks::{Cancel, Context, Dialect, Found, Settings};
use introspect::Root;
use nix::unistd::geteuid;
use protocol::Error;
use protocol::guestd::quiesce::HookRun;

use super::clock;
use crate::config::settings::Freeze;
use crate::system::reason;
pub(crate) use serve::serve;
use unit::Unit;
use wire::Request;

/// The hooks of one run, and what they did.
#[derive(Debug)]
pub(super) struct Hooks {
    runner: Runner,
    cancel: Cancel,
    /// What keeps the freeze from beginning.
    refused: Vec<String>,
}

/// Who runs them.
#[derive(Debug)]
enum Runner {
    /// The agent. With when the times of their outcomes begin, on the shared clock.
    Here(hooks::Run, u64),
    Unit(Unit),
}

/// Looks for hooks, and checks their files.
pub(super) fn find(root: &Root, settings: &Settings) -> Found {
    hooks::discover(root.path(), settings, geteuid().as_raw())
}

/// What may not be run, so that a freeze may not begin.
fn refused(found: &Found) -> Vec<String> {
    found.refused().map(|problem| format!("hook {problem}")).collect()
}

/// What would keep the unit of hooks from running them, where they have one.
pub(super) fn problem(settings: &Freeze) -> Option<String> {
    settings.hooks_unit.as_ref().and_then(|place| Unit::probe(place).err())
}

/// What gives a run's hooks up.
///
/// # Errors
/// There is no free descriptor.
pub(super) fn cancel() -> Result<Cancel, Error> {
    Cancel::new().map_err(|error| Error::generic(format!("no pipe: {}", reason(&error))))
}

impl Hooks {
    /// The hooks that there are now.
    pub(super) fn new(root: &Root, settings: &Freeze, context: Context, cancel: Cancel) -> Self {
        let found = find(root, &settings.hooks);
        let refused = refused(&found);
        let runner = match &settings.hooks_unit {
            // Without hooks no unit is started.
            Some(place) if !found.hooks.is_empty() => {
                Runner::Unit(Unit::new(place.clone(), context))
            }
            _ => {
                let run = hooks::Run::new(found.hooks, context, &settings.hooks);
                Runner::Here(run, clock::now())
            }
        };
        Self { runner, cancel, refused }
    }

    /// Thaws as if an agent before this one had frozen: for what it may have left quiet.
    pub(super) fn thaw_after_another(root: &Root, settings: &Freeze) -> Vec<String> {
        let Ok(cancel) = Cancel::new() else { return Vec::new() };
        let mut hooks = Self::new(root, settings, Context::default(), cancel);
        match &mut hooks.runner {
            Runner::Here(run, _) => run.assume_frozen(),
            Runner::Unit(unit) => unit.assume_frozen(),
        }
        hooks.thaw()
    }

    /// Makes applications quiet.
    ///
    /// # Errors
    /// One that matters fails, or one may not be run. Then all have been called back.
    pub(super) fn freeze(&mut self) -> Result<(), Error> {
        if !self.refused.is_empty() {
            return Err(Error::generic(self.refused.join("; ")));
        }
        let frozen = match &mut self.runner {
            Runner::Here(run, _) => {
                run.freeze(&self.cancel).map_err(|failed| failed.errors.iter().map(told).collect())
            }
            Runner::Unit(unit) => unit.freeze(&self.cancel),
        };
        if self.cancel.is_given() && frozen.is_err() {
            return Err(Error::generic("given up: a thaw was asked for"));
        }
        frozen.map_err(|errors: Vec<String>| Error::generic(errors.join("; ")))
    }

    /// Calls back those that ran: the freeze has come to nothing. What fails then is in the
    /// record.
    pub(super) fn undo(&mut self) -> Vec<String> {
        match &mut self.runner {
            Runner::Here(run, _) => run.undo().iter().map(told).collect(),
            Runner::Unit(unit) => unit.back(&Request::Undo).err().unwrap_or_default(),
        }
    }

    /// Lets applications go on; what went wrong.
    pub(super) fn thaw(&mut self) -> Vec<String> {
        match &mut self.runner {
            Runner::Here(run, _) => {
                let errors = run.thaw().err().unwrap_or_default();
                errors.iter().map(told).collect()
            }
            Runner::Unit(unit) => unit.back(&Request::Thaw).err().unwrap_or_default(),
        }
    }

    /// What they did, in times of a run that began then.
    pub(super) fn runs(&self, began: u64) -> Vec<HookRun> {
        let (begun, outcomes) = match &self.runner {
            Runner::Here(run, begun) => (*begun, run.outcomes()),
            Runner::Unit(unit) => (unit.begun(), unit.outcomes()),
        };
        let offset = Duration::from_nanos(begun.saturating_sub(began));
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let runs = outcomes.iter().map(|outcome| HookRun {
            name: outcome.hook.clone(),
            origin: outcome.origin.to_string(),
            argument: outcome.argument.clone(),
            start_us: micros(offset + outcome.start),
            duration_us: micros(outcome.duration),
            ok: outcome.result.is_ok(),
            result: outcome.result.to_string(),
            output: (!outcome.output.is_empty()).then(|| outcome.output.clone()),
        });
        let mut runs: Vec<HookRun> = runs.collect();
        runs.sort_by_key(|run| run.start_us);
        runs
    }
}

/// A failure in words. qemu-ga's own hook has those of QEMU 10's agent.
fn told(error: &hooks::Error) -> String {
    if error.hook.starts_with(&format!("{}/", Dialect::QemuGa)) {
        let words: Vec<&str> = error.output.split_whitespace().collect();
        let words: String = words.join(" ").chars().take(512).collect();
        let words = if words.is_empty() { error.result.to_string() } else { words };
        return format!("child process has failed to execute fsfreeze hook: {words}");
    }
    error.to_string()
}

#[cfg(test)]
mod tests;
