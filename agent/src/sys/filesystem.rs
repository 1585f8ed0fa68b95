//! Orders to a mounted filesystem (kernel `include/uapi/linux/fs.h`).

use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::libc::c_int;

nix::ioctl_readwrite!(fifreeze, b'X', 119, c_int);
nix::ioctl_readwrite!(fithaw, b'X', 120, c_int);
nix::ioctl_readwrite!(fitrim, b'X', 121, Range);

/// `struct fstrim_range`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Range {
    start: u64,
    len: u64,
    minlen: u64,
}

/// What came of a trim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trimmed {
    /// Bytes discarded.
    pub(crate) bytes: u64,
    /// The shortest range, as the filesystem took it.
    pub(crate) minimum: u64,
}

/// Writes out the filesystem that `fd` lies on and lets nobody write until [`thaw`].
pub(crate) fn freeze(fd: &impl AsFd) -> Result<(), Errno> {
    let mut unused = 0;
    // SAFETY: the kernel does not look at the argument (`ioctl_fsfreeze`); it is there
    // because the number of the call says so. The descriptor is open for that long.
    unsafe { fifreeze(fd.as_fd().as_raw_fd(), &raw mut unused) }.map(drop)
}

/// Undoes one [`freeze`]; `EINVAL` when there is none to undo.
pub(crate) fn thaw(fd: &impl AsFd) -> Result<(), Errno> {
    let mut unused = 0;
    // SAFETY: as in `freeze` (`ioctl_fsthaw`).
    unsafe { fithaw(fd.as_fd().as_raw_fd(), &raw mut unused) }.map(drop)
}

/// Tells the device of the filesystem that `fd` lies on which blocks are free. Ranges
/// shorter than `minimum` bytes may be passed over.
pub(crate) fn trim(fd: &impl AsFd, minimum: u64) -> Result<Trimmed, Errno> {
    let mut range = Range { start: 0, len: u64::MAX, minlen: minimum };
    // SAFETY: the kernel reads and writes one `struct fstrim_range`, which Range is laid
    // out as; both it and the descriptor live through the call.
    unsafe { fitrim(fd.as_fd().as_raw_fd(), &raw mut range) }?;
    Ok(Trimmed { bytes: range.len, minimum: range.minlen })
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    /// /proc can do none of it, which also shows that the numbers of the calls are known:
    /// an unknown one is ENOTTY.
    #[test]
    fn what_cannot_be_frozen_says_so() {
        let proc = File::open("/proc").unwrap();
        assert!(matches!(freeze(&proc), Err(Errno::EOPNOTSUPP | Errno::EPERM)));
        assert!(matches!(thaw(&proc), Err(Errno::EINVAL | Errno::EPERM)));
        assert_eq!(trim(&proc, 0), Err(Errno::ENOTTY));
    }
}
