//! The order of hooks: pure.

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
}
