//! Whose hooks there are, and in which words each platform speaks to them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The line by which a shim of ours is known, in whatever directory of another platform: it
/// calls our hooks, so that we must not call it.
pub const SHIM_MARK: &str = "# guestd hooks shim";

/// A platform's convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `/etc/guestd/hooks.d`: `freeze`, `thaw`, `freeze-failed`.
    Guestd,
    /// `/etc/qemu/fsfreeze-hook`, else the programs of `/etc/qemu/fsfreeze-hook.d`: `freeze`, `thaw`.
    QemuGa,
    /// `/usr/sbin/pre-freeze-script` and `post-thaw-script`, `/etc/vmware-tools/backupScripts.d`:
    /// `freeze`, `thaw`, `freezeFail`.
    OpenVmTools,
    /// `/usr/local/sbin/pre_freeze` and `post_thaw`, without arguments.
    Nutanix,
    /// `/etc/google/snapshots/pre.sh` and `post.sh`, whose argument is a list of disks.
    Google,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Guestd, Self::QemuGa, Self::OpenVmTools, Self::Nutanix, Self::Google];

    /// Its name in configuration and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guestd => "guestd",
            Self::QemuGa => "qemu-ga",
            Self::OpenVmTools => "open-vm-tools",
            Self::Nutanix => "nutanix",
            Self::Google => "google",
        }
    }

    /// What is said for a freeze, a thaw, and a freeze that came to nothing. A platform that
    /// has no word for the last says `thaw`.
    pub(crate) const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Guestd => ["freeze", "thaw", "freeze-failed"],
            Self::OpenVmTools => ["freeze", "thaw", "freezeFail"],
            Self::QemuGa | Self::Nutanix | Self::Google => ["freeze", "thaw", "thaw"],
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no platform has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown platform {0}: guestd, qemu-ga, open-vm-tools, nutanix and google are known")]
pub struct UnknownDialect(String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|dialect| dialect.name() == text);
        found.ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_dialect() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.name().parse(), Ok(dialect));
        }
        assert!("veeam".parse::<Dialect>().is_err());
    }
}
