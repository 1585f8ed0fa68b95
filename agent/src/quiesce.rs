//! Freezing and thawing filesystems: all or none, in an order that cannot deadlock.
//!
//! Everything that has to be looked up or opened is, before the first filesystem is
//! frozen. While any is frozen nothing is written to a disk, and nothing is logged.

mod order;
mod selection;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use introspect::Root;
use nix::errno::Errno;
use protocol::Error;

use crate::hook::Hook;
use crate::mount::{self, Mount};
use crate::qemu_ga::state;
use crate::sys::filesystem;
use crate::system::reason;

/// Freezes and thaws. One at a time: a second caller waits for the first.
#[derive(Debug)]
pub(crate) struct Freezer {
    /// There while filesystems are frozen, so that the next agent knows.
    flag: PathBuf,
    hook: Option<Hook>,
    held: Mutex<Vec<Held>>,
    frozen: AtomicBool,
}

/// A filesystem that may be frozen, open.
#[derive(Debug)]
struct Held {
    point: PathBuf,
    file: File,
}

impl Freezer {
    /// A freezer that finds things as an earlier agent has left them.
    pub(crate) fn new(flag: PathBuf, hook: Option<PathBuf>) -> Self {
        let frozen = AtomicBool::new(state::is_frozen(&flag));
        Self { flag, hook: hook.map(Hook::new), held: Mutex::default(), frozen }
    }

    /// True from before the first filesystem is frozen until after the last is thawed.
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen.load(Ordering::Acquire)
    }

    /// Freezes all filesystems that can be, or those mounted at `only`; gives their number.
    ///
    /// # Errors
    /// One of them cannot be frozen, or the hook fails. Then nothing is frozen, and the hook
    /// has run with `thaw`.
    pub(crate) fn freeze(&self, root: &Root, only: Option<&[String]>) -> Result<usize, Error> {
        let mut held = self.lock();
        if self.is_frozen() {
            return Err(Error::generic("filesystems are frozen already; thaw them first"));
        }
        self.run_hook("freeze").or_else(|error| self.undo(&mut held, error))?;
        let opened = select(root, only).and_then(|mounts| mounts.iter().map(open).collect());
        *held = opened.or_else(|error| self.undo(&mut held, error))?;
        if let Err(error) = state::set_frozen(&self.flag) {
            let why = format!("cannot make {}: {}", self.flag.display(), reason(&error));
            return self.undo(&mut held, Error::generic(why));
        }
        self.frozen.store(true, Ordering::Release);
        let mut count = 0;
        for one in &*held {
            match filesystem::freeze(&one.file) {
                Ok(()) => count += 1,
                // It cannot be frozen at all, or somebody else has done so.
                Err(Errno::EOPNOTSUPP | Errno::EBUSY) => {}
                Err(errno) => {
                    let why = format!(
                        "failed to freeze {}: {}",
                        one.point.display(),
                        reason(&io::Error::from(errno))
                    );
                    return self.undo(&mut held, Error::generic(why));
                }
            }
        }
        if count == 0 {
            self.release(&mut held)?;
            self.run_hook("thaw")?;
        }
        Ok(count)
    }

    /// Thaws everything that can be, whoever froze it; gives the number of filesystems.
    ///
    /// # Errors
    /// The hook fails, or the flag stays. All is thawed all the same.
    pub(crate) fn thaw(&self, root: &Root) -> Result<usize, Error> {
        let mut held = self.lock();
        // An earlier agent's, and what others froze; all of ours are among them.
        let others = select(root, None).unwrap_or_default();
        let others = others.iter().rev().filter_map(|mount| open(mount).ok());
        let mut count = held.iter().rev().filter(|one| thaw(one)).count();
        count += others.filter(thaw).count();
        let released = self.release(&mut held);
        let hook = self.run_hook("thaw");
        released.and(hook).map(|()| count)
    }

    /// Thaws what this agent has frozen; for its own end.
    pub(crate) fn thaw_ours(&self) -> usize {
        let mut held = self.lock();
        if !self.is_frozen() {
            return 0;
        }
        let count = held.iter().rev().filter(|one| thaw(one)).count();
        // Both are told of in vain: the agent ends.
        let _ = self.release(&mut held);
        let _ = self.run_hook("thaw");
        count
    }

    /// After a failure: everything back, and the failure with what else went wrong.
    fn undo<T>(&self, held: &mut Vec<Held>, mut error: Error) -> Result<T, Error> {
        for one in held.iter().rev() {
            thaw(one);
        }
        for step in [self.release(held), self.run_hook("thaw")] {
            if let Err(more) = step {
                error.desc = format!("{}; then: {more}", error.desc);
            }
        }
        Err(error)
    }

    /// Nothing is frozen any more.
    fn release(&self, held: &mut Vec<Held>) -> Result<(), Error> {
        held.clear();
        let cleared = state::clear_frozen(&self.flag);
        self.frozen.store(false, Ordering::Release);
        cleared.map_err(|error| {
            Error::generic(format!("cannot remove {}: {}", self.flag.display(), reason(&error)))
        })
    }

    fn run_hook(&self, argument: &str) -> Result<(), Error> {
        self.hook.as_ref().map_or(Ok(()), |hook| hook.run(argument))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The mounts to freeze, in the order in which to.
fn select(root: &Root, only: Option<&[String]>) -> Result<Vec<Mount>, Error> {
    let mounts = mount::read(root).map_err(|error| Error::generic(error.to_string()))?;
    let chosen = selection::choose(&mounts, only);
    Ok(order::order(root, &mounts, chosen))
}

fn open(mount: &Mount) -> Result<Held, Error> {
    let file = open_directory(&mount.point).map_err(|error| {
        Error::generic(format!("failed to open {}: {}", mount.point.display(), reason(&error)))
    })?;
    Ok(Held { point: mount.point.clone(), file })
}

/// A mount point may be a file, as in containers.
fn open_directory(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = nix::libc::O_NONBLOCK | nix::libc::O_NOCTTY;
    File::options().read(true).custom_flags(flags).open(path)
}

/// True if it was frozen, once or several times over.
fn thaw(one: &Held) -> bool {
    let mut thawed = false;
    // Bounded only as a matter of form: the kernel counts freezes of the superblock.
    for _ in 0..1000 {
        match filesystem::thaw(&one.file) {
            Ok(()) => thawed = true,
            Err(Errno::EINTR) => {}
            Err(_) => break,
        }
    }
    thawed
}
