//! Running hooks: all that freeze, then all that thaw, in the order of the plan.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::cancel::Cancel;
use crate::child::{Event, Process};
use crate::hold;
use crate::hook::{Call, Hook, Kind};
use crate::outcome::{Error, Outcome, RunResult};
use crate::plan::{Limits, freeze_groups, thaw_groups};
use crate::settings::{OnFailure, Settings};
use crate::sys;
use crate::user::User;

/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What hooks are told in their environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// `GUESTD_OPERATION_ID`: the same for all hooks of one run.
    pub operation_id: String,
    /// `GUESTD_DEADLINE`: seconds after which the guest thaws by itself; 0 is never.
    pub deadline: Option<Duration>,
    /// `GUESTD_CHANNEL`: by which channel the host asked.
    pub channel: String,
    /// `GUESTD_MOUNTS`: mount points of what will be frozen, one a line.
    pub mounts: Vec<String>,
}

/// A freeze that failed. Everything has been called back already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.tell())]
pub struct Failed {
    /// What failed: of several hooks that ran side by side, all.
    pub errors: Vec<Error>,
}

impl Failed {
    fn tell(&self) -> String {
        if self.errors.is_empty() {
            return "hooks were given up: a thaw was asked for".to_owned();
        }
        self.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

/// The hooks of one freeze, from its begin to its end.
#[derive(Debug)]
pub struct Run {
    hooks: Vec<Hook>,
    context: Context,
    settings: Settings,
    begun: Instant,
    /// Which of them have to be called back.
    ran: Vec<bool>,
    sessions: Vec<Option<Process>>,
    outcomes: Vec<Outcome>,
}

impl Run {
    /// A run of these hooks, none of which has run yet.
    pub fn new(hooks: Vec<Hook>, context: Context, settings: &Settings) -> Self {
        let count = hooks.len();
        Self {
            hooks,
            context,
            settings: settings.clone(),
            begun: Instant::now(),
            ran: vec![false; count],
            sessions: (0..count).map(|_| None).collect(),
            outcomes: Vec::new(),
        }
    }

    /// How long it can take at most.
    pub fn limits(&self) -> Limits {
        Limits::of(&self.hooks, self.settings.phase_timeout)
    }

    /// Makes all applications quiet.
    ///
    /// # Errors
    /// A hook fails whose failure matters, or `cancel` is given. Then those that ran have been
    /// called back, the failed ones included.
    pub fn freeze(&mut self, cancel: &Cancel) -> Result<(), Failed> {
        let end = Instant::now() + self.settings.phase_timeout;
        for group in freeze_groups(&self.hooks) {
            if cancel.is_given() {
                self.undo();
                return Err(Failed { errors: Vec::new() });
            }
            let left = end.saturating_duration_since(Instant::now());
            let errors = self.freeze_group(&group, left, cancel);
            if !errors.is_empty() {
                self.undo();
                return Err(Failed { errors });
            }
        }
        Ok(())
    }

    /// Freezes those of one number side by side; what went wrong with those that matter.
    fn freeze_group(&mut self, group: &[usize], left: Duration, cancel: &Cancel) -> Vec<Error> {
        let this = &*self;
        let results: Vec<(usize, Outcome, Option<Process>)> = thread::scope(|scope| {
            let threads: Vec<_> = group
                .iter()
                .filter(|&&index| this.hooks[index].freeze.is_some())
                .map(|&index| scope.spawn(move || this.freeze_one(index, left, cancel)))
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        // One that only has something for afterwards has to run afterwards.
        for &index in group {
            self.ran[index] |= self.hooks[index].freeze.is_none();
        }
        let mut errors = Vec::new();
        for (index, outcome, session) in results {
            let matters = self.hooks[index].on_failure == OnFailure::Abort;
            let error = outcome.error();
            self.ran[index] = !matches!(outcome.result, RunResult::NotStarted(_));
            self.sessions[index] = session;
            self.outcomes.push(outcome);
            match error {
                Some(error) if matters => errors.push(error),
                // The freeze goes on without it, so it is called back at once.
                Some(_) => drop(self.back(&[index], false)),
                None => {}
            }
        }
        errors
    }

    fn freeze_one(
        &self,
        index: usize,
        left: Duration,
        cancel: &Cancel,
    ) -> (usize, Outcome, Option<Process>) {
        let hook = &self.hooks[index];
        let limit = hook.timeout.min(left);
        let start = self.begun.elapsed();
        let call = hook.freeze.as_ref();
        let word = call.map(Call::word).unwrap_or_default();
        let session = hook.kind == Kind::Session;
        let started = call.map(|call| self.start(hook, call, session));
        let (result, output, process) = match started {
            None => (RunResult::Ok, String::new(), None),
            Some(Err(why)) => (RunResult::NotStarted(why), String::new(), None),
            Some(Ok(mut process)) if session => {
                let result = hold::until_ready(&mut process, limit, cancel);
                let output = process.output();
                let held = result.is_ok().then_some(process);
                (result, output, held)
            }
            Some(Ok(mut process)) => {
                let result = to_the_end(&mut process, limit, Some(cancel));
                (result, process.output(), None)
            }
        };
        (index, self.outcome(hook, word, start, result, output), process)
    }

    /// Calls everything back that ran: the freeze came to nothing. What fails then is handed
    /// back.
    pub fn undo(&mut self) -> Vec<Error> {
        self.all_back(false)
    }

    /// As if all programs had frozen: [`Self::thaw`] then runs them all. For whoever comes after
    /// one that died between the two; sessions ended with it.
    pub fn assume_frozen(&mut self) {
        for (ran, hook) in self.ran.iter_mut().zip(&self.hooks) {
            *ran = hook.kind == Kind::Program;
        }
    }

    /// Session hooks that have ended since they were ready. Looks at descriptors only, so it
    /// may be called while filesystems are frozen.
    pub fn lost(&self) -> Vec<String> {
        let pairs = self.hooks.iter().zip(&self.sessions);
        let dead = pairs.filter(|(_, session)| session.as_ref().is_some_and(Process::is_dead));
        dead.map(|(hook, _)| hook.name.clone()).collect()
    }

    /// Lets all applications go on, whatever fails on the way.
    ///
    /// # Errors
    /// What failed; a session that was lost among it.
    pub fn thaw(&mut self) -> Result<(), Vec<Error>> {
        let errors = self.all_back(true);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn all_back(&mut self, thaw: bool) -> Vec<Error> {
        let groups = thaw_groups(&self.hooks).into_iter();
        groups.flat_map(|group| self.back(&group, thaw)).collect()
    }

    /// The way back of those of a group that ran, side by side.
    fn back(&mut self, group: &[usize], thaw: bool) -> Vec<Error> {
        let mut work = Vec::new();
        for &index in group {
            if std::mem::take(&mut self.ran[index]) {
                work.push((index, self.sessions[index].take()));
            }
        }
        let this = &*self;
        let outcomes: Vec<Outcome> = thread::scope(|scope| {
            let threads: Vec<_> = work
                .into_iter()
                .map(|(index, session)| scope.spawn(move || this.back_one(index, session, thaw)))
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok().flatten()).collect()
        });
        let errors = outcomes.iter().filter_map(Outcome::error).collect();
        self.outcomes.extend(outcomes);
        errors
    }

    fn back_one(&self, index: usize, session: Option<Process>, thaw: bool) -> Option<Outcome> {
        let hook = &self.hooks[index];
        let start = self.begun.elapsed();
        if let Some(mut process) = session {
            let result = hold::let_go(&mut process, hook.timeout, thaw);
            let word = if thaw { "thaw" } else { "freeze-failed" };
            return Some(self.outcome(hook, word.to_owned(), start, result, process.output()));
        }
        // A session that never was ready has ended by now.
        let call = if thaw { hook.thaw.as_ref() } else { hook.undo.as_ref() }?;
        let (result, output) = match self.start(hook, call, false) {
            Err(why) => (RunResult::NotStarted(why), String::new()),
            Ok(mut process) => {
                let result = to_the_end(&mut process, hook.timeout, None);
                (result, process.output())
            }
        };
        Some(self.outcome(hook, call.word(), start, result, output))
    }

    /// What each call did, in the order in which they ended.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    fn outcome(
        &self,
        hook: &Hook,
        argument: String,
        start: Duration,
        result: RunResult,
        output: String,
    ) -> Outcome {
        Outcome {
            hook: hook.name.clone(),
            origin: hook.origin,
            argument,
            start,
            duration: self.begun.elapsed().saturating_sub(start),
            result,
            output,
        }
    }

    fn start(&self, hook: &Hook, call: &Call, input: bool) -> Result<Process, String> {
        let context = &self.context;
        let mut command = Command::new(&call.path);
        command
            .args(&call.arguments)
            .current_dir("/")
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C")
            .env("HOME", "/root")
            .env("GUESTD_OPERATION_ID", &context.operation_id)
            .env("GUESTD_CHANNEL", &context.channel)
            .env("GUESTD_MOUNTS", context.mounts.join("\n"))
            .env(
                "GUESTD_DEADLINE",
                context.deadline.map_or(0, |deadline| deadline.as_secs()).to_string(),
            );
        if let Some(name) = &hook.user {
            let user = User::find(Path::new("/"), name)?;
            command.env("HOME", &user.home).env("USER", &user.name).env("LOGNAME", &user.name);
            sys::become_user(&mut command, &user);
        }
        Process::start(command, input, self.settings.output_bytes)
            .map_err(|error| error.to_string())
    }
}

fn to_the_end(process: &mut Process, limit: Duration, cancel: Option<&Cancel>) -> RunResult {
    match process.wait(limit, false, cancel) {
        Ok(Event::Dead) => process.result(),
        Ok(Event::Cancelled) => {
            process.end();
            RunResult::Cancelled
        }
        Ok(_) => {
            process.end();
            RunResult::TimedOut
        }
        Err(error) => {
            process.end();
            RunResult::NotStarted(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests;
