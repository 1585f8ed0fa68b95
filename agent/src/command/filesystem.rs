//! Mounted filesystems.

use std::path::Path;
use std::time::Instant;

use introspect::Root;
use nix::sys::statvfs::{Statvfs, statvfs};
use protocol::Error;
use protocol::qga::filesystem::Filesystem;

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::block::{self, address};
use crate::mount::{self, Doubtful, Mount, PATIENCE};
use crate::policy::Group;

pub(super) const COMMANDS: &[Command] = &[Command {
    runs: Runs::Thread,
    ..inline("guest-get-fsinfo", Group::Info, |call| call.plain(get))
}];

/// The one mounted last comes first, as of QEMU's agent. One that does not answer is told
/// without its sizes; qemu-ga would wait for it.
fn get(agent: &Agent) -> Result<Vec<Filesystem>, Error> {
    let root = agent.root();
    let mounts = mount::read_first(&root)?;
    let doubtful = Doubtful::among(&mounts);
    let filesystems = mount::filesystems(&mounts).into_iter().rev();
    // All are asked before the first answer is awaited, so that they share one time limit.
    let asked: Vec<_> = filesystems
        .map(|mount| {
            let place = mount.place(&root);
            (mount, agent.waits.begin(&doubtful, mount, move || Space::at(&place)))
        })
        .collect();
    let end = Instant::now() + PATIENCE;
    let told = asked.into_iter().map(|(mount, space)| {
        let space = space.before(end).flatten();
        describe(&root, mount, space.as_ref())
    });
    Ok(told.collect())
}

fn describe(root: &Root, mount: &Mount, space: Option<&Space>) -> Filesystem {
    let devices = block::of_mount(root, mount);
    let name = devices.first().map(|device| device.name().to_owned());
    let name = name.or_else(|| Some(mount.source.file_name()?.to_string_lossy().into_owned()));
    let physical = devices.iter().flat_map(|device| device.physical(root));
    Filesystem {
        name: name.unwrap_or_default(),
        mountpoint: mount.point.to_string_lossy().into_owned(),
        r#type: mount.kind.clone(),
        used_bytes: space.map(|space| space.used),
        total_bytes: space.map(|space| space.total),
        total_bytes_privileged: space.map(|space| space.privileged),
        disk: physical.map(|device| address::of(root, &device)).collect(),
    }
}

/// Bytes of a filesystem.
struct Space {
    used: u64,
    /// Used, and free for everybody.
    total: u64,
    /// Used and free.
    privileged: u64,
}

impl Space {
    fn at(place: &Path) -> Option<Self> {
        statvfs(place).ok().map(|space| Self::of(&space))
    }

    fn of(space: &Statvfs) -> Self {
        let used = space.blocks().saturating_sub(space.blocks_free());
        let bytes = |blocks: u64| blocks.saturating_mul(space.fragment_size());
        Self {
            used: bytes(used),
            total: bytes(used.saturating_add(space.blocks_available())),
            privileged: bytes(space.blocks()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;
    use crate::block::testing::{PC, PC_ANSWERS, Q35, Q35_ANSWERS, plant};

    /// What we answer in a captured guest beside what qemu-ga answered there, but for the
    /// disks that are changed here.
    fn same(tree: &str, answers: &str, changed: &[(&str, &str, Value)]) {
        let guest = Guest::new();
        plant(guest.root(), tree);
        let mut ours = guest.returns("guest-get-fsinfo");
        for filesystem in ours.as_array_mut().unwrap() {
            // Their directories are not there.
            let absent = filesystem["mountpoint"] != "/";
            let sizes = ["used-bytes", "total-bytes", "total-bytes-privileged"];
            for size in sizes {
                let size = filesystem.as_object_mut().unwrap().remove(size);
                assert_eq!(size.is_none(), absent);
            }
        }
        let mut theirs: Value = serde_json::from_str(answers).unwrap();
        let mut theirs = theirs["filesystems"].take();
        for (point, member, value) in changed {
            let filesystems = theirs.as_array_mut().unwrap();
            let one = filesystems.iter_mut().find(|one| one["mountpoint"] == *point).unwrap();
            *one.pointer_mut(member).unwrap() = value.clone();
        }
        for (ours, theirs) in ours.as_array().unwrap().iter().zip(theirs.as_array().unwrap()) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.as_array().unwrap().len(), theirs.as_array().unwrap().len());
    }

    fn disk(answers: &str, name: &str) -> Value {
        let answers: Value = serde_json::from_str(answers).unwrap();
        let disks = answers["disks"].as_array().unwrap();
        disks.iter().find(|disk| disk["name"] == name).unwrap()["address"].clone()
    }

    #[test]
    fn all_filesystems_of_a_q35_machine_are_told_as_qemu_tells_them() {
        let mut part = disk(Q35_ANSWERS, "/dev/sdg");
        part["target"] = 4.into();
        let mut lower = part.clone();
        part["dev"] = "/dev/sdg1".into();
        lower["dev"] = "/dev/sdg2".into();
        let mut virtio = disk(Q35_ANSWERS, "/dev/vda");
        virtio["dev"] = "/dev/vda1".into();
        same(
            Q35,
            Q35_ANSWERS,
            // As of disks: the target is not 0. And volumes list their parts by name.
            &[("/tmp/m/lv", "/disk", json!([part, virtio])), ("/tmp/m/s2", "/disk/0", lower)],
        );
    }

    /// qemu-ga tells one disk of a btrfs on two, and none of a partition in a RAID.
    #[test]
    fn all_filesystems_of_a_pc_machine_are_told_as_qemu_tells_them() {
        let disks = |names: [&str; 2]| json!(names.map(|name| disk(PC_ANSWERS, name)));
        same(
            PC,
            PC_ANSWERS,
            &[
                ("/tmp/m/bt", "/disk", disks(["/dev/vda", "/dev/vdb"])),
                ("/tmp/m/mdp", "/disk", disks(["/dev/sdd", "/dev/sdi"])),
            ],
        );
    }

    #[test]
    fn a_device_that_sysfs_does_not_know_has_the_name_of_its_source() {
        let guest = Guest::new();
        guest.file("proc/self/mountinfo", "27 1 254:0 / /a rw - ext4 /dev/root rw\n");
        assert_eq!(
            guest.returns("guest-get-fsinfo"),
            json!([{"name": "root", "mountpoint": "/a", "type": "ext4", "disk": []}])
        );
    }

    #[test]
    fn without_a_list_of_mounts_there_is_an_error() {
        let guest = Guest::new();
        let error = guest.refuses("guest-get-fsinfo", &json!({}));
        assert_eq!(error, "cannot read /proc/self/mountinfo: No such file or directory");
    }
}
