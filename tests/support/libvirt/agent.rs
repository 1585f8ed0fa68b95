//! The agents that a guest may have inside.

use std::path::PathBuf;

use anyhow::Result;

use crate::vm;

/// The name that libvirt knows the agent's port by.
pub(super) const PORT: &str = "org.qemu.guest_agent.0";

/// Where either agent lies in the guest: guestd behaves as qemu-ga under that name.
const PATH: &str = "/usr/sbin/qemu-ga";

/// What answers libvirt in a guest.
#[derive(Debug, Clone)]
pub enum Agent {
    /// The peer: Debian's, out of its package.
    QemuGa,
    /// Ours: a static binary at this path.
    Guestd(PathBuf),
    /// That of a guest which was given whole.
    Given,
}

impl Agent {
    /// Puts the agent into a guest.
    pub(super) fn install(&self, guest: vm::Builder) -> Result<vm::Builder> {
        let guest = guest.port(PORT);
        match self {
            Self::QemuGa => guest.packaged("qemu-guest-agent", PATH),
            Self::Guestd(file) => guest.binary_at(PATH, file),
            Self::Given => Ok(guest),
        }
    }

    /// The name for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::QemuGa => "qemu-ga",
            Self::Guestd(_) => "guestd",
            Self::Given => "the agent",
        }
    }
}

/// Starts the agent in a guest, as a service manager would.
pub(super) const START: &str = "setsid /usr/sbin/qemu-ga --method=virtio-serial \
     --path=/dev/virtio-ports/org.qemu.guest_agent.0 --statedir=/run \
     < /dev/null > /run/agent.log 2>&1 &";

/// Stops it likewise.
pub(super) const STOP: &str = "
pid=$(pidof qemu-ga)
kill $pid
tries=0
while [ -d /proc/$pid ]; do
    [ $tries -lt 200 ] || exit 1
    usleep 50000
    tries=$((tries + 1))
done";
