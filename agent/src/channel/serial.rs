//! A serial line. Nobody can tell when a host comes or goes: it is one endless stream.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::sys::termios::{
    BaudRate, ControlFlags, FlushArg, SetArg, SpecialCharacterIndices, cfmakeraw, cfsetspeed,
    tcflush, tcgetattr, tcsetattr,
};
use nix::unistd::{read, write};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::error::OpenError;
use crate::sys;

/// An open line.
#[derive(Debug)]
pub(super) struct Serial {
    fd: AsyncFd<OwnedFd>,
    /// The kernel has hung the line up; what is open stays dead (`hung_up_tty_read` in
    /// drivers/tty/tty_io.c), only another open helps.
    hung_up: AtomicBool,
}

impl Serial {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let fd = open(path, flags, Mode::empty())
            .and_then(|fd| make_raw(&fd).map(|()| fd))
            .map_err(|errno| match errno {
                // A UART that the machine does not have.
                Errno::EIO => OpenError::Missing { path: path.to_owned() },
                errno => OpenError::of_device(path, errno),
            })?;
        let fd = sys::watch(fd, Interest::READABLE | Interest::WRITABLE)
            .map_err(|error| OpenError::io(format!("cannot watch {}", path.display()), error))?;
        Ok(Self { fd, hung_up: AtomicBool::new(false) })
    }

    pub(super) fn is_hung_up(&self) -> bool {
        self.hung_up.load(Ordering::Relaxed)
    }

    /// Reads what has come; 0 when the line has been hung up.
    pub(super) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.fd.readable().await?;
            match ready.try_io(|fd| Ok(read(fd.get_ref(), buffer)?)) {
                Err(_would_block) => {}
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Ok(0)) => return Ok(self.hang_up()),
                Ok(Err(error)) if is_gone(&error) => return Ok(self.hang_up()),
                Ok(result) => return result,
            }
        }
    }

    /// Writes all of it, or fails with `BrokenPipe` once the line has been hung up.
    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = self.fd.writable().await?;
            match ready.try_io(|fd| Ok(write(fd.get_ref(), bytes)?)) {
                Err(_would_block) => {}
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) if is_gone(&error) => {
                    self.hang_up();
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Ok(result) => bytes = bytes.get(result?..).unwrap_or_default(),
            }
        }
        Ok(())
    }

    fn hang_up(&self) -> usize {
        self.hung_up.store(true, Ordering::Relaxed);
        0
    }
}

fn is_gone(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(errno, Some(Errno::EIO | Errno::ENXIO | Errno::ENODEV))
}

/// Bytes as they are, both ways: no echo, no line editing, no signals, no flow control and
/// no look at the modem's lines. What came before nobody waits for an answer to.
fn make_raw(fd: &OwnedFd) -> nix::Result<()> {
    let mut termios = tcgetattr(fd)?;
    cfmakeraw(&mut termios);
    termios.control_flags.remove(ControlFlags::CRTSCTS | ControlFlags::HUPCL);
    termios.control_flags.insert(ControlFlags::CLOCAL | ControlFlags::CREAD);
    termios.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
    termios.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
    cfsetspeed(&mut termios, BaudRate::B38400)?;
    tcsetattr(fd, SetArg::TCSANOW, &termios)?;
    tcflush(fd, FlushArg::TCIFLUSH)
}
