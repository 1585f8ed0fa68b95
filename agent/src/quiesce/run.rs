//! One run: what it holds, what it did, and its record.

use std::sync::Arc;

use protocol::guestd::quiesce::{FilesystemResult, FilesystemRun, Outcome, Record, Step};

use super::clock;
use super::guard::Guard;
use super::hooks::Hooks;
use super::open::Opened;
use super::record::Began;
use super::target::Held;
use super::watch::{Progress, Took, Watch};
use crate::system::reason;
use nix::errno::Errno;

/// What the guard holds, and how far it is.
#[derive(Debug, Clone)]
pub(super) struct Grip {
    pub(super) guard: Arc<Guard>,
    pub(super) held: Arc<Vec<Held>>,
    pub(super) watch: Arc<Watch>,
}

/// A freeze from its request to its end.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) record: Record,
    /// None until they are looked for.
    pub(super) hooks: Option<Hooks>,
    /// From when on there is something to thaw.
    pub(super) grip: Option<Grip>,
    /// What is left out.
    skipped: Vec<FilesystemRun>,
    /// Nanoseconds of the shared clock.
    began: u64,
    /// The step that is under way.
    step: Option<(&'static str, u64)>,
}

impl Run {
    /// A run that begins now.
    pub(super) fn new(began: Began, channel: &str, deadline_s: Option<u64>) -> Self {
        let Began { id, started } = began;
        let record = Record {
            id,
            started,
            outcome: Outcome::Running,
            error: None,
            channel: channel.to_owned(),
            deadline_s,
            window_us: None,
            flush_rounds: 0,
            steps: Vec::new(),
            filesystems: Vec::new(),
            hooks: Vec::new(),
        };
        Self {
            record,
            hooks: None,
            grip: None,
            skipped: Vec::new(),
            began: clock::now(),
            step: None,
        }
    }

    /// The next step begins, and the one before ends.
    pub(super) fn step(&mut self, name: &'static str) {
        self.end_step();
        self.step = Some((name, clock::now()));
    }

    fn end_step(&mut self) {
        if let Some((name, start)) = self.step.take() {
            self.record.steps.push(Step {
                name: name.to_owned(),
                start_us: self.micros(start),
                duration_us: (clock::now() - start) / 1000,
            });
        }
    }

    /// What has been opened, of which the part to be frozen is handed back.
    pub(super) fn opened(&mut self, opened: Opened) -> Arc<Vec<Held>> {
        self.skipped = opened.skipped;
        Arc::new(opened.held)
    }

    /// Microseconds since the run began.
    fn micros(&self, time: u64) -> u64 {
        time.saturating_sub(self.began) / 1000
    }

    /// Mount points of what it holds.
    pub(super) fn points(&self) -> Vec<String> {
        let held = self.grip.iter().flat_map(|grip| grip.held.iter());
        held.map(|one| one.point.display().to_string()).collect()
    }

    /// Nanoseconds since the first filesystem was frozen.
    pub(super) fn frozen_for(&self) -> Option<u64> {
        let progress = self.grip.as_ref()?.watch.now();
        let first = progress.froze.iter().flatten().map(|took| took.start).min()?;
        Some(clock::now().saturating_sub(first))
    }

    /// The record as of now.
    pub(super) fn record(&mut self) -> &Record {
        let progress = self.grip.as_ref().map(|grip| grip.watch.now()).unwrap_or_default();
        let held = self.grip.as_ref().map(|grip| Arc::clone(&grip.held)).unwrap_or_default();
        let filesystems = held.iter().enumerate().map(|(index, one)| {
            let froze = progress.froze.get(index).copied().flatten();
            let thawed = progress.thawed.get(index).copied().flatten();
            let stuck = progress.stuck.contains(&index);
            let (result, note) = judge(froze, thawed, stuck);
            FilesystemRun {
                freeze_start_us: froze.map(|took| self.micros(took.start)),
                freeze_us: froze.map(|took| (took.end - took.start) / 1000),
                thaw_start_us: thawed.map(|took| self.micros(took.start)),
                thaw_us: thawed.map(|took| (took.end - took.start) / 1000),
                ..one.entry(result, note)
            }
        });
        self.record.filesystems = filesystems.chain(self.skipped.iter().cloned()).collect();
        let hooks = self.hooks.as_ref().map(|hooks| hooks.runs(self.began));
        self.record.hooks = hooks.unwrap_or_default();
        self.record.window_us = progress.window().map(|(first, last)| (last - first) / 1000);
        &self.record
    }

    /// The record at the end.
    pub(super) fn end(&mut self, outcome: Outcome, error: Option<String>) -> &Record {
        self.end_step();
        self.record.outcome = outcome;
        self.record.error = error;
        self.record()
    }
}

fn judge(
    froze: Option<Took>,
    thawed: Option<Took>,
    stuck: bool,
) -> (FilesystemResult, Option<String>) {
    let note = thawed.and_then(Took::error).map(|errno| match errno {
        Errno::EINVAL => "somebody else had thawed it".to_owned(),
        errno => format!("thaw failed: {}", reason(&errno.into())),
    });
    match froze {
        None if stuck => (FilesystemResult::TimedOut, note),
        None => (FilesystemResult::Planned, None),
        Some(took) => match took.error() {
            None => (FilesystemResult::Frozen, note),
            Some(Errno::EOPNOTSUPP) => {
                let note = "cannot be frozen; written out instead";
                (FilesystemResult::Synced, Some(note.to_owned()))
            }
            Some(Errno::EBUSY) => (FilesystemResult::FrozenByOthers, None),
            Some(errno) => (FilesystemResult::Failed, Some(reason(&errno.into()))),
        },
    }
}

/// What a freeze that did not come about is told as.
pub(super) fn why_failed(held: &[Held], progress: &Progress, freeze_timeout: &str) -> String {
    let point = |index: usize| held[index].point.display();
    let stuck: Vec<String> = progress.stuck.iter().map(|&index| point(index).to_string()).collect();
    let told = progress.thawing == Some(super::guard::Why::Told);
    if !stuck.is_empty() && !told {
        return format!(
            "failed to freeze {}: the kernel had not done so within {freeze_timeout}",
            stuck.join(", ")
        );
    }
    let mut errors = progress.froze.iter().enumerate().filter_map(|(index, took)| {
        let errno = took.as_ref()?.error()?;
        let rule = held[index].rule;
        match errno {
            Errno::EOPNOTSUPP => None,
            _ if rule.best_effort => None,
            Errno::EBUSY if rule.accept_frozen => None,
            Errno::EBUSY => Some(format!(
                "failed to freeze {0}: somebody else has frozen it (`fsfreeze -u {0}` thaws it; \
                 quiesce.accept-frozen takes it as it is)",
                point(index)
            )),
            errno => Some(format!("failed to freeze {}: {}", point(index), reason(&errno.into()))),
        }
    });
    if let Some(error) = errors.next() {
        return error;
    }
    match progress.thawing {
        Some(super::guard::Why::Deadline) => "the deadline passed during the freeze".to_owned(),
        Some(super::guard::Why::Signal) => "the guard was told to end".to_owned(),
        _ if progress.lost || progress.gone => "the guard died during the freeze".to_owned(),
        _ => "given up: a thaw was asked for".to_owned(),
    }
}

/// Filesystems that were frozen.
pub(super) fn frozen(progress: &Progress) -> usize {
    progress.froze.iter().flatten().filter(|took| took.errno == 0).count()
}

/// What went wrong with thaws: who has thawed before us, and what could not be.
pub(super) fn thaw_errors(held: &[Held], progress: &Progress) -> Vec<String> {
    let thaws = held.iter().zip(&progress.thawed);
    thaws
        .filter_map(|(one, took)| {
            let point = one.point.display();
            match took.as_ref()?.error()? {
                Errno::EINVAL => Some(format!("{point} was thawed by somebody else before")),
                errno => Some(format!("failed to thaw {point}: {}", reason(&errno.into()))),
            }
        })
        .collect()
}
