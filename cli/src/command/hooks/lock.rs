//! One freeze at a time: the lock of the holder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// Takes the lock and writes this process into it. It goes with the process.
///
/// # Errors
/// Another process holds it, and which; or the file cannot be made.
pub(super) fn take(path: &Path) -> Result<Flock<File>, String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(named)?;
    }
    // Not truncated: it may be another's.
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(path).map_err(named)?;
    let mut lock = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => lock,
        Err((file, Errno::EWOULDBLOCK)) => return Err(held(file)),
        Err((_, error)) => return Err(named(error.into())),
    };
    lock.set_len(0).and_then(|()| lock.write_all(own().as_bytes())).map_err(named)?;
    Ok(lock)
}

fn own() -> String {
    format!("{}\n", std::process::id())
}

/// Who has it. Just after it was taken, its process is not written yet.
fn held(file: File) -> String {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    let by = match text.trim().parse::<u32>() {
        Ok(pid) if read.is_ok() => format!("process {pid}"),
        _ => "another process".to_owned(),
    };
    format!(
        "applications are quiet already, or are being made so, by {by}; run `guestctl hooks run thaw`"
    )
}
