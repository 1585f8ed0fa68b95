//! A process as commands see it: running, or ended and not asked for yet.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::sync::Notify;

use super::capture::Capture;

/// A process.
#[derive(Debug)]
pub(crate) struct Record {
    pid: Pid,
    /// Until it has been waited for: as long the kernel gives its number to nobody else.
    child: Mutex<Option<Child>>,
    state: Mutex<State>,
    /// Told with every change of the state and of what is captured.
    changed: Condvar,
    pub(super) out: Option<Capture>,
    pub(super) err: Option<Capture>,
    /// Its standard input, where a host may write to it.
    stdin: Mutex<Option<Arc<OwnedFd>>>,
    /// Told when those who still hold its output have to do without the agent.
    pub(super) cut: Notify,
}

/// What has become of a process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Set when it has ended, and its output with it as far as that can be waited for.
    pub(crate) exit: Option<Exit>,
    /// It ran for too long, and was told to end.
    pub(crate) timed_out: bool,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// Somebody else has waited for it.
    Unknown,
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, Some(signal)) => Self::Signal(signal),
            (None, None) => Self::Unknown,
        }
    }
}

impl Record {
    pub(super) fn new(
        pid: Pid,
        child: Child,
        [out, err]: [Option<Capture>; 2],
        stdin: Option<OwnedFd>,
    ) -> Self {
        Self {
            pid,
            child: Mutex::new(Some(child)),
            state: Mutex::default(),
            changed: Condvar::new(),
            out,
            err,
            stdin: Mutex::new(stdin.map(Arc::new)),
            cut: Notify::new(),
        }
    }

    /// Its number, also after its end.
    pub(crate) fn pid(&self) -> i64 {
        i64::from(self.pid.as_raw())
    }

    /// What has become of it.
    pub(crate) fn state(&self) -> State {
        *lock(&self.state)
    }

    /// Its standard output, or both if they are merged, and its standard error.
    pub(crate) fn captures(&self) -> [Option<&Capture>; 2] {
        [self.out.as_ref(), self.err.as_ref()]
    }

    /// Waits until `enough`, but not for longer than this.
    pub(crate) fn wait(&self, time: Duration, enough: impl Fn(State) -> bool) {
        // One look or many, the caller looks again.
        let _ = self.changed.wait_timeout_while(lock(&self.state), time, |state| !enough(*state));
    }

    /// Wakes those who wait.
    pub(super) fn tell(&self) {
        // With the lock, so that nobody is between looking and waiting.
        drop(lock(&self.state));
        self.changed.notify_all();
    }

    /// How it ended, if it has; asks the kernel.
    pub(super) fn reap(&self) -> Option<Exit> {
        let mut child = lock(&self.child);
        let exit = match child.as_mut().map(Child::try_wait) {
            Some(Ok(None)) => return None,
            Some(Ok(Some(status))) => Exit::from(status),
            Some(Err(_)) | None => Exit::Unknown,
        };
        *child = None;
        Some(exit)
    }

    /// Sends a signal to the process and all of its group. False if it has ended.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(crate) fn kill(&self, signal: Signal) -> io::Result<bool> {
        let child = lock(&self.child);
        if child.is_none() {
            return Ok(false);
        }
        // Not waited for, so the number is still its own.
        killpg(self.pid, signal)?;
        Ok(true)
    }

    /// Its time is over.
    pub(super) fn timed_out(&self) {
        lock(&self.state).timed_out = true;
    }

    /// Tells of its end.
    pub(super) fn finish(&self, exit: Exit) {
        self.close_stdin();
        lock(&self.state).exit = Some(exit);
        self.changed.notify_all();
    }

    /// Its standard input, if it is open for a host.
    pub(crate) fn stdin(&self) -> Option<Arc<OwnedFd>> {
        lock(&self.stdin).clone()
    }

    /// Lets it read the end of its standard input.
    pub(crate) fn close_stdin(&self) {
        lock(&self.stdin).take();
    }

    /// True if what it wrote takes memory.
    pub(super) fn holds_output(&self) -> bool {
        self.captures().into_iter().flatten().any(|capture| capture.kept().file.is_some())
    }

    /// Nobody will ask for its output any more.
    pub(super) fn forget(&self) {
        for capture in self.captures().into_iter().flatten() {
            capture.forget();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
