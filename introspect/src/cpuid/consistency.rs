//! Do the logical CPUs of one machine agree? What differs once ids and other volatile
//! bits are taken away is a hybrid CPU, or a fault of the firmware or hypervisor.

use std::collections::{BTreeMap, BTreeSet};

use super::dump::{CpuDump, Dump};
use super::feature::{self, Feature};
use super::registers::{LeafId, Register, Registers};
use super::source::Cpuid;
use super::volatile;

/// A register that is not the same on all logical CPUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuDifference {
    /// The leaf and subleaf.
    pub leaf: LeafId,
    /// The register.
    pub register: Register,
    /// Why, as far as the dump tells.
    pub reason: Reason,
    /// The CPUs by value; the largest group first.
    pub groups: Vec<ValueGroup>,
    /// The differing bits that have names.
    pub features: Vec<Feature>,
}

/// The CPUs that have one value in a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueGroup {
    /// The value without its volatile bits, or `None` where the CPUs lack the leaf.
    pub value: Option<u32>,
    /// Indexes into [`Dump::cpus`], ascending. [`cpu_list`] writes them short.
    pub cpus: Vec<usize>,
}

/// Why CPUs differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The register tells the type of the core: a hybrid CPU.
    CoreType,
    /// All cores of one type agree: what a hybrid CPU may do, such as caches.
    FollowsCoreType,
    /// The types of the cores do not explain it.
    Unexplained,
}

/// The registers in which the CPUs of a dump differ, volatile bits aside.
///
/// CPUs that could not be read (empty dumps) are left out. Work and result grow with the
/// size of the dump only, however its CPUs differ.
pub fn between_cpus(dump: &Dump) -> Vec<CpuDifference> {
    let cpus: Vec<(usize, &CpuDump)> =
        dump.cpus.iter().enumerate().filter(|(_, cpu)| !cpu.is_empty()).collect();
    if cpus.len() < 2 {
        return Vec::new();
    }
    let types: BTreeMap<usize, CoreType> =
        cpus.iter().map(|(index, cpu)| (*index, CoreType::of(cpu))).collect();
    let leaves: BTreeSet<LeafId> =
        cpus.iter().flat_map(|(_, cpu)| cpu.iter().map(|(id, _)| id)).collect();
    leaves.into_iter().flat_map(|id| leaf_differences(&cpus, &types, id)).collect()
}

/// CPU indexes as people write them: `0-3,8`.
pub fn cpu_list(cpus: &[usize]) -> String {
    let mut text = String::new();
    for run in cpus.chunk_by(|a, b| a + 1 == *b) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&first.to_string());
        if first != last {
            text.push('-');
            text.push_str(&last.to_string());
        }
    }
    text
}

/// What a core says about its type; zeros on CPUs with one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CoreType {
    /// Intel: leaf 0x1A EAX, type and native model.
    intel: u32,
    /// AMD: leaf 0x80000026 EBX 31:24, type and native model.
    amd: u32,
}

impl CoreType {
    fn of(cpu: &CpuDump) -> Self {
        Self {
            intel: cpu.leaf(0x1a).map_or(0, |r| r.eax),
            amd: cpu.leaf(0x8000_0026).map_or(0, |r| r.ebx >> 24),
        }
    }
}

fn leaf_differences(
    cpus: &[(usize, &CpuDump)],
    types: &BTreeMap<usize, CoreType>,
    id: LeafId,
) -> Vec<CpuDifference> {
    let values: Vec<(usize, Option<Registers>)> = cpus
        .iter()
        .map(|(index, cpu)| {
            let entry = cpu.get(id).filter(|r| !volatile::ends_topology(id, *r));
            (*index, entry.map(|r| volatile::stable(cpu, id, r)))
        })
        .collect();
    // A reserved leaf reads as zeros, and some tools do not write it down.
    let first = values[0].1.unwrap_or_default();
    if values.iter().all(|(_, registers)| registers.unwrap_or_default() == first) {
        return Vec::new();
    }
    Register::ALL
        .into_iter()
        .filter_map(|register| register_difference(cpus, types, id, register, &values))
        .collect()
}

fn register_difference(
    cpus: &[(usize, &CpuDump)],
    types: &BTreeMap<usize, CoreType>,
    leaf: LeafId,
    register: Register,
    values: &[(usize, Option<Registers>)],
) -> Option<CpuDifference> {
    let mut by_value: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for (index, registers) in values {
        by_value.entry(registers.map(|r| r.register(register))).or_default().push(*index);
    }
    let first = by_value.keys().next()?.unwrap_or(0);
    let differing = by_value.keys().fold(0, |bits, value| bits | (value.unwrap_or(0) ^ first));
    if differing == 0 {
        return None;
    }
    let reason = reason(types, leaf, register, &by_value);
    let mut groups: Vec<ValueGroup> =
        by_value.into_iter().map(|(value, cpus)| ValueGroup { value, cpus }).collect();
    groups.sort_by(|a, b| b.cpus.len().cmp(&a.cpus.len()).then(a.cpus.cmp(&b.cpus)));
    let features = feature::at(cpus[0].1, leaf, register, differing);
    Some(CpuDifference { leaf, register, reason, groups, features })
}

fn reason(
    types: &BTreeMap<usize, CoreType>,
    leaf: LeafId,
    register: Register,
    by_value: &BTreeMap<Option<u32>, Vec<usize>>,
) -> Reason {
    match (leaf.leaf, register) {
        (0x1a, _) | (0x8000_0026, Register::Ebx) => return Reason::CoreType,
        _ => {}
    }
    // One type may have one value only; two types may share a value.
    let mut value_of: BTreeMap<CoreType, Option<u32>> = BTreeMap::new();
    for (value, cpus) in by_value {
        for core_type in cpus.iter().filter_map(|cpu| types.get(cpu)) {
            if *value_of.entry(*core_type).or_insert(*value) != *value {
                return Reason::Unexplained;
            }
        }
    }
    Reason::FollowsCoreType
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTEL: Registers = Registers::new(0x20, 0x756e_6547, 0x6c65_746e, 0x4965_6e69);

    /// The leaves in which the CPUs of a two-CPU KVM guest on Emerald Rapids differ.
    fn emerald_rapids(index: u32) -> CpuDump {
        let mut cpu = CpuDump::default();
        cpu.insert(0, 0, INTEL);
        let ebx = 0x0002_0800 | index << 24;
        cpu.insert(1, 0, Registers::new(0x000c_06f2, ebx, 0xfffa_3203, 0x1f8b_fbff));
        cpu.insert(7, 0, Registers::new(2, 0xf1bf_2ffb, 0x1a41_5f46, 0x2081_4010));
        cpu.insert(0xb, 0, Registers::new(0, 1, 0x100, index));
        cpu.insert(0xb, 1, Registers::new(5, 2, 0x201, index));
        cpu
    }

    fn machine(count: u32) -> Dump {
        Dump { cpus: (0..count).map(emerald_rapids).collect() }
    }

    #[test]
    fn ids_are_no_difference() {
        assert!(between_cpus(&machine(2)).is_empty());
        assert!(between_cpus(&Dump::default()).is_empty());
    }

    #[test]
    fn a_thousand_cpus_give_one_entry_with_the_features_named() {
        let mut dump = machine(1000);
        for odd in [3_usize, 4, 5, 900] {
            let id = LeafId::new(7, 0);
            let leaf7 = dump.cpus[odd].get(id).unwrap();
            dump.cpus[odd].insert(7, 0, Registers { ebx: leaf7.ebx & !(1 << 16), ..leaf7 });
        }
        dump.cpus[17] = CpuDump::default();
        let differences = between_cpus(&dump);
        assert_eq!(differences.len(), 1);
        let difference = &differences[0];
        assert_eq!((difference.leaf, difference.register), (LeafId::new(7, 0), Register::Ebx));
        assert_eq!(difference.reason, Reason::Unexplained);
        assert_eq!(difference.features, [feature::by_name("avx512f").unwrap()]);
        let lists: Vec<_> = difference.groups.iter().map(|g| cpu_list(&g.cpus)).collect();
        assert_eq!(lists, ["0-2,6-16,18-899,901-999", "3-5,900"]);
    }

    #[test]
    fn a_hybrid_cpu_is_told_as_one() {
        let mut dump = machine(4);
        for (index, cpu) in dump.cpus.iter_mut().enumerate() {
            let efficient = index >= 2;
            let (core, cache) = if efficient { (0x2000_0001, 0x1f) } else { (0x4000_0001, 0x3f) };
            cpu.insert(0x1a, 0, Registers::new(core, 0, 0, 0));
            cpu.insert(4, 0, Registers::new(0x121, 0x02c0_003f, cache, 0));
        }
        let reasons = |dump: &Dump| -> Vec<_> {
            between_cpus(dump).into_iter().map(|d| (d.leaf.leaf, d.reason)).collect()
        };
        assert_eq!(reasons(&dump), [(4, Reason::FollowsCoreType), (0x1a, Reason::CoreType)]);

        dump.cpus[3].insert(4, 0, Registers::new(0x121, 0x02c0_003f, 0x3f, 0));
        assert_eq!(reasons(&dump), [(4, Reason::Unexplained), (0x1a, Reason::CoreType)]);
    }

    #[test]
    fn a_leaf_that_one_cpu_lacks_is_a_difference_unless_it_is_zero() {
        let mut dump = machine(2);
        dump.cpus[1].insert(0x80, 0, Registers::default());
        assert!(between_cpus(&dump).is_empty());
        dump.cpus[1].insert(0x80, 0, Registers::new(0, 0, 1, 0));
        let differences = between_cpus(&dump);
        assert_eq!(differences.len(), 1);
        assert_eq!(differences[0].register, Register::Ecx);
        assert_eq!(differences[0].groups[0], ValueGroup { value: None, cpus: vec![0] });
    }
}
