//! The end of a run, however it ended.

use std::sync::atomic::Ordering;

use protocol::Error;
use protocol::guestd::quiesce::Outcome;

use super::Core;
use super::machine::{self, Event};
use super::record::Began;
use super::run::{self, Run};
use crate::log;
use crate::qemu_ga::state;

impl Core {
    /// Nothing is frozen any more: the flag goes, hooks are told, the record is written. What
    /// went wrong with that is handed back.
    pub(super) fn finish(
        &self,
        mut run: Run,
        outcome: Outcome,
        error: Option<String>,
    ) -> Vec<String> {
        let mut errors = Vec::new();
        let stuck = run.grip.as_ref().is_some_and(|grip| {
            let progress = grip.watch.now();
            errors.extend(run::thaw_errors(&grip.held, &progress));
            !progress.stuck.is_empty() && !progress.gone
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
        self.tally.count(record);
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
    pub(super) fn lower_flag(&self) -> Option<String> {
        let cleared = state::clear_frozen(&self.flag);
        self.frozen.store(false, Ordering::Release);
        log::release();
        cleared.err().map(|error| self.about_flag("remove", &error).desc)
    }
}

/// What the journal knows the line of a run by (`journalctl MESSAGE_ID=`).
const FREEZE: &str = "045a40a937894c27837baf3badbc50f2";

/// One line of the log for a run, after it.
fn report(record: &protocol::guestd::quiesce::Record) {
    let frozen = record.filesystems.iter().filter(|one| one.thaw_us.is_some()).count();
    let window_ms = record.window_us.unwrap_or(0) / 1000;
    let (id, channel) = (&record.id, &record.channel);
    match &record.error {
        None => tracing::info!(
            message_id = FREEZE,
            channel,
            id,
            window_ms,
            "froze and thawed {frozen} filesystems"
        ),
        Some(error) => {
            tracing::warn!(message_id = FREEZE, channel, id, window_ms, "freeze failed: {error}")
        }
    }
}

/// One line of the log for a freeze of which there is no run, and so no record.
pub(super) fn not_begun(began: &Began, channel: &str, error: &Error) {
    tracing::warn!(channel, id = began.id, "freeze refused: {error}");
}

/// Errors as one.
pub(super) fn told(errors: Vec<String>) -> Result<(), Error> {
    if errors.is_empty() { Ok(()) } else { Err(Error::generic(errors.join("; then: "))) }
}
