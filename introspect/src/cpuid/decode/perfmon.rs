//! Performance counters: Intel's leaf 0xA, AMD's 0x80000022.

use serde::Serialize;

use super::bits::{Hex, bit, field};
use super::trimmed::Trimmed;
use super::{typed, vendor};
use crate::cpuid::Cpuid;

/// The counters a guest may programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Perfmon {
    /// Version of architectural performance monitoring: Intel's 1 to 6, AMD's 2.
    pub version: u32,
    /// General counters of a logical CPU.
    pub counters: u32,
    /// Bits of a general counter, where the leaf says so.
    pub counter_width: Option<u32>,
    /// Counters with a fixed event.
    pub fixed_counters: u32,
    /// Bits of a fixed counter.
    pub fixed_width: Option<u32>,
    /// Architectural events that can be counted.
    pub events: Vec<&'static str>,
    /// Entries of the last branch stack (AMD).
    pub last_branch_records: Option<u32>,
    /// Counters of the data fabric (AMD).
    pub northbridge_counters: Option<u32>,
    /// The leaf that said so.
    pub leaf: Hex,
}

/// Bits of leaf 0xA EBX, where a set bit means that the event is missing (Intel SDM
/// vol. 3, "Pre-Defined Architectural Performance Events").
const EVENTS: &[(u32, &str)] = &[
    (0, "core cycles"),
    (1, "instructions retired"),
    (2, "reference cycles"),
    (3, "last level cache references"),
    (4, "last level cache misses"),
    (5, "branches retired"),
    (6, "branch mispredictions retired"),
    (7, "top-down slots"),
];

/// The counters; `None` where the CPU or the hypervisor offers none.
pub fn perfmon(cpu: &dyn Cpuid) -> Option<Perfmon> {
    let cpu = &Trimmed::new(cpu);
    if vendor(cpu).is_amd_like() { amd(cpu) } else { intel(cpu) }
}

fn intel(cpu: &dyn Cpuid) -> Option<Perfmon> {
    let leaf = cpu.leaf(0xa)?;
    let info = typed(cpu).get_performance_monitoring_info()?;
    let version = u32::from(info.version_id());
    if version == 0 {
        return None;
    }
    let known = u32::from(info.ebx_length());
    let events = EVENTS.iter().filter(|(number, _)| *number < known && !bit(leaf.ebx, *number));
    // Fixed counters exist from version 2 on.
    let fixed = u32::from(info.fixed_function_counters());
    let fixed = if version > 1 { fixed } else { 0 };
    Some(Perfmon {
        version,
        counters: info.number_of_counters().into(),
        counter_width: Some(info.counter_bit_width().into()),
        fixed_counters: fixed,
        fixed_width: (fixed > 0).then(|| info.fixed_function_counters_bit_width().into()),
        events: events.map(|(_, name)| *name).collect(),
        last_branch_records: None,
        northbridge_counters: None,
        leaf: 0xa_u32.into(),
    })
}

/// AMD APM vol. 3, Fn8000_0022.
fn amd(cpu: &dyn Cpuid) -> Option<Perfmon> {
    let leaf = cpu.leaf(0x8000_0022)?;
    if !bit(leaf.eax, 0) {
        return None;
    }
    Some(Perfmon {
        version: 2,
        counters: field(leaf.ebx, 3, 0),
        counter_width: None,
        fixed_counters: 0,
        fixed_width: None,
        events: Vec::new(),
        last_branch_records: bit(leaf.eax, 1).then(|| field(leaf.ebx, 9, 4)),
        northbridge_counters: Some(field(leaf.ebx, 15, 10)),
        leaf: 0x8000_0022_u32.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    #[test]
    fn counters_of_captured_cpus() {
        let p = perfmon(&sample::HASWELL_E.first()).unwrap();
        assert_eq!((p.version, p.counters, p.counter_width), (3, 4, Some(48)));
        assert_eq!((p.fixed_counters, p.fixed_width), (3, Some(48)));
        assert_eq!(p.events.len(), 7);

        let p = perfmon(&sample::ZEN4_RAPHAEL.first()).unwrap();
        assert_eq!((p.counters, p.northbridge_counters), (6, Some(16)));
        assert_eq!(p.last_branch_records, Some(16));

        assert_eq!(perfmon(&sample::ZEN2_ROME.first()), None);
        assert_eq!(perfmon(&sample::EMERALD_RAPIDS.first()), None, "the guest was given none");
    }
}
