//! Finding the device file of a virtio port.
//!
//! udev makes /dev/virtio-ports/NAME, a link to /dev/vportNpM. Without udev, or before it
//! has come to it, the name is in /sys/class/virtio-ports/vportNpM/name.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const CLASS: &str = "/sys/class/virtio-ports";

/// The path itself where something is there, else the port's device file by the name that
/// the last part of the path tells.
pub(super) fn find(path: &Path) -> PathBuf {
    if path.exists() {
        return path.to_owned();
    }
    let found = path.file_name().and_then(|name| named(Path::new(CLASS), name));
    found.map_or_else(|| path.to_owned(), |device| Path::new("/dev").join(device))
}

/// The entry of the class whose port has this name.
fn named(class: &Path, name: &OsStr) -> Option<std::ffi::OsString> {
    let has_name = |port: &fs::DirEntry| {
        // At most a page: it is an attribute of sysfs.
        fs::read(port.path().join("name"))
            .is_ok_and(|text| text.trim_ascii_end() == name.as_bytes())
    };
    let mut ports: Vec<fs::DirEntry> = fs::read_dir(class).ok()?.flatten().collect();
    ports.sort_by_key(fs::DirEntry::file_name);
    ports.iter().find(|port| has_name(port)).map(fs::DirEntry::file_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_found_by_its_name() {
        let class = tempfile::tempdir().unwrap();
        for (device, name) in [("vport1p1", "org.example.0\n"), ("vport1p2", "org.example.01\n")] {
            fs::create_dir(class.path().join(device)).unwrap();
            fs::write(class.path().join(device).join("name"), name).unwrap();
        }
        // A port that the host has not named yet.
        fs::create_dir(class.path().join("vport1p3")).unwrap();
        let find = |name: &str| named(class.path(), OsStr::new(name));
        assert_eq!(find("org.example.0"), Some("vport1p1".into()));
        assert_eq!(find("org.example.01"), Some("vport1p2".into()));
        assert_eq!(find("org.example"), None);
        assert_eq!(named(Path::new("/nonexistent"), OsStr::new("x")), None);
    }
}
