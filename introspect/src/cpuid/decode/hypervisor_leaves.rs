//! The leaves at 0x40000000 and above: what each hypervisor tells about itself.

mod hyperv;
mod kvm;
mod xen;

use serde::Serialize;

pub use hyperv::{HyperV, HyperVIsolation, HyperVNested, IsolationType, hyperv};
pub use kvm::{Kvm, kvm};
pub use xen::{Xen, xen};

use super::bits::{Hex, bit};
use crate::cpuid::Cpuid;
use crate::cpuid::vendor::ascii;
use crate::hypervisor::signature::{FIRST_BASE, LAST_BASE, letters};

/// One interface and what its leaves say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HypervisorLeaves {
    /// The interface's first leaf.
    pub base: Hex,
    /// The last leaf it claims to have.
    pub max: Hex,
    /// The twelve letters, made printable.
    pub signature: String,
    /// Timing and calls of VMware's leaf 0x40000010, which others offer too.
    pub timing: Option<Timing>,
    /// What this kind of hypervisor says beyond that.
    pub details: Option<Details>,
}

/// What the leaves of a known hypervisor say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Details {
    /// KVM.
    Kvm(Kvm),
    /// Hyper-V, or a hypervisor that imitates it.
    HyperV(HyperV),
    /// Xen.
    Xen(Xen),
}

/// Leaf 0x40000010, by VMware's definition (Linux arch/x86/kernel/cpu/vmware.c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// The TSC, kHz; 0 where not said.
    pub tsc_khz: u32,
    /// The APIC timer, kHz; 0 where not said.
    pub apic_khz: u32,
    /// The backdoor may be called by VMMCALL (ECX bit 0, VMware only).
    pub vmmcall: bool,
    /// The backdoor may be called by VMCALL (ECX bit 1, VMware only).
    pub vmcall: bool,
    /// The backdoor may be called from a TDX trust domain (ECX bit 3, VMware only).
    pub tdx_call: bool,
}

/// Every interface, from 0x40000000 up.
///
/// Interfaces are stacked without a gap, so the search ends at the first base that has
/// none.
pub fn hypervisor_leaves(cpu: &dyn Cpuid) -> Vec<HypervisorLeaves> {
    (FIRST_BASE..=LAST_BASE).step_by(0x100).map_while(|base| leaves_at(cpu, base)).collect()
}

/// The interface at this base; `None` where there is none.
pub fn leaves_at(cpu: &dyn Cpuid, base: u32) -> Option<HypervisorLeaves> {
    let letters = letters(cpu, base)?;
    let max = max_leaf(cpu, base)?;
    let words: Vec<u32> =
        letters.as_chunks().0.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect();
    let details = match &letters {
        b"KVMKVMKVM\0\0\0" => kvm(cpu, base).map(Details::Kvm),
        b"Microsoft Hv" | b"Linux KVM Hv" => hyperv(cpu, base).map(Details::HyperV),
        b"XenVMMXenVMM" => xen(cpu, base).map(Details::Xen),
        _ => None,
    };
    Some(HypervisorLeaves {
        base: base.into(),
        max: max.into(),
        signature: ascii(&words),
        timing: if base == FIRST_BASE { timing(cpu) } else { None },
        details,
    })
}

/// Leaf 0x40000010, where the first interface has that many leaves.
pub fn timing(cpu: &dyn Cpuid) -> Option<Timing> {
    let leaf = within(cpu, FIRST_BASE, 0x10)?;
    let vmware = &letters(cpu, FIRST_BASE)? == b"VMwareVMware";
    Some(Timing {
        tsc_khz: leaf.eax,
        apic_khz: leaf.ebx,
        vmmcall: vmware && bit(leaf.ecx, 0),
        vmcall: vmware && bit(leaf.ecx, 1),
        tdx_call: vmware && bit(leaf.ecx, 3),
    })
}

/// The last leaf of the interface at `base`: EAX of its first leaf, if that lies in the
/// interface's own range. Old KVM wrote 0 for `base + 1` (Linux
/// Documentation/virt/kvm/x86/cpuid.rst); anyone else's 0 is another leaf's data, such as
/// leaf 0x20 of an Alder Lake without a hypervisor.
fn max_leaf(cpu: &dyn Cpuid, base: u32) -> Option<u32> {
    match cpu.leaf(base)?.eax {
        0 if &letters(cpu, base)? == b"KVMKVMKVM\0\0\0" => Some(base | 1),
        max if max & !0xff == base => Some(max),
        _ => None,
    }
}

/// The leaf `base + offset`, if the interface has it.
fn within(cpu: &dyn Cpuid, base: u32, offset: u32) -> Option<crate::cpuid::Registers> {
    within_subleaf(cpu, base, offset, 0)
}

fn within_subleaf(
    cpu: &dyn Cpuid,
    base: u32,
    offset: u32,
    subleaf: u32,
) -> Option<crate::cpuid::Registers> {
    let leaf = base.checked_add(offset)?;
    if max_leaf(cpu, base)? < leaf {
        return None;
    }
    cpu.registers(leaf, subleaf)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    /// The first leaf of an interface with these letters.
    pub(crate) fn first_leaf(max: u32, letters: &[u8; 12]) -> Registers {
        let (words, _) = letters.as_chunks();
        let [ebx, ecx, edx] = [0, 1, 2].map(|place| u32::from_le_bytes(words[place]));
        Registers::new(max, ebx, ecx, edx)
    }

    #[test]
    fn this_guest_runs_under_kvm() {
        let found = hypervisor_leaves(&sample::EMERALD_RAPIDS.first());
        let [kvm] = &found[..] else { panic!("{found:?}") };
        assert_eq!((kvm.base.0, kvm.max.0), (0x4000_0000, 0x4000_0001));
        assert_eq!(kvm.signature, "KVMKVMKVM");
        assert!(matches!(&kvm.details, Some(Details::Kvm(kvm)) if kvm.features.0 == 0x0100_7efb));
    }

    #[test]
    fn enlightened_kvm_has_two_interfaces() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_000c, b"Microsoft Hv"));
        cpu.insert(0x4000_0001, 0, first_leaf(0x3123_7648, &[0; 12]));
        cpu.insert(0x4000_0100, 0, first_leaf(0x4000_0101, b"KVMKVMKVM\0\0\0"));
        cpu.insert(0x4000_0101, 0, Registers::new(0x0100_00fb, 0, 0, 1));
        let found = hypervisor_leaves(&cpu);
        let names: Vec<_> = found.iter().map(|leaves| leaves.signature.as_str()).collect();
        assert_eq!(names, ["Microsoft Hv", "KVMKVMKVM"]);
        assert!(matches!(&found[1].details, Some(Details::Kvm(kvm)) if kvm.realtime));
    }

    /// Under QEMU's TCG a leaf beyond the range repeats leaf 0xD: no letters of anyone,
    /// and a maximum outside the range.
    #[test]
    fn another_leafs_data_is_no_interface() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_0001, b"TCGTCGTCGTCG"));
        cpu.insert(0x4000_0010, 0, Registers::new(7, 0x240, 0x340, 0));
        cpu.insert(0x4000_0100, 0, Registers::new(7, 0x240, 0x340, 0));
        let found = hypervisor_leaves(&cpu);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].signature, "TCGTCGTCGTCG");
        assert_eq!(found[0].timing, None, "0x40000010 is beyond the maximum");
    }

    #[test]
    fn a_maximum_of_zero_is_kvms_only() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0, b"KVMKVMKVM\0\0\0"));
        assert_eq!(hypervisor_leaves(&cpu)[0].max.0, 0x4000_0001);
        cpu.insert(0x4000_0000, 0, Registers::new(0, 1, 0, 0));
        assert_eq!(hypervisor_leaves(&cpu), []);
    }

    #[test]
    fn vmware_says_how_its_backdoor_is_called() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_0010, b"VMwareVMware"));
        cpu.insert(0x4000_0010, 0, Registers::new(0x0016_e360, 0x0001_01d0, 0b11, 0));
        let timing = timing(&cpu).unwrap();
        assert_eq!(timing.tsc_khz, 1_500_000);
        assert!(timing.vmmcall && timing.vmcall && !timing.tdx_call);
    }
}
