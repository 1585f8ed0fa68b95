//! How the logical CPUs of a package are grouped, as one CPU says it.

mod amd;
mod domain;
mod layout;

use serde::Serialize;

pub use domain::{Domain, DomainKind};
pub use layout::{CoreTypeCount, Layout, package_layout};

use super::bits::{Hex, bit, field};
use super::core_type::is_hybrid;
use super::trimmed::Trimmed;
use super::vendor;
use crate::cpuid::source::SUBLEAF_CAP;
use crate::cpuid::{Cpuid, Vendor};

/// The grouping of one package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Topology {
    /// The leaf that gave the counts.
    pub leaf: Option<Hex>,
    /// The domains that leaf lists, from the inside out; empty for the old leaves.
    pub domains: Vec<Domain>,
    /// Logical CPUs of this core.
    pub threads_per_core: Option<u32>,
    /// Cores of the package; `None` on a hybrid CPU, whose cores differ (see
    /// [`package_layout`]).
    pub cores_per_package: Option<u32>,
    /// Logical CPUs of the package.
    pub threads_per_package: Option<u32>,
    /// Dies of the package, where the leaf has that domain.
    pub dies_per_package: Option<u32>,
    /// Memory nodes of the package (AMD 0x8000001E).
    pub nodes_per_package: Option<u32>,
    /// This CPU's APIC id, 32 bits wide where a leaf has it so.
    pub apic_id: Option<u32>,
    /// Bits of the APIC id that number a logical CPU inside its core.
    pub core_shift: u32,
    /// Bits of the APIC id that number a logical CPU inside its package.
    pub package_shift: u32,
}

/// What this CPU says about its package.
///
/// The counts are what the leaves state, which is the configuration as shipped or as the
/// hypervisor presents it; Intel's SDM (leaf 0x1F, note on EBX) wants them for display.
/// What really runs is counted by [`package_layout`].
pub fn topology(cpu: &dyn Cpuid) -> Topology {
    let cpu = &Trimmed::new(cpu);
    let vendor = vendor(cpu);
    let mut found = extended(cpu, vendor)
        .or_else(|| vendor.is_amd_like().then(|| amd::legacy(cpu)).flatten())
        .or_else(|| legacy_intel(cpu))
        .unwrap_or_default();
    if vendor.is_amd_like() {
        amd::complete(cpu, &mut found);
    }
    if found.apic_id.is_none() {
        found.apic_id = cpu.leaf(1).map(|leaf| field(leaf.ebx, 31, 24));
    }
    if is_hybrid(cpu) {
        found.cores_per_package = None;
    }
    found
}

/// The leaves that list domains, the most detailed first.
fn extended(cpu: &dyn Cpuid, vendor: Vendor) -> Option<Topology> {
    let leaves: &[u32] = if vendor.is_amd_like() { &[0x8000_0026, 0xb] } else { &[0x1f, 0xb] };
    leaves.iter().find_map(|leaf| listed(cpu, *leaf))
}

fn listed(cpu: &dyn Cpuid, leaf: u32) -> Option<Topology> {
    let first = cpu.leaf(leaf)?;
    // SDM: a leaf without domains has EBX 0 in subleaf 0.
    if field(first.ebx, 15, 0) == 0 {
        return None;
    }
    let mut domains: Vec<Domain> = Vec::new();
    for subleaf in 0..SUBLEAF_CAP {
        let Some(registers) = cpu.registers(leaf, subleaf) else { break };
        let Some(domain) = Domain::read(leaf, registers) else { break };
        // A CPU lists each type once; the same one again is a hypervisor's repetition.
        if domains.iter().any(|known| known.number == domain.number) {
            break;
        }
        domains.push(domain);
    }
    let threads_per_package = domains.iter().map(|domain| domain.threads).max()?;
    let of = |kind| domains.iter().position(|domain: &Domain| domain.kind == kind);
    let threads_per_core = of(DomainKind::Thread).map_or(1, |place| domains[place].threads).max(1);
    Some(Topology {
        leaf: Some(leaf.into()),
        threads_per_core: Some(threads_per_core),
        cores_per_package: Some(threads_per_package / threads_per_core),
        threads_per_package: Some(threads_per_package),
        dies_per_package: of(DomainKind::Die).and_then(|place| {
            let inner = domains.get(place.checked_sub(1)?)?.threads;
            domains[place].threads.checked_div(inner)
        }),
        nodes_per_package: None,
        apic_id: Some(first.edx),
        core_shift: of(DomainKind::Thread).map_or(0, |place| domains[place].shift),
        package_shift: domains.last().map_or(0, |domain| domain.shift),
        domains,
    })
}

/// Leaf 1 and leaf 4: the numbers of APIC ids set aside, so upper bounds.
fn legacy_intel(cpu: &dyn Cpuid) -> Option<Topology> {
    let leaf1 = cpu.leaf(1)?;
    // Without HTT the count in EBX means nothing.
    let ids = if bit(leaf1.edx, 28) { field(leaf1.ebx, 23, 16).max(1) } else { 1 };
    let cores = match cpu.leaf(4) {
        Some(leaf4) if field(leaf4.eax, 4, 0) != 0 => field(leaf4.eax, 31, 26) + 1,
        // Before leaf 4 there was no package with two cores, but with two threads.
        _ => 1,
    };
    let threads = (ids / cores).max(1);
    Some(Topology {
        leaf: Some(if cores > 1 { 4_u32 } else { 1 }.into()),
        threads_per_core: Some(threads),
        cores_per_package: Some((ids / threads).max(1)),
        threads_per_package: Some(ids),
        core_shift: width(threads),
        package_shift: width(ids),
        ..Topology::default()
    })
}

/// The bits that number `count` things.
fn width(count: u32) -> u32 {
    count.checked_next_power_of_two().map_or(32, u32::trailing_zeros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    fn counts(cpu: &dyn Cpuid) -> (u64, Option<u32>, Option<u32>, Option<u32>) {
        let t = topology(cpu);
        let leaf = t.leaf.map_or(0, |leaf| leaf.0);
        (leaf, t.threads_per_core, t.cores_per_package, t.dies_per_package)
    }

    #[test]
    fn captured_packages_have_their_makers_counts() {
        for (sample, expected) in [
            (&sample::EMERALD_RAPIDS, (0xb, Some(1), Some(2), None)),
            (&sample::HASWELL_E, (0xb, Some(2), Some(6), None)),
            (&sample::SKYLAKE_SP, (0xb, Some(1), Some(8), None)),
            (&sample::ICE_LAKE_D, (0xb, Some(2), Some(4), None)),
            (&sample::CORE2_CONROE, (4, Some(1), Some(2), None)),
            (&sample::ATHLON_X2, (0x8000_0008, Some(1), Some(2), None)),
            (&sample::ZEN2_ROME, (0xb, Some(2), Some(64), None)),
            (&sample::ZEN3_VERMEER, (0xb, Some(2), Some(8), None)),
            (&sample::ZEN4_RAPHAEL, (0x8000_0026, Some(2), Some(8), Some(1))),
            (&sample::ZHAOXIN_YONGFENG, (0x1f, Some(1), Some(16), Some(1))),
            // 6 P-cores with two threads and 8 E-cores with one: no single count is true.
            (&sample::ALDER_LAKE_H, (0x1f, Some(2), None, None)),
        ] {
            assert_eq!(counts(&sample.first()), expected, "{}", sample.name);
        }
    }

    /// etallen's `cpuid -f` of the same dumps: CORE_width and SMT_width.
    #[test]
    fn shifts_are_the_widths_that_cpuid_prints() {
        for (sample, core, smt) in [
            (&sample::EMERALD_RAPIDS, 5, 0),
            (&sample::HASWELL_E, 4 - 1, 1),
            (&sample::ZEN2_ROME, 6, 1),
            (&sample::ATHLON_X2, 1, 0),
            (&sample::CORE2_CONROE, 1, 0),
        ] {
            let t = topology(&sample.first());
            assert_eq!(
                (t.package_shift - t.core_shift, t.core_shift),
                (core, smt),
                "{}",
                sample.name
            );
        }
    }

    #[test]
    fn a_domain_that_nobody_defined_keeps_its_number() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x1f, 0, Registers::new(1, 2, 0x100, 9));
        cpu.insert(0x1f, 1, Registers::new(4, 16, 0x201, 9));
        cpu.insert(0x1f, 2, Registers::new(5, 32, 0x6302, 9));
        let t = topology(&cpu);
        assert_eq!(t.domains[2].kind, DomainKind::Unknown);
        assert_eq!(t.domains[2].number, 0x63);
        assert_eq!(t.cores_per_package, Some(16));
        assert_eq!(t.apic_id, Some(9));
    }

    #[test]
    fn a_domain_repeated_for_ever_is_read_once() {
        let mut cpu = CpuDump::default();
        for subleaf in 0..100 {
            cpu.insert(0xb, subleaf, Registers::new(1, 2, 0x100 | subleaf, 0));
        }
        assert_eq!(topology(&cpu).domains.len(), 1);
    }

    #[test]
    fn an_empty_dump_has_no_topology() {
        assert_eq!(topology(&CpuDump::default()), Topology::default());
    }
}
