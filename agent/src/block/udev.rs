//! The database of udev: one file for each device, lines of a letter, a colon and a value
//! (systemd `src/libsystemd/sd-device/sd-device.c`).

use introspect::Root;

use crate::device::Device;

/// Bytes of an entry that are looked at; those of disks have about a thousand.
const MOST: u64 = 64 << 10;

/// A property of a block device, such as `ID_SERIAL`.
pub(super) fn property(root: &Root, device: Device, name: &str) -> Option<String> {
    let entry = root.head(&format!("/run/udev/data/b{device}"), MOST).ok()?;
    find(&String::from_utf8_lossy(&entry), name)
}

fn find(entry: &str, name: &str) -> Option<String> {
    let mut properties = entry.lines().filter_map(|line| line.strip_prefix("E:"));
    properties.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a virtio-scsi disk in a guest under QEMU, udev 252, shortened.
    const ENTRY: &str = "\
S:disk/by-id/wwn-0x5000c50015ea71ac
I:1939263
E:ID_SCSI=1
E:ID_MODEL_ENC=QEMU\\x20HARDDISK\\x20\\x20\\x20
E:ID_SERIAL=35000c50015ea71ac
E:ID_SERIAL_SHORT=5000c50015ea71ac
E:ID_WWN=0x5000c50015ea71ac
G:systemd
";

    #[test]
    fn a_property_is_found_by_its_whole_name() {
        assert_eq!(find(ENTRY, "ID_SERIAL").as_deref(), Some("35000c50015ea71ac"));
        assert_eq!(find(ENTRY, "ID_WWN").as_deref(), Some("0x5000c50015ea71ac"));
        for absent in ["ID", "SERIAL", "ID_SERIAL_SHOR", "I", ""] {
            assert_eq!(find(ENTRY, absent), None, "{absent}");
        }
        assert_eq!(find("E:\nE:=\nE:ID_SERIAL", "ID_SERIAL"), None);
    }

    #[test]
    fn without_an_entry_there_is_no_property() {
        let device = Device { major: 8, minor: 64 };
        assert_eq!(property(&Root::nowhere(), device, "ID_SERIAL"), None);
    }
}
