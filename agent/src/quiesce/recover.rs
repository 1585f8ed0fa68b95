//! What an agent before this one has left behind.

use std::path::Path;
use std::thread;

use introspect::Root;

use super::filesystem;
use super::hooks::Hooks;
use super::open::enter_first_namespace;
use super::record::Records;
use super::{order, target};
use crate::config::Settings;
use crate::config::settings::Freeze;
use crate::mount;
use crate::qemu_ga::state;
use crate::system::reason;
use nix::errno::Errno;

/// In what state a new agent finds the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovered {
    /// As it should be.
    Thawed,
    /// A freeze has been broken off, and its guard has thawed.
    Broken,
    /// Filesystems were left frozen: by qemu-ga, or by an agent that died with its guard.
    Frozen,
}

impl Recovered {
    /// What the next thaw is told.
    pub(super) fn told(self) -> Option<String> {
        (self == Self::Broken).then(|| {
            "the filesystems did not stay frozen: the agent ended before the host thawed. \
             A snapshot taken in this time is not consistent"
                .to_owned()
        })
    }
}

/// Looks at the marks of an earlier agent.
pub(super) fn look(flag: &Path, records: &Records) -> Recovered {
    let closed = records.close_abandoned("the agent ended before the host thawed");
    if state::is_frozen(flag) {
        return Recovered::Frozen;
    }
    // One of an earlier boot, with which nothing is frozen any more.
    let _ = state::clear_frozen(flag);
    match state::take_broken(flag) {
        true => Recovered::Broken,
        false if closed > 0 => Recovered::Broken,
        false => Recovered::Thawed,
    }
}

/// Thaws everything that can be, whoever froze it: the number of filesystems, and what went
/// wrong.
pub(crate) fn thaw_left_behind(root: &Root) -> (usize, Vec<String>) {
    // The thread goes over into another mount namespace, and never comes back.
    let root = root.clone();
    let work = move || {
        if let Err(error) = enter_first_namespace(&root) {
            let why = reason(&error);
            return (0, vec![format!("cannot enter the mount namespace of process 1: {why}")]);
        }
        thaw_here(&root)
    };
    let thread = thread::Builder::new().name("thaw".to_owned()).spawn(work);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(thawed)) => thawed,
        Ok(Err(_)) => (0, vec!["inside the agent: thawing failed".to_owned()]),
        Err(error) => (0, vec![format!("no thread: {}", reason(&error))]),
    }
}

fn thaw_here(root: &Root) -> (usize, Vec<String>) {
    let mounts = match mount::read_first(root) {
        Ok(mounts) => mounts,
        Err(error) => return (0, vec![error.to_string()]),
    };
    let (mut count, mut errors) = (0, Vec::new());
    let targets = order::order(root, &mounts, target::choose(&mounts, None));
    // What was frozen last comes first.
    for target in targets.into_iter().rev() {
        match target.open(root, target.rule(&Freeze::default())) {
            Err(error) => errors.push(error.desc),
            Ok(None) => {}
            Ok(Some(held)) => match thaw_wholly(&held.file) {
                Ok(thawed) => count += usize::from(thawed),
                Err(errno) => errors.push(format!(
                    "failed to thaw {}: {}",
                    held.point.display(),
                    reason(&errno.into())
                )),
            },
        }
    }
    (count, errors)
}

/// What `guestd thaw` has done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Thawing {
    /// Nothing was left frozen.
    Nothing,
    /// An agent runs and holds the freeze; its process number.
    Held(u32),
    /// Thawed: the number of filesystems, and what went wrong.
    Thawed(usize, Vec<String>),
}

/// Thaws what an agent has left frozen that runs no more, or with `all` everything, whoever
/// froze it.
pub(crate) fn thaw_without_agent(settings: &Settings, root: &Root, all: bool) -> Thawing {
    let flag = settings.frozen_flag();
    let records = Records::new(settings.records());
    if !all {
        if !state::is_frozen(&flag) {
            return Thawing::Nothing;
        }
        if let Some(pid) = records.running() {
            return Thawing::Held(pid);
        }
    }
    let (count, mut errors) = thaw_left_behind(root);
    if state::is_frozen(&flag) && records.running().is_none() {
        // The host whose freeze this was has to hear of it.
        if let Err(error) = state::mark_broken(&flag) {
            errors.push(format!("cannot move {}: {}", flag.display(), reason(&error)));
        }
        records.close_abandoned("the agent ended before the host thawed");
        errors.extend(Hooks::thaw_after_another(root, &settings.freeze));
    }
    Thawing::Thawed(count, errors)
}

/// Thaws as often as it is frozen; false where it was not.
fn thaw_wholly(file: &std::fs::File) -> Result<bool, Errno> {
    let mut thawed = false;
    // The bound is one of form: no kernel counts that far.
    for _ in 0..1000 {
        match filesystem::thaw(file) {
            Ok(()) => thawed = true,
            Err(Errno::EINTR) => {}
            // Not frozen (any more), or nothing that can be.
            Err(Errno::EINVAL | Errno::EOPNOTSUPP | Errno::ENOTTY) => break,
            Err(errno) => return Err(errno),
        }
    }
    Ok(thawed)
}
