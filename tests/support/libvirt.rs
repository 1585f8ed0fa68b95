//! A real libvirt that manages small guests, with a guest agent inside.
//!
//! It is a session of its own, below a temporary directory: nothing of the machine's
//! libvirt is used or changed, no service manager is needed, and neither root (which
//! hands it to the user nobody) nor any other privilege.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! # use support::libvirt::{Agent, Libvirt};
//! let host = Libvirt::start()?;
//! let mut domain = host.domain(&Agent::QemuGa)?.boot()?;
//! println!("{}", domain.virsh(["domfsinfo"])?.success()?.text());
//! println!("libvirt sent {:?}", domain.sent()?);
//! # Ok(())
//! # }
//! ```

mod agent;
mod domain;
mod furniture;
mod host;
mod sent;
mod virsh;
mod xml;

pub use agent::Agent;
pub use domain::{Builder, Domain};
pub use furniture::USER;
pub use host::Libvirt;

/// What a host needs besides [`crate::vm::NEEDS`]; see [`crate::need_libvirt`]. The fourth
/// one is not run: it lies in the package of the QEMU driver.
pub const NEEDS: [&str; 7] =
    ["libvirtd", "virsh", "setsid", "virt-qemu-run", "timeout", "mke2fs", "chpasswd"];
