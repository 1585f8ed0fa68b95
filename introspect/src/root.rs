//! The directory that stands for `/`, so that a captured tree answers like a live machine.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Symbolic links followed on the way to one file, as many as Linux follows.
const MAX_LINKS: usize = 40;
/// The most bytes read of any one file. The largest file asked for is /proc/cpuinfo
/// of a machine with thousands of CPUs.
const MAX_FILE: u64 = 32 << 20;

/// A root directory under which /proc, /sys and /etc are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root(PathBuf);

impl Root {
    /// The machine this process runs on.
    pub fn live() -> Self {
        Self(PathBuf::from("/"))
    }

    /// A captured tree.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// A machine of which no file is known, such as that behind a mailed dump.
    pub fn nowhere() -> Self {
        // Nothing can lie under a device, so every path is absent.
        Self(PathBuf::from("/dev/null"))
    }

    /// True when this is the running machine, whose CPUID may be asked as well.
    pub fn is_live(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// The path of the root directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// An absolute path of the machine, as a path under this root.
    pub fn join(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// Opens a file. Of a captured tree, which may come from a stranger, only regular
    /// files are opened: a pipe would block for ever and a device is of the machine at hand.
    ///
    /// # Errors
    /// What the kernel says, or `InvalidInput` for what is no regular file.
    pub fn open(&self, path: &str) -> io::Result<File> {
        let place = self.resolve(path)?;
        if !self.is_live() && !fs::metadata(&place)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        File::open(place)
    }

    /// True when the path exists; an unreadable parent counts as absent.
    pub fn exists(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|place| place.exists())
    }

    /// The whole file.
    ///
    /// # Errors
    /// What the kernel says, or `FileTooLarge` above 32 MiB.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let file = self.open(path)?;
        // Without room the first reads are of 32 bytes, and most files here are short.
        let mut bytes = Vec::with_capacity(4096);
        file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(bytes)
    }

    /// The file as text without its trailing white space, or `None` where it cannot
    /// be read. Bytes that are not UTF-8 are replaced: DMI strings are untrusted.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = self.read(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// The first `limit` bytes of a file, for one that is worth no more: an untrusted
    /// string, or a header.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn head(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        // Many of these files are not there, and memory for none of it is needed then.
        let file = self.open(path)?;
        // Room for all of it at once: the kernel makes such a file anew for each read.
        let room = usize::try_from(limit.min(8192)).unwrap_or_default();
        let mut bytes = Vec::with_capacity(room);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The names in a directory, sorted; empty where there is none.
    pub fn names(&self, path: &str) -> Vec<String> {
        let Ok(entries) = self.resolve(path).and_then(fs::read_dir) else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// The same path without symbolic links, still one of the machine: of
    /// `/sys/block/vda` that is `/sys/devices/...`.
    ///
    /// # Errors
    /// What the kernel says, or `InvalidData` where it is no text.
    pub fn canonical(&self, path: &str) -> io::Result<String> {
        let place = self.resolve(path)?;
        let place = if self.is_live() {
            place.canonicalize()?
        } else {
            place.symlink_metadata()?;
            let below = place.strip_prefix(&self.0).map_err(io::Error::other)?;
            Path::new("/").join(below)
        };
        place.into_os_string().into_string().map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, "the name of the file is no text")
        })
    }

    /// The same for a link of sysfs, which leads to a directory of a device or a driver at once
    /// (kernel `fs/sysfs/symlink.c`): one system call, not one for each directory on the way. There may be
    /// no other link in the path itself.
    ///
    /// # Errors
    /// As of [`Self::canonical`].
    pub fn sysfs_link(&self, path: &str) -> io::Result<String> {
        if self.is_live()
            && let Ok(target) = fs::read_link(path)
            && let Some(place) = beside(path, &target)
        {
            return Ok(place);
        }
        self.canonical(path)
    }

    /// Where a path leads. In a captured tree symbolic links are followed as after a
    /// chroot: followed by the kernel, an absolute one would show a file of the machine
    /// at hand in the name of the captured one.
    fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        if self.is_live() {
            return Ok(self.join(path));
        }
        let mut place = self.0.clone();
        let mut depth = 0;
        let mut links = 0;
        let mut rest = parts(Path::new(path));
        while let Some(part) = rest.pop() {
            if part == ".." {
                if depth > 0 {
                    place.pop();
                    depth -= 1;
                }
                continue;
            }
            place.push(&part);
            let Ok(target) = fs::read_link(&place) else {
                depth += 1;
                continue;
            };
            links += 1;
            if links > MAX_LINKS {
                return Err(io::Error::from(io::ErrorKind::NotFound));
            }
            place.pop();
            if target.is_absolute() {
                place.clone_from(&self.0);
                depth = 0;
            }
            rest.extend(parts(&target));
        }
        Ok(place)
    }
}

/// Where a relative link leads, by its text alone; `None` where that is no text, or leads out
/// of the root.
fn beside(link: &str, target: &Path) -> Option<String> {
    let mut place = Path::new(link).parent()?.to_path_buf();
    for component in target.components() {
        match component {
            Component::Normal(name) => place.push(name),
            Component::ParentDir if place.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    place.into_os_string().into_string().ok()
}

/// The names and `..` of a path, the first of them last.
fn parts(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    names.rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn an_absolute_path_stays_under_the_root() {
        let root = Root::at("/srv/capture");
        assert_eq!(root.join("/proc/cpuinfo"), Path::new("/srv/capture/proc/cpuinfo"));
        assert!(!root.is_live());
        assert!(Root::live().is_live());
    }

    #[test]
    fn nowhere_has_no_file() {
        let root = Root::nowhere();
        assert!(!root.exists("/proc") && root.text("/etc/hostname").is_none());
        assert!(root.names("/").is_empty());
    }

    #[test]
    fn a_link_in_a_tree_stays_in_the_tree() {
        let dir = tempfile::tempdir().unwrap();
        let secret = tempfile::NamedTempFile::new().unwrap();
        fs::write(secret.path(), "of this machine").unwrap();
        fs::create_dir_all(dir.path().join("etc")).unwrap();
        fs::write(dir.path().join("etc/name"), "captured").unwrap();
        let root = Root::at(dir.path());
        let outside = secret.path().to_str().unwrap();
        for (link, target, text) in [
            ("absolute", "/etc/name", Some("captured")),
            ("relative", "etc/../../../etc/name", Some("captured")),
            ("chain", "/relative", Some("captured")),
            ("outside", outside, None),
            ("loop", "loop", None),
        ] {
            symlink(target, dir.path().join(link)).unwrap();
            assert_eq!(root.text(link).as_deref(), text, "{link}");
            assert_eq!(root.exists(link), text.is_some(), "{link}");
        }
        assert_eq!(root.canonical("chain").unwrap(), "/etc/name");
        assert!(root.canonical("outside").is_err() && root.canonical("loop").is_err());
        symlink("/", dir.path().join("top")).unwrap();
        assert!(root.names("/top/top").contains(&"etc".to_owned()));
        assert_eq!(root.canonical("/top/top").unwrap(), "/");
    }

    #[test]
    fn links_of_sysfs_lead_where_the_kernel_says() {
        let root = Root::live();
        for directory in ["/sys/class/block", "/sys/dev/block", "/sys/bus/pci/devices"] {
            for name in root.names(directory) {
                let link = format!("{directory}/{name}");
                assert_eq!(root.sysfs_link(&link).unwrap(), root.canonical(&link).unwrap());
                let driver = format!("{}/driver", root.sysfs_link(&link).unwrap());
                assert_eq!(root.sysfs_link(&driver).ok(), root.canonical(&driver).ok());
            }
        }
        assert!(root.sysfs_link("/sys/class/block/none").is_err());
        // No link at all, and one to an absolute path.
        assert_eq!(root.sysfs_link("/proc/sys").unwrap(), "/proc/sys");
        assert_eq!(root.sysfs_link("/proc/1/../self/root").unwrap(), "/");

        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("sys/devices/vda")).unwrap();
        fs::create_dir_all(dir.path().join("sys/class/block")).unwrap();
        symlink("../../devices/vda", dir.path().join("sys/class/block/vda")).unwrap();
        let link = Root::at(dir.path()).sysfs_link("/sys/class/block/vda");
        assert_eq!(link.unwrap(), "/sys/devices/vda");
    }

    #[test]
    fn a_link_that_leads_out_is_not_followed_by_its_text() {
        let beside = |target: &str| beside("/sys/class/block/vda", Path::new(target));
        assert_eq!(beside("../../devices/./x").as_deref(), Some("/sys/devices/x"));
        assert_eq!(beside("../../../../../x"), None);
        assert_eq!(beside("/devices/x"), None);
    }

    #[test]
    fn a_pipe_or_a_device_in_a_tree_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let root = Root::at(dir.path());
        assert_eq!(root.read("pipe").unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(root.head("pipe", 10).is_err() && root.text("pipe").is_none());
        assert!(Root::at("/dev").read("zero").is_err());
        assert!(Root::at("/dev").read(".").is_err());
    }
}
