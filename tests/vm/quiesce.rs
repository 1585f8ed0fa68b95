//! Nobody can leave a guest frozen: what is done to the agent, its guard, its hooks, its
//! disks and its mounts while filesystems are frozen, and that all of them can be written
//! to again afterwards.
//!
//! Times are taken in the guest. What the product promises is one second; a guest under
//! emulation, on a machine that runs other guests too, is given [`SOON`].

mod agent;
mod beside;
mod disks;
pub(crate) mod host;
mod kill;
mod many;
mod nfs;
mod odd;
mod shims;
#[cfg(feature = "soak")]
mod soak;
mod states;
mod watch;
mod yard;

use std::time::Duration;

/// The port that QEMU's hosts look for.
pub(crate) const PORT: &str = "org.qemu.guest_agent.0";

/// How soon after an event all has to be thawed: the one second that is promised, and the
/// slowness of an emulated guest on a machine that runs other tests.
const SOON: Duration = Duration::from_secs(5);
