//! Disks, partitions and volumes.

use introspect::Root;
use protocol::Error;
use protocol::qga::disk::{BusType, Disk};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::block::{self, Block, address, smart};
use crate::policy::Group;

pub(super) const COMMANDS: &[Command] = &[
    // Asking a disk for its health may take seconds.
    Command {
        runs: Runs::Thread,
        ..inline("guest-get-disks", Group::Info, |call| call.plain(get))
    },
];

fn get(agent: &Agent) -> Result<Vec<Disk>, Error> {
    let root = agent.root();
    let blocks = block::all(&root).into_iter().filter(|block| block.is_usable(&root));
    Ok(blocks.map(|block| describe(&root, &block)).collect())
}

fn describe(root: &Root, block: &Block) -> Disk {
    let disk = block.disk(root);
    let partition = disk.is_some();
    let below = disk.map_or_else(|| block.slaves(root), |disk| vec![disk]);
    let address = (!partition && !block.is_virtual()).then(|| address::of(root, block));
    let is_nvme = address.as_ref().is_some_and(|address| address.bus_type == BusType::Nvme);
    Disk {
        name: block.node(),
        partition,
        dependencies: Some(below.iter().map(Block::node).collect()),
        alias: block.alias(root),
        smart: is_nvme.then(|| smart::read(&root.join(&block.node()))).flatten(),
        address,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::Guest;
    use crate::block::testing::{PC, PC_ANSWERS, Q35, Q35_ANSWERS, plant};

    /// What we answer in a captured guest, beside what qemu-ga answered there but for the
    /// members that are changed here.
    fn same(tree: &str, answers: &str, changed: &[(&str, &str, Value)]) {
        let guest = Guest::new();
        plant(guest.root(), tree);
        let ours = guest.returns("guest-get-disks");
        let mut theirs: Value = serde_json::from_str(answers).unwrap();
        let mut theirs = theirs["disks"].take();
        for (name, member, value) in changed {
            let disks = theirs.as_array_mut().unwrap();
            let disk = disks.iter_mut().find(|disk| disk["name"] == *name).unwrap();
            let place = disk.pointer_mut(member).unwrap();
            assert_ne!(place, value, "{name}{member}");
            *place = value.clone();
        }
        for (ours, theirs) in ours.as_array().unwrap().iter().zip(theirs.as_array().unwrap()) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.as_array().unwrap().len(), theirs.as_array().unwrap().len());
    }

    /// qemu-ga says target 0 of every virtio-scsi disk, where libvirt looks for the id.
    #[test]
    fn all_disks_of_a_q35_machine_are_told_as_qemu_tells_them() {
        let target = |name, id: u32| (name, "/address/target", id.into());
        same(
            Q35,
            Q35_ANSWERS,
            &[target("/dev/sdf", 3), target("/dev/sdg", 4), target("/dev/sdh", 7)],
        );
    }

    /// The same; and qemu-ga takes the addressing bit of a large unit for a part of it, and
    /// knows nothing of an NVMe disk with several controllers.
    #[test]
    fn all_disks_of_a_pc_machine_are_told_as_qemu_tells_them() {
        let pci =
            |slot: u32| serde_json::json!({"domain": 0, "bus": 0, "slot": slot, "function": 0});
        same(
            PC,
            PC_ANSWERS,
            &[
                ("/dev/sdh", "/address/target", 5.into()),
                ("/dev/sdh", "/address/unit", 300.into()),
                ("/dev/nvme1n1", "/address/bus-type", "nvme".into()),
                ("/dev/nvme1n1", "/address/pci-controller", pci(9)),
            ],
        );
    }

    #[test]
    fn a_guest_without_sysfs_has_no_disks() {
        assert_eq!(Guest::new().returns("guest-get-disks"), Value::Array(Vec::new()));
    }
}
