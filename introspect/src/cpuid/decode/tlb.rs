//! Translation caches: leaf 0x18, leaf 2's descriptors, or AMD's 0x80000005, 6 and 0x19.

use serde::Serialize;

use super::bits::{Hex, bit, field};
use super::cache::{Ways, associativity};
use super::descriptor::{Descriptor, descriptors};
use super::trimmed::Trimmed;
use super::vendor;
use crate::cpuid::source::SUBLEAF_CAP;
use crate::cpuid::{Cpuid, Registers, Vendor};

/// What a TLB translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlbKind {
    /// Data addresses.
    Data,
    /// Instruction addresses.
    Instruction,
    /// Both.
    Unified,
    /// Loads only.
    LoadOnly,
    /// Stores only.
    StoreOnly,
    /// A type the manuals do not define.
    Unknown,
}

/// One translation cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tlb {
    /// 1 or 2; Intel's leaf 0x18 may say more.
    pub level: u8,
    /// What it translates.
    pub kind: TlbKind,
    /// The page sizes it holds: `4K`, `2M`, `4M`, `1G`.
    pub pages: Vec<&'static str>,
    /// Entries.
    pub entries: u64,
    /// Ways of a set; `None` where unknown or fully associative.
    pub ways: Option<u32>,
    /// Any entry may lie anywhere.
    pub fully_associative: bool,
    /// How many APIC ids share it at most (leaf 0x18).
    pub shared_by: Option<u32>,
    /// The leaf that said so.
    pub leaf: Hex,
}

/// Every TLB of this logical CPU, in the order of the leaf that lists them.
pub fn tlbs(cpu: &dyn Cpuid) -> Vec<Tlb> {
    let cpu = &Trimmed::new(cpu);
    let vendor = vendor(cpu);
    let found = if vendor.is_amd_like() { Vec::new() } else { deterministic(cpu) };
    if !found.is_empty() {
        return found;
    }
    let found = if vendor == Vendor::Intel { Vec::new() } else { legacy_amd(cpu) };
    if !found.is_empty() || vendor.is_amd_like() {
        return found;
    }
    from_descriptors(cpu)
}

/// Leaf 0x18: EAX of subleaf 0 is the last subleaf; a subleaf of type 0 is no end.
fn deterministic(cpu: &dyn Cpuid) -> Vec<Tlb> {
    let Some(first) = cpu.leaf(0x18) else { return Vec::new() };
    let last = first.eax.min(SUBLEAF_CAP - 1);
    (0..=last).filter_map(|subleaf| entry(cpu.registers(0x18, subleaf)?)).collect()
}

fn entry(registers: Registers) -> Option<Tlb> {
    let kind = match field(registers.edx, 4, 0) {
        0 => return None,
        1 => TlbKind::Data,
        2 => TlbKind::Instruction,
        3 => TlbKind::Unified,
        4 => TlbKind::LoadOnly,
        5 => TlbKind::StoreOnly,
        _ => TlbKind::Unknown,
    };
    let pages = [(0, "4K"), (1, "2M"), (2, "4M"), (3, "1G")];
    let ways = field(registers.ebx, 31, 16);
    let fully_associative = bit(registers.edx, 8);
    Some(Tlb {
        level: u8::try_from(field(registers.edx, 7, 5)).unwrap_or(0),
        kind,
        pages: super::bits::names(registers.ebx, &pages),
        entries: u64::from(ways) * u64::from(registers.ecx),
        ways: (!fully_associative && ways > 0).then_some(ways),
        fully_associative,
        shared_by: Some(field(registers.edx, 25, 14) + 1),
        leaf: 0x18_u32.into(),
    })
}

fn legacy_amd(cpu: &dyn Cpuid) -> Vec<Tlb> {
    let mut found = Vec::new();
    if let Some(l1) = cpu.leaf(0x8000_0005) {
        for (pages, word) in [(&["2M", "4M"][..], l1.eax), (&["4K"][..], l1.ebx)] {
            for (kind, half) in [(TlbKind::Data, word >> 16), (TlbKind::Instruction, word & 0xffff)]
            {
                let ways = match field(half, 15, 8) {
                    0 => Ways::Off,
                    0xff => Ways::Full,
                    n => Ways::Of(n),
                };
                found.extend(listed(1, kind, pages, field(half, 7, 0), ways, 0x8000_0005));
            }
        }
    }
    if let Some(l2) = cpu.leaf(0x8000_0006) {
        found.extend(pair(2, &["2M", "4M"], l2.eax, 0x8000_0006));
        found.extend(pair(2, &["4K"], l2.ebx, 0x8000_0006));
    }
    if let Some(huge) = cpu.leaf(0x8000_0019) {
        found.extend(pair(1, &["1G"], huge.eax, 0x8000_0019));
        found.extend(pair(2, &["1G"], huge.ebx, 0x8000_0019));
    }
    found
}

/// A data TLB in the upper and an instruction TLB in the lower half. An empty upper half
/// makes the lower one a unified TLB (AMD APM vol. 3, Fn8000_0006 EAX).
fn pair(level: u8, pages: &[&'static str], word: u32, leaf: u32) -> Vec<Tlb> {
    let lower = if word >> 16 == 0 { TlbKind::Unified } else { TlbKind::Instruction };
    [(TlbKind::Data, word >> 16), (lower, word & 0xffff)]
        .into_iter()
        .filter_map(|(kind, half)| {
            let ways = associativity(field(half, 15, 12));
            listed(level, kind, pages, field(half, 11, 0), ways, leaf)
        })
        .collect()
}

fn listed(
    level: u8,
    kind: TlbKind,
    pages: &[&'static str],
    entries: u32,
    ways: Ways,
    leaf: u32,
) -> Option<Tlb> {
    if entries == 0 || ways == Ways::Off {
        return None;
    }
    Some(Tlb {
        level,
        kind,
        pages: pages.to_vec(),
        entries: entries.into(),
        ways: match ways {
            Ways::Of(n) if n > 0 => Some(n),
            _ => None,
        },
        fully_associative: ways == Ways::Full,
        shared_by: None,
        leaf: leaf.into(),
    })
}

fn from_descriptors(cpu: &dyn Cpuid) -> Vec<Tlb> {
    let mut found = Vec::new();
    for descriptor in descriptors(cpu) {
        let Descriptor::Tlb { level, kind, pages, entries, ways } = descriptor else { continue };
        found.extend(listed(level, kind, pages, entries, ways, 2));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;
    use crate::cpuid::decode::sample;

    fn summary(cpu: &dyn Cpuid) -> Vec<String> {
        let row = |tlb: Tlb| {
            let ways = match tlb.ways {
                _ if tlb.fully_associative => "full".to_owned(),
                Some(ways) => format!("{ways}-way"),
                None => "?".to_owned(),
            };
            format!("L{} {:?} {} {} {ways}", tlb.level, tlb.kind, tlb.pages.join("/"), tlb.entries)
        };
        tlbs(cpu).into_iter().map(row).collect()
    }

    #[test]
    fn leaf_18_lists_the_tlbs_of_a_performance_core() {
        assert_eq!(
            summary(&sample::ALDER_LAKE_H.first()),
            [
                "L1 Instruction 4K 256 8-way",
                "L1 Instruction 2M/4M 32 8-way",
                "L1 StoreOnly 4K/2M/4M/1G 16 full",
                "L1 LoadOnly 4K 64 4-way",
                "L1 LoadOnly 2M/4M 32 4-way",
                "L1 LoadOnly 1G 8 full",
                "L2 Unified 4K/2M/4M 1024 8-way",
                "L2 Unified 4K/1G 1024 8-way",
            ]
        );
    }

    /// `cpuid -f` (etallen) names the same TLBs for the bytes 63, 03, 76, b5 and c1.
    #[test]
    fn leaf_2_lists_the_tlbs_of_a_haswell() {
        assert_eq!(
            summary(&sample::HASWELL_E.first()),
            [
                "L1 Data 2M/4M 32 4-way",
                "L1 Data 1G 4 4-way",
                "L1 Data 4K 64 4-way",
                "L1 Instruction 2M/4M 8 full",
                "L1 Instruction 4K 64 8-way",
                "L2 Unified 4K/2M 1024 8-way",
            ]
        );
    }

    #[test]
    fn a_k8_has_its_tlbs_in_the_old_leaves() {
        assert_eq!(
            summary(&sample::ATHLON_X2.first()),
            [
                "L1 Data 2M/4M 8 full",
                "L1 Instruction 2M/4M 8 full",
                "L1 Data 4K 32 full",
                "L1 Instruction 4K 32 full",
                "L2 Data 4K 512 4-way",
                "L2 Instruction 4K 512 4-way",
            ]
        );
    }

    #[test]
    fn zen_adds_huge_pages() {
        let found = summary(&sample::ZEN3_VERMEER.first());
        assert!(found.contains(&"L1 Data 1G 64 full".to_owned()), "{found:?}");
        assert!(found.contains(&"L2 Data 1G 64 full".to_owned()), "{found:?}");
        assert!(found.contains(&"L2 Data 4K 2048 8-way".to_owned()), "{found:?}");
    }

    #[test]
    fn a_maximum_beyond_reason_is_capped() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x18, 0, Registers::new(u32::MAX, 0, 0, 0));
        for subleaf in 1..1000 {
            cpu.insert(0x18, subleaf, Registers::new(0, u32::MAX, u32::MAX, u32::MAX));
        }
        assert_eq!(tlbs(&cpu).len(), 63);
    }
}
