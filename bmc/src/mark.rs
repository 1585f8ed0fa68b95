//! The marks of what was sent since the machine booted: files, so that an agent that is
//! started again does not send it again, and so that each program sees what the other did.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Bytes that are read of a mark.
const MOST: u64 = 64 << 10;

/// Who has sent: each has a file of its own, so that nobody overwrites what another has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The agent.
    Agent,
    /// Somebody who has told the host by hand.
    Hand,
}

impl By {
    /// The name of the file below the state directory.
    const fn file(self) -> &'static str {
        match self {
            Self::Agent => "bmc.json",
            Self::Hand => "bmc-by-hand.json",
        }
    }
}

/// What was sent, in the words of whoever keeps it, and to which port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mark<S> {
    /// The name of the port.
    pub port: String,
    /// Tells it from one of the same name that came before it, see [`crate::Place`].
    pub instance: u64,
    /// What was sent.
    #[serde(flatten)]
    pub sent: S,
}

/// A mark with the boot that it is good for: a state directory may outlast it.
#[derive(Debug, Serialize, Deserialize)]
struct Content<S> {
    boot: String,
    #[serde(flatten)]
    mark: Mark<S>,
}

/// The file of a mark.
#[derive(Debug)]
pub struct MarkFile {
    path: PathBuf,
    boot: String,
}

impl MarkFile {
    /// The one below this state directory, for this boot.
    pub fn new(state_dir: &Path, by: By) -> Self {
        // random(4): made once in each boot.
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Self { path: state_dir.join(by.file()), boot: boot.trim().to_owned() }
    }

    /// The mark of this boot; what is none counts as none.
    pub fn read<S: DeserializeOwned>(&self) -> Option<Mark<S>> {
        let mut bytes = Vec::new();
        fs::File::open(&self.path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
        let content: Content<S> = serde_json::from_slice(&bytes).ok()?;
        (content.boot == self.boot).then_some(content.mark)
    }

    /// Writes it, as a whole or not at all.
    ///
    /// # Errors
    /// What the kernel says, as where there is no state directory.
    pub fn write<S: Serialize + Clone>(&self, mark: &Mark<S>) -> io::Result<()> {
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

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Sent {
        address: String,
    }

    #[test]
    fn a_mark_of_another_boot_or_none_at_all_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = MarkFile::new(dir.path(), By::Agent);
        assert_eq!(file.read::<Sent>(), None);
        let sent = Sent { address: "10.0.0.1".to_owned() };
        let mark = Mark { port: "placemat".to_owned(), instance: u64::MAX, sent };
        file.write(&mark).unwrap();
        assert_eq!(file.read(), Some(mark));
        assert_eq!(MarkFile::new(dir.path(), By::Hand).read::<Sent>(), None);
        let other = MarkFile { boot: "another".to_owned(), path: file.path.clone() };
        assert_eq!(other.read::<Sent>(), None);
        for wrong in ["", "{", "{}", "[]"] {
            fs::write(&file.path, wrong).unwrap();
            assert_eq!(file.read::<Sent>(), None, "{wrong}");
        }
    }
}
