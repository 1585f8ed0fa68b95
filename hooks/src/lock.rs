//! One freeze at a time, whoever runs the hooks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// The file that is locked.
const PATH: &str = "run/guestd/hooks.lock";
/// Bytes read of what its holder has written.
const MOST: u64 = 128;
/// Between two looks at a lock that another holds.
const PAUSE: Duration = Duration::from_millis(50);

/// Held by whoever has made applications quiet, until they go on. It goes with the process.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "held, not used")] Flock<File>);

impl Lock {
    /// The file below what stands for `/`.
    pub fn path(root: &Path) -> PathBuf {
        root.join(PATH)
    }

    /// Takes it, and writes into it who has it and by what command that one lets go. Waits
    /// for another holder at most so long.
    ///
    /// # Errors
    /// Another process holds it, and which; or the file cannot be made.
    pub fn take(root: &Path, way_out: &str, patience: Duration) -> Result<Self, String> {
        let path = Self::path(root);
        let named = |error: io::Error| format!("{}: {error}", path.display());
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(named)?;
        }
        // Not truncated: it may be another's.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(named)?;
        let end = Instant::now() + patience;
        let mut lock = loop {
            file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(lock) => break lock,
                Err((file, Errno::EWOULDBLOCK)) if Instant::now() >= end => return Err(held(file)),
                Err((file, Errno::EWOULDBLOCK)) => file,
                Err((_, error)) => return Err(named(error.into())),
            };
            thread::sleep(PAUSE);
        };
        let own = format!("{} {way_out}\n", std::process::id());
        lock.set_len(0).and_then(|()| lock.write_all(own.as_bytes())).map_err(named)?;
        Ok(Self(lock))
    }
}

/// Who has it. Just after it was taken, nothing is written yet.
fn held(file: File) -> String {
    let mut text = String::new();
    let read = file.take(MOST).read_to_string(&mut text);
    let holder = text.trim().split_once(' ').filter(|_| read.is_ok());
    let (by, way_out) = match holder.map(|(pid, way_out)| (pid.parse::<u32>(), way_out)) {
        Some((Ok(pid), way_out)) => (format!("process {pid}"), format!("; run `{way_out}`")),
        _ => ("another process".to_owned(), String::new()),
    };
    format!("applications are quiet already, or are being made so, by {by}{way_out}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_who_is_named_with_the_way_out() {
        let dir = tempfile::tempdir().unwrap();
        let take = |patience| Lock::take(dir.path(), "let go", Duration::from_millis(patience));
        let first = take(0).unwrap();
        let refused = take(0).unwrap_err();
        let own = std::process::id();
        assert!(refused.ends_with(&format!("by process {own}; run `let go`")), "{refused}");
        let later = thread::scope(|scope| {
            let later = scope.spawn(|| take(20_000));
            drop(first);
            later.join().unwrap()
        });
        drop(later.unwrap());
        fs::write(Lock::path(dir.path()), "nonsense").unwrap();
        let _other = take(0).unwrap();
    }
}
