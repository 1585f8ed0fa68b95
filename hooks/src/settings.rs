//! What can be configured about hooks, with every default.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Dialect;

/// Where guestd's own hooks lie: what comes later masks what comes earlier, by file name.
pub const OWN_DIRS: [&str; 3] =
    ["/usr/lib/guestd/hooks.d", "/run/guestd/hooks.d", "/etc/guestd/hooks.d"];

/// Which hooks are run, and what they may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Directories of guestd's own hooks; what comes later masks what comes earlier.
    pub dirs: Vec<PathBuf>,
    /// Whose hooks are run.
    pub dialects: BTreeSet<Dialect>,
    /// How long one call of a hook may take, unless `per_hook` says otherwise.
    pub timeout: Duration,
    /// How long all freeze hooks together may take.
    pub phase_timeout: Duration,
    /// What is special about single hooks, by [`crate::Hook::name`].
    pub per_hook: BTreeMap<String, HookSettings>,
    /// How much of what one call prints is kept, in bytes. The rest is read and dropped.
    pub output_bytes: usize,
    /// The one hook of qemu-ga where it is not `/etc/qemu/fsfreeze-hook` (its option `-F`).
    pub qemu_ga_hook: Option<PathBuf>,
    /// The second argument of open-vm-tools' scripts (`scriptArg`).
    pub script_argument: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dirs: OWN_DIRS.iter().map(PathBuf::from).collect(),
            dialects: BTreeSet::from([Dialect::Guestd]),
            timeout: Duration::from_secs(30),
            phase_timeout: Duration::from_secs(60),
            per_hook: BTreeMap::new(),
            output_bytes: 8 << 10,
            qemu_ga_hook: None,
            script_argument: None,
        }
    }
}

/// What is special about one hook. What is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookSettings {
    /// How long one call may take.
    pub timeout: Option<Duration>,
    /// What a failed freeze means.
    pub on_failure: Option<OnFailure>,
    /// The user it runs as, by name; else the one of the caller, which is root.
    pub user: Option<String>,
    /// Its place, instead of the number in its name.
    pub order: Option<u32>,
}

/// What it means that a hook fails to freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The whole freeze fails.
    #[default]
    Abort,
    /// It is told in the record, and the freeze goes on without this hook.
    Continue,
}
