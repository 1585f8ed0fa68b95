//! Bytes outside the agent's own memory: a file without a name that the kernel may swap
//! out, and that counts for nobody's resident size.

use std::fs::File;
use std::io;

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::memfd::{MFdFlags, memfd_create};

/// `MFD_NOEXEC_SEAL`, since Linux 6.3; systems can insist on it (`vm.memfd_noexec`).
const NOEXEC_SEAL: MFdFlags = MFdFlags::from_bits_retain(8);

/// A new file in memory.
///
/// # Errors
/// There are no descriptors left, or no memory.
pub(super) fn file() -> io::Result<File> {
    let name = c"guestd";
    let made = memfd_create(name, MFdFlags::MFD_CLOEXEC | NOEXEC_SEAL);
    let made = match made {
        Err(Errno::EINVAL) => memfd_create(name, MFdFlags::MFD_CLOEXEC),
        made => made,
    };
    Ok(File::from(made?))
}

/// Gives the memory of the first bytes of a file back, in whole pages.
pub(super) fn forget(file: &File, bytes: u64) {
    let flags = FallocateFlags::FALLOC_FL_PUNCH_HOLE | FallocateFlags::FALLOC_FL_KEEP_SIZE;
    if let Ok(bytes) = i64::try_from(bytes)
        && bytes > 0
    {
        // What is not given back now is when the file is closed.
        let _ = fallocate(file, flags, 0, bytes);
    }
}
