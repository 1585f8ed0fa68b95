//! The agent's channels inside a guest: what a host can do to them, and what that costs.

pub(crate) mod agent;
mod busy;
mod host;
mod idle;
mod late;
mod plug;
mod reconnect;
mod serial;
mod vsock;

/// The port that QEMU's hosts look for.
const PORT: &str = "org.qemu.guest_agent.0";
/// A second one.
const OTHER: &str = "org.guestd.test.0";
