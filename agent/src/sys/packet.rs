//! Packets with descriptors over a Unix socket (unix(7), `SCM_RIGHTS`).

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};

/// Two ends of a socket that keeps the bounds of packets; closed on exec.
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SockFlag::SOCK_CLOEXEC;
    Ok(socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags)?)
}

/// Sends one packet, with copies of descriptors.
pub(crate) fn send(
    socket: &impl AsFd,
    bytes: &[u8],
    descriptors: &[BorrowedFd<'_>],
    flags: MsgFlags,
) -> io::Result<()> {
    let raw: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    let control = if raw.is_empty() { &[][..] } else { &rights };
    let socket = socket.as_fd().as_raw_fd();
    loop {
        let sent = sendmsg::<()>(
            socket,
            &[IoSlice::new(bytes)],
            control,
            flags | MsgFlags::MSG_NOSIGNAL,
            None,
        );
        match sent {
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
            Ok(_) => return Ok(()),
        }
    }
}

/// Receives one packet of at most `buffer` bytes, and the descriptors that came with it,
/// 253 at most. A length of 0 says that the other end is closed.
pub(crate) fn receive(socket: &impl AsFd, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control = nix::cmsg_space!([RawFd; 253]);
    let socket = socket.as_fd().as_raw_fd();
    loop {
        let mut space = [IoSliceMut::new(buffer)];
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        match recvmsg::<()>(socket, &mut space, Some(&mut control), flags) {
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
            Ok(message) => {
                let mut descriptors = Vec::new();
                for part in message.cmsgs()? {
                    if let ControlMessageOwned::ScmRights(raw) = part {
                        // SAFETY: the kernel has just made these descriptors for us, and
                        // this is the only place that looks at them.
                        let own = raw.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
                        descriptors.extend(own);
                    }
                }
                return Ok((message.bytes, descriptors));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use super::*;

    #[test]
    fn a_packet_brings_its_descriptors_and_an_end_is_seen() {
        let (a, b) = pair().unwrap();
        let file = File::open("/proc/self/comm").unwrap();
        send(&a, b"two", &[file.as_fd(), file.as_fd()], MsgFlags::empty()).unwrap();
        send(&a, b"none", &[], MsgFlags::empty()).unwrap();
        let mut buffer = [0; 8];
        let (length, descriptors) = receive(&b, &mut buffer).unwrap();
        assert_eq!((&buffer[..length], descriptors.len()), (&b"two"[..], 2));
        let mut text = String::new();
        let first = descriptors.into_iter().next().unwrap();
        File::from(first).read_to_string(&mut text).unwrap();
        assert!(!text.is_empty());
        let (length, descriptors) = receive(&b, &mut buffer).unwrap();
        assert_eq!((&buffer[..length], descriptors.len()), (&b"none"[..], 0));
        drop(a);
        assert_eq!(receive(&b, &mut buffer).unwrap().0, 0);
        assert!(send(&b, b"x", &[], MsgFlags::empty()).is_err());
    }
}
