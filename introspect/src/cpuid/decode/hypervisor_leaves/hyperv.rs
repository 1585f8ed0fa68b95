//! Hyper-V: Microsoft's Hypervisor Top-Level Functional Specification (TLFS), "Feature and
//! Interface Discovery"; the isolation leaf as in Linux include/hyperv/hvgdk_mini.h.

use serde::Serialize;

use super::within;
use crate::cpuid::Cpuid;
use crate::cpuid::decode::bits::{Hex, bit, field, names, wide};

/// What leaves base + 2 to base + 0xC say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HyperV {
    /// `major.minor.build` (leaf + 2).
    pub version: Option<String>,
    /// Service pack, branch and number (leaf + 2 ECX, EDX).
    pub service: Option<String>,
    /// The partition's privileges (leaf + 3 EBX:EAX).
    pub privileges: Option<Hex>,
    /// The names of those privileges.
    pub privilege_names: Vec<&'static str>,
    /// This is the root partition, which manages the host's CPUs.
    pub root: bool,
    /// What the hypervisor recommends to use (leaf + 4 EAX).
    pub recommendations: Option<Hex>,
    /// The names of those recommendations.
    pub recommendation_names: Vec<&'static str>,
    /// Tries of a spinlock before the hypervisor is told; `None` for never.
    pub spinlock_retries: Option<u32>,
    /// Virtual processors of a partition at most (leaf + 5 EAX).
    pub max_virtual_processors: Option<u32>,
    /// Logical processors of the host at most (leaf + 5 EBX).
    pub max_logical_processors: Option<u32>,
    /// What of the hardware is in use (leaf + 6 EAX).
    pub hardware: Vec<&'static str>,
    /// Privileges of a hypervisor inside this partition (leaf + 9 EAX).
    pub nested_privileges: Vec<&'static str>,
    /// Nested virtualisation (leaf + 0xA).
    pub nested: Option<HyperVNested>,
    /// Isolation of the partition from the host (leaf + 0xC).
    pub isolation: Option<HyperVIsolation>,
}

/// What a hypervisor inside this partition may use (leaf base + 0xA).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HyperVNested {
    /// The lowest version of the enlightened VMCS; 0 where there is none.
    pub evmcs_low: u32,
    /// The highest version.
    pub evmcs_high: u32,
    /// Other nested enlightenments.
    pub features: Vec<&'static str>,
}

/// How the partition is isolated from the host (leaf base + 0xC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HyperVIsolation {
    /// By what.
    pub kind: IsolationType,
    /// A paravisor runs between the hypervisor and this operating system.
    pub paravisor: bool,
    /// Bits of the guest address below the boundary between private and shared memory,
    /// where there is such a boundary.
    pub shared_boundary_bits: Option<u32>,
}

/// What isolates a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationType {
    /// Nothing.
    None,
    /// Virtualisation-based security.
    Vbs,
    /// AMD SEV-SNP.
    Snp,
    /// Intel TDX.
    Tdx,
    /// A number that nobody has defined.
    Unknown,
}

const PRIVILEGES_LOW: &[(u32, &str)] = &[
    (0, "runtime counter"),
    (1, "partition reference counter"),
    (2, "synthetic interrupt controller"),
    (3, "synthetic timers"),
    (4, "APIC MSRs"),
    (5, "hypercall MSRs"),
    (6, "virtual processor index"),
    (7, "virtual system reset"),
    (8, "statistics pages"),
    (9, "reference TSC page"),
    (10, "guest idle state"),
    (11, "TSC and APIC frequency"),
    (12, "debug MSRs"),
    (13, "reenlightenment"),
    (15, "TSC invariant control"),
];

const PRIVILEGES_HIGH: &[(u32, &str)] = &[
    (0, "create partitions"),
    (1, "partition ids"),
    (2, "memory pool"),
    (4, "post messages"),
    (5, "signal events"),
    (6, "create port"),
    (7, "connect port"),
    (8, "statistics"),
    (11, "debugging"),
    (12, "CPU management"),
    (16, "virtual secure mode"),
    (17, "virtual processor registers"),
    (20, "extended hypercalls"),
    (21, "start virtual processor"),
    (22, "isolation"),
];

const RECOMMENDATIONS: &[(u32, &str)] = &[
    (0, "hypercall for address space switches"),
    (1, "hypercall for local TLB flushes"),
    (2, "hypercall for remote TLB flushes"),
    (3, "MSRs for the APIC"),
    (4, "MSR for reset"),
    (5, "relaxed timing"),
    (6, "DMA remapping"),
    (7, "interrupt remapping"),
    (9, "no automatic end of interrupt"),
    (10, "hypercall for cluster IPIs"),
    (11, "extended processor masks"),
    (12, "nested Hyper-V"),
    (13, "INT for MBEC system calls"),
    (14, "enlightened VMCS"),
    (15, "synchronised timeline"),
    (17, "direct local flush"),
    (18, "no core sharing outside SMT"),
];

const HARDWARE: &[(u32, &str)] = &[
    (0, "APIC overlay assist"),
    (1, "MSR bitmaps"),
    (2, "performance counters"),
    (3, "second level address translation"),
    (4, "DMA remapping"),
    (5, "interrupt remapping"),
    (6, "memory patrol scrubber"),
    (7, "DMA protection"),
    (8, "HPET"),
    (9, "volatile synthetic timers"),
];

const NESTED: &[(u32, &str)] = &[
    (17, "direct virtual flush"),
    (18, "flush of guest physical addresses"),
    (19, "enlightened MSR bitmap"),
    (20, "combined virtualisation exceptions"),
    (21, "non-SMI support"),
    (22, "enlightened TLB"),
];

/// Reads the leaves of the interface at `base`; `None` where its interface leaf does not
/// say `Hv#1`, which promises the rest.
pub fn hyperv(cpu: &dyn Cpuid, base: u32) -> Option<HyperV> {
    if within(cpu, base, 1)?.eax.to_le_bytes() != *b"Hv#1" {
        return None;
    }
    let mut found = HyperV::default();
    if let Some(leaf) = within(cpu, base, 2) {
        let (major, minor) = (leaf.ebx >> 16, leaf.ebx & 0xffff);
        found.version = Some(format!("{major}.{minor}.{}", leaf.eax));
        let (branch, number) = (leaf.edx >> 24, leaf.edx & 0xff_ffff);
        found.service = Some(format!("{}.{branch}.{number}", leaf.ecx));
    }
    if let Some(leaf) = within(cpu, base, 3) {
        found.privileges = Some(wide(leaf.ebx, leaf.eax).into());
        found.privilege_names = names(leaf.eax, PRIVILEGES_LOW);
        found.privilege_names.extend(names(leaf.ebx, PRIVILEGES_HIGH));
        // Linux arch/x86/kernel/cpu/mshyperv.c: CPU management without isolation.
        found.root = bit(leaf.ebx, 12) && !bit(leaf.ebx, 22);
        found.isolation = bit(leaf.ebx, 22).then(|| isolation(cpu, base)).flatten();
    }
    if let Some(leaf) = within(cpu, base, 4) {
        found.recommendations = Some(leaf.eax.into());
        found.recommendation_names = names(leaf.eax, RECOMMENDATIONS);
        found.spinlock_retries = Some(leaf.ebx).filter(|retries| *retries != u32::MAX);
    }
    if let Some(leaf) = within(cpu, base, 5) {
        found.max_virtual_processors = Some(leaf.eax);
        found.max_logical_processors = Some(leaf.ebx);
    }
    found.hardware = within(cpu, base, 6).map_or(Vec::new(), |leaf| names(leaf.eax, HARDWARE));
    found.nested_privileges =
        within(cpu, base, 9).map_or(Vec::new(), |leaf| names(leaf.eax, PRIVILEGES_LOW));
    found.nested = within(cpu, base, 0xa).filter(|leaf| !leaf.is_zero()).map(|leaf| HyperVNested {
        evmcs_low: field(leaf.eax, 7, 0),
        evmcs_high: field(leaf.eax, 15, 8),
        features: names(leaf.eax, NESTED),
    });
    Some(found)
}

fn isolation(cpu: &dyn Cpuid, base: u32) -> Option<HyperVIsolation> {
    let leaf = within(cpu, base, 0xc)?;
    Some(HyperVIsolation {
        kind: match field(leaf.ebx, 3, 0) {
            0 => IsolationType::None,
            1 => IsolationType::Vbs,
            2 => IsolationType::Snp,
            3 => IsolationType::Tdx,
            _ => IsolationType::Unknown,
        },
        paravisor: bit(leaf.eax, 0),
        shared_boundary_bits: bit(leaf.ebx, 5).then(|| field(leaf.ebx, 11, 6)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::first_leaf;
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn a_root_partition_of_server_2022() {
        let found = hyperv(&sample::ICE_LAKE_D.first(), 0x4000_0000).unwrap();
        assert_eq!(found.version.as_deref(), Some("10.0.20348"));
        assert_eq!(found.service.as_deref(), Some("1.0.1194"));
        assert!(found.root);
        assert_eq!(found.isolation, None);
        assert_eq!(found.max_virtual_processors, Some(1024));
        assert_eq!(found.spinlock_retries, Some(4095));
        assert!(found.privilege_names.contains(&"create partitions"));
        assert!(found.hardware.contains(&"second level address translation"));
    }

    #[test]
    fn an_isolated_partition_says_by_what() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_000c, b"Microsoft Hv"));
        cpu.insert(0x4000_0001, 0, Registers::new(u32::from_le_bytes(*b"Hv#1"), 0, 0, 0));
        cpu.insert(0x4000_0003, 0, Registers::new(0, 1 << 22, 0, 0));
        cpu.insert(0x4000_000c, 0, Registers::new(1, 2 | 1 << 5 | 46 << 6, 0, 0));
        let isolation = hyperv(&cpu, 0x4000_0000).unwrap().isolation.unwrap();
        assert_eq!(isolation.kind, IsolationType::Snp);
        assert!(isolation.paravisor);
        assert_eq!(isolation.shared_boundary_bits, Some(46));
    }

    #[test]
    fn a_nested_hypervisor_has_leaves_of_its_own() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_000a, b"Microsoft Hv"));
        cpu.insert(0x4000_0001, 0, Registers::new(u32::from_le_bytes(*b"Hv#1"), 0, 0, 0));
        cpu.insert(0x4000_0009, 0, Registers::new(1 << 5 | 1 << 6, 0, 0, 0));
        cpu.insert(0x4000_000a, 0, Registers::new(0x000e_0101, 0, 0, 0));
        let found = hyperv(&cpu, 0x4000_0000).unwrap();
        assert_eq!(found.nested_privileges, ["hypercall MSRs", "virtual processor index"]);
        let nested = found.nested.unwrap();
        assert_eq!((nested.evmcs_low, nested.evmcs_high), (1, 1));
        assert_eq!(nested.features.len(), 3);
    }

    #[test]
    fn without_hv1_the_leaves_mean_nothing() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_000c, b"Microsoft Hv"));
        cpu.insert(0x4000_0001, 0, Registers::default());
        assert_eq!(hyperv(&cpu, 0x4000_0000), None);
    }
}
