//! `guest-get-fsinfo` and `guest-fstrim`.

use serde::{Deserialize, Serialize};

use super::disk::DiskAddress;

/// An entry of the result of `guest-get-fsinfo`: a mounted file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Filesystem {
    /// The kernel's name of the device, without `/dev/`, such as `vda1`.
    pub name: String,
    /// Where it is mounted.
    pub mountpoint: String,
    /// The type as of mount(8), such as `ext4`.
    pub r#type: String,
    /// Bytes in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_bytes: Option<u64>,
    /// Bytes in use, and free to users other than root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<u64>,
    /// Bytes in use and free, with what is kept for root. Since QEMU 9.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_bytes_privileged: Option<u64>,
    /// The disks below it: several for a volume that spans them, none if unknown.
    pub disk: Vec<DiskAddress>,
}

/// Arguments of `guest-fstrim`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FstrimArguments {
    /// Bytes of the shortest free range to discard; what is shorter is passed over. All
    /// of them if it is left out. The file system may round it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
}

/// Result of `guest-fstrim`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Fstrim {
    /// One for each mounted file system, failed or not.
    pub paths: Vec<FstrimPath>,
}

/// What was discarded on a file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FstrimPath {
    /// Where it is mounted.
    pub path: String,
    /// Bytes discarded. Left out after an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trimmed: Option<i64>,
    /// Bytes of the shortest range, as the file system took it. Left out after an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::super::disk::{BusType, PciAddress};
    use super::*;

    #[test]
    fn filesystem() {
        wire(
            r#"[{"name": "nvme0n1p1", "total-bytes": 16809984,
                "total-bytes-privileged": 18277376, "mountpoint": "/nv", "disk": [
                {"bus-type": "nvme", "bus": 0, "unit": 0, "pci-controller": {"bus": 0,
                 "slot": 3, "domain": 0, "function": 0}, "dev": "/dev/nvme0n1p1",
                 "target": 0}], "used-bytes": 14336, "type": "ext4"}]"#,
            &vec![Filesystem {
                name: "nvme0n1p1".to_owned(),
                mountpoint: "/nv".to_owned(),
                r#type: "ext4".to_owned(),
                used_bytes: Some(14_336),
                total_bytes: Some(16_809_984),
                total_bytes_privileged: Some(18_277_376),
                disk: vec![DiskAddress {
                    pci_controller: PciAddress { domain: 0, bus: 0, slot: 3, function: 0 },
                    bus_type: BusType::Nvme,
                    bus: 0,
                    target: 0,
                    unit: 0,
                    serial: None,
                    dev: Some("/dev/nvme0n1p1".to_owned()),
                    ccw_address: None,
                }],
            }],
        );
    }

    /// Not captured: statvfs(3) would have to fail.
    #[test]
    fn filesystem_of_unknown_size() {
        wire(
            r#"{"name": "a", "mountpoint": "/a", "type": "ext4", "disk": []}"#,
            &Filesystem {
                name: "a".to_owned(),
                mountpoint: "/a".to_owned(),
                r#type: "ext4".to_owned(),
                used_bytes: None,
                total_bytes: None,
                total_bytes_privileged: None,
                disk: Vec::new(),
            },
        );
    }

    #[test]
    fn fstrim() {
        wire("{}", &FstrimArguments { minimum: None });
        wire(r#"{"minimum": 1}"#, &FstrimArguments { minimum: Some(1) });
        let path = |path: &str, trimmed, minimum, error: Option<&str>| FstrimPath {
            path: path.to_owned(),
            trimmed,
            minimum,
            error: error.map(str::to_owned),
        };
        wire(
            r#"{"paths": [{"path": "/d2", "error": "trim not supported"},
                {"minimum": 0, "path": "/data", "trimmed": 57367552}]}"#,
            &Fstrim {
                paths: vec![
                    path("/d2", None, None, Some("trim not supported")),
                    path("/data", Some(57_367_552), Some(0), None),
                ],
            },
        );
    }
}
