//! `guest-get-disks` and `guest-get-diskstats`.

mod address;
mod smart;
mod stats;

use serde::{Deserialize, Serialize};

pub use address::{BusType, CcwAddress, DiskAddress, PciAddress};
pub use smart::{DiskSmart, NvmeSmart};
pub use stats::{DiskStats, DiskStatsInfo};

/// An entry of the result of `guest-get-disks`: a disk, a partition or a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disk {
    /// The path of the device, such as `/dev/vda1`.
    pub name: String,
    /// Whether it is a partition.
    pub partition: bool,
    /// Paths of the devices it is made of: of a partition its disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<String>>,
    /// Where it is plugged in. Disks only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<DiskAddress>,
    /// The name of the volume, of a device of the device mapper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What the disk says of its health. NVMe only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smart: Option<DiskSmart>,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    #[test]
    fn disk() {
        wire(
            r#"{"name": "/dev/vda", "dependencies": [], "partition": false, "address":
                {"bus-type": "virtio", "bus": 0, "unit": 0, "pci-controller": {"bus": 0,
                 "slot": 2, "domain": 0, "function": 0}, "dev": "/dev/vda", "target": 0}}"#,
            &Disk {
                name: "/dev/vda".to_owned(),
                partition: false,
                dependencies: Some(Vec::new()),
                address: Some(DiskAddress {
                    pci_controller: PciAddress { domain: 0, bus: 0, slot: 2, function: 0 },
                    bus_type: BusType::Virtio,
                    bus: 0,
                    target: 0,
                    unit: 0,
                    serial: None,
                    dev: Some("/dev/vda".to_owned()),
                    ccw_address: None,
                }),
                alias: None,
                smart: None,
            },
        );
    }

    #[test]
    fn partition() {
        wire(
            r#"{"name": "/dev/nvme0n1p1", "dependencies": ["/dev/nvme0n1"],
                "partition": true}"#,
            &Disk {
                name: "/dev/nvme0n1p1".to_owned(),
                partition: true,
                dependencies: Some(vec!["/dev/nvme0n1".to_owned()]),
                address: None,
                alias: None,
                smart: None,
            },
        );
    }
}
