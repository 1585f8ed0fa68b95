//! The mark of what was sent since the machine booted: a file, so that an agent that is
//! started again does not send it again.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use protocol::guestd::bmc::Sent;
use serde::{Deserialize, Serialize};

/// Its name below the state directory.
const NAME: &str = "bmc.json";
/// Bytes that are read of it.
const MOST: u64 = 64 << 10;

/// What was sent, and to which port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Mark {
    /// Its name.
    pub(super) port: String,
    /// Tells it from one of the same name that came before it.
    pub(super) instance: u64,
    #[serde(flatten)]
    pub(super) sent: Sent,
}

/// A mark with the boot that it is good for: a state directory may outlast it.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    boot: String,
    #[serde(flatten)]
    mark: Mark,
}

/// The file.
#[derive(Debug)]
pub(super) struct MarkFile {
    path: PathBuf,
    boot: String,
}

impl MarkFile {
    pub(super) fn new(state_dir: &Path) -> Self {
        // random(4): made once in each boot.
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Self { path: state_dir.join(NAME), boot: boot.trim().to_owned() }
    }

    /// The mark of this boot; what is none counts as none.
    pub(super) fn read(&self) -> Option<Mark> {
        let mut bytes = Vec::new();
        fs::File::open(&self.path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
        let content: Content = serde_json::from_slice(&bytes).ok()?;
        (content.boot == self.boot).then_some(content.mark)
    }

    /// Writes it, as a whole or not at all.
    pub(super) fn write(&self, mark: &Mark) -> io::Result<()> {
        let content = Content { boot: self.boot.clone(), mark: mark.clone() };
        let text = serde_json::to_vec(&content).map_err(io::Error::other)?;
        let new = self.path.with_added_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o644);
        options.open(&new)?.write_all(&text)?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_another_boot_or_none_at_all_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = MarkFile::new(dir.path());
        assert_eq!(file.read(), None);
        let sent = Sent {
            address: "10.0.0.1".to_owned(),
            source: "neco".to_owned(),
            device: "/dev/vport1p2".to_owned(),
            at: "2026-11-26T12:00:00.000Z".to_owned(),
            times: 1,
        };
        let mark = Mark { port: "placemat".to_owned(), instance: u64::MAX, sent };
        file.write(&mark).unwrap();
        assert_eq!(file.read(), Some(mark));
        let other = MarkFile { boot: "another".to_owned(), path: file.path.clone() };
        assert_eq!(other.read(), None);
        for wrong in ["", "{", "{}", "[]"] {
            fs::write(&file.path, wrong).unwrap();
            assert_eq!(file.read(), None, "{wrong}");
        }
    }
}
