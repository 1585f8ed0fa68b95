//! News of devices from the kernel and from udev (`NETLINK_KOBJECT_UEVENT`, netlink(7)).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::sys;

/// The kernel's own messages, as soon as a device is there or gets its name (1), and
/// udev's, when its links and permissions are there too (2).
const GROUPS: u32 = 1 | 2;

/// The kernel's longest message: lib/kobject_uevent.c, `UEVENT_BUFFER_SIZE`, and its
/// header. What is cut off of a longer one of udev costs at most a wake-up.
const LONGEST: usize = 4096;

/// Hears of changes of one subsystem.
#[derive(Debug)]
pub(crate) struct Watch {
    socket: AsyncFd<OwnedFd>,
    /// `SUBSYSTEM=<name>`.
    property: String,
}

impl Watch {
    /// Hears of everything from now on.
    pub(crate) fn new(subsystem: &str) -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let protocol = SockProtocol::NetlinkKObjectUEvent;
        let socket = socket(AddressFamily::Netlink, SockType::Datagram, flags, protocol)?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, GROUPS))?;
        let socket = sys::watch(socket, Interest::READABLE)?;
        Ok(Self { socket, property: format!("SUBSYSTEM={subsystem}") })
    }

    /// Waits for the next change. Who sent a message is not checked: it only makes us look.
    pub(crate) async fn changed(&self) -> io::Result<()> {
        let mut message = [0; LONGEST];
        loop {
            let mut ready = self.socket.readable().await?;
            let received = ready.try_io(|socket| {
                Ok(recv(socket.as_raw_fd(), &mut message, MsgFlags::MSG_DONTWAIT)?)
            });
            match received {
                Err(_would_block) => {}
                Ok(Ok(size)) => {
                    if size == LONGEST || mentions(&message[..size], &self.property) {
                        return Ok(());
                    }
                }
                Ok(Err(error)) => match error.raw_os_error().map(Errno::from_raw) {
                    Some(Errno::EINTR) => {}
                    // Messages were lost, so anything may have changed.
                    Some(Errno::ENOBUFS) => return Ok(()),
                    _ => return Err(error),
                },
            }
            tokio::task::coop::consume_budget().await;
        }
    }
}

/// True if a message has this property. The kernel's is text and udev's has a binary
/// header, but in both a property ends with a NUL.
fn mentions(message: &[u8], property: &str) -> bool {
    let property = property.as_bytes();
    let mut places = message.windows(property.len()).enumerate();
    places.any(|(at, found)| {
        found == property && message.get(at + property.len()).is_none_or(|next| *next == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_subsystem() {
        let kernel = b"change@/devices/pci0000:00/0000:00:03.0/virtio0/virtio-ports/vport0p1\0\
            ACTION=change\0SUBSYSTEM=virtio-ports\0MAJOR=247\0DEVNAME=vport0p1\0SEQNUM=900\0";
        assert!(mentions(kernel, "SUBSYSTEM=virtio-ports"));
        assert!(!mentions(kernel, "SUBSYSTEM=tty"));
        assert!(!mentions(kernel, "SUBSYSTEM=virtio"));
        let udev = b"libudev\0\xfe\xed\xca\xfe\x28\0\0\0\x28\0\0\0SUBSYSTEM=tty";
        assert!(mentions(udev, "SUBSYSTEM=tty"));
        assert!(!mentions(b"", "SUBSYSTEM=tty"));
    }
}
