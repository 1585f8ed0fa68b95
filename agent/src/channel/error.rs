//! Why a channel cannot be opened, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

/// A channel that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such device.
    #[error(
        "{path} is not there: add the device to the virtual machine, or let the channel wait for it"
    )]
    Missing {
        /// The device's path.
        path: PathBuf,
    },
    /// A virtio port can be open once.
    #[error(
        "{path} is in use: another program has the port open, perhaps qemu-ga; stop that first"
    )]
    Busy {
        /// The device's path.
        path: PathBuf,
    },
    /// The path of a serial line leads to something else.
    #[error("{path} is no terminal: a serial line is a device such as /dev/ttyS1")]
    NoTerminal {
        /// The path.
        path: PathBuf,
    },
    /// Only a socket may be replaced.
    #[error("{path} exists and is no socket: remove it, or choose another path")]
    NoSocket {
        /// The path.
        path: PathBuf,
    },
    /// Another program would lose its clients.
    #[error(
        "another program listens on {path}: stop it, perhaps an older guestd, or choose another path"
    )]
    Listening {
        /// The path.
        path: PathBuf,
    },
    /// What systemd passed on cannot be listened on.
    #[error("the socket from the service manager: {0}")]
    Inherited(&'static str),
    /// Anything else.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, with the path or address.
        what: String,
        /// What the kernel says.
        source: io::Error,
    },
}

impl OpenError {
    pub(super) fn io(what: impl Into<String>, source: impl Into<io::Error>) -> Self {
        Self::Io { what: what.into(), source: source.into() }
    }

    /// What opening a device failed with.
    pub(super) fn of_device(path: &Path, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            // ENXIO and ENODEV: a device file that no device is behind (any more).
            Errno::ENOENT | Errno::ENOTDIR | Errno::ENXIO | Errno::ENODEV => Self::Missing { path },
            Errno::EBUSY => Self::Busy { path },
            Errno::ENOTTY => Self::NoTerminal { path },
            errno => Self::io(format!("cannot open {}", path.display()), errno),
        }
    }
}

impl From<OpenError> for io::Error {
    fn from(error: OpenError) -> Self {
        Self::other(error)
    }
}
