//! A source without the leaves that it cannot have, each read once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::cpuid::source::range_base;
use crate::cpuid::{Cpuid, LeafId, Registers};

/// A source cut at the maxima of its own ranges.
///
/// An Intel CPU answers a leaf beyond its maximum with the data of its highest leaf (SDM
/// vol. 2A, CPUID), and some dumps carry such answers along: decoded as what their number
/// stands for they would be nonsense. Registers are kept, because a CPUID instruction in a
/// virtual machine costs microseconds and several decoders want the same leaf.
pub(super) struct Trimmed<'a> {
    cpu: &'a dyn Cpuid,
    seen: RefCell<BTreeMap<LeafId, Option<Registers>>>,
}

impl<'a> Trimmed<'a> {
    pub(super) fn new(cpu: &'a dyn Cpuid) -> Self {
        Self { cpu, seen: RefCell::default() }
    }

    fn read(&self, id: LeafId) -> Option<Registers> {
        let known = self.seen.borrow().get(&id).copied();
        known.unwrap_or_else(|| {
            let registers = self.cpu.registers(id.leaf, id.subleaf);
            self.seen.borrow_mut().insert(id, registers);
            registers
        })
    }
}

impl Cpuid for Trimmed<'_> {
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
        let base = range_base(leaf);
        // Hypervisor interfaces are bounded by their decoder: a maximum of 0 means
        // something there.
        if leaf != base && base >> 16 != 0x4000 {
            let max = self.read(LeafId::new(base, 0)).map(|first| first.eax);
            // A dump without the first leaf knows no maximum.
            if max.is_some_and(|max| max < leaf || range_base(max) != base) {
                return None;
            }
        }
        self.read(LeafId::new(leaf, subleaf))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::cpuid::CpuDump;
    use crate::cpuid::decode::{decode, sample};

    /// The dump of the Core 2 that libcpuid has: every leaf up to 31 beyond the maximum
    /// repeats leaf 10.
    #[test]
    fn leaves_beyond_the_maximum_change_nothing() {
        let real = sample::CORE2_CONROE.first();
        let mut padded = real.clone();
        let last = Registers::new(0x0728_0202, 0, 0, 0);
        for number in 0xb..0x20 {
            padded.insert(number, 0, last);
        }
        for number in 0x8000_0009..0x8000_0020 {
            padded.insert(number, 0, last);
        }
        assert_eq!(decode(&padded), decode(&real));
    }

    struct Counting<'a>(&'a CpuDump, Cell<u32>);

    impl Cpuid for Counting<'_> {
        fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
            self.1.set(self.1.get() + 1);
            self.0.registers(leaf, subleaf)
        }
    }

    /// Five microseconds a read in a virtual machine: under half a millisecond for all.
    #[test]
    fn decoding_everything_reads_each_leaf_once() {
        let dump = sample::EMERALD_RAPIDS.first();
        let source = Counting(&dump, Cell::new(0));
        decode(&source);
        assert!(source.1.get() < 90, "{} reads", source.1.get());
    }
}
