use tempfile::TempDir;

use super::super::testing::plant;
use super::*;

fn guest(tree: &str) -> (TempDir, Root) {
    let dir = tempfile::tempdir().unwrap();
    plant(dir.path(), tree);
    let root = Root::at(dir.path());
    (dir, root)
}

/// The address of the device `x` at that place in sysfs.
fn address(path: &str, more: &str) -> DiskAddress {
    let up = "../".repeat(2);
    let tree = format!("L sys/class/block/x {up}{path}\nD sys/{path}\n{more}");
    let (_dir, root) = guest(&tree);
    of(&root, &Block::by_name(&root, "x").unwrap())
}

#[test]
fn a_pci_address_is_taken_whole_or_not_at_all() {
    let address = |domain, bus, slot, function| Some(PciAddress { domain, bus, slot, function });
    assert_eq!(pci("0000:00:1f.2"), address(0, 0, 31, 2));
    assert_eq!(pci("10000:e1:00.7"), address(0x10000, 0xE1, 0, 7));
    for bad in [
        "",
        "0000:00",
        "pci0000:00",
        "0:0:0:0",
        "1-1:1.0",
        "000:00:1f.2",
        "0000:00:1f.22",
        "0000:+0:1f.2",
        "0000:00:1g.2",
        "0000:00:00:1f.2",
        "100000000:00:1f.2",
    ] {
        assert_eq!(pci(bad), None, "{bad}");
    }
}

#[test]
fn a_scsi_device_has_four_numbers() {
    assert_eq!(scsi(&["host3", "target3:0:4", "3:0:4:1"]), Some([3, 0, 4, 1]));
    assert_eq!(scsi(&["host3", "target3:0:4", "3:0:4"]), None);
    assert_eq!(scsi(&["3:0:4:1:5"]), None);
    assert_eq!(scsi(&["3:0:-4:1"]), None);
    assert_eq!(scsi(&["3:0:4:18446744073709551616"]), None);
}

/// The layout is that of the kernel's documentation; not captured.
#[test]
fn a_disk_of_a_mainframe_has_a_channel_address() {
    let disk = address("devices/css0/0.1.001a/0.1.0815/virtio4/block/x", "");
    assert_eq!(disk.ccw_address, Some(CcwAddress { cssid: 0, ssid: 1, subchno: 26, devno: 0x815 }));
    assert_eq!((disk.bus_type, disk.pci_controller), (BusType::Virtio, PciAddress::UNKNOWN));
    let scsi = "devices/css0/0.0.0001/0.0.0002/virtio1/host0/target0:0:3/0:0:3:1/block/x";
    let disk = address(scsi, "");
    assert_eq!((disk.bus_type, disk.target, disk.unit), (BusType::Scsi, 3, 1));
    assert!(disk.ccw_address.is_some());
}

#[test]
fn virtio_without_pci_is_virtio_all_the_same() {
    let disk = address("devices/platform/a003e00.virtio_mmio/virtio5/block/x", "");
    assert_eq!((disk.bus_type, disk.pci_controller), (BusType::Virtio, PciAddress::UNKNOWN));
    assert_eq!(disk.ccw_address, None);
}

#[test]
fn a_unit_above_255_is_without_its_addressing_bit() {
    let unit = |unit: u32| {
        let path = format!("devices/pci0000:00/0000:00:07.0/virtio3/host15/15:0:5:{unit}/block/x");
        address(&path, "L sys/devices/pci0000:00/0000:00:07.0/driver ../virtio-pci").unit
    };
    assert_eq!(unit(255), 255);
    assert_eq!(unit(0x4000 | 300), 300);
    // Another addressing method.
    assert_eq!(unit(0xC001), 0xC001);
}

#[test]
fn what_is_half_known_is_unknown() {
    let port = "devices/pci0000:00/0000:00:1f.2";
    let driver = format!("L sys/{port}/driver ../ahci\n");
    let path = format!("{port}/ata2/host8/target8:0:0/8:0:0:0/block/x");
    let with = |line: &str| address(&path, &format!("{driver}F sys/{port}/ata2/{line}"));
    assert_eq!(with("ata_port/ata2/port_no 2").unit, 1);
    for line in ["ata_port/ata3/port_no 2", "ata_port/ata2/port_no 0", "ata_port/ata2/port_no x"] {
        let disk = with(line);
        assert_eq!((disk.bus_type, disk.unit), (BusType::Unknown, 0), "{line}");
        assert_eq!(disk.pci_controller, PciAddress::UNKNOWN, "{line}");
    }
    // A driver that nobody knows, and none.
    for link in [&driver.replace("ahci", "megaraid_sas")[..], ""] {
        assert_eq!(address(&path, link).bus_type, BusType::Unknown);
    }
    assert_eq!(address("devices/vbd-51712/block/x", "").bus_type, BusType::Unknown);
    assert_eq!(address("devices/virtio/block/x", "").bus_type, BusType::Unknown);
}

#[test]
fn a_subsystem_that_leads_back_to_itself_comes_to_an_end() {
    let path = "devices/virtual/nvme-subsystem/nvme-subsys1";
    let disk = address(&format!("{path}/x"), &format!("L sys/{path}/nvme0 ."));
    assert_eq!(disk.bus_type, BusType::Unknown);
}

#[test]
fn udev_knows_the_serial_number_best_and_virtio_knows_it_too() {
    let path = "devices/pci0000:00/0000:00:02.0/virtio1/block/x";
    let serial = |more: &str| address(path, &format!("F sys/{path}/dev 254:0\n{more}")).serial;
    let own = format!("F sys/{path}/serial V1");
    let entry = "F run/udev/data/b254:0 E:ID_SERIAL=U1";
    assert_eq!(serial(&format!("{own}\n{entry}")).as_deref(), Some("U1"));
    assert_eq!(serial(&own).as_deref(), Some("V1"));
    assert_eq!(serial(&format!("F sys/{path}/serial ")), None);
    assert_eq!(serial(""), None);
}

#[test]
fn a_partition_has_the_serial_number_of_its_disk() {
    let path = "devices/pci0000:00/0000:00:02.0/virtio1/block/vda/x";
    let more = format!(
        "F sys/{path}/partition 1\nF sys/{path}/dev 254:1\nF sys/{path}/../dev 254:0\n\
         F run/udev/data/b254:0 E:ID_SERIAL=U1\n\
         L sys/devices/pci0000:00/0000:00:02.0/driver ../virtio-pci"
    );
    let disk = address(path, &more);
    assert_eq!((disk.serial.as_deref(), disk.dev.as_deref()), (Some("U1"), Some("/dev/x")));
    assert_eq!((disk.bus_type, disk.pci_controller.slot), (BusType::Virtio, 2));
}
