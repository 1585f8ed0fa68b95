//! The log: one line for each record, to a file or to stderr. Where stderr is the journal, a
//! record goes to journald with its fields, or, where that is not heard, each line begins with
//! its priority (`sd-daemon(3)`).
//!
//! While filesystems are frozen, whoever reads stderr may hang on one of them, and a log
//! file may lie on one. Between [`hold`] and [`release`] records wait in memory.

mod journal;
mod line;
#[cfg(test)]
pub(crate) mod testing;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use nix::sys::stat::fstat;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::config::settings::{Level, Log};
use journal::Journal;
use line::{Head, line};

/// Bytes of records that wait at most; what comes later is counted and lost.
const HELD: usize = 64 << 10;

/// Where records go.
#[derive(Debug)]
enum Sink {
    Stderr,
    /// Stderr, and systemd's journal reads it.
    Prefixed,
    /// Straight to the journal.
    Journal(Journal),
    File(File),
}

/// Records that wait. The buffer is there before anything is frozen, because memory may
/// not be had while something is.
#[derive(Debug)]
struct Held {
    /// Records, each behind its length in four bytes.
    records: Vec<u8>,
    lost: usize,
}

#[derive(Debug)]
struct Logger {
    level: Mutex<LevelFilter>,
    sink: Sink,
    held: Mutex<Option<Held>>,
}

static LOGGER: OnceLock<Logger> = OnceLock::new();

/// Starts the log of this process; later calls change nothing.
///
/// # Errors
/// The log file cannot be opened.
pub(crate) fn start(log: &Log) -> io::Result<()> {
    let sink = match &log.file {
        Some(path) => Sink::File(open(path)?),
        None if is_journal(std::env::var("JOURNAL_STREAM").ok().as_deref()) => {
            Journal::connect().map_or(Sink::Prefixed, Sink::Journal)
        }
        None => Sink::Stderr,
    };
    let logger = Logger { level: Mutex::new(filter(log.level)), sink, held: Mutex::new(None) };
    if LOGGER.set(logger).is_ok() {
        // Fails only where somebody else's log is set already, as in a test.
        drop(tracing::subscriber::set_global_default(Front));
    }
    Ok(())
}

/// From here on records wait in memory.
pub(crate) fn hold() {
    if let Some(logger) = LOGGER.get() {
        let mut held = logger.held();
        if held.is_none() {
            *held = Some(Held { records: Vec::with_capacity(HELD), lost: 0 });
        }
    }
}

/// Writes the records that have waited. From here on they are written at once.
pub(crate) fn release() {
    let Some(logger) = LOGGER.get() else { return };
    let held = logger.held().take();
    if let Some(held) = held {
        let mut rest = held.records.as_slice();
        while let Some((length, more)) = rest.split_first_chunk() {
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let (record, more) = more.split_at(length.min(more.len()));
            logger.write(record);
            rest = more;
        }
        if held.lost > 0 {
            tracing::warn!("{} records are lost: too many came while frozen", held.lost);
        }
    }
}

/// Changes how much is logged from now on.
pub(crate) fn set_level(level: Level) {
    if let Some(logger) = LOGGER.get() {
        *logger.level.lock().unwrap_or_else(PoisonError::into_inner) = filter(level);
        tracing::callsite::rebuild_interest_cache();
    }
}

impl Logger {
    fn level(&self) -> LevelFilter {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        // A panic of another thread leaves whole records behind.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, event: &Event<'_>) {
        let record = match self.sink {
            Sink::Journal(_) => journal::record(event),
            Sink::Prefixed => line(event, &Head::Priority),
            Sink::Stderr | Sink::File(_) => line(event, &Head::Time(since_epoch())),
        };
        let length = u32::try_from(record.len()).unwrap_or_default().to_le_bytes();
        let mut held = self.held();
        match &mut *held {
            Some(Held { records, .. }) if records.len() + length.len() + record.len() <= HELD => {
                records.extend(length);
                records.extend(record);
            }
            Some(Held { lost, .. }) => *lost += 1,
            None => {
                drop(held);
                self.write(&record);
            }
        }
    }

    /// One system call for each record, so that lines of several writers do not mix. A log
    /// that cannot be written has nowhere to say so.
    fn write(&self, record: &[u8]) {
        drop(match &self.sink {
            Sink::File(file) => (&*file).write_all(record),
            Sink::Stderr | Sink::Prefixed => io::stderr().write_all(record),
            Sink::Journal(journal) => journal.send(record),
        });
    }
}

/// What tracing calls. Spans are not used, so they cost nothing and say nothing.
struct Front;

impl Subscriber for Front {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        LOGGER.get().is_some_and(|logger| *metadata.level() <= logger.level())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        LOGGER.get().map(Logger::level)
    }

    fn event(&self, event: &Event<'_>) {
        if let Some(logger) = LOGGER.get() {
            logger.put(event);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    file.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot open log file {}: {error}", path.display()))
    })
}

/// True if stderr is the stream that systemd has named: `device:inode` (systemd.exec(5)).
fn is_journal(stream: Option<&str>) -> bool {
    let named = stream.and_then(|stream| stream.split_once(':'));
    let stderr = fstat(io::stderr().as_fd());
    named.zip(stderr.ok()).is_some_and(|((device, inode), stat)| {
        device.parse() == Ok(stat.st_dev) && inode.parse() == Ok(stat.st_ino)
    })
}

/// The time now, as records of the log have it.
pub(crate) fn date_now() -> String {
    line::date(since_epoch())
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stderr_is_the_journal_only_where_it_is_the_stream_named() {
        let stat = fstat(io::stderr().as_fd()).unwrap();
        assert!(is_journal(Some(&format!("{}:{}", stat.st_dev, stat.st_ino))));
        assert!(!is_journal(Some(&format!("{}:{}", stat.st_dev, stat.st_ino + 1))));
        for none in [None, Some(""), Some("1"), Some("x:y")] {
            assert!(!is_journal(none), "{none:?}");
        }
    }

    #[test]
    fn records_wait_while_held_and_come_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let read = || std::fs::read_to_string(&path).unwrap();
        start(&Log { level: Level::Info, file: Some(path.clone()) }).unwrap();
        tracing::info!("one");
        tracing::debug!("never");
        hold();
        tracing::warn!(mount = "/a b", "two\nlines");
        assert_eq!(read().lines().count(), 1);
        for _ in 0..HELD / 10 {
            tracing::info!("many");
        }
        release();
        tracing::info!("last");
        let text = read();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("Z info: one"), "{}", lines[0]);
        assert!(lines[1].ends_with("Z warn: two\\nlines mount=\"/a b\""), "{}", lines[1]);
        assert!(lines[lines.len() - 2].ends_with("too many came while frozen"), "{text}");
        assert!(text.len() < HELD + 1024, "{}", text.len());
    }
}
