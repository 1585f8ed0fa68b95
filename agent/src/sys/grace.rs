//! The kernel's grace periods.

use nix::libc;

/// Waits until a grace period of RCU has passed, if the kernel lets us (membarrier(2),
/// `MEMBARRIER_CMD_GLOBAL`, which is `synchronize_rcu`: kernel/sched/membarrier.c).
pub(crate) fn wait() {
    /// `MEMBARRIER_CMD_GLOBAL`, include/uapi/linux/membarrier.h.
    const GLOBAL: libc::c_int = 1;
    // SAFETY: the call takes numbers only, and changes nothing of this process.
    let _ = unsafe { libc::syscall(libc::SYS_membarrier, GLOBAL, 0, 0) };
}
