use super::super::target::choose;
use super::*;
use crate::block::testing::{PC, Q35, plant};
use crate::mount;

/// sysfs with a disk of four partitions, these loop devices and their files, and with volumes
/// on other devices.
fn sysfs(loops: &[(u32, &str)], volumes: &[(u32, &str)]) -> String {
    let mut tree = String::new();
    for number in 1..=4 {
        let place = format!("devices/pci0000:00/ata1/block/sda/sda{number}");
        tree += &format!(
            "L sys/dev/block/8:{number} ../../{place}\nL sys/class/block/sda{number} ../../{place}\n\
             F sys/{place}/partition {number}\n"
        );
    }
    for (number, file) in loops {
        let place = format!("devices/virtual/block/loop{number}");
        tree += &format!(
            "L sys/dev/block/7:{number} ../../{place}\nL sys/class/block/loop{number} ../../{place}\n\
             F sys/{place}/loop/backing_file {file}\n"
        );
    }
    for (number, slave) in volumes {
        let place = format!("devices/virtual/block/dm-{number}");
        tree += &format!(
            "L sys/dev/block/253:{number} ../../{place}\nL sys/class/block/dm-{number} ../../{place}\n\
             L sys/{place}/slaves/{slave} ../../{slave}\n"
        );
    }
    tree
}

/// The points of the filesystems of a list, in the order in which they are frozen.
fn points(tree: &str, list: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    plant(dir.path(), tree);
    let mounts = mount::parse(list.as_bytes()).unwrap();
    let ordered = order(&Root::at(dir.path()), &mounts, choose(&mounts, None));
    ordered.iter().map(|target| target.mounts[0].point.display().to_string()).collect()
}

#[test]
fn without_files_between_the_last_mounted_is_first() {
    let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n";
    assert_eq!(points(&sysfs(&[], &[]), list), ["/srv", "/"]);
}

/// The order in which systemd's namespaces show them: the file's filesystem last.
#[test]
fn what_lies_in_a_file_goes_before_the_filesystem_of_the_file() {
    let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 7:0 / /srv rw - ext4 /dev/loop0 rw\n\
                3 1 8:2 / /data rw - ext4 /dev/sda2 rw\n";
    assert_eq!(points(&sysfs(&[(0, "/data/img")], &[]), list), ["/srv", "/data", "/"]);
    // Also when the kernel says that the file has been deleted.
    assert_eq!(points(&sysfs(&[(0, "/data/img (deleted)")], &[]), list), ["/srv", "/data", "/"]);
    // The last mount at a point is the one that files lie in.
    let list = format!("{list}4 1 8:3 / /data rw - ext4 /dev/sda3 rw\n");
    assert_eq!(points(&sysfs(&[(0, "/data/img")], &[]), &list), ["/srv", "/data", "/data", "/"]);
    // A path that only begins alike does not lie in it.
    let list = "1 1 7:0 / /srv rw - ext4 /dev/loop0 rw\n2 1 8:2 / /data rw - ext4 /dev/sda2 rw\n\
                3 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
    assert_eq!(points(&sysfs(&[(0, "/database/img")], &[]), list), ["/srv", "/", "/data"]);
}

#[test]
fn device_mapper_and_files_in_files_are_followed() {
    let tree = sysfs(&[(0, "/data/img"), (1, "/srv/inner")], &[(0, "loop0")]);
    let list = "1 1 7:1 / /in rw - ext4 /dev/loop1 rw\n2 1 253:0 / /srv rw - ext4 /dev/dm-0 rw\n\
                3 1 8:2 / /data rw - ext4 /dev/sda2 rw\n4 1 8:3 / /other rw - ext4 /dev/sda3 rw\n";
    assert_eq!(points(&tree, list), ["/in", "/srv", "/other", "/data"]);
}

#[test]
fn a_btrfs_is_followed_through_all_of_its_devices() {
    let uuid = "L sys/fs/btrfs/u/devices";
    let tree = sysfs(&[(0, "/data/img")], &[])
        + &format!("{uuid}/loop0 ../x\n{uuid}/sdb ../x\n")
        + "L sys/class/block/sdb ../../devices/pci0000:00/sdb\nD dev/sdb\n";
    let list = "1 1 0:40 / /b rw - btrfs /dev/sdb rw\n2 1 8:2 / /data rw - ext4 /dev/sda2 rw\n";
    assert_eq!(points(&tree, list), ["/b", "/data"]);
}

#[test]
fn what_cannot_be_traced_goes_before_everything() {
    let tree = sysfs(&[(0, "/merged/img"), (1, "/elsewhere"), (2, "/o/img")], &[]);
    let list = "1 1 7:0 / /o rw - ext4 /dev/loop0 rw\n2 1 7:2 / /p rw - ext4 /dev/loop2 rw\n\
                3 1 0:50 / /merged rw - overlay overlay rw\n\
                4 1 8:2 / /data rw - ext4 /dev/sda2 rw\n5 1 7:1 / /e rw - ext4 /dev/loop1 rw\n";
    assert_eq!(points(&tree, list), ["/p", "/e", "/o", "/data"]);
}

#[test]
fn a_circle_ends_in_some_order() {
    let tree = sysfs(&[(0, "/b/img"), (1, "/a/img")], &[]);
    let list = "1 1 7:0 / /a rw - ext4 /dev/loop0 rw\n2 1 7:1 / /b rw - ext4 /dev/loop1 rw\n";
    assert_eq!(points(&tree, list).len(), 2);
}

#[test]
fn captured_guests_are_frozen_in_an_order_that_works() {
    let list = |tree: &str| {
        let lines = tree.lines().filter_map(|line| line.strip_prefix("F proc/self/mountinfo "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(
        points(Q35, &list(Q35)),
        ["/tmp/m/loop", "/tmp/m/n2", "/tmp/m/s2", "/tmp/m/v2", "/tmp/m/ond", "/tmp/m/lv", "/"]
    );
    assert_eq!(points(PC, &list(PC)), ["/tmp/m/lp", "/tmp/m/mdp", "/tmp/m/bt", "/"]);
}

/// The groups of the filesystems of a list, in the order in which they are frozen.
fn groups(tree: &str, list: &str) -> Vec<(String, usize)> {
    let dir = tempfile::tempdir().unwrap();
    plant(dir.path(), tree);
    let mounts = mount::parse(list.as_bytes()).unwrap();
    let ordered = order(&Root::at(dir.path()), &mounts, choose(&mounts, None));
    let named = |target: &Target<'_>| (target.mounts[0].point.display().to_string(), target.group);
    ordered.iter().map(named).collect()
}

#[test]
fn what_lies_on_disks_of_its_own_is_frozen_side_by_side() {
    let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv rw - xfs /dev/sda2 rw\n\
                3 1 7:0 / /one rw - ext4 /dev/loop0 rw\n4 1 7:1 / /two rw - ext4 /dev/loop1 rw\n";
    let tree = sysfs(&[(0, "/img0"), (1, "/srv/img1")], &[]);
    let expected = [("/two", 1), ("/one", 1), ("/srv", 2), ("/", 2)];
    assert_eq!(groups(&tree, list), expected.map(|(point, group)| (point.to_owned(), group)));
}

/// A file in an overlay may lie anywhere, so those that have one go one after the other; one
/// in memory does not count.
#[test]
fn what_cannot_be_traced_is_frozen_alone() {
    let list = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:40 / /over rw - overlay overlay rw\n\
                3 1 7:0 / /one rw - ext4 /dev/loop0 rw\n4 1 7:1 / /two rw - ext4 /dev/loop1 rw\n\
                5 1 0:41 / /run rw - tmpfs tmpfs rw\n6 1 7:2 / /six rw - ext4 /dev/loop2 rw\n";
    let tree = sysfs(&[(0, "/over/img0"), (1, "/over/img1"), (2, "/run/img2")], &[]);
    let expected = [("/two", 1), ("/one", 2), ("/six", 3), ("/", 3)];
    assert_eq!(groups(&tree, list), expected.map(|(point, group)| (point.to_owned(), group)));
}

/// Where a program or another machine keeps its data, nobody can tell: it may be here.
#[test]
fn what_is_no_disk_of_the_machine_goes_first_and_alone() {
    let list = "1 1 8:17 / /net rw - ext4 /dev/x rw\n2 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                3 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n";
    let tree = |place: &str| {
        sysfs(&[], &[])
            + &format!("L sys/dev/block/8:17 ../../devices/{place}\nF sys/devices/{place}/size 8\n")
    };
    for place in [
        "virtual/block/nbd0",
        "platform/host2/session1/target2:0:0/2:0:0:1/block/sdb",
        "pci0000:00/0000:00:03.0/host2/session1/target2:0:0/2:0:0:1/block/sdb",
        "virtual/nvme-fabrics/ctl/nvme0/nvme0n1",
    ] {
        let expected = [("/net", 1), ("/srv", 2), ("/", 2)];
        let expected = expected.map(|(point, group)| (point.to_owned(), group));
        assert_eq!(groups(&tree(place), list), expected, "{place}");
    }
    for place in [
        "pci0000:00/0000:00:03.0/virtio0/block/vda",
        "platform/a003e00.virtio_mmio/virtio3/block/vda",
        "vbd-51712/block/xvda",
        "LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/u/host0/target0:0:0/0:0:0:0/block/sdb",
    ] {
        assert!(groups(&tree(place), list).iter().all(|(_, group)| *group == 1), "{place}");
    }
}
