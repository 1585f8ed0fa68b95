//! Which files may be run as root: those that nobody but root can change.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

/// Bits by which others than the owner may write.
const WRITABLE: u32 = 0o022;
/// In such a directory only owners may remove files (inode(7)).
const STICKY: u32 = 0o1000;

/// Checks a file, and every directory that leads to it: owned by `owner` or root, and written
/// to by nobody else. The path must not have a `..` in it.
///
/// # Errors
/// What is wrong, and with which of them.
pub(crate) fn check(root: &Path, path: &Path, owner: u32) -> Result<Metadata, String> {
    let mut at = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::RootDir => {}
            Component::Normal(name) => at.push(name),
            _ => return Err(format!("{} is no plain path", path.display())),
        }
        let real = root.join(at.strip_prefix("/").unwrap_or(&at));
        let meta = fs::metadata(&real).map_err(|error| format!("{}: {error}", at.display()))?;
        judge(&at, &meta, owner)?;
    }
    fs::metadata(root.join(path.strip_prefix("/").unwrap_or(path)))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn judge(path: &Path, meta: &Metadata, owner: u32) -> Result<(), String> {
    let path = path.display();
    if meta.uid() != 0 && meta.uid() != owner {
        return Err(format!(
            "{path} belongs to user {}, not to root: chown root {path}",
            meta.uid()
        ));
    }
    let mode = meta.permissions().mode();
    if mode & WRITABLE != 0 && !(meta.is_dir() && mode & STICKY != 0) {
        return Err(format!("{path} can be written to by others: chmod go-w {path}"));
    }
    Ok(())
}
