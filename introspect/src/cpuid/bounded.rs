//! A raw CPUID instruction, tamed: leaves beyond a range's maximum are not there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use raw_cpuid::CpuIdReader;

use super::registers::{LeafId, Registers};
use super::source::{Cpuid, range_base};

/// Leaves per range that are believed at most; real ranges end far below.
const RANGE_CAP: u32 = 0x100;

/// A [`Cpuid`] source over raw-cpuid's reader, which returns something for any leaf.
///
/// Intel CPUs, and QEMU's emulation of them, answer a leaf beyond the maximum with
/// the data of the highest basic leaf (SDM vol. 2A, CPUID), so every leaf is checked
/// against the maximum its own range states. Each answer is kept: inside a VM every
/// CPUID traps into the hypervisor and costs some microseconds.
pub struct Bounded<R> {
    reader: R,
    known: RefCell<BTreeMap<LeafId, Registers>>,
}

impl<R: CpuIdReader> Bounded<R> {
    /// Wraps a reader.
    pub fn new(reader: R) -> Self {
        Self { reader, known: RefCell::default() }
    }

    fn ask(&self, leaf: u32, subleaf: u32) -> Registers {
        let id = LeafId::new(leaf, subleaf);
        *self
            .known
            .borrow_mut()
            .entry(id)
            .or_insert_with(|| self.reader.cpuid2(leaf, subleaf).into())
    }

    /// The last leaf of the range that starts at `base`, or `None` where the CPU has
    /// no such range.
    pub fn range_end(&self, base: u32) -> Option<u32> {
        let first = self.ask(base, 0);
        let end = match first.eax {
            // Old KVM states no maximum but has leaf base + 1 (Documentation/virt/kvm/x86/cpuid.rst).
            0 if base >> 16 == 0x4000 && first.ebx != 0 => base + 1,
            end => end,
        };
        (range_base(end) == base).then(|| end.min(base + RANGE_CAP - 1))
    }
}

impl<R: CpuIdReader> Cpuid for Bounded<R> {
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
        (leaf <= self.range_end(range_base(leaf))?).then(|| self.ask(leaf, subleaf))
    }
}

impl<R> fmt::Debug for Bounded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raw_cpuid::CpuIdResult;

    /// QEMU TCG's Haswell: what lies out of range repeats leaf 0xd (measured).
    fn haswell(leaf: u32, _subleaf: u32) -> CpuIdResult {
        let r = match leaf {
            0 => Registers::new(0xd, 0x756e_6547, 0x6c65_746e, 0x4965_6e69),
            1 => Registers::new(0x306f0, 0, 0, 0),
            0x4000_0000 => Registers::new(0x4000_0001, 0x5447_4354, 0x4354_4743, 0x4743_5447),
            0x8000_0000 => Registers::new(0x8000_0008, 0, 0, 0),
            _ => Registers::new(7, 0x240, 0x340, 0),
        };
        r.into()
    }

    #[test]
    fn a_leaf_out_of_range_is_not_there() {
        let cpu = Bounded::new(haswell);
        assert_eq!(cpu.leaf(1).map(|r| r.eax), Some(0x306f0));
        assert!(cpu.leaf(0x14).is_none());
        assert!(cpu.leaf(0x4000_0000).is_some());
        assert!(cpu.leaf(0x4000_0010).is_none());
        assert!(cpu.leaf(0x4000_0100).is_none(), "repeats leaf 0xd");
        assert!(cpu.leaf(0x8000_001f).is_none());
        assert!(cpu.leaf(0x8086_0000).is_none());
    }

    #[test]
    fn a_maximum_of_four_billion_is_not_believed() {
        let cpu =
            Bounded::new(|_: u32, _: u32| CpuIdResult { eax: 0xffff, ebx: 0, ecx: 0, edx: 0 });
        assert_eq!(cpu.range_end(0), Some(0xff));
        assert_eq!(cpu.range_end(0x8000_0000), None);
    }

    #[test]
    fn each_leaf_is_asked_once() {
        let count = std::cell::Cell::new(0);
        let counting = |leaf: u32, subleaf: u32| {
            count.set(count.get() + 1);
            haswell(leaf, subleaf)
        };
        let cpu = Bounded::new(counting);
        for _ in 0..3 {
            cpu.leaf(1);
        }
        assert_eq!(count.get(), 2, "leaf 0 for the maximum, then leaf 1");
    }
}
