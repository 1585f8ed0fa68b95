//! Who is at the other end.

use std::fmt;
use std::path::PathBuf;

/// The other end of a [`Stream`](super::Stream), as far as the kernel knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// A process of this guest, when it connected (`SO_PEERCRED`, unix(7)).
    Process {
        /// Its effective user.
        uid: u32,
        /// Its effective group.
        gid: u32,
        /// Itself; 0 for one of another PID namespace.
        pid: i32,
    },
    /// A program on a machine of this vsock address.
    Vsock {
        /// The machine: 2 is the host, 1 this guest (vsock(7)).
        cid: u32,
        /// Its port.
        port: u32,
    },
    /// Whoever is connected to this device on the host.
    Device(PathBuf),
}

/// How far a client may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// As far as its channel's policy.
    #[default]
    Policy,
    /// No further than to ask for information, whatever the policy allows.
    Information,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { uid, pid, .. } => write!(f, "uid {uid} pid {pid}"),
            Self::Vsock { cid, port } => write!(f, "cid {cid} port {port}"),
            Self::Device(path) => write!(f, "host of {}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_line_says_who_it_was() {
        let process = Peer::Process { uid: 1000, gid: 100, pid: 4711 };
        assert_eq!(process.to_string(), "uid 1000 pid 4711");
        assert_eq!(Peer::Vsock { cid: 2, port: 1025 }.to_string(), "cid 2 port 1025");
        assert_eq!(Peer::Device("/dev/vport1p1".into()).to_string(), "host of /dev/vport1p1");
    }
}
