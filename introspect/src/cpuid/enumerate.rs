//! Which leaves and subleaves a CPU has, by its own word, with every loop bounded.

use raw_cpuid::CpuIdReader;

use super::bounded::Bounded;
use super::dump::{CpuDump, MAX_LEAVES};
use super::registers::Registers;
use super::source::{Cpuid, SUBLEAF_CAP};
use crate::hypervisor::signature::{FIRST_BASE, LAST_BASE};

/// Reads everything a CPU has: the basic range, every hypervisor range up to 0x4000ff00,
/// the extended range, and Transmeta's and Centaur's.
pub fn enumerate<R: CpuIdReader>(reader: R) -> CpuDump {
    read(reader, all_bases())
}

/// The same with the hypervisor ranges that are already known: on the other CPUs of a
/// machine they are where they are on the first. Looking at all 256 bases costs more
/// than all the rest.
pub fn enumerate_at<R: CpuIdReader>(reader: R, hypervisors: &[u32]) -> CpuDump {
    read(reader, hypervisors.iter().copied())
}

/// The same with the hypervisor ranges that follow each other from the first base on,
/// which is how every known hypervisor places them.
pub fn enumerate_adjacent<R: CpuIdReader>(reader: R) -> CpuDump {
    let cpu = Bounded::new(reader);
    let found: Vec<u32> = all_bases().take_while(|base| cpu.range_end(*base).is_some()).collect();
    read_from(&cpu, found.into_iter())
}

/// Those of the given bases at which a hypervisor answers.
pub fn hypervisor_bases<R: CpuIdReader>(reader: R, bases: &[u32]) -> Vec<u32> {
    let cpu = Bounded::new(reader);
    bases.iter().copied().filter(|base| cpu.range_end(*base).is_some()).collect()
}

/// Every base at which a hypervisor may answer, 0x100 apart.
pub fn all_bases() -> impl Iterator<Item = u32> {
    (FIRST_BASE..=LAST_BASE).step_by(0x100)
}

fn read<R: CpuIdReader>(reader: R, hypervisors: impl Iterator<Item = u32>) -> CpuDump {
    read_from(&Bounded::new(reader), hypervisors)
}

fn read_from<R: CpuIdReader>(cpu: &Bounded<R>, hypervisors: impl Iterator<Item = u32>) -> CpuDump {
    let mut dump = CpuDump::default();
    let ranges = [0].into_iter().chain(hypervisors).chain([0x8000_0000, 0x8086_0000, 0xc000_0000]);
    for base in ranges {
        let Some(end) = cpu.range_end(base) else { continue };
        for leaf in base..=end {
            if dump.len() + SUBLEAF_CAP as usize > MAX_LEAVES {
                return dump;
            }
            enumerate_leaf(cpu, leaf, &mut dump);
        }
    }
    dump
}

/// Adds a leaf with all its subleaves to the dump; nothing where `cpu` does not have it.
pub fn enumerate_leaf(cpu: &dyn Cpuid, leaf: u32, dump: &mut CpuDump) {
    let Some(first) = cpu.registers(leaf, 0) else { return };
    dump.insert(leaf, 0, first);
    if !has_subleaves(leaf) {
        return;
    }
    for subleaf in 1..SUBLEAF_CAP {
        let Some(registers) = cpu.registers(leaf, subleaf) else { return };
        match step(cpu, leaf, first, subleaf, registers) {
            Step::Keep => dump.insert(leaf, subleaf, registers),
            Step::Skip => {}
            Step::End => return,
        }
    }
}

/// True for the leaves of [`step`]; of all others subleaf 1 need not even be asked for.
fn has_subleaves(leaf: u32) -> bool {
    let basic = [4, 7, 0xb, 0xd, 0xf, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1b, 0x1d, 0x1e, 0x1f, 0x20];
    let late = [0x23, 0x24, 0x29, 0x8000_001d, 0x8000_0020, 0x8000_0026];
    basic.contains(&leaf) || late.contains(&leaf) || leaf & 0xffff_00ff == 0x4000_0003
}

enum Step {
    /// The subleaf is there.
    Keep,
    /// It is not, but a later one may be.
    Skip,
    /// It is not, and none follows.
    End,
}

/// The end rule of each leaf with subleaves (SDM vol. 2A and AMD APM vol. 3, CPUID).
fn step(cpu: &dyn Cpuid, leaf: u32, first: Registers, subleaf: u32, r: Registers) -> Step {
    let until = |more: bool| if more { Step::Keep } else { Step::End };
    let bitmap = |bits: u64| match bits >> subleaf {
        0 => Step::End,
        rest if rest & 1 == 1 => Step::Keep,
        _ => Step::Skip,
    };
    match leaf {
        // Cache type 0 ends the list.
        4 | 0x8000_001d => until(first.eax & 0x1f != 0 && r.eax & 0x1f != 0),
        // Domain type 0 ends the list.
        0xb | 0x1f | 0x8000_0026 => until(first.ecx >> 8 & 0xff != 0 && r.ecx >> 8 & 0xff != 0),
        // EAX of subleaf 0 is the last subleaf.
        7 | 0x14 | 0x17 | 0x18 | 0x1d | 0x20 | 0x24 | 0x29 => until(subleaf <= first.eax),
        // Subleaf 1 always is, then one per component of XCR0 and XSS.
        0xd => {
            let one = cpu.registers(0xd, 1).unwrap_or_default();
            let low = u64::from(first.eax | one.ecx);
            let high = u64::from(first.edx | one.edx);
            bitmap(high << 32 | low | 0b11)
        }
        // Resource bitmaps: monitoring in EDX, allocation in EBX, AMD's both in EBX.
        0xf => bitmap(u64::from(first.edx)),
        0x10 | 0x8000_0020 => bitmap(u64::from(first.ebx)),
        // A bitmap of valid subleaves.
        0x23 => bitmap(u64::from(first.eax)),
        // Subleaf 1 is SGX's attributes, then EPC sections until type 0.
        0x12 => until(!first.is_zero() && (subleaf == 1 || r.eax & 0xf != 0)),
        // Key targets until type 0.
        0x1b => until(first.eax & 0xfff != 0 && r.eax & 0xfff != 0),
        // TMUL: one more subleaf since Diamond Rapids, zero before.
        0x1e => until(subleaf == 1 && !r.is_zero()),
        // Xen's time leaf has three subleaves (xen/include/public/arch-x86/cpuid.h).
        _ if leaf & 0xffff_00ff == 0x4000_0003 => until(subleaf < 3 && is_xen(cpu, leaf & !0xff)),
        _ => Step::End,
    }
}

fn is_xen(cpu: &dyn Cpuid, base: u32) -> bool {
    crate::hypervisor::signature::letters(cpu, base).is_some_and(|l| &l == b"XenVMMXenVMM")
}

#[cfg(test)]
mod tests {
    use super::*;
    use raw_cpuid::CpuIdResult;

    #[test]
    fn a_cpu_that_repeats_itself_for_ever_is_read_in_bounded_time() {
        // A buggy Xen returned one cache entry for every subleaf; take it to the extreme.
        let hostile = |leaf: u32, _: u32| {
            let base = crate::cpuid::source::range_base(leaf);
            CpuIdResult { eax: base | 0xff, ebx: !0, ecx: !0, edx: !0 }
        };
        let dump = enumerate(hostile);
        assert!(dump.len() <= MAX_LEAVES);
        assert!(dump.iter().all(|(id, _)| id.subleaf < SUBLEAF_CAP));
    }

    #[test]
    fn known_and_adjacent_hypervisors_are_read_as_completely() {
        let cpu = |leaf: u32, _: u32| {
            let r = match leaf {
                0 => Registers::new(1, 0, 0, 0),
                1 => Registers::new(2, 0, 0, 0),
                0x4000_0000 => Registers::new(0x4000_0001, 3, 0, 0),
                0x4000_0100 => Registers::new(0x4000_0101, 4, 0, 0),
                0x4000_0001 | 0x4000_0101 => Registers::new(5, 0, 0, 0),
                _ => Registers::default(),
            };
            r.into()
        };
        let first = enumerate(cpu);
        assert_eq!(first.len(), 6);
        let bases: Vec<u32> = all_bases().collect();
        let found = hypervisor_bases(cpu, &bases);
        assert_eq!(found, [0x4000_0000, 0x4000_0100]);
        assert_eq!(enumerate_at(cpu, &found), first);
        assert_eq!(enumerate_adjacent(cpu), first);
    }

    #[test]
    fn every_leaf_with_an_end_rule_is_walked() {
        // A CPU that never ends a list shows which leaves are walked at all.
        let endless = |leaf: u32, _: u32| {
            let base = crate::cpuid::source::range_base(leaf);
            CpuIdResult { eax: base | 0xff, ebx: !0, ecx: !0, edx: !0 }
        };
        let cpu = Bounded::new(endless);
        for leaf in (0..0x100).chain(0x8000_0000..0x8000_0100) {
            let r = cpu.leaf(leaf).unwrap();
            let walks = !matches!(step(&cpu, leaf, r, 1, r), Step::End);
            assert_eq!(walks, has_subleaves(leaf), "{leaf:#x}");
        }
    }

    #[test]
    fn subleaves_follow_each_leafs_own_rule() {
        let cpu = |leaf: u32, subleaf: u32| {
            let r = match (leaf, subleaf) {
                (0, _) => Registers::new(0x10, 0, 0, 0),
                (4, 0..=2) => Registers::new(0x21, 0, 0, 0),
                (7, _) => Registers::new(2, 0, 0, 0),
                (0xb, 0) => Registers::new(0, 1, 0x100, 0),
                (0xb, 1) => Registers::new(0, 2, 0x201, 0),
                (0xd, 0) => Registers::new(0b10_0000_0111, 0, 0, 0),
                (0xd, 1) => Registers::new(0xf, 0, 1 << 8, 0),
                (0x10, 0) => Registers::new(0, 0b1010, 0, 0),
                _ => Registers::default(),
            };
            r.into()
        };
        let dump = enumerate(cpu);
        let subleaves = |leaf| -> Vec<u32> {
            dump.iter().filter(|(id, _)| id.leaf == leaf).map(|(id, _)| id.subleaf).collect()
        };
        assert_eq!(subleaves(4), [0, 1, 2]);
        assert_eq!(subleaves(7), [0, 1, 2]);
        assert_eq!(subleaves(0xb), [0, 1]);
        assert_eq!(subleaves(0xd), [0, 1, 2, 8, 9]);
        assert_eq!(subleaves(0x10), [0, 1, 3]);
    }
}
