//! Leaves on their way into a dump: nothing twice, nothing without bound.

use crate::cpuid::dump::{CpuDump, Dump, MAX_CPUS, MAX_LEAVES};
use crate::cpuid::registers::{LeafId, Registers};

/// The most leaves of all CPUs of a dump together: 256 for each of the most CPUs.
/// Without it a small file could name huge dumps by repetition.
pub(super) const MAX_TOTAL: usize = 256 * MAX_CPUS;

/// Why a leaf or a CPU was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The leaf is there already, with other registers.
    Conflict(LeafId),
    /// There are too many already.
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most there may be.
        limit: usize,
    },
}

/// A dump that grows leaf by leaf.
#[derive(Debug, Default)]
pub(super) struct Collector {
    dump: Dump,
    total: usize,
}

impl Collector {
    /// Begins the next CPU.
    pub(super) fn next_cpu(&mut self) -> Result<(), Refusal> {
        self.add_cpu(CpuDump::default())
    }

    /// Adds a CPU as it is.
    pub(super) fn add_cpu(&mut self, cpu: CpuDump) -> Result<(), Refusal> {
        if self.dump.cpus.len() >= MAX_CPUS {
            return Err(Refusal::TooMany { what: TOO_MANY_CPUS, limit: MAX_CPUS });
        }
        self.total = self.total.saturating_add(cpu.len());
        self.within_total()?;
        self.dump.cpus.push(cpu);
        Ok(())
    }

    /// Adds a leaf to the last CPU, or to a first one.
    pub(super) fn insert(&mut self, id: LeafId, registers: Registers) -> Result<(), Refusal> {
        if self.dump.cpus.is_empty() {
            self.next_cpu()?;
        }
        self.total = self.total.saturating_add(1);
        self.within_total()?;
        match self.dump.cpus.last_mut() {
            Some(cpu) => insert(cpu, id, registers),
            None => Ok(()),
        }
    }

    /// The last CPU.
    pub(super) fn last(&self) -> Option<&CpuDump> {
        self.dump.cpus.last()
    }

    /// All CPUs so far.
    pub(super) fn cpus(&self) -> &[CpuDump] {
        &self.dump.cpus
    }

    /// The finished dump.
    pub(super) fn into_dump(self) -> Dump {
        self.dump
    }

    fn within_total(&self) -> Result<(), Refusal> {
        if self.total > MAX_TOTAL {
            return Err(Refusal::TooMany { what: TOO_MANY_IN_ALL, limit: MAX_TOTAL });
        }
        Ok(())
    }
}

/// More CPUs than [`MAX_CPUS`].
pub(super) const TOO_MANY_CPUS: &str = "too many CPUs";
/// More leaves than [`MAX_LEAVES`].
pub(super) const TOO_MANY_LEAVES: &str = "too many leaves of one CPU";
/// More leaves than [`MAX_TOTAL`].
pub(super) const TOO_MANY_IN_ALL: &str = "too many leaves of all CPUs together";

/// Adds a leaf to one CPU.
pub(super) fn insert(cpu: &mut CpuDump, id: LeafId, registers: Registers) -> Result<(), Refusal> {
    if !cpu.insert_new(id, registers) {
        return Err(Refusal::Conflict(id));
    }
    if cpu.len() > MAX_LEAVES {
        return Err(Refusal::TooMany { what: TOO_MANY_LEAVES, limit: MAX_LEAVES });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_has_its_limit() {
        let mut one = Collector::default();
        let refusal = (0..).find_map(|leaf| {
            one.insert(LeafId::new(leaf, 0), Registers::default()).err().map(|r| (leaf, r))
        });
        let limit = MAX_LEAVES;
        let expected = Refusal::TooMany { what: TOO_MANY_LEAVES, limit };
        assert_eq!(refusal, Some((8192, expected)));

        let mut many = Collector::default();
        let refusal = (0..=MAX_CPUS).find_map(|cpu| many.next_cpu().err().map(|r| (cpu, r)));
        let expected = Refusal::TooMany { what: TOO_MANY_CPUS, limit: MAX_CPUS };
        assert_eq!(refusal, Some((MAX_CPUS, expected)));

        let mut full = Collector::default();
        let cpu: CpuDump =
            (0..4096).map(|leaf| (LeafId::new(leaf, 0), Registers::default())).collect();
        let refusal = (0..=512).find_map(|n| full.add_cpu(cpu.clone()).err().map(|r| (n, r)));
        let expected = Refusal::TooMany { what: TOO_MANY_IN_ALL, limit: MAX_TOTAL };
        assert_eq!(refusal, Some((512, expected)));
    }
}
