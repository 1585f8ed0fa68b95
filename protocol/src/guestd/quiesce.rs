//! Freezing as guestd knows it: `guestd-quiesce-*`, and the record of each run.
//!
//! All times of a record are microseconds since its `started`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::qga::text;

/// Arguments of `guestd-quiesce-freeze`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FreezeArguments<'a> {
    /// What to freeze, by mount points; all filesystems if it is left out. Unlike
    /// `guest-fsfreeze-freeze-list`, a path that is no mount point is an error.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub mountpoints: Option<Vec<Cow<'a, str>>>,
    /// Milliseconds after which the guest thaws by itself; the configured deadline if it is
    /// left out, never if 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<i64>,
}

/// Result of `guestd-quiesce-freeze`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Freeze {
    /// The run, for `guestd-quiesce-record`.
    pub id: String,
    /// Filesystems that are frozen.
    pub frozen: u64,
}

/// Result of `guestd-quiesce-thaw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Thaw {
    /// The run that has ended; none if nothing was frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Filesystems that were thawed.
    pub thawed: u64,
    /// From the first filesystem frozen to the last one thawed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_us: Option<u64>,
}

/// Where a run is, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// All filesystems take writes, and nothing is under way.
    Thawed,
    /// Hooks make applications quiet.
    Hooks,
    /// Dirty data is written out.
    Syncing,
    /// Filesystems are frozen one after the other.
    Freezing,
    /// All of them are: the time for a snapshot.
    Frozen,
    /// Filesystems are thawed, then applications go on.
    Thawing,
}

/// Result of `guestd-quiesce-status`. Made from memory alone, so that it is told while
/// frozen too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    /// Where the run is.
    pub phase: Phase,
    /// The run that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Milliseconds since the first filesystem was frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_for_ms: Option<u64>,
    /// Milliseconds until the guest thaws by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_in_ms: Option<u64>,
    /// Mount points of what is frozen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filesystems: Vec<String>,
    /// A freeze ended before the host's thaw, which has not been told yet: what the next
    /// thaw will get as its error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// Arguments of `guestd-quiesce-history`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HistoryArguments {
    /// Records at most, the latest first; all that are kept if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// Arguments of `guestd-quiesce-record`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordArguments<'a> {
    /// The run; the latest one if it is left out.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<Cow<'a, str>>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It has not ended.
    Running,
    /// Frozen until the host thawed, and every hook did its part.
    Succeeded,
    /// It could not be frozen, or a hook failed; all was undone.
    Failed,
    /// The guest thawed before the host did: a snapshot of it is worth nothing.
    AutoThawed,
    /// Somebody thawed while it was still being frozen.
    Aborted,
}

/// All that happened in one run. Kept as a file, and told by `guestd-quiesce-record`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// The run: its beginning, and numbers that make it unique. Sorts by time.
    pub id: String,
    /// When it began: RFC 3339, UTC, with microseconds.
    pub started: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, in the words that the host got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The channel whose host asked for it.
    pub channel: String,
    /// Seconds after which the guest would have thawed by itself; none if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_s: Option<u64>,
    /// From the first filesystem frozen to the last one thawed: what applications feel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_us: Option<u64>,
    /// How often dirty data was written out before the first freeze.
    #[serde(default)]
    pub flush_rounds: u32,
    /// The parts of the run, in their order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The filesystems, in the order in which they were frozen.
    #[serde(default)]
    pub filesystems: Vec<FilesystemRun>,
    /// The runs of hooks, in the order in which they began.
    #[serde(default)]
    pub hooks: Vec<HookRun>,
}

/// One part of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// `hooks`, `flush`, `freeze`, `frozen`, `thaw` or `hooks-thaw`.
    pub name: String,
    /// When it began.
    pub start_us: u64,
    /// How long it took.
    pub duration_us: u64,
}

/// What became of one filesystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilesystemRun {
    /// Where it is mounted; of several places the first.
    pub mountpoint: String,
    /// The number of its superblock, as `MAJOR:MINOR`.
    pub device: String,
    /// Its type, such as `ext4`.
    pub kind: String,
    /// What became of it.
    pub result: FilesystemResult,
    /// More about that, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When its freeze began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_start_us: Option<u64>,
    /// How long the kernel took to freeze it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_us: Option<u64>,
    /// When its thaw began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thaw_start_us: Option<u64>,
    /// How long the kernel took to thaw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thaw_us: Option<u64>,
}

/// What became of a filesystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilesystemResult {
    /// To be frozen. In the record of a run that has ended: it ended before, or with the
    /// agent, so that no more is known.
    Planned,
    /// It was frozen.
    Frozen,
    /// It cannot be frozen; its data was written out.
    Synced,
    /// Somebody else had frozen it, and may thaw it at any time.
    FrozenByOthers,
    /// Left out by a rule of the configuration, or because it cannot be opened and need not
    /// be.
    Skipped,
    /// It could not be frozen, which ended the run.
    Failed,
    /// The kernel had not frozen it in time, which ended the run.
    TimedOut,
}

/// One run of one hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookRun {
    /// Its file name.
    pub name: String,
    /// Whose hook it is, such as `guestd` or `qemu-ga`.
    pub origin: String,
    /// With which argument it ran.
    pub argument: String,
    /// When it began.
    pub start_us: u64,
    /// How long it took.
    pub duration_us: u64,
    /// True if it did its part.
    pub ok: bool,
    /// How it ended, in words: `exit status 3`, `timed out after 30 s`.
    pub result: String,
    /// The beginning of what it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// Result of `guestd-quiesce-check`: what a freeze would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Check {
    /// The filesystems, in the order in which they would be frozen, and those left out.
    pub filesystems: Vec<FilesystemPlan>,
    /// The hooks, in the order in which they would run.
    pub hooks: Vec<HookPlan>,
    /// What is wrong, or would be passed over, in words.
    pub problems: Vec<String>,
    /// Bytes in memory that are not on disk yet, of the whole guest (`Dirty` and `Writeback`
    /// of proc_meminfo(5)).
    pub dirty_bytes: u64,
}

/// What would become of a filesystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilesystemPlan {
    /// Where it is mounted; of several places the first.
    pub mountpoint: String,
    /// The number of its superblock, as `MAJOR:MINOR`.
    pub device: String,
    /// Its type, such as `ext4`.
    pub kind: String,
    /// False where it would be left out.
    pub frozen: bool,
    /// Why it would be left out, or what is special about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A hook that would run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookPlan {
    /// Its file name.
    pub name: String,
    /// Whose hook it is.
    pub origin: String,
    /// Its file.
    pub path: String,
    /// Its order number; those with the same one run side by side.
    pub order: u32,
    /// True where it stays alive until the thaw.
    pub session: bool,
    /// Seconds that it may take.
    pub timeout_s: u64,
}
