//! Asking the BMC through the kernel (linux/ipmi.h, Documentation/driver-api/ipmi.rst).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::raw::{c_int, c_long, c_short, c_uchar, c_uint, c_ushort};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// How long one answer may take. The kernel itself tries for about 5 seconds.
const LIMIT: Duration = Duration::from_secs(5);
/// How long all answers together may take, of a BMC that is slow every time.
const TOTAL: Duration = Duration::from_secs(20);

/// `IPMI_MAX_MSG_LENGTH`.
const LONGEST: usize = 272;

/// `IPMI_SYSTEM_INTERFACE_ADDR_TYPE` and `IPMI_BMC_CHANNEL`: the BMC of this machine.
const SYSTEM_INTERFACE: c_int = 0x0C;
const BMC_CHANNEL: c_short = 0x0F;
/// `IPMI_RESPONSE_RECV_TYPE`; others are events and commands, which are not for us.
const RESPONSE: c_int = 1;

/// "Transport" and its command "Get LAN Configuration Parameters" (IPMI 2.0, appendix G).
const TRANSPORT: c_uchar = 0x0C;
const GET_LAN: c_uchar = 0x02;

/// `struct ipmi_system_interface_addr`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    kind: c_int,
    channel: c_short,
    lun: c_uchar,
}

/// `struct ipmi_msg`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Message {
    netfn: c_uchar,
    command: c_uchar,
    length: c_ushort,
    data: *mut c_uchar,
}

/// `struct ipmi_req`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Request {
    address: *mut Address,
    address_length: c_uint,
    id: c_long,
    message: Message,
}

/// `struct ipmi_recv`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Received {
    kind: c_int,
    address: *mut Address,
    address_length: c_uint,
    id: c_long,
    message: Message,
}

mod call {
    // Numbers of linux/ipmi.h; the first is _IOR though the kernel only reads.
    nix::ioctl_read!(send_command, b'i', 13, super::Request);
    nix::ioctl_readwrite!(receive_truncated, b'i', 11, super::Received);
}

/// An open device.
#[derive(Debug)]
pub(crate) struct Device {
    file: File,
    last: c_long,
    end: Instant,
}

impl Device {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Self { file, last: 0, end: Instant::now() + TOTAL })
    }

    /// Asks for a parameter of a LAN; the answer begins with its completion code.
    pub(crate) fn get_lan(&mut self, data: [u8; 4]) -> io::Result<Vec<u8>> {
        self.last += 1;
        self.send(data)?;
        let end = self.end.min(Instant::now() + LIMIT);
        loop {
            self.wait(end)?;
            match self.receive()? {
                Some((id, answer)) if id == self.last => return Ok(answer),
                // A late answer, or somebody else's business.
                _ => {}
            }
        }
    }

    fn send(&self, mut data: [u8; 4]) -> io::Result<()> {
        let mut address = Address { kind: SYSTEM_INTERFACE, channel: BMC_CHANNEL, lun: 0 };
        let mut request = Request {
            address: &raw mut address,
            address_length: length_of_address(),
            id: self.last,
            message: Message {
                netfn: TRANSPORT,
                command: GET_LAN,
                length: 4,
                data: data.as_mut_ptr(),
            },
        };
        // SAFETY: the descriptor is open. The kernel reads one `struct ipmi_req`, which
        // `Request` has the layout of, and through it an address and four bytes of data,
        // both of which live until the call returns.
        unsafe { call::send_command(self.file.as_raw_fd(), &raw mut request) }?;
        Ok(())
    }

    fn wait(&self, end: Instant) -> io::Result<()> {
        loop {
            let left = end.saturating_duration_since(Instant::now());
            // Also where the device is ready all the time, and never with our answer.
            if left.is_zero() {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the BMC does not answer"));
            }
            let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            match poll(&mut [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)], left) {
                Ok(0) => {}
                Ok(_) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The next message that waits, if it is an answer.
    fn receive(&self) -> io::Result<Option<(c_long, Vec<u8>)>> {
        let mut address = Address { kind: 0, channel: 0, lun: 0 };
        let mut data = [0; LONGEST];
        let mut received = Received {
            kind: 0,
            address: &raw mut address,
            address_length: length_of_address(),
            id: 0,
            message: Message {
                netfn: 0,
                command: 0,
                length: c_ushort::try_from(LONGEST).unwrap_or(0),
                data: data.as_mut_ptr(),
            },
        };
        // SAFETY: the descriptor is open. The kernel writes one `struct ipmi_recv`, which
        // `Received` has the layout of, and through it at most `address_length` bytes of
        // address and `length` bytes of data, which both have room for; what is longer it
        // cuts off.
        match unsafe { call::receive_truncated(self.file.as_raw_fd(), &raw mut received) } {
            // EMSGSIZE: cut off, which the parser finds out.
            Ok(_) | Err(Errno::EMSGSIZE) => {}
            Err(Errno::EAGAIN) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        }
        let size = usize::from(received.message.length).min(LONGEST);
        let answer = data.get(..size).unwrap_or_default().to_vec();
        Ok((received.kind == RESPONSE).then_some((received.id, answer)))
    }
}

fn length_of_address() -> c_uint {
    c_uint::try_from(size_of::<Address>()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_gets_its_own_layout() {
        assert_eq!(size_of::<Address>(), 8);
        assert_eq!(size_of::<Message>(), 16);
        assert_eq!(size_of::<Request>(), 40);
        assert_eq!(size_of::<Received>(), 48);
        // No BMC, but a descriptor all the same.
        let mut null = Device::open(Path::new("/dev/null")).unwrap();
        let refused = null.get_lan([1, 3, 0, 0]).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(nix::libc::ENOTTY));
    }
}
