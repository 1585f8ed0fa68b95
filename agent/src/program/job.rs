//! One running process: its pipes are served until it is dead or its time is over.

use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStdin, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

/// Between SIGTERM and SIGKILL, and between SIGKILL and giving up on a process that the
/// kernel does not let die.
const GRACE: Duration = Duration::from_secs(2);
/// Bytes read of one pipe at a time.
const CHUNK: usize = 16 << 10;
/// Chunks that are still read of each pipe after the process has ended: more than a pipe
/// holds, and an end for a child of its that goes on writing.
const LAST_CHUNKS: usize = 80;

/// How it went.
pub(super) enum Ended {
    /// It ended.
    ByItself { status: ExitStatus, stdout: Vec<u8>, stderr: Vec<u8> },
    /// It was ended, because its time was over.
    ByUs { stderr: Vec<u8> },
}

/// A running process. Dropped before its end, it is killed with its group.
pub(super) struct Job<'a> {
    child: Child,
    pid: Pid,
    /// Hangs up when the process is dead.
    death: PipeReader,
    reaped: bool,
    stdin: Option<ChildStdin>,
    input: &'a [u8],
    stdout: Capture,
    stderr: Capture,
}

impl<'a> Job<'a> {
    /// Takes over a process that leads its own group.
    pub(super) fn new(mut child: Child, input: &'a [u8], kept: usize) -> io::Result<Self> {
        let pid = i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)?;
        let death = match watch(pid) {
            Ok(death) => death,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(error);
            }
        };
        let stdout = Capture::new(child.stdout.take(), kept);
        let stderr = Capture::new(child.stderr.take(), kept);
        let stdin = child.stdin.take();
        let job = Self { child, pid, death, reaped: false, stdin, input, stdout, stderr };
        // Only our ends: the process has its pipes in the usual blocking way.
        for pipe in [
            job.stdin.as_ref().map(AsFd::as_fd),
            job.stdout.pipe.as_ref().map(|pipe| pipe.as_fd()),
            job.stderr.pipe.as_ref().map(|pipe| pipe.as_fd()),
        ]
        .into_iter()
        .flatten()
        {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(job)
    }

    /// Serves it until it is dead.
    pub(super) fn wait(mut self, limit: Duration) -> io::Result<Ended> {
        if self.serve(limit)? {
            self.stdout.drain();
            self.stderr.drain();
            let status = self.reap()?;
            let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
            return Ok(Ended::ByItself { status, stdout, stderr });
        }
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            let _ = killpg(self.pid, signal);
            if self.serve(GRACE)? {
                // Whatever of its group outlived it.
                let _ = killpg(self.pid, Signal::SIGKILL);
                self.reap()?;
                break;
            }
        }
        self.stderr.drain();
        Ok(Ended::ByUs { stderr: self.stderr.take() })
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.reaped = true;
        Ok(status)
    }

    /// Serves its pipes; true once it is dead, false when the time is over.
    fn serve(&mut self, limit: Duration) -> io::Result<bool> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            // Rounded up, so that the last millisecond is not spent polling.
            let left = left + Duration::from_micros(999);
            let ready = self.poll(PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX))?;
            if ready.stdin {
                self.feed();
            }
            if ready.stdout {
                self.stdout.read();
            }
            if ready.stderr {
                self.stderr.read();
            }
            if ready.death {
                return Ok(true);
            }
        }
    }

    fn poll(&self, timeout: PollTimeout) -> io::Result<Ready> {
        let mut fds = vec![PollFd::new(self.death.as_fd(), PollFlags::POLLIN)];
        if let Some(stdin) = &self.stdin {
            fds.push(PollFd::new(stdin.as_fd(), PollFlags::POLLOUT));
        }
        for capture in [&self.stdout, &self.stderr] {
            if let Some(pipe) = &capture.pipe {
                fds.push(PollFd::new(pipe.as_fd(), PollFlags::POLLIN));
            }
        }
        match poll(&mut fds, timeout) {
            Ok(_) => {}
            Err(Errno::EINTR) => return Ok(Ready::default()),
            Err(error) => return Err(error.into()),
        }
        let mut ready = fds.iter().map(|fd| fd.any().unwrap_or(true));
        let mut next = |there: bool| there && ready.next().unwrap_or(false);
        Ok(Ready {
            death: next(true),
            stdin: next(self.stdin.is_some()),
            stdout: next(self.stdout.pipe.is_some()),
            stderr: next(self.stderr.pipe.is_some()),
        })
    }

    /// Writes what the pipe takes. A process that does not want to read may say so.
    fn feed(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        match stdin.write(self.input) {
            Ok(written) => self.input = self.input.get(written..).unwrap_or_default(),
            Err(error) if transient(&error) => {}
            Err(_) => self.input = &[],
        }
        if self.input.is_empty() {
            self.stdin = None;
        }
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        if self.reaped {
            return;
        }
        // Not reaped, so the number of the group is still its own.
        let _ = killpg(self.pid, Signal::SIGKILL);
        let pid = self.pid;
        // It may take the kernel as long as it likes. Without a thread it stays a zombie.
        let reaper = thread::Builder::new().stack_size(64 << 10);
        let _ = reaper.spawn(move || nix::sys::wait::waitpid(pid, None));
    }
}

#[derive(Default)]
struct Ready {
    death: bool,
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

/// A pipe that hangs up when the process is dead. It is not reaped by that, so nobody else
/// gets its number. A pidfd would do the same, from Linux 5.3 on.
fn watch(pid: Pid) -> io::Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    let waiter = thread::Builder::new().stack_size(64 << 10);
    waiter.spawn(move || {
        while waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) == Err(Errno::EINTR)
        {
        }
        drop(writer);
    })?;
    Ok(reader)
}

/// The beginning of what comes out of a pipe; the rest is read and dropped.
struct Capture {
    pipe: Option<Box<dyn Pipe>>,
    bytes: Vec<u8>,
    kept: usize,
}

trait Pipe: Read + AsFd {}
impl<T: Read + AsFd> Pipe for T {}

impl Capture {
    fn new<P: Pipe + 'static>(pipe: Option<P>, kept: usize) -> Self {
        let pipe = pipe.map(|pipe| Box::new(pipe) as Box<dyn Pipe>);
        Self { pipe, bytes: Vec::new(), kept }
    }

    /// Reads once; false where nothing is to be had now.
    fn read(&mut self) -> bool {
        let Some(pipe) = &mut self.pipe else { return false };
        let mut chunk = [0; CHUNK];
        match pipe.read(&mut chunk) {
            Ok(read) if read > 0 => {
                let room = self.kept.saturating_sub(self.bytes.len());
                self.bytes.extend_from_slice(&chunk[..read.min(room)]);
                true
            }
            Err(error) if transient(&error) => false,
            Ok(_) | Err(_) => {
                self.pipe = None;
                false
            }
        }
    }

    /// Reads what is in the pipe now.
    fn drain(&mut self) {
        for _ in 0..LAST_CHUNKS {
            if !self.read() {
                break;
            }
        }
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

fn transient(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
