//! Which filesystems are frozen.

use crate::mount::Mount;

/// One mount of each filesystem that lies on disks and can be written to. With `only`, those
/// mounted at one of these paths; a path where nothing is mounted is passed over, as by
/// qemu-ga.
pub(super) fn choose(mounts: &[Mount], only: Option<&[String]>) -> Vec<Mount> {
    let mut chosen: Vec<Mount> = Vec::new();
    for (index, mount) in mounts.iter().enumerate() {
        let wanted = only
            .is_none_or(|paths| paths.iter().any(|path| mount.point.as_os_str() == path.as_str()));
        let covered = mounts[index + 1..].iter().any(|later| later.point == mount.point);
        let twice = chosen.iter().any(|known| known.device == mount.device);
        // Behind a covered mount point one finds the covering filesystem.
        if wanted && !covered && !twice && is_frozen_at_all(mount) {
            chosen.push(mount.clone());
        }
    }
    chosen
}

/// Pseudo, network and overlay filesystems have no block device; FUSE has a program behind
/// it that may hang; a read-only one has nothing to write out.
fn is_frozen_at_all(mount: &Mount) -> bool {
    mount.is_on_disk() && !mount.is_fuse() && !mount.read_only
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mount;

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

    fn chosen(only: Option<&[&str]>) -> Vec<String> {
        let mounts = mount::parse(LIST.as_bytes()).unwrap();
        let only = only.map(|paths| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>());
        let chosen = choose(&mounts, only.as_deref());
        chosen.into_iter().map(|mount| mount.point.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn each_writable_filesystem_on_disks_once() {
        assert_eq!(chosen(None), ["/", "/srv", "/home", "/hidden"]);
    }

    #[test]
    fn a_list_may_name_any_mount_of_a_filesystem() {
        assert_eq!(chosen(Some(&["/var/tmp", "/", "/nowhere", "/proc"])), ["/"]);
        assert_eq!(chosen(Some(&["/var/tmp"])), ["/var/tmp"]);
        assert!(chosen(Some(&[])).is_empty());
    }
}
