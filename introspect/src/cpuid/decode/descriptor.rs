//! Leaf 2: one-byte descriptors of caches, TLBs and prefetchers, on Intel until Skylake.

mod table;

use super::cache::{CacheKind, Ways};
use super::tlb::TlbKind;
use crate::cpuid::{Cpuid, Registers, Vendor};

/// What one descriptor byte says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Descriptor {
    /// A cache.
    Cache {
        level: u8,
        kind: CacheKind,
        /// KiB; for a trace cache thousands of micro-operations.
        size: u32,
        ways: u32,
        /// Bytes; 0 for a trace cache.
        line: u32,
    },
    /// A translation cache.
    Tlb { level: u8, kind: TlbKind, pages: &'static [&'static str], entries: u32, ways: Ways },
    /// Prefetching of so many bytes.
    Prefetch(u32),
    /// No second-level cache, or none above it.
    NoFurtherCache,
    /// Leaf 4 has the caches.
    SeeLeaf4,
    /// Leaf 0x18 has the TLBs.
    SeeLeaf18,
}

/// The descriptors of leaf 2; empty where there is no leaf 2. Bytes that no table
/// knows are left out.
pub(super) fn descriptors(cpu: &dyn Cpuid) -> Vec<Descriptor> {
    let Some(leaf2) = cpu.leaf(2) else { return Vec::new() };
    let netburst_mp = is_family_15_model_6(cpu);
    let mut found = Vec::new();
    for byte in bytes(leaf2) {
        if byte == 0x49 && netburst_mp {
            // Table 3-12: a third-level cache on family 15 model 6, else a second-level one.
            found.push(table::L3_OF_FAMILY_15_MODEL_6);
        } else {
            found.extend(table::lookup(byte));
        }
    }
    found
}

/// The bytes of prefetch that leaf 2 states, 64 or 128.
pub(super) fn prefetch(cpu: &dyn Cpuid) -> Option<u32> {
    descriptors(cpu).into_iter().find_map(|descriptor| match descriptor {
        Descriptor::Prefetch(bytes) => Some(bytes),
        _ => None,
    })
}

/// The descriptor bytes: a register whose bit 31 is set has none, AL is a repeat count
/// and 0 stands for nothing.
fn bytes(leaf2: Registers) -> impl Iterator<Item = u8> {
    [leaf2.eax & !0xff, leaf2.ebx, leaf2.ecx, leaf2.edx]
        .into_iter()
        .filter(|word| word >> 31 == 0)
        .flat_map(u32::to_le_bytes)
        .filter(|byte| *byte != 0)
}

fn is_family_15_model_6(cpu: &dyn Cpuid) -> bool {
    let signature = cpu.leaf(1).map(|leaf1| crate::cpuid::Signature(leaf1.eax));
    signature.is_some_and(|signature| {
        let fms = signature.fms(Vendor::Intel);
        fms.family == 15 && fms.model == 6
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;

    #[test]
    fn a_register_with_bit_31_has_no_descriptors() {
        let leaf2 = Registers::new(0x0000_0001, 0x8000_00f0, 0, 0x0000_ff00);
        assert_eq!(bytes(leaf2).collect::<Vec<_>>(), [0xff]);
    }

    #[test]
    fn descriptor_49_depends_on_the_signature() {
        let mut cpu = CpuDump::default();
        cpu.insert(2, 0, Registers::new(0x4901, 0, 0, 0));
        let level = |cpu: &CpuDump| match descriptors(cpu)[..] {
            [Descriptor::Cache { level, size: 4096, .. }] => level,
            ref other => panic!("{other:?}"),
        };
        cpu.insert(1, 0, Registers::new(0x0000_06f6, 0, 0, 0));
        assert_eq!(level(&cpu), 2);
        cpu.insert(1, 0, Registers::new(0x0000_0f64, 0, 0, 0));
        assert_eq!(level(&cpu), 3);
    }
}
