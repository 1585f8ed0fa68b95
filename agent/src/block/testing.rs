//! Guests that were captured, as trees of files.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

/// A guest of machine q35: virtio, virtio-scsi, AHCI, NVMe, USB, LSI, MegaRAID, SAS, SD;
/// partitions, LVM and RAID on them.
pub(crate) const Q35: &str = include_str!("fixtures/q35.tree");
/// A guest of machine pc: IDE, two AHCI controllers, an NVMe disk with two paths, btrfs on
/// two disks, partitions in a loop device and in a RAID.
pub(crate) const PC: &str = include_str!("fixtures/pc.tree");

/// What qemu-ga 11.1.3 answered in the first of them, without sizes and health.
pub(crate) const Q35_ANSWERS: &str = include_str!("fixtures/q35.json");
/// The same of the second.
pub(crate) const PC_ANSWERS: &str = include_str!("fixtures/pc.json");

/// Puts a tree below a directory. What its links lead to outside of it becomes empty
/// directories.
pub(crate) fn plant(dir: &Path, tree: &str) {
    let mut links = Vec::new();
    for line in tree.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.splitn(3, ' ');
        let (kind, path) = (words.next().unwrap(), dir.join(words.next().unwrap()));
        let rest = words.next().unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            "D" => fs::create_dir_all(path).unwrap(),
            "F" => {
                let mut file = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
                writeln!(file, "{rest}").unwrap();
            }
            "L" => {
                symlink(rest, &path).unwrap();
                links.push(path.parent().unwrap().join(rest));
            }
            other => panic!("{other} is no kind of line"),
        }
    }
    for target in links {
        fs::create_dir_all(plain(&target)).unwrap();
    }
}

/// The path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}
