//! The title of every leaf that some manual defines.

use crate::cpuid::LeafId;

/// What a leaf is about; `None` for one that no manual defines.
///
/// A hypervisor's leaves have one title for all hypervisors, because the number alone does
/// not say whose they are.
pub fn explain(id: LeafId) -> Option<&'static str> {
    let specific =
        SUBLEAVES.iter().find(|(leaf, subleaf, _)| (*leaf, *subleaf) == (id.leaf, id.subleaf));
    if let Some((_, _, title)) = specific {
        return Some(title);
    }
    // Interfaces stand at 0x40000000 + n * 0x100.
    let leaf = if id.leaf >> 16 == 0x4000 { id.leaf & 0xffff_00ff } else { id.leaf };
    LEAVES.iter().find(|(known, _)| *known == leaf).map(|(_, title)| *title)
}

/// Subleaves that are about something else than their leaf.
const SUBLEAVES: &[(u32, u32, &str)] = &[
    (0x7, 1, "Structured extended features, part 2"),
    (0x7, 2, "Structured extended features, part 3"),
    (0xd, 1, "XSAVE extensions and supervisor components"),
    (0xf, 1, "Monitoring of the L3 cache"),
    (0x10, 1, "Allocation of the L3 cache"),
    (0x10, 2, "Allocation of the L2 cache"),
    (0x10, 3, "Allocation of memory bandwidth"),
    (0x12, 1, "Enclave attributes"),
    (0x14, 1, "Processor Trace, details"),
    (0x1d, 1, "AMX palette 1"),
    (0x1e, 1, "AMX features"),
    (0x23, 1, "Performance counters, bitmap of counters"),
    (0x23, 3, "Performance counters, bitmap of events"),
    (0x24, 1, "AVX10 features"),
];

const LEAVES: &[(u32, &str)] = &[
    (0x0, "Vendor and highest basic leaf"),
    (0x1, "Signature and features"),
    (0x2, "Cache and TLB descriptors"),
    (0x3, "Processor serial number"),
    (0x4, "Deterministic cache parameters"),
    (0x5, "MONITOR and MWAIT"),
    (0x6, "Thermal and power management"),
    (0x7, "Structured extended features"),
    (0x9, "Direct cache access"),
    (0xa, "Architectural performance monitoring"),
    (0xb, "Extended topology"),
    (0xd, "XSAVE components"),
    (0xf, "Resource monitoring (RDT)"),
    (0x10, "Resource allocation (RDT)"),
    (0x12, "Software Guard Extensions"),
    (0x14, "Processor Trace"),
    (0x15, "TSC and core crystal clock"),
    (0x16, "Processor frequencies"),
    (0x17, "System on chip vendor"),
    (0x18, "Deterministic address translation (TLBs)"),
    (0x19, "Key Locker"),
    (0x1a, "Hybrid core type"),
    (0x1b, "PCONFIG targets"),
    (0x1c, "Architectural last branch records"),
    (0x1d, "AMX tile palettes"),
    (0x1e, "AMX tile multiplication"),
    (0x1f, "Extended topology, version 2"),
    (0x20, "History reset"),
    (0x21, "Trust domain (Intel TDX)"),
    (0x23, "Performance monitoring, extended"),
    (0x24, "AVX10"),
    (0x27, "Resource monitoring, asymmetric"),
    (0x28, "Resource allocation, asymmetric"),
    (0x29, "Advanced Performance Extensions"),
    (0x4000_0000, "Hypervisor signature and highest leaf"),
    (0x4000_0001, "Hypervisor interface, features or version"),
    (0x4000_0002, "Hypervisor version or hypercall page"),
    (0x4000_0003, "Hypervisor privileges or time"),
    (0x4000_0004, "Hypervisor recommendations or HVM features"),
    (0x4000_0005, "Hypervisor limits"),
    (0x4000_0006, "Hypervisor use of hardware"),
    (0x4000_0007, "Hypervisor CPU management"),
    (0x4000_0008, "Hypervisor shared virtual memory"),
    (0x4000_0009, "Nested hypervisor features"),
    (0x4000_000a, "Nested hypervisor enlightenments"),
    (0x4000_000c, "Hypervisor isolation"),
    (0x4000_0010, "Hypervisor timing"),
    (0x4000_0080, "Virtualisation stack signature"),
    (0x8000_0000, "Vendor and highest extended leaf"),
    (0x8000_0001, "Extended signature and features"),
    (0x8000_0002, "Brand string, part 1"),
    (0x8000_0003, "Brand string, part 2"),
    (0x8000_0004, "Brand string, part 3"),
    (0x8000_0005, "L1 caches and TLBs"),
    (0x8000_0006, "L2 and L3 caches and TLBs"),
    (0x8000_0007, "Power management and RAS"),
    (0x8000_0008, "Address sizes and extended features"),
    (0x8000_000a, "Secure virtual machine (SVM)"),
    (0x8000_0019, "TLBs for 1-GiB pages"),
    (0x8000_001a, "Performance optimisation"),
    (0x8000_001b, "Instruction based sampling"),
    (0x8000_001c, "Lightweight profiling"),
    (0x8000_001d, "Cache properties"),
    (0x8000_001e, "Processor topology"),
    (0x8000_001f, "Encrypted memory (SME, SEV)"),
    (0x8000_0020, "Platform quality of service"),
    (0x8000_0021, "Extended features, part 2"),
    (0x8000_0022, "Performance monitoring and debug"),
    (0x8000_0023, "Multi-key encrypted memory"),
    (0x8000_0025, "Encrypted memory, part 2"),
    (0x8000_0026, "Extended CPU topology"),
    (0x8086_0000, "Transmeta: highest leaf"),
    (0xc000_0000, "Centaur: highest leaf"),
    (0xc000_0001, "Centaur: extended features"),
    (0xc000_0002, "Centaur: temperature and voltage"),
    (0xc000_0004, "Centaur: temperature and voltage"),
    (0xc000_0006, "Zhaoxin: extended features"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    #[test]
    fn titles_are_in_order_and_unique() {
        assert!(LEAVES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(SUBLEAVES.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
    }

    #[test]
    fn nested_interfaces_share_their_titles() {
        assert_eq!(
            explain(LeafId::new(0x4000_0100, 0)),
            Some("Hypervisor signature and highest leaf")
        );
        assert_eq!(explain(LeafId::new(0x7, 1)), Some("Structured extended features, part 2"));
        assert_eq!(explain(LeafId::new(0x13, 0)), None);
    }

    /// Leaves 8 and 0xC000_0005 hold data in two captures, but no manual defines them.
    #[test]
    fn captured_leaves_have_titles() {
        for sample in sample::ALL {
            for (id, _) in sample.first().iter() {
                let reserved = [8, 0xc000_0005].contains(&id.leaf);
                assert!(reserved || explain(id).is_some(), "{}: {id}", sample.name);
            }
        }
    }
}
