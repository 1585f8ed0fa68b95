//! The hooks of a run.

use protocol::Error;
use protocol::guestd::quiesce::HookRun;

use super::clock;
use crate::hook::Hook;

/// The hooks of one run, and what they did.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    hook: Option<Hook>,
    runs: Vec<(u64, u64, &'static str, Result<(), String>)>,
}

impl Hooks {
    pub(super) fn new(hook: Option<Hook>) -> Self {
        Self { hook, runs: Vec::new() }
    }

    /// Makes applications quiet.
    pub(super) fn freeze(&mut self) -> Result<(), Error> {
        self.run("freeze")
    }

    /// Lets applications go on.
    pub(super) fn thaw(&mut self) -> Result<(), Error> {
        self.run("thaw")
    }

    fn run(&mut self, argument: &'static str) -> Result<(), Error> {
        let Some(hook) = &self.hook else { return Ok(()) };
        let start = clock::now();
        let result = hook.run(argument);
        let told = result.as_ref().copied().map_err(ToString::to_string);
        self.runs.push((start, clock::now(), argument, told));
        result
    }

    /// What they did, in times of a run that began then.
    pub(super) fn runs(&self, began: u64) -> Vec<HookRun> {
        let name = self.hook.as_ref().map(Hook::name).unwrap_or_default();
        let runs = self.runs.iter().map(|(start, end, argument, result)| HookRun {
            name: name.clone(),
            origin: "qemu-ga".to_owned(),
            argument: (*argument).to_owned(),
            start_us: start.saturating_sub(began) / 1000,
            duration_us: (end - start) / 1000,
            ok: result.is_ok(),
            result: result.as_ref().err().cloned().unwrap_or_else(|| "ok".to_owned()),
            output: None,
        });
        runs.collect()
    }
}
