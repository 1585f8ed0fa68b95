//! The directory that stands for `/`, so that a captured tree answers like a live machine.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

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

    /// True when the path exists; an unreadable parent counts as absent.
    pub fn exists(&self, path: &str) -> bool {
        self.join(path).exists()
    }

    /// The whole file.
    ///
    /// # Errors
    /// What the kernel says, or `FileTooLarge` above 32 MiB.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let file = File::open(self.join(path))?;
        let mut bytes = Vec::new();
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
        // Room for all of it at once: the kernel makes such a file anew for each read.
        let room = usize::try_from(limit.min(8192)).unwrap_or_default();
        let mut bytes = Vec::with_capacity(room);
        File::open(self.join(path))?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The names in a directory, sorted; empty where there is none.
    pub fn names(&self, path: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.join(path)) else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
