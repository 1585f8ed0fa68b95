//! Which bits of CPUID differ from one logical CPU to the next, or from one moment to
//! the next, and so say nothing about the kind of CPU.

use super::registers::{LeafId, Registers};
use super::source::{Cpuid, range_base};
use crate::hypervisor::signature::letters;

const ALL: u32 = u32::MAX;
const NONE: u32 = 0;

/// The stable bits of a leaf, as a mask of its four registers.
///
/// Not stable are ids of the CPU itself, bits that mirror what the operating system has
/// switched on, and sizes that follow from it (Intel SDM vol. 2A, CPUID; AMD APM vol. 3,
/// Appendix E). The core type of a hybrid CPU (leaf 0x1A) is a property of the core and
/// counts as stable.
pub const fn mask(id: LeafId) -> Registers {
    match (id.leaf, id.subleaf) {
        // EBX 31:24 is the initial APIC id; ECX 27, OSXSAVE, mirrors CR4.
        (1, _) => Registers::new(ALL, 0x00ff_ffff, !(1 << 27), ALL),
        // EDX 31:16 is the CPU's own row in the hardware feedback table.
        (6, _) => Registers::new(ALL, ALL, ALL, 0x0000_ffff),
        // ECX 4, OSPKE, mirrors CR4.
        (7, 0) => Registers::new(ALL, ALL, !(1 << 4), ALL),
        // EDX is the x2APIC id.
        (0xb | 0x1f | 0x8000_0026, _) => Registers::new(ALL, ALL, ALL, NONE),
        // EBX is the size of the state that is switched on at the moment.
        (0xd, 0 | 1) => Registers::new(ALL, NONE, ALL, ALL),
        // EBX 0: Key Locker is switched on and a key is loaded.
        (0x19, _) => Registers::new(ALL, !1, ALL, ALL),
        // EAX is the extended APIC id, EBX 7:0 the core's id, ECX 7:0 the node's.
        (0x8000_001e, _) => Registers::new(NONE, !0xff, !0xff, ALL),
        // Frequency, voltage and load of a Transmeta CPU at the moment.
        (0x8086_0007, _) => Registers::new(NONE, NONE, NONE, NONE),
        // Sensors of a Zhaoxin core: they differ from core to core in the InstLatx64 dump of
        // a KX-7000 (CentaurHauls00607B1_KX7000_05_CPUID.txt).
        (0xc000_0004, _) => Registers::new(NONE, NONE, NONE, NONE),
        _ => Registers::new(ALL, ALL, ALL, ALL),
    }
}

/// The stable bits of a leaf of `cpu`: [`mask`], and what depends on the hypervisor.
pub fn mask_in(cpu: &dyn Cpuid, id: LeafId) -> Registers {
    let stable = mask(id);
    // Xen's leaf 4: EBX is the number of the virtual CPU (xen/include/public/arch-x86/cpuid.h).
    let xen_vcpu = id.leaf >> 16 == 0x4000
        && id.leaf & 0xff == 4
        && letters(cpu, range_base(id.leaf)).is_some_and(|letters| &letters == b"XenVMMXenVMM");
    if xen_vcpu { Registers { ebx: NONE, ..stable } } else { stable }
}

/// The registers of a leaf of `cpu` without its volatile bits.
pub fn stable(cpu: &dyn Cpuid, id: LeafId, registers: Registers) -> Registers {
    let mask = mask_in(cpu, id);
    Registers::new(
        registers.eax & mask.eax,
        registers.ebx & mask.ebx,
        registers.ecx & mask.ecx,
        registers.edx & mask.edx,
    )
}

/// True for the subleaf after the last domain of a topology leaf. It is not zero, because
/// it repeats its own number and the APIC id, and only some tools write it down.
pub fn ends_topology(id: LeafId, registers: Registers) -> bool {
    matches!(id.leaf, 0xb | 0x1f | 0x8000_0026) && registers.ecx >> 8 & 0xff == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::CpuDump;

    #[test]
    fn two_cpus_of_one_machine_agree_once_masked() {
        // A KVM guest on Emerald Rapids: the leaves in which its CPUs 0 and 1 differ.
        let pairs = [
            (
                LeafId::new(1, 0),
                [0x000c_06f2, 0x0002_0800, 0xfffa_3203, 0x1f8b_fbff],
                [1, 0x0102_0800],
            ),
            // CPUs 0 and 1 of a KX-7000.
            (LeafId::new(0xc000_0004, 0), [0x42, 0x1031_306b, 0x1051_3c99, 0], [1, 0x1000_2d6a]),
            (LeafId::new(0xb, 0), [0, 1, 0x100, 0], [3, 1]),
            (LeafId::new(0xb, 1), [5, 2, 0x201, 0], [3, 1]),
            (LeafId::new(0xb, 2), [0, 0, 2, 0], [3, 1]),
        ];
        let cpu = CpuDump::default();
        for (id, [eax, ebx, ecx, edx], [register, value]) in pairs {
            let first = Registers::new(eax, ebx, ecx, edx);
            let mut second = first;
            if register == 1 {
                second.ebx = value
            } else {
                second.edx = value
            }
            assert_ne!(first, second);
            assert_eq!(stable(&cpu, id, first), stable(&cpu, id, second), "{id}");
        }
    }

    #[test]
    fn the_core_type_and_the_features_stay() {
        let full = Registers::new(ALL, ALL, ALL, ALL);
        for leaf in [0x1a, 2, 4, 0x8000_0001, 0x8000_001d, 0x4000_0001] {
            assert_eq!(mask(LeafId::new(leaf, 0)), full, "{leaf:#x}");
        }
        assert_eq!(mask(LeafId::new(7, 1)), full);
        assert_eq!(mask(LeafId::new(0xd, 2)), full, "offsets of components do not change");
    }

    #[test]
    fn xen_numbers_its_virtual_cpus() {
        let mut cpu = CpuDump::default();
        let id = LeafId::new(0x4000_0104, 0);
        assert_eq!(mask_in(&cpu, id).ebx, ALL);
        cpu.insert(
            0x4000_0100,
            0,
            Registers::new(0x4000_0105, 0x566e_6558, 0x6558_4d4d, 0x4d4d_566e),
        );
        assert_eq!(mask_in(&cpu, id).ebx, NONE);
        assert_eq!(mask_in(&cpu, LeafId::new(0x4000_0004, 0)).ebx, ALL);
    }
}
