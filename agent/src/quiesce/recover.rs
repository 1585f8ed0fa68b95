//! What an agent before this one has left behind.

use std::path::Path;

use introspect::Root;

use super::filesystem;
use super::record::Records;
use super::{order, target};
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
