//! What /proc/cpuinfo says: a partial view of the CPU, filtered by the kernel.
//!
//! Its flags are not CPUID: the kernel clears bits it does not use, adds synthetic
//! ones, and old kernels do not know new bits. Every answer drawn from it is partial.

use std::collections::BTreeSet;

use super::signature::Fms;
use super::vendor::Vendor;

/// The processors of one /proc/cpuinfo.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CpuInfo {
    /// One entry per `processor` block, in file order.
    pub processors: Vec<Processor>,
}

impl CpuInfo {
    /// The first processor.
    pub fn first(&self) -> Option<&Processor> {
        self.processors.first()
    }
}

/// One block of /proc/cpuinfo; a line that the kernel did not print is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Processor {
    /// `processor`: the kernel's number of the logical CPU.
    pub number: u32,
    /// `vendor_id`.
    pub vendor_id: Option<String>,
    /// `cpu family`, `model` and `stepping`.
    pub fms: Option<Fms>,
    /// `model name`: the brand string.
    pub model_name: Option<String>,
    /// `microcode`: the revision of the running update, which hypervisors pass through.
    pub microcode: Option<u32>,
    /// `cpuid level`: the highest basic leaf.
    pub cpuid_level: Option<u32>,
    /// `flags`.
    pub flags: BTreeSet<String>,
    /// `vmx flags`.
    pub vmx_flags: BTreeSet<String>,
    /// `bugs`.
    pub bugs: BTreeSet<String>,
    /// `address sizes`: physical and virtual bits.
    pub address_bits: Option<(u32, u32)>,
}

impl Processor {
    /// The vendor behind `vendor_id`.
    pub fn vendor(&self) -> Vendor {
        self.vendor_id.as_deref().map_or(Vendor::Other, Vendor::from_id)
    }

    /// True when the kernel shows this flag.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }
}
