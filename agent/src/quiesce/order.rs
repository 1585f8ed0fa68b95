//! In which order filesystems are frozen.
//!
//! A filesystem in a file of another one must be frozen first: its freeze writes to that
//! file, and would wait for ever for the other to thaw. Mount order does not tell (bind
//! mounts and mount namespaces change it), the block devices do. Those that need no order
//! are frozen side by side.

use std::cmp::Reverse;
use std::path::Path;

use introspect::Root;

use super::target::Target;
use crate::block::{self, Block};
use crate::mount::Mount;

/// Files in filesystems in files that are followed.
const DEEPEST: usize = 16;

/// The height of what cannot be traced to a disk of the machine, such as a file in an overlay,
/// or a device that a program or another machine answers for: it may lie on any filesystem, so
/// it goes before all, and alone.
const ABOVE_ALL: usize = 1000;

/// Filesystems that lie on nothing.
const IN_MEMORY: [&str; 3] = ["tmpfs", "ramfs", "devtmpfs"];

/// The last mounted first, but what lies in files before what it lies in. Of one group are
/// those that surely do not lie on each other.
pub(super) fn order<'a>(
    root: &Root,
    mounts: &[Mount],
    targets: Vec<Target<'a>>,
) -> Vec<Target<'a>> {
    let mut ordered: Vec<(usize, Target<'a>)> = targets
        .into_iter()
        .rev()
        .map(|target| (height(root, mounts, target.mounts[0], DEEPEST), target))
        .collect();
    ordered.sort_by_key(|(height, _)| Reverse(*height));
    let mut group = 0;
    let mut last = None;
    let grouped = ordered.into_iter().map(|(height, target)| {
        if last.replace(height) != Some(height) || height >= ABOVE_ALL {
            group += 1;
        }
        Target { group, ..target }
    });
    grouped.collect()
}

/// How many files of other filesystems lie between this one and the disks. A filesystem is
/// always higher than the one whose file it lies in.
fn height(root: &Root, mounts: &[Mount], mount: &Mount, left: usize) -> usize {
    if left == 0 {
        // So deep only where sysfs goes in a circle, for which there is no order.
        return 0;
    }
    let devices = block::of_mount(root, mount);
    let stack: Vec<_> = devices.iter().flat_map(|device| device.stack(root)).collect();
    let mut bottoms = stack.iter().filter(|device| device.is_bottom(root));
    if devices.is_empty() || !bottoms.all(Block::is_hardware) {
        return ABOVE_ALL;
    }
    let files = stack.iter().filter_map(|device| device.backing_file(root));
    let heights = files.map(|file| match holder(mounts, Path::new(&file)) {
        Some(holder) if holder.is_on_disk() => 1 + height(root, mounts, holder, left - 1),
        Some(holder) if IN_MEMORY.contains(&holder.kind.as_str()) => 0,
        _ => ABOVE_ALL,
    });
    heights.max().unwrap_or(0)
}

/// The mount that a path leads into: the longest point, of these the last.
fn holder<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    let inside = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    inside.max_by_key(|mount| mount.point.components().count())
}

#[cfg(test)]
mod tests;
