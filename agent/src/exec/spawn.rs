//! Starting a process with its pipes.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::Pid;
use protocol::qga::exec::CaptureMode;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::descriptors;
use crate::sys::exec::{Image, User, run_image};
use crate::sys::watch;

/// Which streams of a process go through the agent; the others are /dev/null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Streams {
    pub(crate) input: bool,
    pub(crate) out: bool,
    pub(crate) err: bool,
    /// Standard error goes where standard output goes.
    pub(crate) merged: bool,
}

impl Streams {
    /// No input, and this of the output.
    pub(crate) fn output(mode: CaptureMode) -> Self {
        let (out, err) = match mode {
            CaptureMode::None => (false, false),
            CaptureMode::Stdout | CaptureMode::Merged => (true, false),
            CaptureMode::Stderr => (false, true),
            CaptureMode::Separated => (true, true),
        };
        Self { input: false, out, err, merged: mode == CaptureMode::Merged }
    }
}

/// A process that has started, and our ends of its pipes, nonblocking.
pub(super) struct Started {
    pub(super) child: Child,
    pub(super) pid: Pid,
    pub(super) input: Option<Input>,
    pub(super) out: Option<AsyncFd<OwnedFd>>,
    pub(super) err: Option<AsyncFd<OwnedFd>>,
}

/// The way to the standard input of a process.
pub(super) enum Input {
    /// The agent has all that goes through it.
    Fed(AsyncFd<OwnedFd>),
    /// A host writes, when it wants to.
    Open(OwnedFd),
}

/// Starts a program; `fed` says who writes its input, if that is a stream.
///
/// # Errors
/// The kernel's, also of execve(2). Nothing has been started then.
pub(super) fn spawn(
    image: Image,
    streams: Streams,
    fed: bool,
    directory: Option<&Path>,
    user: Option<User>,
) -> io::Result<Started> {
    // The name only; what runs is the image.
    let mut command = Command::new("");
    run_image(&mut command, image, descriptors::of_children(), user);
    if let Some(directory) = directory {
        command.current_dir(directory);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut input = None;
    if streams.input {
        let (theirs, ours) = io::pipe()?;
        command.stdin(theirs);
        let ours = nonblocking(ours.into())?;
        input = Some(if fed {
            Input::Fed(watch(ours, Interest::WRITABLE)?)
        } else {
            Input::Open(ours)
        });
    }
    let mut out = None;
    if streams.out {
        let (ours, theirs) = io::pipe()?;
        if streams.merged {
            command.stderr(theirs.try_clone()?);
        }
        command.stdout(theirs);
        out = Some(watch(nonblocking(ours.into())?, Interest::READABLE)?);
    }
    let mut err = None;
    if streams.err {
        let (ours, theirs) = io::pipe()?;
        command.stderr(theirs);
        err = Some(watch(nonblocking(ours.into())?, Interest::READABLE)?);
    }
    // When this returns, the command is dropped, and their ends of the pipes with it.
    let child = command.spawn()?;
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    Ok(Started { child, pid, input, out, err })
}

fn nonblocking(end: OwnedFd) -> io::Result<OwnedFd> {
    fcntl(&end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok(end)
}
