//! Monitoring and allocation of shared caches and memory bandwidth: leaves 0xF and 0x10.

use serde::Serialize;

use super::bits::{Hex, bit, field, names};
use super::trimmed::Trimmed;
use crate::cpuid::Cpuid;

/// Resource Director Technology, or AMD's Platform Quality of Service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ResourceControl {
    /// Monitoring of the L3 cache.
    pub monitoring: Option<Monitoring>,
    /// What can be allocated.
    pub allocation: Vec<Allocation>,
}

/// Leaf 0xF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Monitoring {
    /// The highest resource monitoring id of the L3 cache.
    pub max_rmid: u32,
    /// Bytes per unit of the occupancy counter.
    pub unit: u32,
    /// `occupancy`, `total bandwidth`, `local bandwidth`.
    pub events: Vec<&'static str>,
}

/// One subleaf of leaf 0x10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// `L3 cache`, `L2 cache`, `memory bandwidth`.
    pub resource: &'static str,
    /// Bits of a capacity mask; for bandwidth the largest delay.
    pub steps: u32,
    /// Parts of the mask that other agents may use as well.
    pub shared: Hex,
    /// Code and data can have masks of their own.
    pub code_data_split: bool,
    /// Classes of service.
    pub classes: u32,
}

/// What leaves 0xF and 0x10 offer, where leaf 7 EBX bits 12 and 15 say that they mean something.
pub fn resource_control(cpu: &dyn Cpuid) -> Option<ResourceControl> {
    let cpu = &Trimmed::new(cpu);
    let leaf7 = cpu.leaf(7)?;
    let found = ResourceControl {
        monitoring: bit(leaf7.ebx, 12).then(|| monitoring(cpu)).flatten(),
        allocation: if bit(leaf7.ebx, 15) { allocation(cpu) } else { Vec::new() },
    };
    (found != ResourceControl::default()).then_some(found)
}

fn monitoring(cpu: &dyn Cpuid) -> Option<Monitoring> {
    if !bit(cpu.leaf(0xf)?.edx, 1) {
        return None;
    }
    let l3 = cpu.registers(0xf, 1)?;
    let events = [(0, "occupancy"), (1, "total bandwidth"), (2, "local bandwidth")];
    Some(Monitoring { max_rmid: l3.ecx, unit: l3.ebx, events: names(l3.edx, &events) })
}

fn allocation(cpu: &dyn Cpuid) -> Vec<Allocation> {
    let Some(main) = cpu.leaf(0x10) else { return Vec::new() };
    let resources = [(1, "L3 cache", 4), (2, "L2 cache", 4), (3, "memory bandwidth", 11)];
    resources
        .into_iter()
        .filter(|(number, ..)| bit(main.ebx, *number))
        .filter_map(|(number, resource, high)| {
            let leaf = cpu.registers(0x10, number)?;
            Some(Allocation {
                resource,
                steps: field(leaf.eax, high, 0) + 1,
                shared: leaf.ebx.into(),
                code_data_split: number < 3 && bit(leaf.ecx, 2),
                classes: field(leaf.edx, 15, 0) + 1,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    #[test]
    fn rome_shares_its_l3_in_16_classes() {
        let found = resource_control(&sample::ZEN2_ROME.first()).unwrap();
        let monitoring = found.monitoring.unwrap();
        assert_eq!((monitoring.max_rmid, monitoring.unit), (255, 64));
        assert_eq!(monitoring.events.len(), 3);
        let [l3] = &found.allocation[..] else { panic!("{:?}", found.allocation) };
        assert_eq!((l3.resource, l3.steps, l3.classes), ("L3 cache", 16, 16));
        assert!(l3.code_data_split);
    }

    #[test]
    fn a_haswell_monitors_only() {
        let found = resource_control(&sample::HASWELL_E.first()).unwrap();
        assert_eq!(found.monitoring.unwrap().events, ["occupancy"]);
        assert!(found.allocation.is_empty());
    }
}
