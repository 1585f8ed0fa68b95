//! Reads that do not wait.

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::libc;

/// Reads from this offset what the page cache has (preadv2(2), `RWF_NOWAIT`). 0 is the end.
///
/// # Errors
/// `EAGAIN` if the first byte is not there, `EOPNOTSUPP` if the filesystem cannot tell, and
/// those of pread(2).
pub(crate) fn read_cached(file: &File, buffer: &mut [u8], offset: i64) -> nix::Result<usize> {
    let part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: the descriptor is open, and the one part is the whole of the buffer, which
    // nobody else uses during the call.
    let read =
        unsafe { libc::preadv2(file.as_raw_fd(), &raw const part, 1, offset, libc::RWF_NOWAIT) };
    Errno::result(read).map(isize::unsigned_abs)
}
