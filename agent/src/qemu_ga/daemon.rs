//! Becoming a daemon, daemon(7) "SysV daemons". It has to happen before any thread exists:
//! a forked process has only the thread that forked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::sys::stat::{Mode, umask};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use nix::unistd::{ForkResult, dup2_stderr, dup2_stdin, dup2_stdout, pipe2, setsid};

use crate::sys;

/// Times that a process file is opened again because its owner has just removed it.
const TRIES: usize = 5;

/// What daemonizing leads to in each of the two processes.
#[derive(Debug)]
pub(crate) enum Side {
    /// The process that was started. It ends, well if the daemon is [`Daemon::ready`].
    Parent {
        /// The daemon is there.
        well: bool,
    },
    /// The daemon.
    Child(Daemon),
}

/// The daemon, until it ends.
#[derive(Debug)]
pub(crate) struct Daemon {
    pid_file: Option<PidFile>,
    /// Its other end is with the process that was started.
    parent: Option<File>,
}

/// Goes to the background: own session, working directory `/`, nothing for others in new
/// files (umask 077). The process that was started waits for [`Daemon::ready`], so that
/// whoever started it hears of errors; qemu-ga tells of none after this point.
///
/// With `frozen`, the process file is only written where that cannot hang.
///
/// # Errors
/// The process file cannot be written, or another agent holds it; or the kernel refuses.
pub(crate) fn daemonize(pid_file: &Path, frozen: bool) -> io::Result<Side> {
    umask(Mode::from_bits_truncate(0o077));
    let mut pid_file = match frozen && !on_tmpfs(pid_file) {
        true => None,
        false => Some(PidFile::lock(pid_file)?),
    };
    let (ours, theirs) = pipe2(OFlag::O_CLOEXEC)?;
    match sys::process::fork()? {
        ForkResult::Parent { .. } => {
            drop(theirs);
            Ok(Side::Parent { well: hears_ready(ours) })
        }
        ForkResult::Child => {
            drop(ours);
            setsid()?;
            std::env::set_current_dir("/")?;
            let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
            dup2_stdin(&null)?;
            if let Some(file) = &mut pid_file {
                file.write()?;
            }
            Ok(Side::Child(Daemon { pid_file, parent: Some(File::from(theirs)) }))
        }
    }
}

impl Daemon {
    /// Lets go of the terminal, and of the process that was started.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(crate) fn ready(&mut self) -> io::Result<()> {
        let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
        dup2_stdout(&null)?;
        dup2_stderr(&null)?;
        match self.parent.take() {
            // Whether it still listens is its own affair.
            Some(mut parent) => parent.write_all(&[1]).or(Ok(())),
            None => Ok(()),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(file) = &self.pid_file {
            drop(fs::remove_file(&file.path));
        }
    }
}

/// A file with a process number, locked while that process lives.
#[derive(Debug)]
struct PidFile {
    path: PathBuf,
    file: File,
}

impl PidFile {
    fn lock(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let named = |error: io::Error, what| {
            let kind = error.kind();
            io::Error::new(kind, format!("{what} process file {}: {error}", path.display()))
        };
        for _ in 0..TRIES {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)
                .map_err(|error| named(error, "cannot open"))?;
            lock(&file).map_err(|error| named(error, "another agent runs: cannot lock"))?;
            // The one before may have removed it after we opened it.
            let here = file.metadata()?;
            match fs::metadata(&path) {
                Ok(there) if (there.dev(), there.ino()) == (here.dev(), here.ino()) => {
                    return Ok(Self { path, file });
                }
                _ => {}
            }
        }
        Err(named(ErrorKind::ResourceBusy.into(), "somebody keeps removing"))
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        writeln!(self.file, "{}", std::process::id())
    }
}

/// Locks the whole file for this open file description, which a fork shares. It excludes
/// the POSIX locks of qemu-ga too (fcntl(2), "Open file description locks").
fn lock(file: &File) -> io::Result<()> {
    let short = |constant| i16::try_from(constant).map_err(io::Error::other);
    let whole = libc::flock {
        l_type: short(libc::F_WRLCK)?,
        l_whence: short(libc::SEEK_SET)?,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    fcntl(file, FcntlArg::F_OFD_SETLK(&whole))?;
    Ok(())
}

fn on_tmpfs(file: &Path) -> bool {
    let dir = file.parent().unwrap_or(file);
    statfs(dir).is_ok_and(|stat| stat.filesystem_type() == TMPFS_MAGIC)
}

/// Waits until the daemon is ready, or has ended.
fn hears_ready(pipe: OwnedFd) -> bool {
    File::from(pipe).read_exact(&mut [0]).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_file_is_held_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        fs::write(&path, "99999999\n").unwrap();
        let mut first = PidFile::lock(&path).unwrap();
        first.write().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        let error = PidFile::lock(&path).unwrap_err().to_string();
        assert!(error.contains("another agent runs"), "{error}");
        drop(first);
        assert!(PidFile::lock(&path).is_ok());
    }

    #[test]
    fn what_cannot_be_opened_is_named() {
        let error = PidFile::lock(Path::new("/nonexistent/pid")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("/nonexistent/pid"), "{error}");
    }
}
