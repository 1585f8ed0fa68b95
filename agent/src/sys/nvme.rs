//! Commands to the controller of an NVMe disk (kernel `include/uapi/linux/nvme_ioctl.h`).

use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;

nix::ioctl_readwrite!(admin_command, b'N', 0x41, Command);

/// `struct nvme_passthru_cmd`.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct Command {
    opcode: u8,
    flags: u8,
    rsvd1: u16,
    nsid: u32,
    cdw2: u32,
    cdw3: u32,
    metadata: u64,
    addr: u64,
    metadata_len: u32,
    data_len: u32,
    cdw10: u32,
    cdw11: u32,
    cdw12: u32,
    cdw13: u32,
    cdw14: u32,
    cdw15: u32,
    timeout_ms: u32,
    result: u32,
}

/// Bytes of the log page.
pub(crate) const PAGE: usize = 512;

/// Opcode of Get Log Page, and the page SMART / Health Information (NVM Express Base
/// Specification).
const GET_LOG_PAGE: u8 = 0x02;
const HEALTH: u32 = 0x02;

/// A disk that does not answer is given up.
const TIMEOUT_MS: u32 = 10_000;

/// The page SMART / Health Information of the controller whose disk `fd` is.
pub(crate) fn health(fd: impl AsFd) -> Result<[u8; PAGE], Errno> {
    let mut page = [0; PAGE];
    let dwords = u32::try_from(PAGE / 4).unwrap_or_default();
    let mut command = Command {
        opcode: GET_LOG_PAGE,
        // Of the whole controller.
        nsid: u32::MAX,
        addr: u64::try_from(page.as_mut_ptr().expose_provenance()).map_err(|_| Errno::EFAULT)?,
        data_len: u32::try_from(PAGE).unwrap_or_default(),
        // Upper half: the number of dwords, counted from 0.
        cdw10: ((dwords - 1) << 16) | HEALTH,
        timeout_ms: TIMEOUT_MS,
        ..Command::default()
    };
    // SAFETY: the kernel reads one `struct nvme_passthru_cmd`, which Command is laid out
    // as, and writes at most `data_len` bytes to `addr`, which is all of `page`. Both live
    // through the call, and nobody else looks at `page` meanwhile.
    let status = unsafe { admin_command(fd.as_fd().as_raw_fd(), &raw mut command) }?;
    // A positive number is a status of the controller.
    if status == 0 { Ok(page) } else { Err(Errno::EIO) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_has_the_size_that_the_kernel_expects() {
        assert_eq!(size_of::<Command>(), 72);
    }

    #[test]
    fn what_is_no_nvme_disk_says_so() {
        let file = tempfile::tempfile().unwrap();
        assert_eq!(health(&file), Err(Errno::ENOTTY));
    }
}
