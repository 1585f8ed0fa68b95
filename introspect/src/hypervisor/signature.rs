//! The twelve letters at 0x40000000 and above: who says to be the hypervisor.

use super::names::{self, Known};
use crate::cpuid::feature::Scope;
use crate::cpuid::registers::Registers;
use crate::cpuid::source::Cpuid;
use crate::cpuid::vendor::ascii;

/// The first leaf of a hypervisor's range; further interfaces follow every 0x100.
pub const FIRST_BASE: u32 = 0x4000_0000;
/// The last base any scan looks at, as virt-what and the Linux kernel do.
pub const LAST_BASE: u32 = 0x4000_ff00;

/// One hypervisor interface: a base, the last leaf it answers for, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interface {
    /// The first leaf, 0x40000000 + n * 0x100.
    pub base: u32,
    /// The last leaf of the interface, EAX of the first. Zero on an old KVM, which
    /// meant base + 1 (Linux Documentation/virt/kvm/x86/cpuid.rst).
    pub max: u32,
    /// EBX, ECX and EDX, with their NULs.
    pub letters: [u8; 12],
}

impl Interface {
    /// The letters up to the first NUL, made printable.
    pub fn text(&self) -> String {
        text(&self.letters)
    }

    /// The hypervisor that uses these letters.
    pub fn known(&self) -> Option<&'static Known> {
        names::known(&self.letters)
    }

    /// The product behind the letters, such as `Xen`.
    pub fn product(&self) -> Option<&'static str> {
        self.known().map(|known| known.product)
    }
}

/// The interface at a base, if there is one.
///
/// A CPU without it returns zeros (AMD) or repeats the data of its highest basic leaf
/// (Intel SDM vol. 2A, CPUID). Such data does not have a maximum that lies in the
/// base's own range, so that is the test; a maximum of 0 is believed of KVM only.
pub fn interface_at(cpu: &dyn Cpuid, base: u32) -> Option<Interface> {
    interface_in(base, cpu.leaf(base)?)
}

/// Every interface, in ascending order of its base.
///
/// A hypervisor places its interfaces side by side from 0x40000000, and each CPUID of
/// a live guest traps for 5 to 70 µs, so the first base without an interface ends the
/// scan. A complete capture looks at all 256 bases by [`interface_at`].
pub fn interfaces(cpu: &dyn Cpuid) -> Vec<Interface> {
    scan(cpu).collect()
}

/// The signature letters (EBX, ECX, EDX) at a base, with their NULs, whatever they
/// are; `None` where the source has no such leaf.
pub fn letters(cpu: &dyn Cpuid, base: u32) -> Option<[u8; 12]> {
    cpu.leaf(base).map(letters_in)
}

/// The letters up to the first NUL, made printable.
pub fn text(letters: &[u8; 12]) -> String {
    let mut words = [0; 3];
    for (word, bytes) in words.iter_mut().zip(letters.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    ascii(&words)
}

/// The base at which an interface lives: KVM sits at 0x40000100 when Hyper-V's
/// enlightenments take 0x40000000.
pub fn interface_base(cpu: &dyn Cpuid, scope: Scope) -> Option<u32> {
    let wanted: &[&[u8; 12]] = match scope {
        Scope::Kvm => &[names::KVM, names::KVM_HYPERV],
        Scope::HyperV => &[names::HYPERV, names::KVM_HYPERV],
        Scope::Any | Scope::Intel | Scope::Amd => return None,
    };
    scan(cpu).find(|found| wanted.contains(&&found.letters)).map(|found| found.base)
}

/// Every interface, where the first base has been read already: CPUID traps.
pub(crate) fn interfaces_from(cpu: &dyn Cpuid, first: Registers) -> Vec<Interface> {
    let rest = (FIRST_BASE..=LAST_BASE).step_by(0x100).skip(1);
    let Some(first) = interface_in(FIRST_BASE, first) else { return Vec::new() };
    std::iter::once(first).chain(rest.map_while(|base| interface_at(cpu, base))).collect()
}

/// EBX, ECX and EDX as bytes.
pub(crate) fn letters_in(first: Registers) -> [u8; 12] {
    let mut letters = [0; 12];
    for (place, word) in letters.chunks_exact_mut(4).zip([first.ebx, first.ecx, first.edx]) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    letters
}

fn interface_in(base: u32, first: Registers) -> Option<Interface> {
    let (max, letters) = (first.eax, letters_in(first));
    let in_range = max & 0xffff_ff00 == base && letters != [0; 12];
    let old_kvm = max == 0 && &letters == names::KVM;
    (in_range || old_kvm).then_some(Interface { base, max, letters })
}

/// The base of the interface that has Hyper-V's leaves, among those found.
pub(crate) fn hyperv_base(found: &[Interface]) -> Option<u32> {
    let is_hyperv = |letters| letters == names::HYPERV || letters == names::KVM_HYPERV;
    found.iter().find(|one| is_hyperv(&one.letters)).map(|one| one.base)
}

fn scan(cpu: &dyn Cpuid) -> impl Iterator<Item = Interface> + '_ {
    (FIRST_BASE..=LAST_BASE).step_by(0x100).map_while(move |base| interface_at(cpu, base))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;

    /// A leaf that names a hypervisor.
    fn named(max: u32, letters: &[u8; 12]) -> Registers {
        let word = |n: usize| u32::from_le_bytes(letters.as_chunks::<4>().0[n]);
        Registers::new(max, word(0), word(1), word(2))
    }

    #[test]
    fn kvm_behind_hyper_v_enlightenments_is_found() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, named(0x4000_000a, names::HYPERV));
        cpu.insert(0x4000_0100, 0, named(0x4000_0101, names::KVM));
        cpu.insert(0x4000_0200, 0, Registers::default());
        cpu.insert(0x4000_0300, 0, named(0x4000_0301, names::KVM));
        let bases: Vec<u32> = interfaces(&cpu).iter().map(|found| found.base).collect();
        assert_eq!(bases, [0x4000_0000, 0x4000_0100], "the gap ends the scan");
        assert_eq!(interface_base(&cpu, Scope::Kvm), Some(0x4000_0100));
        assert_eq!(interface_base(&cpu, Scope::HyperV), Some(0x4000_0000));
        assert_eq!(interface_base(&cpu, Scope::Any), None);
    }

    #[test]
    fn a_repeated_basic_leaf_is_no_interface() {
        // QEMU TCG, -cpu Haswell: beyond its own range it answers with leaf 0xd.
        let repeated = Registers::new(7, 0x240, 0x340, 0);
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, named(0x4000_0001, b"TCGTCGTCGTCG"));
        cpu.insert(0x4000_0100, 0, repeated);
        assert_eq!(interfaces(&cpu).len(), 1);
        cpu.insert(0x4000_0000, 0, repeated);
        assert_eq!(interfaces(&cpu), [], "bare metal");
    }

    #[test]
    fn only_kvm_may_leave_its_maximum_out() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, named(0, names::KVM));
        assert_eq!(interfaces(&cpu).len(), 1);
        cpu.insert(0x4000_0000, 0, named(0, b"abcdefghijkl"));
        assert_eq!(interfaces(&cpu), []);
    }

    #[test]
    fn letters_reach_a_terminal_only_when_printable() {
        assert_eq!(text(b"\x1b]0;pwn\x07\0\0\0\0"), "?]0;pwn?");
        assert_eq!(text(names::KVM), "KVMKVMKVM");
    }
}
