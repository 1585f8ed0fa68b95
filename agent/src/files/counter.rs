//! Numbers for handles. None comes twice, not even after a restart of the agent: a host
//! that did not notice the restart must not write into another file.
//!
//! qemu-ga rewrites its state file for every file it opens. We take a block of numbers
//! at a time; what of it is not used is lost at the next start.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use protocol::Error;

use crate::errno;

/// The first handle ever, as of qemu-ga.
const FIRST: i64 = 1000;
/// Numbers of one block.
const BLOCK: i64 = 1000;

/// Where handles come from.
#[derive(Debug)]
pub(super) struct Counter {
    /// The state file, in qemu-ga's form.
    path: PathBuf,
    /// What is left of the block that this process has taken.
    taken: Mutex<Range<i64>>,
}

impl Counter {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, taken: Mutex::new(0..0) }
    }

    /// A new handle.
    ///
    /// # Errors
    /// The next block cannot be noted down.
    pub(super) fn next(&self) -> Result<i64, Error> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = taken.next() {
            return Ok(handle);
        }
        *taken = take(&self.path).map_err(|error| {
            let (path, error) = (self.path.display(), errno::text(&error));
            Error::generic(format!("cannot note down file handles in {path}: {error}"))
        })?;
        taken.next().ok_or_else(|| Error::generic("there are no file handles left"))
    }
}

/// Takes the next block from the file.
fn take(path: &Path) -> io::Result<Range<i64>> {
    let first = match fs::read_to_string(path) {
        Ok(text) => stored(&text).unwrap_or(FIRST),
        Err(error) if error.kind() == io::ErrorKind::NotFound => FIRST,
        Err(error) => return Err(error),
    };
    let end = first.saturating_add(BLOCK);
    let directory = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().recursive(true).mode(0o755).create(directory)?;
    let new = path.with_extension("state.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    write!(file, "[global]\nfd_counter={end}\n")?;
    fs::rename(&new, path)?;
    Ok(first..end)
}

/// The number in a key file. Nonsense counts as none, as for qemu-ga.
fn stored(text: &str) -> Option<i64> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|&line| line == "[global]")?;
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .filter(|(key, _)| key.trim_end() == "fd_counter")
        .find_map(|(_, value)| value.trim_start().parse().ok())
        .filter(|&number| number >= FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_qemu_ga_left_is_gone_on_with() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("qga.state");
        fs::write(&path, "[global]\nfd_counter=1007\n").unwrap();
        let counter = Counter::new(path.clone());
        assert_eq!((counter.next().unwrap(), counter.next().unwrap()), (1007, 1008));
        assert_eq!(fs::read_to_string(&path).unwrap(), "[global]\nfd_counter=2007\n");
    }

    #[test]
    fn handles_do_not_repeat_over_restarts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("not/there/qga.state");
        let mut last = FIRST - 1;
        for handles in [1, 2500, 1] {
            let counter = Counter::new(path.clone());
            for _ in 0..handles {
                let handle = counter.next().unwrap();
                assert!(handle > last, "{handle} after {last}");
                last = handle;
            }
        }
        assert_eq!(last, 5000);
    }

    #[test]
    fn no_handle_is_given_out_that_could_repeat() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("file"), "").unwrap();
        let error = Counter::new(directory.path().join("file/qga.state")).next().unwrap_err();
        assert!(error.desc.starts_with("cannot note down file handles in /"), "{error}");
        assert!(error.desc.ends_with("Not a directory"), "{error}");
    }

    #[test]
    fn nonsense_counts_as_nothing() {
        for text in ["", "fd_counter=5000", "[global]\nfd_counter=x", "[global]\nfd_counter=-1"] {
            assert_eq!(stored(text), None, "{text:?}");
        }
        assert_eq!(stored("# x\n[a]\nfd_counter=1\n[global]\n fd_counter = 2000 \n"), Some(2000));
        assert_eq!(stored("[global]\n[a]\nfd_counter=2000\n"), None);
    }
}
