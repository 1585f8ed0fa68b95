//! Caches: leaf 4, AMD's 0x8000001D, AMD's 0x80000005 and 6, or leaf 2's descriptors.

use serde::Serialize;

use super::bits::{bit, field};
use super::descriptor::{Descriptor, descriptors};
use super::trimmed::Trimmed;
use super::vendor;
use crate::cpuid::source::SUBLEAF_CAP;
use crate::cpuid::{Cpuid, Registers, Vendor};

/// What a cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheKind {
    /// Data only.
    Data,
    /// Instructions only.
    Instruction,
    /// Both.
    Unified,
    /// Decoded micro-operations (NetBurst).
    Trace,
    /// A type the manuals do not define.
    Unknown,
}

/// One cache as CPUID describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cache {
    /// 1, 2, 3 or 4.
    pub level: u8,
    /// What it holds.
    pub kind: CacheKind,
    /// Bytes; for a trace cache the number of micro-operations.
    pub size: u64,
    /// Bytes of one line.
    pub line: Option<u32>,
    /// Ways of a set; `None` where unknown or fully associative.
    pub ways: Option<u32>,
    /// Sets.
    pub sets: Option<u32>,
    /// Physical line partitions.
    pub partitions: Option<u32>,
    /// Any line may lie anywhere.
    pub fully_associative: bool,
    /// How many logical CPUs share it at most. Intel counts APIC ids here, so the true
    /// number can be lower.
    pub shared_by: Option<u32>,
    /// It holds everything that the levels below it hold.
    pub inclusive: Option<bool>,
    /// The leaf that said so.
    pub leaf: super::bits::Hex,
}

/// Every cache of this logical CPU, by level.
///
/// AMD's 0x8000001D counts only with TOPOEXT (AMD APM vol. 3, Fn8000_001D): without it
/// the leaf may return anything.
pub fn caches(cpu: &dyn Cpuid) -> Vec<Cache> {
    let cpu = &Trimmed::new(cpu);
    let vendor = vendor(cpu);
    if has_topoext(cpu) && !vendor.is_intel_like() {
        let found = deterministic(cpu, 0x8000_001d);
        if !found.is_empty() {
            return found;
        }
    }
    if !vendor.is_amd_like() {
        let found = deterministic(cpu, 4);
        if !found.is_empty() {
            return found;
        }
    }
    let mut found = if vendor == Vendor::Intel { Vec::new() } else { legacy_amd(cpu) };
    if found.is_empty() && !vendor.is_amd_like() {
        found = from_descriptors(cpu);
    }
    found.sort_by_key(|cache| cache.level);
    found
}

/// AMD's topology extensions: leaves 0x8000001D and 0x8000001E are valid.
pub(super) fn has_topoext(cpu: &dyn Cpuid) -> bool {
    cpu.leaf(0x8000_0001).is_some_and(|leaf| bit(leaf.ecx, 22))
}

/// Leaf 4 and 0x8000001D, which have one layout: subleaves until type 0.
///
/// A subleaf equal to the one before ends the list as well: a buggy hypervisor
/// answered the same entry for every subleaf.
fn deterministic(cpu: &dyn Cpuid, leaf: u32) -> Vec<Cache> {
    let mut found = Vec::new();
    let mut previous = None;
    for subleaf in 0..SUBLEAF_CAP {
        let Some(registers) = cpu.registers(leaf, subleaf) else { break };
        if field(registers.eax, 4, 0) == 0 || previous == Some(registers) {
            break;
        }
        previous = Some(registers);
        found.push(entry(leaf, registers));
    }
    found
}

fn entry(leaf: u32, registers: Registers) -> Cache {
    let line = field(registers.ebx, 11, 0) + 1;
    let partitions = field(registers.ebx, 21, 12) + 1;
    let ways = field(registers.ebx, 31, 22) + 1;
    let sets = u64::from(registers.ecx) + 1;
    Cache {
        level: u8::try_from(field(registers.eax, 7, 5)).unwrap_or(0),
        kind: match field(registers.eax, 4, 0) {
            1 => CacheKind::Data,
            2 => CacheKind::Instruction,
            3 => CacheKind::Unified,
            _ => CacheKind::Unknown,
        },
        size: [partitions, line]
            .into_iter()
            .fold(u64::from(ways).saturating_mul(sets), |size, n| {
                size.saturating_mul(u64::from(n))
            }),
        line: Some(line),
        ways: Some(ways),
        sets: u32::try_from(sets).ok(),
        partitions: Some(partitions),
        fully_associative: bit(registers.eax, 9),
        shared_by: Some(field(registers.eax, 25, 14) + 1),
        inclusive: Some(bit(registers.edx, 1)),
        leaf: leaf.into(),
    }
}

/// 0x80000005 and 0x80000006: AMD before TOPOEXT, and Centaur.
fn legacy_amd(cpu: &dyn Cpuid) -> Vec<Cache> {
    let mut found = Vec::new();
    if let Some(l1) = cpu.leaf(0x8000_0005) {
        for (kind, word) in [(CacheKind::Data, l1.ecx), (CacheKind::Instruction, l1.edx)] {
            let ways = match field(word, 23, 16) {
                0xff => Ways::Full,
                n => Ways::Of(n),
            };
            found.extend(described(1, kind, field(word, 31, 24), ways, word, 0x8000_0005));
        }
    }
    if let Some(l2) = cpu.leaf(0x8000_0006) {
        let (kib, ways) = (field(l2.ecx, 31, 16), associativity(field(l2.ecx, 15, 12)));
        found.extend(described(2, CacheKind::Unified, kib, ways, l2.ecx, 0x8000_0006));
        // 512-KiB units, rounded down to what every part of the family has.
        let (kib, ways) = (field(l2.edx, 31, 18) * 512, associativity(field(l2.edx, 15, 12)));
        found.extend(described(3, CacheKind::Unified, kib, ways, l2.edx, 0x8000_0006));
    }
    found
}

/// A cache of 0x80000005 or 6, unless its size is 0 or it is switched off.
fn described(
    level: u8,
    kind: CacheKind,
    kib: u32,
    ways: Ways,
    word: u32,
    leaf: u32,
) -> Option<Cache> {
    if kib == 0 || ways == Ways::Off {
        return None;
    }
    let (line, size) = (field(word, 7, 0), u64::from(kib) * 1024);
    Some(sized(level, kind, size, line, ways, leaf))
}

fn sized(level: u8, kind: CacheKind, size: u64, line: u32, ways: Ways, leaf: u32) -> Cache {
    let ways_number = match ways {
        Ways::Of(n) if n > 0 => Some(n),
        _ => None,
    };
    let lines = size.checked_div(u64::from(line));
    let sets = ways_number.and_then(|n| u32::try_from(lines? / u64::from(n)).ok());
    Cache {
        level,
        kind,
        size,
        line: (line > 0).then_some(line),
        ways: ways_number,
        sets,
        partitions: None,
        fully_associative: ways == Ways::Full,
        shared_by: None,
        inclusive: None,
        leaf: leaf.into(),
    }
}

/// How many places a line may lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    /// The cache or TLB is switched off or absent.
    Off,
    /// So many; 0 where the number is given elsewhere.
    Of(u32),
    /// All of them.
    Full,
}

/// AMD's four-bit code (AMD APM vol. 3, table "Associativity for L2/L3 caches and TLBs").
pub(super) fn associativity(code: u32) -> Ways {
    match code {
        0 => Ways::Off,
        1..=4 => Ways::Of(code),
        5 => Ways::Of(6),
        6 => Ways::Of(8),
        8 => Ways::Of(16),
        0xa => Ways::Of(32),
        0xb => Ways::Of(48),
        0xc => Ways::Of(64),
        0xd => Ways::Of(96),
        0xe => Ways::Of(128),
        0xf => Ways::Full,
        // 9 says: see 0x8000001D.
        _ => Ways::Of(0),
    }
}

fn from_descriptors(cpu: &dyn Cpuid) -> Vec<Cache> {
    let found = descriptors(cpu).into_iter().filter_map(|descriptor| match descriptor {
        Descriptor::Cache { level, kind, size, ways, line } => {
            let unit = if kind == CacheKind::Trace { 1000 } else { 1024 };
            Some(sized(level, kind, u64::from(size) * unit, line, Ways::Of(ways), 2))
        }
        _ => None,
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;
    use crate::cpuid::decode::sample;

    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * 1024;

    /// Level, kind, bytes, ways, line, sets, shared by.
    fn summary(cpu: &dyn Cpuid) -> Vec<(u8, CacheKind, u64, u32, u32, u32, u32)> {
        let row = |c: Cache| {
            let n = |value: Option<u32>| value.unwrap_or(0);
            (c.level, c.kind, c.size, n(c.ways), n(c.line), n(c.sets), n(c.shared_by))
        };
        caches(cpu).into_iter().map(row).collect()
    }

    /// `lscpu -C` on the machine itself: 48K 12 ways 64 sets, 32K 8/64, 2M 16/2048,
    /// 260M 20/212992.
    #[test]
    fn this_guest_has_what_lscpu_says() {
        use CacheKind::{Data, Instruction, Unified};
        assert_eq!(
            summary(&sample::EMERALD_RAPIDS.first()),
            [
                (1, Data, 48 * KIB, 12, 64, 64, 1),
                (1, Instruction, 32 * KIB, 8, 64, 64, 1),
                (2, Unified, 2 * MIB, 16, 64, 2048, 1),
                (3, Unified, 260 * MIB, 20, 64, 212_992, 2),
            ]
        );
    }

    /// libcpuid's expected values for the same dumps: L1D, L1I, L2 and L3 in KiB with ways.
    #[test]
    fn captured_cpus_have_what_libcpuid_expects() {
        for (sample, expected) in [
            (&sample::HASWELL_E, vec![(32, 8), (32, 8), (256, 8), (15_360, 20)]),
            (&sample::SKYLAKE_SP, vec![(32, 8), (32, 8), (1024, 16), (14_080, 11)]),
            (&sample::ICE_LAKE_D, vec![(48, 12), (32, 8), (1280, 20), (10_240, 20)]),
            (&sample::CORE2_CONROE, vec![(32, 8), (32, 8), (4096, 16)]),
            (&sample::ZEN2_ROME, vec![(32, 8), (32, 8), (512, 8), (16_384, 16)]),
            (&sample::ZEN3_VERMEER, vec![(32, 8), (32, 8), (512, 8), (98_304, 16)]),
            (&sample::ZEN4_RAPHAEL, vec![(32, 8), (32, 8), (1024, 8), (32_768, 16)]),
            (&sample::ZHAOXIN_YONGFENG, vec![(32, 8), (64, 16), (256, 8), (8192, 16)]),
            (&sample::ALDER_LAKE_H, vec![(48, 12), (32, 8), (1280, 10), (24_576, 12)]),
        ] {
            let found: Vec<_> = summary(&sample.first())
                .into_iter()
                .map(|(_, _, size, ways, ..)| (size / KIB, ways))
                .collect();
            assert_eq!(found, expected, "{}", sample.name);
        }
    }

    #[test]
    fn an_efficiency_core_has_caches_of_its_own() {
        let e_core = &sample::ALDER_LAKE_H.dump().cpus[1];
        let found: Vec<_> = summary(e_core).into_iter().map(|c| (c.2 / KIB, c.6)).collect();
        assert_eq!(found, [(32, 2), (64, 2), (2048, 8), (24_576, 128)]);
    }

    #[test]
    fn a_k8_describes_its_caches_in_the_old_leaves() {
        use CacheKind::{Data, Instruction, Unified};
        assert_eq!(
            summary(&sample::ATHLON_X2.first()),
            [
                (1, Data, 64 * KIB, 2, 64, 512, 0),
                (1, Instruction, 64 * KIB, 2, 64, 512, 0),
                (2, Unified, 512 * KIB, 16, 64, 512, 0),
            ]
        );
    }

    #[test]
    fn inclusive_is_what_edx_says() {
        let inclusive = |cpu: &dyn Cpuid| caches(cpu).last().unwrap().inclusive;
        assert_eq!(inclusive(&sample::HASWELL_E.first()), Some(true));
        assert_eq!(inclusive(&sample::SKYLAKE_SP.first()), Some(false));
    }

    /// A Core 2 without leaf 4 falls back to its descriptors, which say the same.
    #[test]
    fn leaf_2_agrees_with_leaf_4() {
        let full = sample::CORE2_CONROE.first();
        let without: CpuDump = full.iter().filter(|(id, _)| id.leaf != 4).collect();
        let mut expected: Vec<_> =
            caches(&full).into_iter().map(|c| (c.level, c.kind, c.size, c.ways, c.sets)).collect();
        let mut found: Vec<_> = caches(&without)
            .into_iter()
            .map(|c| (c.level, c.kind, c.size, c.ways, c.sets))
            .collect();
        expected.sort_by_key(|c| (c.0, c.2, format!("{:?}", c.1)));
        found.sort_by_key(|c| (c.0, c.2, format!("{:?}", c.1)));
        assert_eq!(found, expected);
    }

    #[test]
    fn one_entry_for_every_subleaf_is_one_cache() {
        let mut cpu = sample::ZEN2_ROME.first();
        for subleaf in 0..200 {
            cpu.insert(0x8000_001d, subleaf, Registers::new(0x4121, 0x01c0_003f, 0x3f, 0));
        }
        assert_eq!(caches(&cpu).len(), 1);
    }

    #[test]
    fn amd_without_topoext_does_not_use_8000001d() {
        let mut cpu = sample::ZEN2_ROME.first();
        let leaf = cpu.leaf(0x8000_0001).unwrap();
        cpu.insert(0x8000_0001, 0, Registers { ecx: leaf.ecx & !(1 << 22), ..leaf });
        assert!(caches(&cpu).iter().all(|c| c.leaf.0 != 0x8000_001d));
        assert_eq!(caches(&cpu).len(), 4, "0x80000005 and 6 have them all");
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let mut cpu = CpuDump::default();
        cpu.insert(4, 0, Registers::new(0xffff_ffe1, u32::MAX, u32::MAX, u32::MAX));
        assert_eq!(caches(&cpu)[0].size, u64::MAX);
        assert_eq!(caches(&cpu)[0].sets, None);
    }
}
