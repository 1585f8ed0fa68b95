//! Everything one file, or the live machine, told us about a CPU.

use super::cpuinfo::CpuInfo;
use super::dump::Dump;
use super::format::Format;

/// One captured machine.
///
/// A CPUID dump fills `guest`; a /proc/cpuinfo fills `cpuinfo` only and is partial;
/// hypervisor logs fill `guest` and `host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// What kind of file it was, or the live CPU.
    pub format: Format,
    /// CPUID as the machine itself sees it; empty for a /proc/cpuinfo.
    pub guest: Dump,
    /// CPUID of the host below it, where the file has both sides.
    pub host: Option<Dump>,
    /// The kernel's view.
    pub cpuinfo: Option<CpuInfo>,
    /// VMware's virtual hardware version, such as 11 of `vmx-11`.
    pub hardware_version: Option<u32>,
    /// What the reader wants the user to know, such as a CPU that could not be pinned.
    pub notes: Vec<String>,
}

impl Capture {
    /// A capture with a guest dump only.
    pub fn of_dump(format: Format, guest: Dump) -> Self {
        Self { format, guest, host: None, cpuinfo: None, hardware_version: None, notes: Vec::new() }
    }

    /// True when there is no CPUID, only the kernel's flags.
    pub fn is_partial(&self) -> bool {
        self.guest.is_empty()
    }
}
