//! Block devices, as sysfs shows them (kernel `Documentation/ABI/stable/sysfs-block`).

pub(crate) mod address;
pub(crate) mod smart;
mod udev;

use std::collections::HashSet;

use introspect::Root;

use crate::device::Device;
use crate::mount::Mount;
use crate::system::attribute;

/// Devices that one volume may be made of, and volumes on volumes. Far more than any
/// machine has; a tree that goes on for ever ends here.
const MOST: usize = 4096;
const DEEPEST: usize = 16;

/// A disk, a partition or a volume.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Its place below /sys/devices, which tells how it is connected.
    path: String,
    /// Its number, where it was found by that; sysfs knows it anyway.
    number: Option<Device>,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Block {}

impl Block {
    /// The device with that number.
    pub(crate) fn by_number(root: &Root, number: Device) -> Option<Self> {
        let block = Self::at(root, &format!("/sys/dev/block/{number}"))?;
        Some(Self { number: Some(number), ..block })
    }

    /// The device that the kernel calls so.
    pub(crate) fn by_name(root: &Root, name: &str) -> Option<Self> {
        Self::at(root, &format!("/sys/class/block/{name}"))
    }

    /// The device that a path below /dev leads to, through links of udev or by the name
    /// that the device mapper knows it by.
    pub(crate) fn by_node(root: &Root, node: &str) -> Option<Self> {
        let place = root.canonical(node).ok()?;
        let name = place.strip_prefix("/dev/")?;
        if let Some(volume) = name.strip_prefix("mapper/") {
            let alias = |block: &Self| block.alias(root).as_deref() == Some(volume);
            return all(root).into_iter().find(alias);
        }
        Self::by_name(root, &name.replace('/', "!"))
    }

    fn at(root: &Root, link: &str) -> Option<Self> {
        root.sysfs_link(link).ok().map(|path| Self { path, number: None })
    }

    /// The kernel's name, such as `vda1`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The path of its device, such as `/dev/vda1`. The kernel writes a slash in a name
    /// as `!` (`kobject_set_name_vargs`).
    pub(crate) fn node(&self) -> String {
        format!("/dev/{}", self.name().replace('!', "/"))
    }

    /// True for a partition of a disk.
    pub(crate) fn is_partition(&self, root: &Root) -> bool {
        root.exists(&format!("{}/partition", self.path))
    }

    /// The disk that this is a partition of.
    pub(crate) fn disk(&self, root: &Root) -> Option<Self> {
        let (disk, _) = self.path.rsplit_once('/')?;
        self.is_partition(root).then(|| Self { path: disk.to_owned(), number: None })
    }

    /// True where the kernel makes it of other things: loop devices, volumes, compressed
    /// memory.
    pub(crate) fn is_virtual(&self) -> bool {
        self.path.starts_with("/sys/devices/virtual/block/")
    }

    /// True where the kernel makes it of no other device, and not of a file.
    pub(crate) fn is_bottom(&self, root: &Root) -> bool {
        self.disk(root).is_none()
            && self.slaves(root).is_empty()
            && self.backing_file(root).is_none()
    }

    /// True where the machine, or the host under it, answers for it. False where a program may
    /// (nbd, ublk, vduse) or another machine (iSCSI, DRBD, Ceph, NVMe over fabrics): that may
    /// be this one, and keep the data in a file, as Longhorn does.
    pub(crate) fn is_hardware(&self) -> bool {
        let path = self.path.as_str();
        // Of virtio without PCI; disks of Xen; of Hyper-V. An iSCSI session has a host on the
        // platform bus, or of an adapter.
        let buses = path.starts_with("/sys/devices/pci")
            || path.starts_with("/sys/devices/platform/") && path.contains("/virtio")
            || path.starts_with("/sys/devices/vbd-")
            || path.contains("/VMBUS");
        buses && !path.contains("/session")
    }

    /// True where there is something in it, and a device to open: a drive without a
    /// medium and an unused loop device have no size, and one path of several to a disk
    /// has no device.
    pub(crate) fn is_usable(&self, root: &Root) -> bool {
        let text = |name| self.attribute(root, name);
        let size: u64 = text("size").and_then(|size| size.parse().ok()).unwrap_or(0);
        size > 0 && text("hidden").is_none_or(|hidden| hidden == "0")
    }

    /// The name that the device mapper knows it by.
    pub(crate) fn alias(&self, root: &Root) -> Option<String> {
        self.attribute(root, "dm/name")
    }

    /// The file that a loop device shows as a disk.
    pub(crate) fn backing_file(&self, root: &Root) -> Option<String> {
        self.attribute(root, "loop/backing_file")
    }

    /// The devices that a volume is made of, one level down.
    pub(crate) fn slaves(&self, root: &Root) -> Vec<Self> {
        let names = root.names(&format!("{}/slaves", self.path));
        names.iter().filter_map(|name| Self::by_name(root, name)).collect()
    }

    /// All devices below this one, itself included: the disk of a partition, the parts of
    /// a volume, and what those are made of.
    pub(crate) fn stack(&self, root: &Root) -> Vec<Self> {
        let mut stack = Vec::new();
        let mut seen = HashSet::new();
        self.collect(root, DEEPEST, &mut seen, &mut stack);
        stack
    }

    fn collect(
        &self,
        root: &Root,
        depth: usize,
        seen: &mut HashSet<String>,
        stack: &mut Vec<Self>,
    ) {
        if depth == 0 || seen.len() >= MOST || !seen.insert(self.path.clone()) {
            return;
        }
        stack.push(self.clone());
        for lower in self.disk(root).into_iter().chain(self.slaves(root)) {
            lower.collect(root, depth - 1, seen, stack);
        }
    }

    /// The disks and partitions of disks that this one comes down to; none for what lies
    /// on no disk.
    pub(crate) fn physical(&self, root: &Root) -> Vec<Self> {
        if !self.is_virtual() {
            return vec![self.clone()];
        }
        let mut physical = self.stack(root);
        // Of a partition in a volume its disk is in the stack too, and is not meant.
        let disks: HashSet<String> =
            physical.iter().filter_map(|block| Some(block.disk(root)?.path)).collect();
        physical.retain(|block| !block.is_virtual() && !disks.contains(&block.path));
        physical
    }

    fn number(&self, root: &Root) -> Option<Device> {
        self.number.or_else(|| self.attribute(root, "dev")?.parse().ok())
    }

    fn attribute(&self, root: &Root, name: &str) -> Option<String> {
        attribute(root, &format!("{}/{name}", self.path)).ok()
    }
}

/// Every block device, by name.
pub(crate) fn all(root: &Root) -> Vec<Block> {
    let names = root.names("/sys/class/block");
    names.iter().filter_map(|name| Block::by_name(root, name)).collect()
}

/// The devices that a filesystem lies on: one, or all of those of a btrfs. None where sysfs
/// does not know them.
pub(crate) fn of_mount(root: &Root, mount: &Mount) -> Vec<Block> {
    if mount.device.major != 0 {
        return Block::by_number(root, mount.device).into_iter().collect();
    }
    let device = Block::by_node(root, &mount.source.to_string_lossy());
    device.map_or_else(Vec::new, |device| btrfs_devices(root, device))
}

/// The devices of the btrfs that was mounted from this one, which comes first.
fn btrfs_devices(root: &Root, device: Block) -> Vec<Block> {
    let filesystems = root.names("/sys/fs/btrfs");
    let names = filesystems.iter().map(|uuid| root.names(&format!("/sys/fs/btrfs/{uuid}/devices")));
    let mut names = names.filter(|names| names.iter().any(|name| name == device.name()));
    let names = names.next().unwrap_or_default();
    let mut devices = vec![device];
    for name in names {
        let other = Block::by_name(root, &name).filter(|other| *other != devices[0]);
        devices.extend(other);
    }
    devices
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
