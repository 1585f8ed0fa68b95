//! What one configuration file may say. Everything is optional; an unknown key is an error.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hooks::{Dialect, HookKeys, Seconds};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected};

use super::settings::{Announce, Level};
use crate::policy::Group;

/// A whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Fragment {
    pub(super) state_dir: Option<PathBuf>,
    pub(super) advertise_version: Option<String>,
    pub(super) watchdog: Option<bool>,
    #[serde(default)]
    pub(super) channel: BTreeMap<String, Channel>,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) timeouts: Timeouts,
    #[serde(default)]
    pub(super) quiesce: Quiesce,
    #[serde(default)]
    pub(super) bmc: Bmc,
    #[serde(default)]
    pub(super) metrics: Metrics,
    #[serde(default)]
    pub(super) log: Log,
}

/// `[channel.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Channel {
    pub(super) enabled: Option<bool>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Kind>,
    pub(super) path: Option<PathBuf>,
    pub(super) wait: Option<bool>,
    pub(super) groups: Option<Vec<GroupName>>,
    pub(super) allow: Option<Vec<String>>,
    pub(super) block: Option<Vec<String>>,
    pub(super) mode: Option<Mode>,
    pub(super) allowed_uids: Option<Vec<u32>>,
    pub(super) group: Option<String>,
    pub(super) cid: Option<u32>,
    pub(super) port: Option<u32>,
    pub(super) allowed_cids: Option<Vec<u32>>,
    pub(super) max_clients: Option<Count>,
}

/// What a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    VirtioSerial,
    IsaSerial,
    Unix,
    Vsock,
}

impl Kind {
    /// Its name in a file.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::VirtioSerial => "virtio-serial",
            Self::IsaSerial => "isa-serial",
            Self::Unix => "unix",
            Self::Vsock => "vsock",
        }
    }
}

/// `[limits]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Limits {
    pub(super) message_bytes: Option<Count>,
    pub(super) tokens: Option<Count>,
    pub(super) nesting: Option<Count>,
    pub(super) queued_requests: Option<Count>,
    pub(super) open_files: Option<Count>,
    pub(super) processes: Option<Count>,
    pub(super) captured_bytes: Option<Count>,
    pub(super) captured_total_bytes: Option<Count>,
    pub(super) kept_processes: Option<Count>,
}

/// `[timeouts]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Timeouts {
    pub(super) exec: Option<Seconds>,
}

/// `[quiesce]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Quiesce {
    pub(super) qemu_ga_hook: Option<PathBuf>,
    pub(super) deadline: Option<Seconds>,
    pub(super) open_timeout: Option<Seconds>,
    pub(super) sync_timeout: Option<Seconds>,
    pub(super) freeze_timeout: Option<Seconds>,
    pub(super) accept_frozen: Option<bool>,
    pub(super) exclude: Option<Vec<PathBuf>>,
    pub(super) exclude_types: Option<Vec<String>>,
    pub(super) best_effort: Option<Vec<PathBuf>>,
    pub(super) dialects: Option<Vec<Dialect>>,
    pub(super) hook_timeout: Option<Seconds>,
    pub(super) hooks_timeout: Option<Seconds>,
    pub(super) script_argument: Option<String>,
    #[serde(default)]
    pub(super) hook: BTreeMap<String, HookKeys>,
}

/// `[bmc]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Bmc {
    pub(super) announce: Option<Announce>,
    pub(super) port: Option<String>,
    pub(super) address: Option<String>,
    pub(super) network: Option<String>,
    pub(super) sources: Option<Vec<bmc::Source>>,
    pub(super) command: Option<Vec<String>>,
    pub(super) publish_file: Option<PathBuf>,
    pub(super) guestinfo: Option<String>,
}

/// `[metrics]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Metrics {
    pub(super) file: Option<PathBuf>,
}

/// `[log]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Log {
    pub(super) level: Option<LevelName>,
    pub(super) file: Option<PathBuf>,
}

/// A number of at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count(pub(super) usize);

/// Permission bits, as text so that they read as octal: `"0660"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode(pub(super) u32);

/// A group of commands by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GroupName(pub(super) Group);

/// A level of the log by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LevelName(pub(super) Level);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        let count = usize::try_from(number).ok().filter(|&count| count > 0);
        count.map(Self).ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Signed(number), &"a number of at least 1")
        })
    }
}

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
        let mode = digits.then(|| u32::from_str_radix(&text, 8).ok()).flatten();
        mode.filter(|&mode| mode <= 0o777).map(Self).ok_or_else(|| {
            D::Error::invalid_value(
                Unexpected::Str(&text),
                &"permission bits in octal, such as \"0660\"",
            )
        })
    }
}

impl<'de> Deserialize<'de> for GroupName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const NAMES: [&str; 7] = names();
        let text = String::deserialize(deserializer)?;
        let group = Group::from_name(&text).map(Self);
        group.ok_or_else(|| D::Error::unknown_variant(&text, &NAMES))
    }
}

const fn names() -> [&'static str; 7] {
    let mut names = [""; 7];
    let mut index = 0;
    while index < names.len() {
        names[index] = Group::ALL[index].name();
        index += 1;
    }
    names
}

impl<'de> Deserialize<'de> for LevelName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const NAMES: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
        let text = String::deserialize(deserializer)?;
        let level = Level::ALL.into_iter().find(|level| level.name() == text).map(Self);
        level.ok_or_else(|| D::Error::unknown_variant(&text, &NAMES))
    }
}
