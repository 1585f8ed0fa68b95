//! In which order filesystems are frozen.
//!
//! A filesystem in a file of another one must be frozen first: its freeze writes to that
//! file, and would wait for ever for the other to thaw. Mount order does not tell (bind
//! mounts and mount namespaces change it), the block devices do.

use std::path::{Path, PathBuf};

use introspect::Root;

use crate::device::Device;
use crate::mount::Mount;

/// Levels of devices that are followed: loop on file on device-mapper on ...
const DEEPEST: usize = 32;
/// Bytes of a path in sysfs.
const PATH: u64 = 4096;

/// The chosen mounts: last mounted first, but none before all that lie in its files.
pub(super) fn order(root: &Root, mounts: &[Mount], chosen: Vec<Mount>) -> Vec<Mount> {
    let mut waiting: Vec<(Mount, Vec<Device>)> = chosen
        .into_iter()
        .rev()
        .map(|mount| {
            let mut below = Vec::new();
            for device in devices(root, &mount) {
                filesystems_below(root, mounts, device, 0, &mut below);
            }
            (mount, below)
        })
        .collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = (0..waiting.len()).find(|&index| {
            let device = waiting[index].0.device;
            let above = |(other, (_, below)): (usize, &(Mount, Vec<Device>))| {
                other != index && below.contains(&device)
            };
            !waiting.iter().enumerate().any(above)
        });
        // Two that lie in each other cannot be; should sysfs say so, the order is any.
        ordered.push(waiting.remove(free.unwrap_or(0)).0);
    }
    ordered
}

/// The block devices a filesystem lies on: its own number, or what btrfs was mounted from.
fn devices(root: &Root, mount: &Mount) -> Option<Device> {
    if mount.device.major != 0 {
        return Some(mount.device);
    }
    number(root, &Path::new("/sys/class/block").join(mount.source.file_name()?))
}

fn number(root: &Root, directory: &Path) -> Option<Device> {
    text(root, &directory.join("dev"))?.to_str()?.trim_end().parse().ok()
}

/// Collects the filesystems whose files `device` lies in, through all that it is made of.
fn filesystems_below(
    root: &Root,
    mounts: &[Mount],
    device: Device,
    depth: usize,
    found: &mut Vec<Device>,
) {
    if depth > DEEPEST {
        return;
    }
    let directory = PathBuf::from(format!("/sys/dev/block/{device}"));
    // A partition has the attributes of its disk one level up.
    for place in [directory.join("loop/backing_file"), directory.join("../loop/backing_file")] {
        let Some(file) = text(root, &place) else { continue };
        if let Some(mount) = holder(mounts, &file)
            && !found.contains(&mount.device)
        {
            found.push(mount.device);
            for device in devices(root, mount) {
                filesystems_below(root, mounts, device, depth + 1, found);
            }
        }
    }
    for slaves in ["slaves", "../slaves"] {
        let slaves = directory.join(slaves);
        for name in root.names(&slaves.to_string_lossy()) {
            if let Some(slave) = number(root, &slaves.join(name)) {
                filesystems_below(root, mounts, slave, depth + 1, found);
            }
        }
    }
}

fn text(root: &Root, path: &Path) -> Option<PathBuf> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = root.head(path.to_str()?, PATH).ok()?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Some(OsString::from_vec(bytes).into())
}

/// The mount that a path leads into: the longest point, of these the last.
fn holder<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    let inside = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    inside.max_by_key(|mount| mount.point.components().count())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::mount;

    /// A tree of sysfs with these loop devices and their backing files.
    fn sysfs(loops: &[(&str, &str)], slaves: &[(&str, &str, &str)]) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        let block = dir.path().join("sys/dev/block");
        for (device, file) in loops {
            let place = block.join(device).join("loop");
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("backing_file"), format!("{file}\n")).unwrap();
        }
        for (device, name, slave) in slaves {
            let place = block.join(device).join("slaves");
            let target = dir.path().join("sys/block").join(name);
            fs::create_dir_all(&place).unwrap();
            fs::create_dir_all(&target).unwrap();
            fs::write(target.join("dev"), format!("{slave}\n")).unwrap();
            symlink(Path::new("../../../../block").join(name), place.join(name)).unwrap();
        }
        let root = Root::at(dir.path());
        (dir, root)
    }

    fn points(root: &Root, list: &str) -> Vec<String> {
        let mounts = mount::parse(list.as_bytes()).unwrap();
        let ordered = order(root, &mounts, mounts.clone());
        ordered.into_iter().map(|mount| mount.point.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn without_files_between_the_last_mounted_is_first() {
        let (_dir, root) = sysfs(&[], &[]);
        let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n";
        assert_eq!(points(&root, list), ["/srv", "/"]);
    }

    /// The order in which systemd's namespaces show them: the file's filesystem last.
    #[test]
    fn what_lies_in_a_file_goes_before_the_filesystem_of_the_file() {
        let (_dir, root) = sysfs(&[("7:0", "/data/img")], &[]);
        let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 7:0 / /srv rw - ext4 /dev/loop0 rw\n3 1 8:2 / /data rw - ext4 /dev/sda2 rw\n";
        assert_eq!(points(&root, list), ["/srv", "/data", "/"]);
    }

    #[test]
    fn device_mapper_and_files_in_files_are_followed() {
        let (_dir, root) =
            sysfs(&[("7:0", "/data/img"), ("7:1", "/srv/inner")], &[("253:0", "loop0", "7:0")]);
        let list = "1 1 7:1 / /in rw - ext4 /dev/loop1 rw\n2 1 253:0 / /srv rw - ext4 /dev/dm-0 rw\n3 1 8:2 / /data rw - ext4 /dev/sda2 rw\n";
        assert_eq!(points(&root, list), ["/in", "/srv", "/data"]);
    }

    #[test]
    fn a_circle_ends_in_some_order() {
        let (_dir, root) = sysfs(&[("7:0", "/b/img"), ("7:1", "/a/img")], &[]);
        let list = "1 1 7:0 / /a rw - ext4 /dev/loop0 rw\n2 1 7:1 / /b rw - ext4 /dev/loop1 rw\n";
        assert_eq!(points(&root, list).len(), 2);
    }
}
