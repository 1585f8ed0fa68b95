//! Where CPUID answers come from: a dump or the live CPU, behind one trait.

use super::registers::Registers;

/// The longest subleaf list any decoder or enumeration walks.
///
/// A buggy hypervisor may return the same non-empty entry for every subleaf, so
/// every loop over subleaves ends here whatever the registers say.
pub const SUBLEAF_CAP: u32 = 64;

/// A source of CPUID answers for one logical CPU.
pub trait Cpuid {
    /// The registers of a leaf and subleaf, or `None` where the source has no such
    /// leaf: beyond the maximum of its range, or not in the dump.
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers>;

    /// The registers of subleaf 0.
    fn leaf(&self, leaf: u32) -> Option<Registers> {
        self.registers(leaf, 0)
    }
}

impl<T: Cpuid + ?Sized> Cpuid for &T {
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
        (**self).registers(leaf, subleaf)
    }
}

/// Feeds a [`Cpuid`] source to raw-cpuid's typed decoders.
///
/// What the source does not have reads as zeros, which is what a CPU returns for
/// a reserved leaf.
#[derive(Clone, Copy)]
pub struct RawReader<'a>(pub &'a dyn Cpuid);

impl std::fmt::Debug for RawReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RawReader")
    }
}

impl raw_cpuid::CpuIdReader for RawReader<'_> {
    fn cpuid2(&self, eax: u32, ecx: u32) -> raw_cpuid::CpuIdResult {
        self.0.registers(eax, ecx).unwrap_or_default().into()
    }
}

/// The range a leaf lies in, named by its first leaf: 0, 0x40000000 + n * 0x100,
/// 0x80000000, 0x80860000 or 0xc0000000. That first leaf's EAX is the range's maximum.
pub const fn range_base(leaf: u32) -> u32 {
    match leaf >> 16 {
        0x4000 => leaf & 0xffff_ff00,
        high => high << 16,
    }
}

/// True when the source itself says that it cannot have this leaf: the maximum of
/// the leaf's range is known and lies below it.
pub fn beyond_maximum(cpu: &dyn Cpuid, leaf: u32) -> bool {
    let base = range_base(leaf);
    match cpu.leaf(base) {
        // A range that is not there reads as zeros, or repeats another leaf's data.
        Some(first) => first.eax < leaf || range_base(first.eax) != base,
        // Transmeta's and Centaur's ranges: who has one has it in the dump, and a reader
        // that finds the range missing does not keep its first leaf.
        None => matches!(base, 0x8086_0000 | 0xc000_0000) && cpu.leaf(0).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;

    #[test]
    fn ranges_are_named_by_their_first_leaf() {
        assert_eq!(range_base(0x1f), 0);
        assert_eq!(range_base(0x4000_0110), 0x4000_0100);
        assert_eq!(range_base(0x8000_0021), 0x8000_0000);
        assert_eq!(range_base(0x8086_0001), 0x8086_0000);
        assert_eq!(range_base(0xc000_0001), 0xc000_0000);
    }

    #[test]
    fn a_leaf_above_its_range_is_known_to_be_missing() {
        let mut cpu = CpuDump::default();
        assert!(!beyond_maximum(&cpu, 7), "an empty dump knows nothing");
        cpu.insert(0, 0, Registers::new(0xd, 0, 0, 0));
        assert!(!beyond_maximum(&cpu, 7));
        assert!(beyond_maximum(&cpu, 0x14));
        assert!(!beyond_maximum(&cpu, 0x8000_0001), "the extended range was not dumped");
        assert!(beyond_maximum(&cpu, 0xc000_0001), "no Centaur, no such range");
    }
}
