//! Where a disk is plugged in, for a host to find it among those it gave the guest.

use serde::{Deserialize, Serialize};

/// Where a disk is plugged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DiskAddress {
    /// The PCI function of the controller.
    pub pci_controller: PciAddress,
    /// What kind of bus leads from there to the disk.
    pub bus_type: BusType,
    /// The number of the bus at the controller.
    pub bus: i64,
    /// The target on the bus.
    pub target: i64,
    /// The unit of the target.
    pub unit: i64,
    /// The serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The path of the device, such as `/dev/vda1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dev: Option<String>,
    /// The address on the channel subsystem. s390x only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccw_address: Option<CcwAddress>,
}

/// A PCI function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PciAddress {
    /// The domain.
    pub domain: i64,
    /// The bus.
    pub bus: i64,
    /// The device on the bus.
    pub slot: i64,
    /// The function of the device.
    pub function: i64,
}

impl PciAddress {
    /// What stands for an unknown one, or for a disk that hangs on no PCI device.
    pub const UNKNOWN: Self = Self { domain: -1, bus: -1, slot: -1, function: -1 };
}

/// A device on the channel subsystem of s390x (QEMU `docs/system/s390x/css.rst`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CcwAddress {
    /// The channel subsystem image.
    pub cssid: i64,
    /// The subchannel set.
    pub ssid: i64,
    /// The subchannel.
    pub subchno: i64,
    /// The device number.
    pub devno: i64,
}

/// The kind of bus of a disk. Linux has some of them only, the others are those of
/// Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BusType {
    /// IDE.
    Ide,
    /// A floppy disk controller.
    Fdc,
    /// SCSI, also through virtio-scsi.
    Scsi,
    /// virtio-blk.
    Virtio,
    /// Xen's own.
    Xen,
    /// USB.
    Usb,
    /// User Mode Linux.
    Uml,
    /// SATA.
    Sata,
    /// SD cards.
    Sd,
    /// FireWire.
    Ieee1394,
    /// Serial Storage Architecture.
    Ssa,
    /// Fibre Channel.
    Fibre,
    /// A RAID controller.
    Raid,
    /// iSCSI.
    Iscsi,
    /// Serial Attached SCSI.
    Sas,
    /// Multimedia cards.
    Mmc,
    /// A disk that Windows calls virtual.
    Virtual,
    /// A disk whose medium is a file, such as a mounted image.
    FileBackedVirtual,
    /// NVMe.
    Nvme,
    /// Not known, or a kind that a newer agent has and this crate has not.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::super::super::check::wire;
    use super::*;

    fn address() -> DiskAddress {
        DiskAddress {
            pci_controller: PciAddress { domain: 0, bus: 0, slot: 4, function: 0 },
            bus_type: BusType::Scsi,
            bus: 0,
            target: 0,
            unit: 1,
            serial: None,
            dev: Some("/dev/sda".to_owned()),
            ccw_address: None,
        }
    }

    #[test]
    fn captured() {
        wire(
            r#"{"bus-type": "scsi", "bus": 0, "unit": 1, "pci-controller": {"bus": 0,
                "slot": 4, "domain": 0, "function": 0}, "dev": "/dev/sda", "target": 0}"#,
            &address(),
        );
    }

    /// Not captured: a serial number takes udev in the guest, the other an s390x.
    #[test]
    fn serial_and_channel() {
        wire(
            r#"{"bus-type": "virtio", "bus": 0, "unit": 0, "target": 0, "serial": "data",
                "pci-controller": {"bus": -1, "slot": -1, "domain": -1, "function": -1},
                "ccw-address": {"cssid": 254, "ssid": 0, "subchno": 1, "devno": 2}}"#,
            &DiskAddress {
                pci_controller: PciAddress::UNKNOWN,
                bus_type: BusType::Virtio,
                unit: 0,
                serial: Some("data".to_owned()),
                dev: None,
                ccw_address: Some(CcwAddress { cssid: 254, ssid: 0, subchno: 1, devno: 2 }),
                ..address()
            },
        );
    }

    /// The names are those of the schema.
    #[test]
    fn bus_types() {
        let names = [
            "ide",
            "fdc",
            "scsi",
            "virtio",
            "xen",
            "usb",
            "uml",
            "sata",
            "sd",
            "unknown",
            "ieee1394",
            "ssa",
            "fibre",
            "raid",
            "iscsi",
            "sas",
            "mmc",
            "virtual",
            "file-backed-virtual",
            "nvme",
        ];
        for name in names {
            let json = format!("\"{name}\"");
            let bus: BusType = serde_json::from_str(&json).unwrap();
            assert_eq!(bus == BusType::Unknown, name == "unknown", "{name}");
            assert_eq!(serde_json::to_string(&bus).unwrap(), json);
        }
        let newer: BusType = serde_json::from_str("\"ufs\"").unwrap();
        assert_eq!(newer, BusType::Unknown);
    }
}
