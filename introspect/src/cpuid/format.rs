//! Dump formats: recognised by content, read with the line of every fault named.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of capture we read; those marked so can be written too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// This machine's CPU, read by CPUID.
    Live,
    /// Our own JSON (written too).
    Native,
    /// etallen's `cpuid -r` (written too).
    Etallen,
    /// InstLatx64 and AIDA64 text.
    Instlatx64,
    /// libcpuid's `cpuid_tool --save`.
    Libcpuid,
    /// libvirt's `<cpudata>` XML (written too).
    Libvirt,
    /// raw-cpuid's `cpuid -f raw`.
    RawCpuid,
    /// VMware's vmware.log, with guest and host side.
    VmwareLog,
    /// VMware's .vmx with `guestCPUID.*` and `hostCPUID.*`.
    Vmx,
    /// VirtualBox's VBox.log, with guest and host side.
    VirtualboxLog,
    /// /proc/cpuinfo, partial.
    Cpuinfo,
}

impl Format {
    /// The name in messages, options and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Native => "native",
            Self::Etallen => "etallen",
            Self::Instlatx64 => "instlatx64",
            Self::Libcpuid => "libcpuid",
            Self::Libvirt => "libvirt",
            Self::RawCpuid => "raw-cpuid",
            Self::VmwareLog => "vmware-log",
            Self::Vmx => "vmx",
            Self::VirtualboxLog => "virtualbox-log",
            Self::Cpuinfo => "cpuinfo",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A file that is no good dump: what it was taken for, where it breaks and what
/// should have stood there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file matches no format.
    #[error(
        "not a CPUID capture: {found}; known are etallen `cpuid -r`, InstLatx64/AIDA64, libcpuid, libvirt XML, raw-cpuid, vmware.log, .vmx, VBox.log, /proc/cpuinfo and guestctl's own JSON"
    )]
    Unrecognised {
        /// What the file starts with, or that it is empty or binary.
        found: String,
    },
    /// A line breaks the format it was recognised as.
    #[error("{format}, line {line}: expected {expected}, found {found}")]
    Malformed {
        /// What the file was recognised as.
        format: Format,
        /// The line, counted from 1.
        line: u64,
        /// What the format has at this place.
        expected: String,
        /// What stands there, shortened and made printable.
        found: String,
    },
    /// The file is larger than any real capture of its kind.
    #[error("{format}, line {line}: {what}; the limit is {limit}")]
    TooLarge {
        /// What the file was recognised as.
        format: Format,
        /// The line at which the limit was passed, counted from 1.
        line: u64,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] std::io::Error),
}
