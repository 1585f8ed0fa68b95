//! Reading what the page cache has, without ever waiting for a disk or a server.

use std::fs::File;

use nix::errno::Errno;
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
    let mut filled = 0;
    while filled < count {
        let offset = start.checked_add(i64::try_from(filled).ok()?)?;
        match sys::file::read_cached(file, buffer.get_mut(filled..)?, offset) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(Errno::EINTR) => {}
            Err(_) => return None,
        }
    }
    lseek64(file, start.checked_add(i64::try_from(filled).ok()?)?, Whence::SeekSet).ok()?;
    give(buffer.get(..filled)?);
    Some(filled)
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
    fn what_may_wait_is_left_alone() {
        let mut child = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let pipe = std::os::fd::OwnedFd::from(child.stdin.take().unwrap());
        assert_eq!(read(&File::from(pipe), 3), None);
        child.wait().unwrap();
        // Of the kernel, which may have to work for it.
        assert_eq!(read(&File::open("/proc/self/status").unwrap(), 3), None);
    }
}
