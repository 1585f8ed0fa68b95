//! Processes that hosts have started: one table for all channels.

mod budget;
pub(crate) mod capture;
mod memory;
pub(crate) mod program;
pub(crate) mod record;
pub(crate) mod spawn;
pub(crate) mod status;
mod watch;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::{Error, base64};
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::config::settings::{Limits, Timeouts};
use crate::errno;
use crate::sys::exec::{Image, User};
use budget::Budget;
use capture::{Capture, Keep};
use record::Record;
use spawn::{Started, Streams};
use watch::{InputData, Pipes};

/// Bytes of input that are decoded at a time.
const CHUNK: usize = 64 << 10;

/// The processes.
#[derive(Debug)]
pub(crate) struct Processes {
    table: Mutex<Table>,
    /// One permit for each process that may run.
    running: Arc<Semaphore>,
    budget: Arc<Budget>,
    limit: usize,
    kept: usize,
    captured: usize,
    timeout: Option<Duration>,
}

#[derive(Debug, Default)]
struct Table {
    records: HashMap<i64, Arc<Record>>,
    /// Those that have ended, the oldest first.
    finished: VecDeque<Arc<Record>>,
    /// Those whose output somebody else holds after their end, the oldest first.
    lingering: VecDeque<Arc<Record>>,
}

/// What to start.
pub(crate) struct Start<'a> {
    /// Its name in an error.
    pub(crate) name: &'a str,
    pub(crate) image: Image,
    pub(crate) streams: Streams,
    /// Its standard input in base64; without it, but with a stream, a host writes it.
    pub(crate) input: Option<base64::Decoder<'a>>,
    /// Output is kept until a host has read it, instead of the first bytes of it.
    pub(crate) streamed: bool,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) user: Option<User>,
    /// How long it may run; the configured time if that is not said.
    pub(crate) timeout: Option<Duration>,
}

impl Processes {
    pub(crate) fn new(limits: &Limits, timeouts: &Timeouts) -> Self {
        let limit = limits.processes.min(Semaphore::MAX_PERMITS);
        Self {
            table: Mutex::default(),
            running: Arc::new(Semaphore::new(limit)),
            budget: Arc::new(Budget::new(limits.captured_total_bytes)),
            limit,
            kept: limits.kept_processes,
            captured: limits.captured_bytes,
            timeout: timeouts.exec,
        }
    }

    /// Starts a process and says its number. To be called on a thread of the runtime.
    ///
    /// # Errors
    /// Too many run, there is no memory for the input, or the program cannot be run.
    pub(crate) fn start(self: &Arc<Self>, start: Start<'_>) -> Result<i64, Error> {
        let running = Arc::clone(&self.running).try_acquire_owned().map_err(|_| {
            let limit = self.limit;
            Error::generic(format!(
                "{limit} processes are running, which is the limit; wait for one to end"
            ))
        })?;
        let name = start.name;
        let failed = |error: io::Error| {
            let error = errno::text(&error);
            Error::generic(format!("Failed to execute child process “{name}” ({error})"))
        };
        let data = start.input.map(|input| self.keep_input(input)).transpose()?;
        // Before the process starts, so that no end is missed.
        let ended = signal(SignalKind::child()).map_err(failed)?;
        let started = spawn::spawn(
            start.image,
            start.streams,
            data.is_some(),
            start.directory.as_deref(),
            start.user,
        );
        let Started { child, pid, input, out, err } = started.map_err(failed)?;
        let keep = if start.streamed { Keep::Window } else { Keep::First(self.captured) };
        let capture = |there: bool| there.then(|| Capture::new(keep, Arc::clone(&self.budget)));
        let captures = [capture(out.is_some()), capture(err.is_some())];
        let (feed, stdin) = match input {
            Some(spawn::Input::Fed(pipe)) => (Some(pipe).zip(data), None),
            Some(spawn::Input::Open(pipe)) => (None, Some(pipe)),
            None => (None, None),
        };
        let pipes = Pipes { input: feed, out, err };
        let record = Arc::new(Record::new(pid, child, captures, stdin));
        let before = self.table().records.insert(record.pid(), Arc::clone(&record));
        if let Some(before) = before {
            // It has ended, and its number was free to be used again.
            self.forget(&before);
        }
        let deadline = start.timeout.or(self.timeout).map(|time| Instant::now() + time);
        let (processes, number) = (Arc::clone(self), record.pid());
        Handle::current().spawn(watch::watch(processes, record, pipes, ended, deadline, running));
        Ok(number)
    }

    /// A process by its number.
    ///
    /// # Errors
    /// None has it, or it has been forgotten.
    pub(crate) fn find(&self, pid: i64) -> Result<Arc<Record>, Error> {
        let table = self.table();
        let record = table.records.get(&pid);
        record.map(Arc::clone).ok_or_else(|| Error::generic(format!("PID {pid} does not exist")))
    }

    /// Forgets a process that has ended. If somebody else holds its output, that is read
    /// on, and dropped.
    pub(crate) fn forget(&self, record: &Arc<Record>) {
        let mut table = self.table();
        table.finished.retain(|other| !Arc::ptr_eq(other, record));
        table.remove(record);
        drop(table);
        record.forget();
    }

    /// A process has ended.
    fn finished(&self, record: &Arc<Record>) {
        let mut table = self.table();
        if !table.has(record) {
            // Its number has been given to another one since.
            drop(table);
            record.forget();
            return;
        }
        table.finished.push_back(Arc::clone(record));
        let oldest =
            if table.finished.len() > self.kept { table.finished.front().cloned() } else { None };
        drop(table);
        if let Some(oldest) = oldest {
            tracing::debug!("process {} is forgotten: nobody has asked for it", oldest.pid());
            self.forget(&oldest);
        }
    }

    /// Forgets the oldest process whose output nobody has asked for. False if there is none.
    fn make_room(&self) -> bool {
        let finished = self.table().finished.iter().find(|record| record.holds_output()).cloned();
        let Some(oldest) = finished else { return false };
        tracing::debug!("process {} is forgotten: its memory is needed", oldest.pid());
        self.forget(&oldest);
        true
    }

    /// Counts a process whose output is still held, and cuts the oldest of too many off.
    fn linger<'a>(&'a self, record: &'a Arc<Record>) -> Lingering<'a> {
        let mut table = self.table();
        table.lingering.push_back(Arc::clone(record));
        if table.lingering.len() > self.limit
            && let Some(oldest) = table.lingering.pop_front()
        {
            oldest.cut.notify_one();
        }
        Lingering { processes: self, record }
    }

    /// Puts the input of a process into memory outside the agent.
    fn keep_input(&self, mut input: base64::Decoder<'_>) -> Result<InputData, Error> {
        let failed = |error: io::Error| {
            Error::generic(format!("cannot keep input-data: {}", errno::text(&error)))
        };
        let file = memory::file().map_err(failed)?;
        let len = input.len();
        while self.budget.left() < len && self.make_room() {}
        let data = InputData { file, len: self.budget.take(len), budget: Arc::clone(&self.budget) };
        if data.len < len {
            return Err(Error::generic(
                "input-data does not fit into the memory for processes; wait for one to end",
            ));
        }
        let mut buffer = vec![0; len.min(CHUNK) + 2];
        let mut at = 0;
        while !input.is_empty() {
            let decoded = input.decode(&mut buffer);
            data.file.write_all_at(&buffer[..decoded], at).map_err(failed)?;
            at += u64::try_from(decoded).unwrap_or_default();
        }
        Ok(data)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn has(&self, record: &Arc<Record>) -> bool {
        self.records.get(&record.pid()).is_some_and(|there| Arc::ptr_eq(there, record))
    }

    fn remove(&mut self, record: &Arc<Record>) {
        if self.has(record) {
            self.records.remove(&record.pid());
        }
    }
}

/// A place among the processes whose output is still held.
struct Lingering<'a> {
    processes: &'a Processes,
    record: &'a Arc<Record>,
}

impl Drop for Lingering<'_> {
    fn drop(&mut self) {
        self.processes.table().lingering.retain(|other| !Arc::ptr_eq(other, self.record));
    }
}
