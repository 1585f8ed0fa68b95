//! The record of each run, as a file in memory (`/run`): written before the first freeze, so
//! that a dead agent's run is found by the next one, and again after the thaw.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use protocol::guestd::quiesce::{Outcome, Record};

use crate::system::civil;

/// Records that are kept; the oldest go first.
const KEPT: usize = 50;
/// Bytes of a record that are read.
const MOST: u64 = 4 << 20;

/// The directory of records.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    dir: PathBuf,
}

impl Records {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Writes a record, as a whole or not at all, and removes the oldest ones.
    ///
    /// # Errors
    /// The directory or the file cannot be written.
    pub(super) fn write(&self, record: &Record) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o755).create(&self.dir)?;
        let name = self.dir.join(format!(".{}", record.id));
        let text = serde_json::to_vec(record).map_err(io::Error::other)?;
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o640)
            .open(&name)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&name, self.file(&record.id)));
        written.inspect_err(|_| drop(fs::remove_file(&name)))?;
        for old in self.ids().iter().skip(KEPT) {
            let _ = fs::remove_file(self.file(old));
        }
        Ok(())
    }

    /// The latest records first. What is no record is passed over.
    pub(crate) fn latest(&self, limit: usize) -> Vec<Record> {
        self.ids().iter().filter_map(|id| self.read(id)).take(limit).collect()
    }

    /// One record.
    pub(crate) fn read(&self, id: &str) -> Option<Record> {
        is_id(id).then_some(())?;
        read(&self.file(id))
    }

    /// Ends the records of agents that are gone: their runs were broken off. Gives the
    /// number of them.
    pub(super) fn close_abandoned(&self, why: &str) -> usize {
        let mut count = 0;
        for mut record in self.latest(KEPT) {
            if record.outcome == Outcome::Running && !is_alive(&record.id) {
                record.outcome = Outcome::AutoThawed;
                record.error = Some(why.to_owned());
                count += usize::from(self.write(&record).is_ok());
            }
        }
        count
    }

    /// The agent that holds a freeze at this moment.
    pub(super) fn running(&self) -> Option<u32> {
        let running = self.latest(KEPT).into_iter();
        let mut running = running.filter(|record| record.outcome == Outcome::Running);
        let record = running.find(|record| is_alive(&record.id))?;
        pid(&record.id)
    }

    fn ids(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<String> = names
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .filter(|id| is_id(id))
            .collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids
    }

    fn file(&self, id: &str) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}

fn read(path: &Path) -> Option<Record> {
    let meta = fs::symlink_metadata(path).ok()?;
    (meta.is_file() && meta.len() <= MOST).then_some(())?;
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// When a run began, in the two forms that its record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Began {
    /// `20261126T104500.123456-PID-NUMBER`, which sorts by time.
    pub(crate) id: String,
    /// RFC 3339.
    pub(super) started: String,
}

impl Began {
    /// Now.
    pub(crate) fn now() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::at(since.as_secs(), since.subsec_micros(), std::process::id(), number)
    }

    fn at(seconds: u64, micros: u32, pid: u32, number: u32) -> Self {
        let (year, month, day) = civil::date(i64::try_from(seconds / 86_400).unwrap_or(0));
        let second = seconds % 86_400;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        Self {
            id: format!(
                "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{micros:06}-{pid}-{number}"
            ),
            started: format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"
            ),
        }
    }
}

/// Letters that cannot lead out of the directory.
fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    !id.is_empty() && id.len() <= 64 && !id.starts_with('.') && id.bytes().all(plain)
}

/// The agent that a run belongs to.
fn pid(id: &str) -> Option<u32> {
    id.split('-').nth(1)?.parse().ok()
}

/// Whether the agent that a run belongs to still runs. Another program may have its number
/// by now.
fn is_alive(id: &str) -> bool {
    let Some(pid) = pid(id) else { return false };
    let exe = Path::new("/proc").join(pid.to_string()).join("exe");
    let is_agent = |exe: PathBuf| {
        let name = exe.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| name.starts_with("guestd") || name.starts_with("qemu-ga"))
    };
    pid == std::process::id() || exe.read_link().is_ok_and(is_agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seconds: u64, outcome: Outcome) -> Record {
        let began = Began::at(seconds, 5, 4_000_000, 1);
        Record {
            id: began.id,
            started: began.started,
            outcome,
            error: None,
            channel: "unix".to_owned(),
            deadline_s: Some(300),
            window_us: None,
            flush_rounds: 1,
            steps: Vec::new(),
            filesystems: Vec::new(),
            hooks: Vec::new(),
        }
    }

    #[test]
    fn a_run_is_named_by_its_beginning() {
        let began = Began::at(1_795_690_200, 42, 7, 3);
        assert_eq!(began.id, "20261126T105000.000042-7-3");
        assert_eq!(began.started, "2026-11-26T10:50:00.000042Z");
        assert!(is_id(&began.id));
        for id in ["", "../etc/passwd", ".hidden", "a b", &"9".repeat(65)] {
            assert!(!is_id(id), "{id}");
        }
    }

    #[test]
    fn the_latest_records_are_kept_and_come_first() {
        let dir = tempfile::tempdir().unwrap();
        let records = Records::new(dir.path().join("quiesce"));
        assert!(records.latest(9).is_empty());
        for seconds in 0..60 {
            records.write(&record(seconds, Outcome::Succeeded)).unwrap();
        }
        let latest = records.latest(usize::MAX);
        assert_eq!(latest.len(), KEPT);
        assert_eq!(latest[0], record(59, Outcome::Succeeded));
        assert_eq!(records.read(&latest[3].id), Some(record(56, Outcome::Succeeded)));
        assert_eq!(records.latest(2).len(), 2);
        assert_eq!(fs::read_dir(dir.path().join("quiesce")).unwrap().count(), KEPT);
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let records = Records::new(dir.path().to_owned());
        fs::write(dir.path().join("zzz.json"), "{").unwrap();
        fs::create_dir(dir.path().join("dir.json")).unwrap();
        std::os::unix::fs::symlink("/proc/self/environ", dir.path().join("link.json")).unwrap();
        records.write(&record(1, Outcome::Failed)).unwrap();
        assert_eq!(records.latest(9).len(), 1);
        assert_eq!(records.read("zzz"), None);
    }

    #[test]
    fn a_run_whose_agent_is_gone_was_broken_off() {
        let dir = tempfile::tempdir().unwrap();
        let records = Records::new(dir.path().to_owned());
        records.write(&record(1, Outcome::Running)).unwrap();
        records.write(&record(2, Outcome::Succeeded)).unwrap();
        assert_eq!(records.close_abandoned("gone"), 1);
        let latest = records.latest(9);
        assert_eq!(latest[0].outcome, Outcome::Succeeded);
        assert_eq!(latest[1].outcome, Outcome::AutoThawed);
        assert_eq!(latest[1].error.as_deref(), Some("gone"));
        assert_eq!(records.close_abandoned("gone"), 0);
    }
}
