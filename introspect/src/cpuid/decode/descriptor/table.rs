//! The meaning of each byte: Intel SDM vol. 2A, CPUID, table 3-12 "Encoding of CPUID
//! Leaf 2 Descriptors".

use super::super::cache::CacheKind::{self, Data, Instruction, Trace, Unified};
use super::super::cache::Ways;
use super::super::tlb::TlbKind;
use super::Descriptor;

const K4: &[&str] = &["4K"];
const M4: &[&str] = &["4M"];
const M2_M4: &[&str] = &["2M", "4M"];
const K4_M4: &[&str] = &["4K", "4M"];
const K4_M2: &[&str] = &["4K", "2M"];
const K4_M2_M4: &[&str] = &["4K", "2M", "4M"];
const G1: &[&str] = &["1G"];

/// Fully associative; 0 ways stands for a table that does not say.
const FULL: u32 = u32::MAX;

/// Byte 0x49 on family 15 model 6.
pub(super) const L3_OF_FAMILY_15_MODEL_6: Descriptor = cache(3, Unified, 4096, 16, 64);

/// What a byte stands for: two things for some, nothing for one the table does not list.
pub(super) fn lookup(byte: u8) -> impl Iterator<Item = Descriptor> {
    ROWS.iter().filter(move |(known, _)| *known == byte).map(|(_, descriptor)| *descriptor)
}

const fn cache(level: u8, kind: CacheKind, size: u32, ways: u32, line: u32) -> Descriptor {
    Descriptor::Cache { level, kind, size, ways, line }
}

const fn tlb(
    level: u8,
    kind: TlbKind,
    pages: &'static [&'static str],
    entries: u32,
    ways: u32,
) -> Descriptor {
    let ways = if ways == FULL { Ways::Full } else { Ways::Of(ways) };
    Descriptor::Tlb { level, kind, pages, entries, ways }
}

#[rustfmt::skip]
const ROWS: &[(u8, Descriptor)] = &[
    (0x01, tlb(1, TlbKind::Instruction, K4, 32, 4)),
    (0x02, tlb(1, TlbKind::Instruction, M4, 2, FULL)),
    (0x03, tlb(1, TlbKind::Data, K4, 64, 4)),
    (0x04, tlb(1, TlbKind::Data, M4, 8, 4)),
    (0x05, tlb(1, TlbKind::Data, M4, 32, 4)),
    (0x06, cache(1, Instruction, 8, 4, 32)),
    (0x08, cache(1, Instruction, 16, 4, 32)),
    (0x09, cache(1, Instruction, 32, 4, 64)),
    (0x0a, cache(1, Data, 8, 2, 32)),
    (0x0b, tlb(1, TlbKind::Instruction, M4, 4, 4)),
    (0x0c, cache(1, Data, 16, 4, 32)),
    (0x0d, cache(1, Data, 16, 4, 64)),
    (0x0e, cache(1, Data, 24, 6, 64)),
    (0x1d, cache(2, Unified, 128, 2, 64)),
    (0x21, cache(2, Unified, 256, 8, 64)),
    (0x22, cache(3, Unified, 512, 4, 64)),
    (0x23, cache(3, Unified, 1024, 8, 64)),
    (0x24, cache(2, Unified, 1024, 16, 64)),
    (0x25, cache(3, Unified, 2048, 8, 64)),
    (0x29, cache(3, Unified, 4096, 8, 64)),
    (0x2c, cache(1, Data, 32, 8, 64)),
    (0x30, cache(1, Instruction, 32, 8, 64)),
    (0x40, Descriptor::NoFurtherCache),
    (0x41, cache(2, Unified, 128, 4, 32)),
    (0x42, cache(2, Unified, 256, 4, 32)),
    (0x43, cache(2, Unified, 512, 4, 32)),
    (0x44, cache(2, Unified, 1024, 4, 32)),
    (0x45, cache(2, Unified, 2048, 4, 32)),
    (0x46, cache(3, Unified, 4096, 4, 64)),
    (0x47, cache(3, Unified, 8192, 8, 64)),
    (0x48, cache(2, Unified, 3072, 12, 64)),
    (0x49, cache(2, Unified, 4096, 16, 64)),
    (0x4a, cache(3, Unified, 6144, 12, 64)),
    (0x4b, cache(3, Unified, 8192, 16, 64)),
    (0x4c, cache(3, Unified, 12288, 12, 64)),
    (0x4d, cache(3, Unified, 16384, 16, 64)),
    (0x4e, cache(2, Unified, 6144, 24, 64)),
    (0x4f, tlb(1, TlbKind::Instruction, K4, 32, 0)),
    (0x50, tlb(1, TlbKind::Instruction, K4_M2_M4, 64, 0)),
    (0x51, tlb(1, TlbKind::Instruction, K4_M2_M4, 128, 0)),
    (0x52, tlb(1, TlbKind::Instruction, K4_M2_M4, 256, 0)),
    (0x55, tlb(1, TlbKind::Instruction, M2_M4, 7, FULL)),
    (0x56, tlb(1, TlbKind::Data, M4, 16, 4)),
    (0x57, tlb(1, TlbKind::Data, K4, 16, 4)),
    (0x59, tlb(1, TlbKind::Data, K4, 16, FULL)),
    (0x5a, tlb(1, TlbKind::Data, M2_M4, 32, 4)),
    (0x5b, tlb(1, TlbKind::Data, K4_M4, 64, 0)),
    (0x5c, tlb(1, TlbKind::Data, K4_M4, 128, 0)),
    (0x5d, tlb(1, TlbKind::Data, K4_M4, 256, 0)),
    (0x60, cache(1, Data, 16, 8, 64)),
    (0x61, tlb(1, TlbKind::Instruction, K4, 48, FULL)),
    (0x63, tlb(1, TlbKind::Data, M2_M4, 32, 4)),
    (0x63, tlb(1, TlbKind::Data, G1, 4, 4)),
    (0x64, tlb(1, TlbKind::Data, K4, 512, 4)),
    (0x66, cache(1, Data, 8, 4, 64)),
    (0x67, cache(1, Data, 16, 4, 64)),
    (0x68, cache(1, Data, 32, 4, 64)),
    (0x6a, tlb(1, TlbKind::Data, K4, 64, 8)),
    (0x6b, tlb(1, TlbKind::Data, K4, 256, 8)),
    (0x6c, tlb(1, TlbKind::Data, M2_M4, 128, 8)),
    (0x6d, tlb(1, TlbKind::Data, G1, 16, FULL)),
    (0x70, cache(1, Trace, 12, 8, 0)),
    (0x71, cache(1, Trace, 16, 8, 0)),
    (0x72, cache(1, Trace, 32, 8, 0)),
    (0x76, tlb(1, TlbKind::Instruction, M2_M4, 8, FULL)),
    (0x78, cache(2, Unified, 1024, 4, 64)),
    (0x79, cache(2, Unified, 128, 8, 64)),
    (0x7a, cache(2, Unified, 256, 8, 64)),
    (0x7b, cache(2, Unified, 512, 8, 64)),
    (0x7c, cache(2, Unified, 1024, 8, 64)),
    (0x7d, cache(2, Unified, 2048, 8, 64)),
    (0x7f, cache(2, Unified, 512, 2, 64)),
    (0x80, cache(2, Unified, 512, 8, 64)),
    (0x82, cache(2, Unified, 256, 8, 32)),
    (0x83, cache(2, Unified, 512, 8, 32)),
    (0x84, cache(2, Unified, 1024, 8, 32)),
    (0x85, cache(2, Unified, 2048, 8, 32)),
    (0x86, cache(2, Unified, 512, 4, 64)),
    (0x87, cache(2, Unified, 1024, 8, 64)),
    (0xa0, tlb(1, TlbKind::Data, K4, 32, FULL)),
    (0xb0, tlb(1, TlbKind::Instruction, K4, 128, 4)),
    (0xb1, tlb(1, TlbKind::Instruction, M2_M4, 8, 4)),
    (0xb2, tlb(1, TlbKind::Instruction, K4, 64, 4)),
    (0xb3, tlb(1, TlbKind::Data, K4, 128, 4)),
    (0xb4, tlb(1, TlbKind::Data, K4, 256, 4)),
    (0xb5, tlb(1, TlbKind::Instruction, K4, 64, 8)),
    (0xb6, tlb(1, TlbKind::Instruction, K4, 128, 8)),
    (0xba, tlb(1, TlbKind::Data, K4, 64, 4)),
    (0xc0, tlb(1, TlbKind::Data, K4_M4, 8, 4)),
    (0xc1, tlb(2, TlbKind::Unified, K4_M2, 1024, 8)),
    (0xc2, tlb(1, TlbKind::Data, K4_M2, 16, 4)),
    (0xc3, tlb(2, TlbKind::Unified, K4_M2, 1536, 6)),
    (0xc3, tlb(2, TlbKind::Unified, G1, 16, 4)),
    (0xc4, tlb(1, TlbKind::Data, M2_M4, 32, 4)),
    (0xca, tlb(2, TlbKind::Unified, K4, 512, 4)),
    (0xd0, cache(3, Unified, 512, 4, 64)),
    (0xd1, cache(3, Unified, 1024, 4, 64)),
    (0xd2, cache(3, Unified, 2048, 4, 64)),
    (0xd6, cache(3, Unified, 1024, 8, 64)),
    (0xd7, cache(3, Unified, 2048, 8, 64)),
    (0xd8, cache(3, Unified, 4096, 8, 64)),
    (0xdc, cache(3, Unified, 1536, 12, 64)),
    (0xdd, cache(3, Unified, 3072, 12, 64)),
    (0xde, cache(3, Unified, 6144, 12, 64)),
    (0xe2, cache(3, Unified, 2048, 16, 64)),
    (0xe3, cache(3, Unified, 4096, 16, 64)),
    (0xe4, cache(3, Unified, 8192, 16, 64)),
    (0xea, cache(3, Unified, 12288, 24, 64)),
    (0xeb, cache(3, Unified, 18432, 24, 64)),
    (0xec, cache(3, Unified, 24576, 24, 64)),
    (0xf0, Descriptor::Prefetch(64)),
    (0xf1, Descriptor::Prefetch(128)),
    (0xfe, Descriptor::SeeLeaf18),
    (0xff, Descriptor::SeeLeaf4),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_in_order_and_none_stands_twice() {
        assert!(ROWS.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0] != pair[1]));
    }

    /// raw-cpuid has the same table of the SDM, as sentences. What both know must agree
    /// in size and ways.
    #[test]
    fn sizes_and_ways_agree_with_raw_cpuid() {
        use crate::cpuid::source::RawReader;
        use crate::cpuid::{CpuDump, Registers};

        let mut compared = 0;
        for (byte, ours) in ROWS {
            let mut cpu = CpuDump::default();
            cpu.insert(0, 0, Registers::new(2, 0x756e_6547, 0x6c65_746e, 0x4965_6e69));
            cpu.insert(2, 0, Registers::new(u32::from(*byte) << 8 | 1, 0, 0, 0));
            let raw = raw_cpuid::CpuId::with_cpuid_reader(RawReader(&cpu));
            let Some(theirs) = raw.get_cache_info().unwrap().find(|info| info.num == *byte) else {
                continue;
            };
            let text = theirs.desc().replace(['-', ' '], "").to_lowercase();
            let size = match ours {
                Descriptor::Cache { kind: Trace, size, .. } => format!("{size}kμop"),
                Descriptor::Cache { size: 1536, .. } => "1.5mbyte".to_owned(),
                Descriptor::Cache { size, .. } if size % 1024 == 0 => {
                    format!("{}mbyte", size / 1024)
                }
                Descriptor::Cache { size, .. } => format!("{size}kbyte"),
                Descriptor::Tlb { entries, .. } => format!("{entries}entries"),
                Descriptor::Prefetch(bytes) => format!("{bytes}byteprefetching"),
                _ => continue,
            };
            let ways = match ours {
                Descriptor::Cache { ways, .. } => format!("{ways}way"),
                Descriptor::Tlb { ways: Ways::Of(ways), .. } if *ways > 0 => format!("{ways}way"),
                Descriptor::Tlb { ways: Ways::Full, .. } => "fullyassociative".to_owned(),
                _ => String::new(),
            };
            for expected in [size, ways] {
                assert!(text.contains(&expected), "{byte:#x}: {expected} is not in {text}");
            }
            compared += 1;
        }
        assert!(compared > 100, "compared {compared}");
    }
}
