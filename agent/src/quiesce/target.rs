//! Which filesystems are frozen.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;

use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{FilesystemResult, FilesystemRun};

use super::guard::Rule;
use crate::config::settings::Freeze;
use crate::device::Device;
use crate::mount::{self, Mount};
use crate::system::reason;

/// A filesystem that may be frozen, open.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) point: PathBuf,
    pub(super) device: Device,
    pub(super) kind: String,
    pub(super) rule: Rule,
    /// Those of one group do not lie on each other.
    pub(super) group: usize,
    pub(super) file: File,
}

/// A filesystem to freeze, with the mounts by which it can be reached: at least one, the
/// preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'a> {
    pub(super) mounts: Vec<&'a Mount>,
    /// Which are frozen side by side; set by [`super::order::order`].
    pub(super) group: usize,
}

impl Target<'_> {
    /// Opens it by the first of its mounts that can be; `None` where all of them lie below
    /// other mounts.
    ///
    /// # Errors
    /// It cannot be opened by any, and this is what was wrong with the first.
    pub(super) fn open(&self, root: &Root, rule: Rule) -> Result<Option<Held>, Error> {
        let mut result = Ok(None);
        for mount in &self.mounts {
            match mount::open(root, mount) {
                Ok(Some(file)) => {
                    let Mount { point, device, kind, .. } = (*mount).clone();
                    let group = self.group;
                    return Ok(Some(Held { point, device, kind, rule, group, file }));
                }
                Ok(None) => {}
                Err(error) if matches!(result, Ok(None)) => {
                    let point = mount.point.display();
                    let why = format!("failed to open {point}: {}", reason(&error));
                    result = Err(Error::generic(why));
                }
                Err(_) => {}
            }
        }
        result
    }

    /// Why the configuration leaves it out, if it does: by its type, or by any of the places
    /// where it is mounted.
    pub(super) fn excluded(&self, settings: &Freeze) -> Option<&'static str> {
        let kind = |mount: &Mount| settings.exclude_types.contains(&mount.kind);
        let point = |mount: &Mount| settings.exclude.contains(&mount.point);
        if self.mounts.iter().any(|mount| kind(mount)) {
            Some("excluded by quiesce.exclude-types")
        } else if self.mounts.iter().any(|mount| point(mount)) {
            Some("excluded by quiesce.exclude")
        } else {
            None
        }
    }

    /// What its failure means.
    pub(super) fn rule(&self, settings: &Freeze) -> Rule {
        let best_effort = |mount: &Mount| settings.best_effort.contains(&mount.point);
        Rule {
            accept_frozen: settings.accept_frozen,
            best_effort: self.mounts.iter().any(|mount| best_effort(mount)),
        }
    }

    /// Its entry in the record, where it is left out.
    pub(super) fn skipped(&self, note: String) -> FilesystemRun {
        let mount = self.mounts[0];
        entry(&mount.point, mount.device, &mount.kind, FilesystemResult::Skipped, Some(note))
    }
}

impl Held {
    /// Its entry in the record.
    pub(super) fn entry(&self, result: FilesystemResult, note: Option<String>) -> FilesystemRun {
        entry(&self.point, self.device, &self.kind, result, note)
    }
}

fn entry(
    point: &std::path::Path,
    device: Device,
    kind: &str,
    result: FilesystemResult,
    note: Option<String>,
) -> FilesystemRun {
    FilesystemRun {
        mountpoint: point.display().to_string(),
        device: device.to_string(),
        kind: kind.to_owned(),
        result,
        note,
        freeze_start_us: None,
        freeze_us: None,
        thaw_start_us: None,
        thaw_us: None,
    }
}

/// The filesystems that lie on disks and can be written to, in the order of their first
/// mounts. With `only`, those mounted at one of these paths; a path where nothing is
/// mounted is passed over, as by qemu-ga.
pub(super) fn choose<'a>(mounts: &'a [Mount], only: Option<&[String]>) -> Vec<Target<'a>> {
    let mut targets: Vec<Target<'a>> = Vec::new();
    let mut places: HashMap<Device, usize> = HashMap::new();
    for mount in mounts.iter().filter(|mount| can_be_frozen(mount)) {
        let place = *places.entry(mount.device).or_insert_with(|| {
            targets.push(Target { mounts: Vec::new(), group: 0 });
            targets.len() - 1
        });
        targets[place].mounts.push(mount);
    }
    if let Some(paths) = only {
        let wanted =
            |mount: &Mount| paths.iter().any(|path| mount.point.as_os_str() == path.as_str());
        targets.retain(|target| target.mounts.iter().any(|mount| wanted(mount)));
        for target in &mut targets {
            target.mounts.sort_by_key(|mount| !wanted(mount));
        }
    }
    targets
}

/// Pseudo, network and overlay filesystems have no block device; FUSE has a program behind
/// it that may hang; a read-only one has nothing to write out.
fn can_be_frozen(mount: &Mount) -> bool {
    mount.is_on_disk() && !mount.is_fuse() && !mount.read_only
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LIST: &str = "\
21 1 254:1 / / rw - ext4 /dev/vda1 rw
22 21 0:5 / /proc rw - proc proc rw
23 21 254:2 / /srv rw - xfs /dev/vda2 rw
24 21 254:1 /tmp /var/tmp rw - ext4 /dev/vda1 rw
25 21 0:40 / /home rw - btrfs /dev/vdb rw
26 21 0:40 /sub /home/sub rw - btrfs /dev/vdb rw
27 21 7:0 / /snap/core ro - squashfs /dev/loop0 ro
28 21 0:50 / /mnt rw - fuse.sshfs host: rw
29 21 8:1 / /ntfs rw - fuseblk /dev/sda1 rw
30 21 0:51 / /nfs rw - nfs4 host:/ rw
31 21 254:3 / /hidden rw - ext4 /dev/vda3 rw
32 21 254:4 / /hidden rw - ext4 /dev/vda4 rw
";

    fn chosen(only: Option<&[&str]>) -> Vec<Vec<String>> {
        let mounts = mount::parse(LIST.as_bytes()).unwrap();
        let only = only.map(|paths| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>());
        let targets = choose(&mounts, only.as_deref());
        let points = |target: &Target<'_>| {
            target.mounts.iter().map(|m| m.point.display().to_string()).collect()
        };
        targets.iter().map(points).collect()
    }

    #[test]
    fn each_writable_filesystem_on_disks_once() {
        assert_eq!(
            chosen(None),
            [
                &["/", "/var/tmp"][..],
                &["/srv"],
                &["/home", "/home/sub"],
                &["/hidden"],
                &["/hidden"]
            ]
        );
    }

    #[test]
    fn a_list_may_name_any_mount_of_a_filesystem() {
        assert_eq!(chosen(Some(&["/var/tmp", "/", "/none", "/proc"])), [["/", "/var/tmp"]]);
        assert_eq!(chosen(Some(&["/var/tmp"])), [["/var/tmp", "/"]]);
        assert_eq!(chosen(Some(&["/home/sub", "/srv/"])), [["/home/sub", "/home"]]);
        assert!(chosen(Some(&[])).is_empty());
    }

    #[test]
    fn a_filesystem_is_opened_by_any_of_its_mounts() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::at(dir.path());
        let mounts = mount::parse(LIST.as_bytes()).unwrap();
        let target = Target { mounts: vec![&mounts[2], &mounts[3]], group: 0 };
        let error = target.open(&root, Rule::default()).unwrap_err().to_string();
        assert_eq!(error, "failed to open /srv: No such file or directory");
        fs::create_dir_all(dir.path().join("srv")).unwrap();
        let error = target.open(&root, Rule::default()).unwrap_err().to_string();
        assert_eq!(error, "failed to open /var/tmp: No such file or directory");

        // It is there, but of another mount than the list says.
        fs::create_dir_all(dir.path().join("var/tmp")).unwrap();
        assert!(target.open(&root, Rule::default()).unwrap().is_none());

        // The last one is the mount that the directory is really on.
        let info = fs::File::open(dir.path()).unwrap();
        use std::os::fd::AsRawFd;
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", info.as_raw_fd())).unwrap();
        let id = info.lines().find_map(|line| line.strip_prefix("mnt_id:")).unwrap();
        let real = Mount { id: id.trim().parse().unwrap(), ..mounts[3].clone() };
        let target = Target { mounts: vec![&mounts[4], &mounts[2], &real], group: 0 };
        assert_eq!(target.open(&root, Rule::default()).unwrap().unwrap().point, real.point);
    }
}
