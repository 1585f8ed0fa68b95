//! Reading what the page cache has, without ever waiting for a disk or a server.

use std::fs::File;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, OFlag, OpenHow, ResolveFlag, openat2};
use nix::libc;
use nix::unistd::{Whence, lseek64};

use crate::sys;

/// Bytes of one read at most, which lie on the stack: a little more than the 64 KiB that hosts
/// ask for, and a multiple of three, for base64.
pub(crate) const PIECE: usize = 66 << 10;

/// Reads up to `count` bytes, of [`PIECE`] at most, from the file's position on, which moves
/// behind them; fewer only at its end. They are handed on, and their number is returned. `None`,
/// and the position stays, if any of them is not in memory, or the file is of a kind or on a
/// filesystem that cannot tell (preadv2(2), `RWF_NOWAIT`).
pub(crate) fn read(file: &File, count: usize, give: impl FnOnce(&[u8])) -> Option<usize> {
    let start = lseek64(file, 0, Whence::SeekCur).ok()?;
    let mut buffer = [0; PIECE];
    let buffer = buffer.get_mut(..count)?;
    let filled = fill(file, buffer, start)?;
    lseek64(file, start.checked_add(i64::try_from(filled).ok()?)?, Whence::SeekSet).ok()?;
    give(buffer.get(..filled)?);
    Some(filled)
}

/// Reads from `start` on until the buffer is full or the file ends; how much that was. `None` as
/// of [`read`].
fn fill(file: &File, buffer: &mut [u8], start: i64) -> Option<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        let offset = start.checked_add(i64::try_from(filled).ok()?)?;
        match sys::file::read_cached(file, buffer.get_mut(filled..)?, offset) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(Errno::EINTR) => {}
            Err(_) => return None,
        }
    }
    Some(filled)
}

/// Opens a file to be read, if the way to it is in memory (openat2(2), `RESOLVE_CACHED`, Linux
/// 5.12).
///
/// # Errors
/// `EAGAIN` if it is not, `EINVAL` or `ENOSYS` where the kernel cannot tell, and those of open(2).
fn open(path: &Path) -> nix::Result<File> {
    let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    // nix does not name it.
    let resolve = ResolveFlag::from_bits_retain(libc::RESOLVE_CACHED);
    openat2(AT_FDCWD, path, OpenHow::new().flags(flags).resolve(resolve)).map(File::from)
}

/// The whole of the first of these files that is there, of fewer than `N` bytes, which lie on the
/// stack. `None` where that is not known without a wait, as in [`read`], or none is there.
pub(crate) fn first<const N: usize, T>(
    paths: &[&Path],
    give: impl FnOnce(&[u8]) -> T,
) -> Option<T> {
    for path in paths {
        match open(path) {
            Ok(file) => {
                let mut buffer = [0; N];
                let filled = fill(&file, &mut buffer, 0)?;
                // A full buffer may not be all of it.
                if filled == N {
                    return None;
                }
                return buffer.get(..filled).map(give);
            }
            Err(Errno::ENOENT) => {}
            Err(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};
    use std::process::Command;

    use super::*;

    fn read(file: &File, count: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = super::read(file, count, |read| bytes.extend_from_slice(read))?;
        assert_eq!(read, bytes.len());
        Some(bytes)
    }

    #[test]
    fn what_is_in_memory_is_read_from_the_position_on() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        file.seek(SeekFrom::Start(2)).unwrap();
        let Some(first) = read(&file, 3) else {
            eprintln!("this filesystem cannot tell what is in memory");
            return;
        };
        assert_eq!(first, b"234");
        assert_eq!(read(&file, 100).unwrap(), b"56789");
        assert_eq!(read(&file, 100).unwrap(), b"");
        assert_eq!(file.stream_position().unwrap(), 10);
    }

    #[test]
    fn the_first_file_that_is_there_is_read_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        let none = dir.path().join("none");
        std::fs::write(&file, "0123456").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("file", &link).unwrap();
        // The kernel has then looked at all of them.
        assert!(!none.exists() && std::fs::read(&link).unwrap().len() == 7);
        let first = |paths: &[&Path]| super::first::<8, _>(paths, <[u8]>::to_vec);
        let Some(whole) = first(&[&none, &link]) else {
            eprintln!("this kernel or filesystem cannot tell what is in memory");
            return;
        };
        assert_eq!(whole, b"0123456");
        assert_eq!(first(&[&file, &none]).unwrap(), b"0123456");
        assert_eq!(first(&[&none]), None);
        std::fs::write(&file, "01234567").unwrap();
        assert_eq!(first(&[&file]), None);
        // What is in the way of the first is not passed over.
        assert_eq!(first(&[&file.join("x"), &link]), None);
    }

    #[test]
    fn what_may_wait_is_left_alone() {
        let mut child = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let pipe = std::os::fd::OwnedFd::from(child.stdin.take().unwrap());
        assert_eq!(read(&File::from(pipe), 3), None);
        child.wait().unwrap();
        // Of the kernel, which may have to work for it.
        assert_eq!(read(&File::open("/proc/self/status").unwrap(), 3), None);
    }
}
