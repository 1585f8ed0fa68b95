//! A captured CPUID: leaf and subleaf to registers, per logical CPU.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::registers::{LeafId, Registers};
use super::source::Cpuid;

/// The most (leaf, subleaf) pairs kept for one CPU. Real CPUs have under 300.
pub const MAX_LEAVES: usize = 8192;
/// The most logical CPUs kept in one dump. The largest VM of any vendor is below it.
pub const MAX_CPUS: usize = 8192;

/// Every leaf that was read from one logical CPU.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CpuDump {
    leaves: BTreeMap<LeafId, Registers>,
}

impl CpuDump {
    /// Stores a leaf, replacing what was there.
    pub fn insert(&mut self, leaf: u32, subleaf: u32, registers: Registers) {
        self.leaves.insert(LeafId::new(leaf, subleaf), registers);
    }

    /// Stores a leaf unless the dump has it already with other registers: a file
    /// that says two things about one leaf is damaged.
    pub fn insert_new(&mut self, id: LeafId, registers: Registers) -> bool {
        match self.leaves.entry(id) {
            Entry::Vacant(place) => {
                place.insert(registers);
                true
            }
            Entry::Occupied(known) => *known.get() == registers,
        }
    }

    /// Takes a leaf out.
    pub fn remove(&mut self, id: LeafId) -> Option<Registers> {
        self.leaves.remove(&id)
    }

    /// The registers of exactly this leaf and subleaf.
    pub fn get(&self, id: LeafId) -> Option<Registers> {
        self.leaves.get(&id).copied()
    }

    /// All leaves in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (LeafId, Registers)> + '_ {
        self.leaves.iter().map(|(id, registers)| (*id, *registers))
    }

    /// How many leaves the dump has.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// True when nothing was dumped.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }
}

impl Cpuid for CpuDump {
    fn registers(&self, leaf: u32, subleaf: u32) -> Option<Registers> {
        self.get(LeafId::new(leaf, subleaf))
    }
}

impl FromIterator<(LeafId, Registers)> for CpuDump {
    fn from_iter<T: IntoIterator<Item = (LeafId, Registers)>>(leaves: T) -> Self {
        Self { leaves: leaves.into_iter().collect() }
    }
}

/// The dumps of all logical CPUs of one machine, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    /// One dump per logical CPU; index 0 is the boot CPU or the only one captured.
    pub cpus: Vec<CpuDump>,
}

impl Dump {
    /// The first CPU, which answers every question that is the same for all.
    pub fn first(&self) -> Option<&CpuDump> {
        self.cpus.first()
    }

    /// True when there is no leaf of any CPU.
    pub fn is_empty(&self) -> bool {
        self.cpus.iter().all(CpuDump::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_may_be_said_twice_but_not_differently() {
        let mut cpu = CpuDump::default();
        let id = LeafId::new(1, 0);
        assert!(cpu.insert_new(id, Registers::new(1, 2, 3, 4)));
        assert!(cpu.insert_new(id, Registers::new(1, 2, 3, 4)));
        assert!(!cpu.insert_new(id, Registers::new(1, 2, 3, 5)));
        assert_eq!(cpu.get(id), Some(Registers::new(1, 2, 3, 4)));
    }
}
