//! From the start of a process to the end of all that holds its output: one task of the
//! loop, which sleeps until the kernel has news.

use std::fs::File;
use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::unix::AsyncFd;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until, timeout};

use super::Processes;
use super::budget::Budget;
use super::capture::Capture;
use super::record::{Exit, Record};

/// How long after the end of a process its output is waited for. Only a descendant that
/// still holds a pipe takes that long; qemu-ga waits for it for ever.
const GRACE: Duration = Duration::from_millis(100);
/// Between asking a process to end, and making it.
const KILL_AFTER: Duration = Duration::from_secs(5);

/// Our ends of the pipes to a process.
pub(super) struct Pipes {
    /// What it is to read, and the pipe to it.
    pub(super) input: Option<(AsyncFd<OwnedFd>, InputData)>,
    pub(super) out: Option<AsyncFd<OwnedFd>>,
    pub(super) err: Option<AsyncFd<OwnedFd>>,
}

/// Bytes in memory that a process is to read. They count until all are read.
pub(super) struct InputData {
    pub(super) file: File,
    pub(super) len: usize,
    pub(super) budget: Arc<Budget>,
}

impl Drop for InputData {
    fn drop(&mut self) {
        self.budget.give(self.len);
    }
}

/// Watches a process. `ended` comes whenever some child of the agent may have ended.
pub(super) async fn watch(
    processes: Arc<Processes>,
    record: Arc<Record>,
    pipes: Pipes,
    mut ended: tokio::signal::unix::Signal,
    deadline: Option<Instant>,
    running: OwnedSemaphorePermit,
) {
    let mut output = pin!(both(
        pump(pipes.out, record.out.as_ref(), &record, &processes),
        pump(pipes.err, record.err.as_ref(), &record, &processes),
    ));
    let mut streaming = true;
    let exit = {
        let mut feed = pin!(feed(pipes.input));
        let mut feeding = true;
        let mut due = deadline.map(|at| (at, Signal::SIGTERM));
        loop {
            if let Some(exit) = record.reap() {
                break exit;
            }
            tokio::select! {
                _ = ended.recv() => {}
                () = &mut output, if streaming => streaming = false,
                () = &mut feed, if feeding => feeding = false,
                signal = sleep_for(due), if due.is_some() => {
                    record.timed_out();
                    let _ = record.kill(signal);
                    let last = signal == Signal::SIGKILL;
                    due = (!last).then(|| (Instant::now() + KILL_AFTER, Signal::SIGKILL));
                }
            }
        }
    };
    drop((ended, running));
    if streaming {
        streaming = timeout(GRACE, &mut output).await.is_err();
    }
    finish(&processes, &record, exit);
    if streaming {
        // A daemon that has kept its standard output: it would be killed by SIGPIPE, were
        // nobody to read on.
        let linger = processes.linger(&record);
        tokio::select! {
            () = &mut output => {}
            () = record.cut.notified() => {}
        }
        drop(linger);
    }
}

fn finish(processes: &Processes, record: &Arc<Record>, exit: Exit) {
    record.finish(exit);
    processes.finished(record);
}

async fn sleep_for(due: Option<(Instant, Signal)>) -> Signal {
    let (at, signal) = due.unwrap_or((Instant::now(), Signal::SIGTERM));
    sleep_until(at).await;
    signal
}

async fn both(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::join!(one, other);
}

/// Takes in what comes through a pipe, until its end.
async fn pump(
    pipe: Option<AsyncFd<OwnedFd>>,
    capture: Option<&Capture>,
    record: &Record,
    processes: &Processes,
) {
    let (Some(pipe), Some(capture)) = (pipe, capture) else { return };
    loop {
        capture.has_room().await;
        let Ok(mut ready) = pipe.readable().await else { break };
        match ready.try_io(|pipe| capture.take(pipe, || processes.make_room())) {
            Err(_would_block) => {}
            Ok(Ok(0)) => break,
            Ok(Ok(_)) => record.tell(),
            Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(Err(_)) => break,
        }
        // A process that writes without end does not keep the loop from the others.
        tokio::task::coop::consume_budget().await;
    }
    capture.end();
    record.tell();
}

/// Gives a process what it is to read, at its own pace.
async fn feed(input: Option<(AsyncFd<OwnedFd>, InputData)>) {
    const CHUNK: usize = 64 << 10;
    let Some((pipe, data)) = input else { return };
    let mut at = 0;
    loop {
        let Ok(mut ready) = pipe.writable().await else { return };
        let written = ready.try_io(|pipe| {
            let mut chunk = [0; CHUNK];
            let read = data.file.read_at(&mut chunk, at)?;
            if read == 0 {
                return Ok(0);
            }
            Ok(nix::unistd::write(pipe, &chunk[..read])?)
        });
        match written {
            Err(_would_block) => {}
            Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            // All is written, or nobody reads any more.
            Ok(Ok(0) | Err(_)) => return,
            Ok(Ok(count)) => at += u64::try_from(count).unwrap_or_default(),
        }
    }
}
