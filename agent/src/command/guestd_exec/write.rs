//! `guestd-exec-write`.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd;
use protocol::guestd::exec::{ExecWrite, ExecWriteArguments};
use protocol::{Error, base64};

use super::{WAIT_MAX, within};
use crate::agent::Agent;
use crate::errno;

/// Milliseconds to wait unless the host says otherwise.
const WAIT: i64 = 1000;
/// Bytes that are decoded at a time.
const CHUNK: usize = 64 << 10;

pub(super) fn write(agent: &Agent, arguments: ExecWriteArguments<'_>) -> Result<ExecWrite, Error> {
    let record = agent.processes.find(arguments.pid)?;
    let mut data = base64::Decoder::new(&arguments.buf_b64)?;
    let wait = within("wait-ms", arguments.wait_ms, WAIT, WAIT_MAX)?;
    let closed = || Error::generic(format!("the input of process {} is closed", record.pid()));
    let pipe = record.stdin().ok_or_else(closed)?;
    let end = Instant::now() + Duration::from_millis(wait);
    let mut count = 0;
    let mut buffer = vec![0; data.len().min(CHUNK) + 2];
    while !data.is_empty() {
        let decoded = data.decode(&mut buffer);
        let written = write_until(&pipe, &buffer[..decoded], end).map_err(|error| match error {
            Errno::EPIPE => closed(),
            error => Error::generic(format!("failed to write: {}", errno::text(&error.into()))),
        })?;
        count += i64::try_from(written).unwrap_or_default();
        if written < decoded {
            return Ok(ExecWrite { count });
        }
    }
    if arguments.close == Some(true) {
        record.close_stdin();
    }
    Ok(ExecWrite { count })
}

/// Writes as much as goes in time.
fn write_until(pipe: &Arc<OwnedFd>, bytes: &[u8], end: Instant) -> Result<usize, Errno> {
    let mut written = 0;
    while written < bytes.len() {
        match unistd::write(pipe, &bytes[written..]) {
            Ok(count) => written += count,
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => {
                let left = end.saturating_duration_since(Instant::now()).as_millis();
                let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
                let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLOUT)];
                match poll(&mut fds, left) {
                    Ok(0) => break,
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(error) => return Err(error),
                }
            }
            // Said in the next call, if there was something to say in this one.
            Err(_) if written > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}
