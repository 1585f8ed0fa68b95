use tempfile::TempDir;

use super::testing::{PC, Q35, plant};
use super::*;
use crate::mount;

fn guest(tree: &str) -> (TempDir, Root) {
    let dir = tempfile::tempdir().unwrap();
    plant(dir.path(), tree);
    let root = Root::at(dir.path());
    (dir, root)
}

fn names(blocks: &[Block]) -> Vec<&str> {
    blocks.iter().map(Block::name).collect()
}

fn physical(root: &Root, name: &str) -> Vec<String> {
    let physical = Block::by_name(root, name).unwrap().physical(root);
    physical.iter().map(|block| block.name().to_owned()).collect()
}

#[test]
fn a_device_is_found_by_number_name_and_node() {
    let (_dir, root) = guest(Q35);
    let number = "252:0".parse().unwrap();
    let volume = Block::by_number(&root, number).unwrap();
    assert_eq!((volume.name(), volume.node().as_str()), ("dm-0", "/dev/dm-0"));
    assert_eq!(volume.number(&root), Some(number));
    assert_eq!(Block::by_name(&root, "dm-0").as_ref(), Some(&volume));
    assert_eq!(Block::by_node(&root, "/dev/vg-x/l-v").as_ref(), Some(&volume));
    assert_eq!(Block::by_number(&root, Device { major: 9, minor: 9 }), None);
    assert_eq!(Block::by_node(&root, "/dev/none"), None);
    assert_eq!(Block::by_node(&root, "/proc"), None);
}

#[test]
fn without_udev_a_volume_is_found_by_its_alias() {
    let tree = Q35.replace("L dev/mapper/ond ../dm-2", "D dev/mapper/ond");
    let (_dir, root) = guest(&tree);
    assert_eq!(Block::by_node(&root, "/dev/mapper/ond").unwrap().name(), "dm-2");
}

#[test]
fn a_slash_in_a_name_is_a_mark_for_the_kernel() {
    let tree = "L sys/class/block/cciss!c0d0p1 ../../devices/x/cciss!c0d0/cciss!c0d0p1\n\
                D dev/cciss/c0d0p1";
    let (_dir, root) = guest(tree);
    let block = Block::by_node(&root, "/dev/cciss/c0d0p1").unwrap();
    assert_eq!(block.node(), "/dev/cciss/c0d0p1");
}

#[test]
fn volumes_come_down_to_the_disks_and_partitions_they_are_on() {
    let (_dir, root) = guest(Q35);
    assert_eq!(physical(&root, "vda2"), ["vda2"]);
    assert_eq!(physical(&root, "dm-0"), ["sdg1", "vda1"]);
    assert_eq!(physical(&root, "dm-2"), ["nvme1n1p1", "sdd"]);
    assert!(physical(&root, "loop0").is_empty());
    let stack = Block::by_name(&root, "dm-2").unwrap().stack(&root);
    assert_eq!(names(&stack), ["dm-2", "md0", "nvme1n1p1", "nvme1n1", "sdd"]);

    let (_dir, root) = guest(PC);
    assert_eq!(physical(&root, "md0p1"), ["sdd", "sdi"]);
    let partition = Block::by_name(&root, "loop0p1").unwrap();
    let stack = partition.stack(&root);
    assert_eq!(names(&stack), ["loop0p1", "loop0"]);
    assert_eq!(stack[1].backing_file(&root).as_deref(), Some("/tmp/m/bt/p.img"));
    assert!(partition.physical(&root).is_empty());
}

#[test]
fn a_filesystem_lies_on_one_device_or_as_btrfs_on_several() {
    let (_dir, root) = guest(PC);
    let mounts = mount::read(&root).unwrap();
    let devices = |point: &str, source: &str| {
        let mount = mounts.iter().find(|mount| mount.point == std::path::Path::new(point));
        of_mount(&root, &Mount { source: source.into(), ..mount.unwrap().clone() })
    };
    assert_eq!(names(&devices("/tmp/m/mdp", "")), ["md0p1"]);
    let btrfs = "/tmp/m/bt";
    assert_eq!(names(&devices(btrfs, "/dev/disk/by-id/virtio-V1")), ["vda", "vdb"]);
    assert!(devices(btrfs, "/dev/none").is_empty());
    let vdb = Block::by_name(&root, "vdb").unwrap();
    assert_eq!(names(&btrfs_devices(&root, vdb)), ["vdb", "vda"]);
    let sda = Block::by_name(&root, "sda").unwrap();
    assert_eq!(names(&btrfs_devices(&root, sda)), ["sda"]);
}

#[test]
fn volumes_that_go_round_in_a_ring_come_to_an_end() {
    let tree = "L sys/class/block/dm-0 ../../devices/virtual/block/dm-0\n\
                L sys/class/block/dm-1 ../../devices/virtual/block/dm-1\n\
                L sys/devices/virtual/block/dm-0/slaves/dm-1 ../../dm-1\n\
                L sys/devices/virtual/block/dm-1/slaves/dm-0 ../../dm-0\n\
                L sys/devices/virtual/block/dm-1/slaves/dm-1 ../../dm-1";
    let (_dir, root) = guest(tree);
    let ring = Block::by_name(&root, "dm-0").unwrap();
    assert_eq!(names(&ring.stack(&root)), ["dm-0", "dm-1"]);
    assert!(ring.physical(&root).is_empty());
}

#[test]
fn a_tower_of_volumes_is_followed_only_so_far() {
    let mut tree = String::new();
    for level in 0..100 {
        tree += &format!("L sys/class/block/dm-{level} ../../devices/virtual/block/dm-{level}\n");
        let below = level + 1;
        tree += &format!("L sys/devices/virtual/block/dm-{level}/slaves/dm-{below} ../../x\n");
    }
    let (_dir, root) = guest(&tree);
    let stack = Block::by_name(&root, "dm-0").unwrap().stack(&root);
    assert_eq!(stack.len(), DEEPEST);
}

#[test]
fn what_is_empty_or_hidden_is_not_usable() {
    let (_dir, root) = guest(PC);
    let usable = |name| Block::by_name(&root, name).unwrap().is_usable(&root);
    assert!(usable("sda") && usable("loop0p1"));
    assert!(!usable("nvme1c0n1"), "a path to a disk");
    let (_dir, root) = guest("F sys/class/block/sr0/size 0\nF sys/class/block/x/size much");
    let usable = |name| Block::by_name(&root, name).unwrap().is_usable(&root);
    assert!(!usable("sr0") && !usable("x"));
}
