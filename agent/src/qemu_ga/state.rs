//! What qemu-ga keeps between two runs: the next file handle, so that none is ever given
//! twice, and a flag while filesystems are frozen. Same files, same form, so either agent
//! takes over from the other.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::key_file::{KeyFile, KeyFileError};

/// The first handle ever given.
const FIRST: i64 = 1000;

/// Handles claimed in the file ahead of their use. qemu-ga writes the file for each handle;
/// here an agent that dies leaves a gap of at most this many.
const AHEAD: i64 = 64;

/// Bytes of a state file that are worth reading.
const MOST: u64 = 64 << 10;

/// Gives out file handles, each one only once, also over restarts.
#[derive(Debug)]
pub(crate) struct HandleCounter {
    file: PathBuf,
    next: i64,
    /// Handles below are claimed in the file.
    claimed: i64,
}

/// A state file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// It cannot be read or written.
    #[error("state file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the kernel says.
        source: io::Error,
    },
    /// It is no key file.
    #[error("state file {path}: {source}; remove the file to start anew")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyFileError,
    },
}

impl HandleCounter {
    /// Takes up where the last agent left off. A file that is missing is made, unless
    /// `frozen` says that writing could hang.
    ///
    /// # Errors
    /// The file is there but broken, or cannot be made.
    pub(crate) fn load(file: &Path, frozen: bool) -> Result<Self, StateError> {
        let io = |source| StateError::Io { path: file.to_owned(), source };
        let text = match read(file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(io(error)),
        };
        let next = match &text {
            Some(text) => next_of(text)
                .map_err(|source| StateError::Content { path: file.to_owned(), source })?,
            None => FIRST,
        };
        let counter = Self { file: file.to_owned(), next, claimed: next };
        if text.is_none() && !frozen {
            counter.write(next).map_err(io)?;
        }
        Ok(counter)
    }

    /// A handle that nobody has had.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub(crate) fn next(&mut self) -> io::Result<i64> {
        let next = if self.next == i64::MAX { FIRST } else { self.next };
        if next >= self.claimed || next < self.next {
            let claimed = next.saturating_add(AHEAD);
            self.write(claimed)?;
            self.claimed = claimed;
        }
        self.next = next + 1;
        Ok(next)
    }

    /// Gives claimed handles back, at a regular end.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub(crate) fn close(self) -> io::Result<()> {
        if self.next == self.claimed { Ok(()) } else { self.write(self.next) }
    }

    /// Replaces the file as a whole, so that a reader never sees half of it.
    fn write(&self, counter: i64) -> io::Result<()> {
        let mut name = self.file.clone().into_os_string();
        name.push(format!(".{}", std::process::id()));
        let written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&name)
            .and_then(|mut file| write!(file, "[global]\nfd_counter={counter}\n"))
            .and_then(|()| fs::rename(&name, &self.file));
        written.inspect_err(|_| drop(fs::remove_file(&name)))
    }
}

/// True if an agent has left filesystems frozen. A flag of ours that an earlier boot has
/// left, as after a restore from a snapshot that was taken while frozen, is none: nothing
/// is frozen after a boot. qemu-ga's is empty and always counts.
pub(crate) fn is_frozen(flag: &Path) -> bool {
    match read(flag) {
        Ok(boot) => boot.is_empty() || boot_id().is_none_or(|current| boot == current),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Says that filesystems are being frozen. To be called before the first of them is.
///
/// # Errors
/// The flag cannot be made.
pub(crate) fn set_frozen(flag: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(flag)?;
    file.write_all(&boot_id().unwrap_or_default())
}

/// A number that the kernel draws at each boot (random(4)).
fn boot_id() -> Option<Vec<u8>> {
    fs::read("/proc/sys/kernel/random/boot_id").ok()
}

/// Says that nothing is frozen any more.
///
/// # Errors
/// The flag is there and cannot be removed.
pub(crate) fn clear_frozen(flag: &Path) -> io::Result<()> {
    match fs::remove_file(flag) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What the flag becomes when filesystems were thawed without the host that froze them.
fn broken(flag: &Path) -> PathBuf {
    let mut name = flag.as_os_str().to_owned();
    name.push(".broken");
    name.into()
}

/// Turns the flag into a mark that the next agent finds: what was frozen is thawed, but not
/// by the host, whose next thaw has to fail.
///
/// # Errors
/// There is no flag, or the mark cannot be made.
pub(crate) fn mark_broken(flag: &Path) -> io::Result<()> {
    fs::rename(flag, broken(flag))
}

/// True, once, if an earlier agent's freeze did not last: takes the mark away. One of an
/// earlier boot does not count.
pub(crate) fn take_broken(flag: &Path) -> bool {
    let mark = broken(flag);
    let found = mark.exists() && is_frozen(&mark);
    let _ = fs::remove_file(&mark);
    found
}

/// True if the flag was set by guestd, in this boot: qemu-ga's is empty.
pub(crate) fn is_ours(flag: &Path) -> bool {
    read(flag).is_ok_and(|boot| !boot.is_empty() && boot_id().is_none_or(|now| boot == now))
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(file)?;
    if !meta.is_file() || meta.len() > MOST {
        return Err(io::Error::new(ErrorKind::InvalidData, "not a small regular file"));
    }
    fs::read(file)
}

/// The next handle of a state file. What is no sensible number counts as none; qemu-ga
/// starts at 0 there.
fn next_of(text: &[u8]) -> Result<i64, KeyFileError> {
    let value = KeyFile::parse(text)?.text("global", "fd_counter")?;
    let number = value.and_then(|value| value.trim().parse().ok());
    Ok(number.filter(|&next| (0..i64::MAX).contains(&next)).unwrap_or(FIRST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_handle_is_given_twice_over_restarts_and_crashes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("qga.state");
        let mut counter = HandleCounter::load(&file, false).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"[global]\nfd_counter=1000\n");
        assert_eq!((counter.next().unwrap(), counter.next().unwrap()), (1000, 1001));
        counter.close().unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"[global]\nfd_counter=1002\n");

        let mut counter = HandleCounter::load(&file, false).unwrap();
        let last = (0..200).map(|_| counter.next().unwrap()).last();
        assert_eq!(last, Some(1201));
        drop(counter);
        let first = HandleCounter::load(&file, false).unwrap().next().unwrap();
        assert!((1202..=1202 + AHEAD).contains(&first), "{first}");
    }

    #[test]
    fn a_file_of_qemu_ga_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("qga.state");
        let next = |text: &str| {
            fs::write(&file, text).unwrap();
            HandleCounter::load(&file, false).map(|mut counter| counter.next().unwrap())
        };
        assert_eq!(next("[global]\nfd_counter=7000\n").unwrap(), 7000);
        assert_eq!(next("[global]\nfd_counter= 12 \nother=x\n").unwrap(), 12);
        for none in ["", "[global]\n", "[global]\nfd_counter=abc\n", "[global]\nfd_counter=-5\n"] {
            assert_eq!(next(none).unwrap(), FIRST, "{none}");
        }
        assert_eq!(next("[global]\nfd_counter=9223372036854775807\n").unwrap(), FIRST);
        let error = next("garbage").unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("remove the file"), "{error}");
    }

    #[test]
    fn a_directory_that_is_missing_is_an_error_and_frozen_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(HandleCounter::load(&dir.path().join("none/qga.state"), false).is_err());
        let file = dir.path().join("qga.state");
        assert_eq!(HandleCounter::load(&file, true).unwrap().next, FIRST);
        assert!(!file.exists());
    }

    #[test]
    fn the_frozen_flag_comes_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let flag = dir.path().join("qga.state.isfrozen");
        clear_frozen(&flag).unwrap();
        assert!(!is_frozen(&flag));
        set_frozen(&flag).unwrap();
        set_frozen(&flag).unwrap();
        assert!(is_frozen(&flag));
        clear_frozen(&flag).unwrap();
        assert!(!is_frozen(&flag));
    }

    #[test]
    fn the_flag_of_another_boot_is_none_and_that_of_qemu_ga_always_is() {
        let dir = tempfile::tempdir().unwrap();
        let flag = dir.path().join("qga.state.isfrozen");
        fs::write(&flag, "00000000-0000-4000-8000-000000000000\n").unwrap();
        assert!(!is_frozen(&flag));
        fs::write(&flag, "").unwrap();
        assert!(is_frozen(&flag));
        // What cannot be read is taken for the worse.
        fs::remove_file(&flag).unwrap();
        fs::create_dir(&flag).unwrap();
        assert!(is_frozen(&flag));
    }
}
