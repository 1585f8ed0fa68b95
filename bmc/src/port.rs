//! The port to the host: found by its name, open only to write one line.
//!
//! What the kernel says of a port (drivers/char/virtio_console.c, measured with QEMU 7.2):
//! a second open is `EBUSY`; without a host a nonblocking write is `EAGAIN` and poll is
//! `IN | HUP`, with one `OUT`, after it was unplugged `HUP` alone. A poll would so never
//! sleep without a host. The port lies edge-triggered in an epoll instead, which wakes up
//! with each change.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::stat::Mode;
use nix::unistd::write;

use crate::address::Address;
use crate::source::below;

/// The name that Placemat gives to its port (`v2/pkg/vm/qemu.go`).
pub const DEFAULT_PORT: &str = "placemat";

/// Where udev puts a link with the name of each port.
const LINKS: &str = "/dev/virtio-ports";
/// Where the kernel tells the names.
const CLASS: &str = "/sys/class/virtio-ports";

/// A port that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its device file.
    pub device: PathBuf,
    /// Tells it from one of the same name that was there before: the inode of its file,
    /// which the kernel makes anew.
    pub instance: u64,
}

/// Checks a name: it becomes a part of a path.
///
/// # Errors
/// It is empty, has a `/`, or is `.` or `..`.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    match name {
        "" => Err("a port has a name"),
        "." | ".." => Err("is no name of a port"),
        _ if name.contains(['/', '\0']) => Err("is a path: give the name alone, such as placemat"),
        _ => Ok(()),
    }
}

/// The port of this name, by udev's link or, where there is none, by what the kernel tells.
pub fn find(root: &Path, name: &str) -> Option<Place> {
    check_name(name).ok()?;
    let link = below(root, LINKS).join(name);
    let device = link.canonicalize().ok().or_else(|| named(root, name.as_bytes()))?;
    let instance = fs::metadata(&device).ok()?.ino();
    Some(Place { device, instance })
}

fn named(root: &Path, name: &[u8]) -> Option<PathBuf> {
    // A name is at most a page: it is an attribute of sysfs.
    let has_name = |entry: &fs::DirEntry| {
        fs::read(entry.path().join("name")).is_ok_and(|text| text.trim_ascii_end() == name)
    };
    let mut ports: Vec<fs::DirEntry> = fs::read_dir(below(root, CLASS)).ok()?.flatten().collect();
    ports.sort_by_key(fs::DirEntry::file_name);
    let port = ports.iter().find(|port| has_name(port))?;
    Some(below(root, "/dev").join(OsStr::from_bytes(port.file_name().as_bytes())))
}

/// Why a port cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// It has gone.
    Missing,
    /// Somebody else has it open.
    Busy,
    /// Anything else.
    Io(io::Error),
}

/// Who is at the other end of a virtio port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody yet.
    NoHost,
    /// A host.
    Host {
        /// There is something to read.
        data: bool,
        /// There is room to write.
        room: bool,
    },
    /// The port is no more.
    Unplugged,
}

impl State {
    /// What the kernel's poll says of an open port now. To ask may take the next buffer out
    /// of the port's queue (`get_inbuf`): data that was seen has to be remembered, as there may
    /// never be news of it.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn of(port: &impl AsFd) -> nix::Result<Self> {
        let mut fds = [PollFd::new(port.as_fd(), PollFlags::POLLIN | PollFlags::POLLOUT)];
        while let Err(errno) = poll(&mut fds, PollTimeout::ZERO) {
            if errno != Errno::EINTR {
                return Err(errno);
            }
        }
        let events = fds[0].revents().unwrap_or(PollFlags::empty());
        let (data, room) =
            (events.contains(PollFlags::POLLIN), events.contains(PollFlags::POLLOUT));
        Ok(match (events.contains(PollFlags::POLLHUP), data) {
            (false, _) => Self::Host { data, room },
            (true, true) => Self::NoHost,
            (true, false) => Self::Unplugged,
        })
    }
}

/// An open port.
#[derive(Debug)]
pub struct Port {
    fd: OwnedFd,
    news: Epoll,
}

impl Port {
    /// Opens it.
    ///
    /// # Errors
    /// It has gone, is in use, or cannot be opened or watched.
    pub fn open(place: &Place) -> Result<Self, OpenError> {
        let flags = OFlag::O_RDWR | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        let fd = open(&place.device, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::ENOENT | Errno::ENXIO | Errno::ENODEV => OpenError::Missing,
            Errno::EBUSY => OpenError::Busy,
            errno => OpenError::Io(errno.into()),
        })?;
        let io = |errno: Errno| OpenError::Io(errno.into());
        let news = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(io)?;
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
        news.add(&fd, EpollEvent::new(flags, 0)).map_err(io)?;
        Ok(Self { fd, news })
    }

    /// The port itself, for its signals; not to be read or written.
    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    /// Who is at the other end now.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn state(&self) -> io::Result<State> {
        Ok(State::of(&self.fd)?)
    }

    /// Writes the line of an address in one piece; false where nobody takes it now.
    ///
    /// # Errors
    /// What the kernel says. A line that was taken in part is an error too, as the rest
    /// would be glued to what comes next.
    pub fn send(&self, address: Address) -> io::Result<bool> {
        let line = address.line();
        match write(&self.fd, line.as_bytes()) {
            Ok(size) if size == line.len() => Ok(true),
            Ok(size) => Err(io::Error::other(format!("took {size} of {} bytes", line.len()))),
            Err(Errno::EAGAIN | Errno::EINTR) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// A descriptor that is readable once the port has had news. A look at the state comes
    /// after [`Port::seen`] and before the wait, as any number of changes count as one.
    pub fn news(&self) -> BorrowedFd<'_> {
        self.news.0.as_fd()
    }

    /// Lets the descriptor be readable only with the next news.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn seen(&self) -> io::Result<()> {
        self.wait(Duration::ZERO)
    }

    /// Waits for news at most so long.
    pub(crate) fn wait(&self, limit: Duration) -> io::Result<()> {
        let limit = EpollTimeout::try_from(limit).unwrap_or(EpollTimeout::MAX);
        match self.news.wait(&mut [EpollEvent::empty()], limit) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the port has gone"),
            Self::Busy => f.write_str("another program has the port open"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_port_is_found_by_its_link_or_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        assert_eq!(find(root, "placemat"), None);
        for (device, name) in [("vport1p1", "org.example.0\n"), ("vport1p2", "placemat\n")] {
            let class = root.join("sys/class/virtio-ports").join(device);
            fs::create_dir_all(&class).unwrap();
            fs::write(class.join("name"), name).unwrap();
        }
        // Its name is there before its file.
        assert_eq!(find(root, "placemat"), None);
        fs::create_dir_all(root.join("dev/virtio-ports")).unwrap();
        fs::write(root.join("dev/vport1p2"), "").unwrap();
        fs::write(root.join("dev/vport7p7"), "").unwrap();
        let device = |name| find(root, name).map(|place| place.device);
        let root = root.canonicalize().unwrap();
        assert!(device("placemat").unwrap().ends_with("dev/vport1p2"));
        symlink("../vport7p7", root.join("dev/virtio-ports/placemat")).unwrap();
        assert!(device("placemat").unwrap().ends_with("dev/vport7p7"));
        for wrong in ["", ".", "..", "../vport1p2", "a/b", "place", "placemat2"] {
            assert_eq!(device(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_port_that_comes_again_is_another_one() {
        let dir = tempfile::tempdir().unwrap();
        let links = dir.path().join("dev/virtio-ports");
        fs::create_dir_all(&links).unwrap();
        fs::write(links.join("x"), "").unwrap();
        let first = find(dir.path(), "x").unwrap();
        assert_eq!(find(dir.path(), "x").unwrap(), first);
        fs::write(links.join("new"), "").unwrap();
        fs::rename(links.join("new"), links.join("x")).unwrap();
        assert_ne!(find(dir.path(), "x").unwrap().instance, first.instance);
    }

    #[test]
    fn a_port_that_is_gone_or_none_is_told() {
        let place = |device: &str| Place { device: device.into(), instance: 0 };
        assert!(matches!(Port::open(&place("/nonexistent")), Err(OpenError::Missing)));
        assert!(matches!(Port::open(&place("/dev")), Err(OpenError::Io(_))));
    }
}
