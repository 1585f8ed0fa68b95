//! One process of a hook: started in a group of its own, its output read and bounded, ended
//! with all its group when its time is over.

use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use crate::cancel::Cancel;
use crate::outcome::RunResult;
use crate::output::Output;

/// Between SIGTERM and SIGKILL, and between SIGKILL and giving up on a process that the
/// kernel does not let die.
pub(crate) const GRACE: Duration = Duration::from_secs(2);
/// Bytes read of one pipe at a time.
const CHUNK: usize = 16 << 10;
/// Chunks that are still read of each pipe after the process has ended: more than a pipe
/// holds, and an end for a child of its that goes on writing.
const LAST_CHUNKS: usize = 8;
/// Bytes of a line that can be `ready`.
const LINE: usize = 64;

/// What a process does, or what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// It has ended.
    Dead,
    /// It has printed the line `ready`.
    Ready,
    /// The time is over.
    Time,
    /// Nobody wants it any more.
    Cancelled,
}

/// A running process. Dropped before its end, it is killed with its group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: Pid,
    /// Hangs up when the process is dead.
    death: PipeReader,
    reaped: bool,
    stdin: Option<ChildStdin>,
    pipes: [Option<PipeReader>; 2],
    /// The line of standard output that is not whole yet.
    line: Vec<u8>,
    ready: bool,
    output: Output,
}

impl Process {
    /// Starts a command. With `input` it has an input that stays open, else none.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(mut command: Command, input: bool, kept: usize) -> io::Result<Self> {
        let (out, out_writer) = io::pipe()?;
        let (err, err_writer) = io::pipe()?;
        command
            .process_group(0)
            .stdin(if input { Stdio::piped() } else { Stdio::null() })
            .stdout(out_writer)
            .stderr(err_writer);
        let mut child = command.spawn()?;
        // The command holds our copies of the writing ends.
        drop(command);
        let stdin = child.stdin.take();
        let pid = i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)?;
        let death = match watch(pid) {
            Ok(death) => death,
            Err(error) => {
                let _ = killpg(pid, Signal::SIGKILL);
                let _ = child.wait();
                return Err(error);
            }
        };
        let process = Self {
            child,
            pid,
            death,
            reaped: false,
            stdin,
            pipes: [Some(out), Some(err)],
            line: Vec::new(),
            ready: false,
            output: Output::new(kept),
        };
        for pipe in process.pipes.iter().flatten() {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(process)
    }

    /// Waits for its end, or for `ready` where that is wanted, reading what it prints.
    pub(crate) fn wait(
        &mut self,
        limit: Duration,
        want_ready: bool,
        cancel: Option<&Cancel>,
    ) -> io::Result<Event> {
        let end = Instant::now() + limit;
        loop {
            if want_ready && self.ready {
                return Ok(Event::Ready);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Event::Time);
            }
            let [dead, cancelled] = self.poll(left, cancel)?;
            self.read();
            if dead {
                (0..LAST_CHUNKS).for_each(|_| self.read());
                return Ok(Event::Dead);
            }
            if cancelled {
                return Ok(Event::Cancelled);
            }
        }
    }

    /// Whether it is dead, and whether it was cancelled.
    fn poll(&self, left: Duration, cancel: Option<&Cancel>) -> io::Result<[bool; 2]> {
        // Rounded up, so that the last millisecond is not spent polling.
        let left = left + Duration::from_micros(999);
        let cancel = cancel.map(Cancel::wake);
        let mut fds: Vec<BorrowedFd<'_>> = vec![self.death.as_fd()];
        fds.extend(cancel);
        fds.extend(self.pipes.iter().flatten().map(AsFd::as_fd));
        let mut fds: Vec<PollFd<'_>> =
            fds.into_iter().map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        match poll(&mut fds, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let woken = |index: usize| fds[index].any().unwrap_or(true);
        Ok([woken(0), cancel.is_some() && woken(1)])
    }

    /// Reads a chunk of each pipe.
    fn read(&mut self) {
        let mut chunk = [0; CHUNK];
        for which in 0..self.pipes.len() {
            let Some(pipe) = &mut self.pipes[which] else { continue };
            match pipe.read(&mut chunk) {
                Ok(0) => self.pipes[which] = None,
                Ok(count) => {
                    self.output.push(&chunk[..count]);
                    if which == 0 {
                        self.look_for_ready(&chunk[..count]);
                    }
                }
                Err(error) if transient(&error) => {}
                Err(_) => self.pipes[which] = None,
            }
        }
    }

    fn look_for_ready(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.ready |= self.line.trim_ascii() == b"ready";
                self.line.clear();
            } else if self.line.len() < LINE {
                self.line.push(byte);
            }
        }
    }

    /// Tells it something, if it listens, and closes its input.
    pub(crate) fn tell_and_close(&mut self, word: &str) {
        if let Some(mut stdin) = self.stdin.take() {
            // One that is gone hears nothing; its end tells that.
            let _ = stdin.write_all(word.as_bytes());
        }
    }

    /// True once it is dead.
    pub(crate) fn is_dead(&self) -> bool {
        let mut fds = [PollFd::new(self.death.as_fd(), PollFlags::POLLIN)];
        matches!(poll(&mut fds, PollTimeout::ZERO), Ok(count) if count > 0)
    }

    /// How it ended, after [`Event::Dead`].
    pub(crate) fn result(&mut self) -> RunResult {
        let status = self.reap();
        // Whatever of its group outlived it may run on; it is no part of the hook.
        match status {
            Ok(status) => match (status.code(), status.signal()) {
                (Some(0), _) => RunResult::Ok,
                (Some(code), _) => RunResult::Exit(code),
                (None, signal) => RunResult::Signal(signal.unwrap_or(0)),
            },
            Err(error) => RunResult::NotStarted(error.to_string()),
        }
    }

    /// Ends it with all its group.
    pub(crate) fn end(&mut self) {
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            let _ = killpg(self.pid, signal);
            if matches!(self.wait(GRACE, false, None), Ok(Event::Dead)) {
                let _ = killpg(self.pid, Signal::SIGKILL);
                let _ = self.reap();
                return;
            }
        }
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.reaped = true;
        Ok(status)
    }

    /// What it has printed.
    pub(crate) fn output(&self) -> String {
        self.output.text()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.reaped {
            self.stdin = None;
            let _ = killpg(self.pid, Signal::SIGKILL);
            // One that the kernel does not let die is left to whoever is process 1.
            if matches!(self.wait(GRACE, false, None), Ok(Event::Dead)) {
                let _ = self.reap();
            }
        }
    }
}

fn transient(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// A pipe that hangs up when a child is dead, which is not reaped by that: a thread waits
/// for it, since a pipe of the child's own can be kept open by what it leaves behind.
fn watch(pid: Pid) -> io::Result<PipeReader> {
    const STACK: usize = 64 << 10;
    let (reader, writer) = io::pipe()?;
    thread::Builder::new().name("hook".to_owned()).stack_size(STACK).spawn(move || {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        while waitid(Id::Pid(pid), flags) == Err(Errno::EINTR) {}
        drop(writer);
    })?;
    Ok(reader)
}
