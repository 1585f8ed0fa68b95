//! The packages, cores and threads of a whole machine, counted from the APIC ids of its CPUs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::topology;
use crate::cpuid::Dump;
use crate::cpuid::decode::core_type::{CoreType, core_type};

/// What a machine consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Packages (sockets).
    pub packages: u32,
    /// Cores in all packages.
    pub cores: u32,
    /// Logical CPUs that the dump has.
    pub threads: u32,
    /// Cores by type; empty unless the CPU is hybrid.
    pub core_types: Vec<CoreTypeCount>,
    /// False where two CPUs of the dump show one APIC id: the dump was then not read
    /// with the thread pinned to each CPU, and the counts are too low.
    pub distinct: bool,
}

/// How many cores are of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CoreTypeCount {
    /// The type.
    pub core_type: CoreType,
    /// Cores of it.
    pub cores: u32,
}

/// Counts what the dump's CPUs show; `None` where no CPU shows an APIC id.
///
/// A dump of some of the CPUs gives the layout of those only.
pub fn package_layout(dump: &Dump) -> Option<Layout> {
    let mut threads = BTreeSet::new();
    let mut packages = BTreeSet::new();
    let mut cores: BTreeMap<(u32, u32), Option<CoreType>> = BTreeMap::new();
    let mut seen = 0_usize;
    for cpu in &dump.cpus {
        let found = topology(cpu);
        let Some(id) = found.apic_id else { continue };
        seen += 1;
        let package = id.checked_shr(found.package_shift).unwrap_or(0);
        let core = id.checked_shr(found.core_shift).unwrap_or(0);
        threads.insert(id);
        packages.insert(package);
        cores.insert((package, core), core_type(cpu));
    }
    if seen == 0 {
        return None;
    }
    let mut core_types: Vec<CoreTypeCount> = Vec::new();
    for core_type in cores.values().flatten() {
        match core_types.iter_mut().find(|count| count.core_type == *core_type) {
            Some(count) => count.cores += 1,
            None => core_types.push(CoreTypeCount { core_type: *core_type, cores: 1 }),
        }
    }
    Some(Layout {
        packages: count(packages.len()),
        cores: count(cores.len()),
        threads: count(seen),
        core_types,
        distinct: threads.len() == seen,
    })
}

/// A dump holds at most `MAX_CPUS` CPUs, so the number always fits.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    fn counts(dump: &Dump) -> (u32, u32, u32) {
        let layout = package_layout(dump).unwrap();
        (layout.packages, layout.cores, layout.threads)
    }

    #[test]
    fn whole_machines_are_counted() {
        // This guest: `lscpu` says 1 socket, 2 cores, 2 CPUs.
        assert_eq!(counts(&sample::EMERALD_RAPIDS.dump()), (1, 2, 2));
        // Six cores with ids 0 to 11.
        assert_eq!(counts(&sample::with_apic_ids(&sample::HASWELL_E.first(), 0..12)), (1, 6, 12));
        // Two EPYC 7742.
        assert_eq!(
            counts(&sample::with_apic_ids(&sample::ZEN2_ROME.first(), 0..256)),
            (2, 128, 256)
        );
        assert_eq!(counts(&sample::ATHLON_X2.dump()), (1, 2, 2));
        // A Ryzen 3 3100 leaves a gap between its two complexes: ids 0 to 3 and 8 to 11.
        let ids = (0..4).chain(8..12);
        assert_eq!(counts(&sample::with_apic_ids(&sample::ZEN3_VERMEER.first(), ids)), (1, 4, 8));
    }

    #[test]
    fn a_hybrid_counts_its_cores_by_type() {
        let sample = sample::ALDER_LAKE_H.dump();
        // i7-12700H: P-cores 0x00 to 0x29 with two threads, E-cores 0x30 to 0x3e with one.
        let p = sample::with_apic_ids(&sample.cpus[0], (0..6).flat_map(|n| [n * 8, n * 8 + 1]));
        let e = sample::with_apic_ids(&sample.cpus[1], (0..8).map(|n| 0x30 + 2 * n));
        let dump = Dump { cpus: p.cpus.into_iter().chain(e.cpus).collect() };
        let layout = package_layout(&dump).unwrap();
        assert_eq!((layout.packages, layout.cores, layout.threads), (1, 14, 20));
        assert_eq!(
            layout.core_types,
            [
                CoreTypeCount { core_type: CoreType::Core, cores: 6 },
                CoreTypeCount { core_type: CoreType::Atom, cores: 8 },
            ]
        );
    }

    #[test]
    fn an_unpinned_dump_is_said_to_be_one() {
        let dump = sample::with_apic_ids(&sample::HASWELL_E.first(), [0, 0]);
        assert!(!package_layout(&dump).unwrap().distinct);
        assert_eq!(package_layout(&Dump::default()), None);
    }
}
