//! The order of hooks: pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::child::GRACE;
use crate::hook::Hook;

/// Indices of hooks that freeze, in groups: those of a group have the same order number and
/// run side by side. Scripts of open-vm-tools have numbers of their own each, because they
/// expect to run one by one.
pub fn freeze_groups(hooks: &[Hook]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(u32, Vec<usize>)> = Vec::new();
    let mut sorted: Vec<usize> = (0..hooks.len()).collect();
    sorted.sort_by_key(|&index| hooks[index].order);
    for index in sorted {
        let order = hooks[index].order;
        match groups.last_mut() {
            Some((last, group)) if *last == order => group.push(index),
            _ => groups.push((order, vec![index])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The same for a thaw: the last group first.
pub fn thaw_groups(hooks: &[Hook]) -> Vec<Vec<usize>> {
    let mut groups = freeze_groups(hooks);
    groups.reverse();
    groups
}

/// How long hooks can take at most: for whoever waits for them in another process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// All that freeze, and where that fails all that are called back.
    pub freeze: Duration,
    /// All that thaw.
    pub thaw: Duration,
}

impl Limits {
    /// Of these hooks, where all that freeze may take so long together.
    pub(crate) fn of(hooks: &[Hook], phase_timeout: Duration) -> Self {
        // One that does not end is told to, and then killed.
        let end = 2 * GRACE;
        let groups = freeze_groups(hooks);
        let slowest = |group: &Vec<usize>| group.iter().map(|&index| hooks[index].timeout).max();
        let thaw = groups.iter().filter_map(slowest).map(|longest| longest.saturating_add(end));
        let thaw = thaw.fold(Duration::ZERO, Duration::saturating_add);
        Self { freeze: phase_timeout.saturating_add(end).saturating_add(thaw), thaw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, Kind, OnFailure};

    fn hook(order: u32) -> Hook {
        Hook {
            name: format!("{order}"),
            path: "/x".into(),
            order,
            kind: Kind::Program,
            origin: Dialect::Guestd,
            timeout: Duration::from_secs(1),
            on_failure: OnFailure::Abort,
            user: None,
            freeze: None,
            thaw: None,
            undo: None,
        }
    }

    #[test]
    fn the_same_number_is_one_group_and_thaw_goes_backwards() {
        let hooks = [20, 10, 20, 30].map(hook);
        assert_eq!(freeze_groups(&hooks), [vec![1], vec![0, 2], vec![3]]);
        assert_eq!(thaw_groups(&hooks), [vec![3], vec![0, 2], vec![1]]);
        assert!(freeze_groups(&[]).is_empty());
    }

    #[test]
    fn the_slowest_of_each_number_and_the_time_to_kill_it_count() {
        let mut hooks = [20, 10, 20].map(hook);
        hooks[2].timeout = Duration::from_secs(7);
        let Limits { freeze, thaw } = Limits::of(&hooks, Duration::from_secs(60));
        assert_eq!(thaw, Duration::from_secs(7 + 1) + 2 * (2 * GRACE));
        assert_eq!(freeze, Duration::from_secs(60) + 2 * GRACE + thaw);
    }
}
