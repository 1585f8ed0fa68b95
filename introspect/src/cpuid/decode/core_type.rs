//! Leaf 0x1A: which kind of core this logical CPU is, on a hybrid CPU.

use serde::Serialize;

use super::bits::{bit, field};
use super::trimmed::Trimmed;
use crate::cpuid::Cpuid;

/// The kinds of core of Intel's hybrid CPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoreType {
    /// An efficiency core (type 0x20).
    Atom,
    /// A performance core (type 0x40).
    Core,
    /// A type the manuals do not define.
    Unknown,
}

/// The core type; `None` on a CPU that is not hybrid.
///
/// Intel SDM vol. 2A, leaf 0x1A EAX bits 31:24.
pub fn core_type(cpu: &dyn Cpuid) -> Option<CoreType> {
    let cpu = &Trimmed::new(cpu);
    if !is_hybrid(cpu) {
        return None;
    }
    match field(cpu.leaf(0x1a)?.eax, 31, 24) {
        0 => None,
        0x20 => Some(CoreType::Atom),
        0x40 => Some(CoreType::Core),
        _ => Some(CoreType::Unknown),
    }
}

/// Leaf 7 EDX bit 15.
pub(super) fn is_hybrid(cpu: &dyn Cpuid) -> bool {
    cpu.leaf(7).is_some_and(|leaf| bit(leaf.edx, 15))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;

    #[test]
    fn each_core_of_an_alder_lake_says_what_it_is() {
        let dump = sample::ALDER_LAKE_H.dump();
        let types: Vec<_> = dump.cpus.iter().map(|cpu| core_type(cpu)).collect();
        assert_eq!(types, [Some(CoreType::Core), Some(CoreType::Atom)]);
        assert_eq!(core_type(&sample::HASWELL_E.first()), None);
    }
}
