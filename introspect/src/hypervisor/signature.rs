//! The twelve letters at 0x40000000 and above: who says to be the hypervisor.

use crate::cpuid::feature::Scope;
use crate::cpuid::source::Cpuid;

/// The first leaf of a hypervisor's range; further interfaces follow every 0x100.
pub const FIRST_BASE: u32 = 0x4000_0000;
/// The last base any scan looks at, as virt-what and the Linux kernel do.
pub const LAST_BASE: u32 = 0x4000_ff00;

/// The signature letters (EBX, ECX, EDX) at a base, with their NULs; `None` where the
/// source has no such leaf or it names no maximum within its own range.
pub fn letters(cpu: &dyn Cpuid, base: u32) -> Option<[u8; 12]> {
    let first = cpu.leaf(base)?;
    let mut letters = [0; 12];
    for (place, word) in letters.chunks_exact_mut(4).zip([first.ebx, first.ecx, first.edx]) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    Some(letters)
}

/// The base at which an interface lives: KVM sits at 0x40000100 when Hyper-V's
/// enlightenments take 0x40000000.
pub fn interface_base(cpu: &dyn Cpuid, scope: Scope) -> Option<u32> {
    (FIRST_BASE..=LAST_BASE).step_by(0x100).take(256).find(|base| {
        letters(cpu, *base).is_some_and(|letters| match scope {
            Scope::Kvm => &letters == b"KVMKVMKVM\0\0\0" || &letters == b"Linux KVM Hv",
            Scope::HyperV => &letters == b"Microsoft Hv" || &letters == b"Linux KVM Hv",
            Scope::Any | Scope::Intel | Scope::Amd => false,
        })
    })
}
