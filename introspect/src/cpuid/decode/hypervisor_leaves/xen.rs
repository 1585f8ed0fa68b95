//! Xen: xen/include/public/arch-x86/cpuid.h.

use serde::Serialize;

use super::{within, within_subleaf};
use crate::cpuid::Cpuid;
use crate::cpuid::decode::bits::{Hex, bit, names};

/// What leaves base + 1 to base + 4 say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Xen {
    /// `major.minor`.
    pub version: Option<String>,
    /// Pages of the hypercall area.
    pub hypercall_pages: Option<u32>,
    /// The MSR that places it.
    pub hypercall_msr: Option<Hex>,
    /// The TSC as the guest sees it, kHz.
    pub tsc_khz: Option<u32>,
    /// RDTSC is emulated.
    pub tsc_emulated: bool,
    /// What an HVM guest may rely on.
    pub hvm_features: Vec<&'static str>,
    /// The number of this vCPU.
    pub vcpu: Option<u32>,
    /// The number of this domain.
    pub domain: Option<u32>,
}

const HVM: &[(u32, &str)] = &[
    (0, "virtualised APIC registers"),
    (1, "virtualised x2APIC"),
    (2, "IOMMU mappings for foreign pages"),
    (3, "vCPU id"),
    (4, "domain id"),
    (5, "extended destination id"),
    (6, "per-vCPU upcall vector"),
];

/// Reads the leaves of the interface at `base`; `None` where it has none beyond the first.
pub fn xen(cpu: &dyn Cpuid, base: u32) -> Option<Xen> {
    let version = within(cpu, base, 1)?;
    let mut found = Xen {
        version: Some(format!("{}.{}", version.eax >> 16, version.eax & 0xffff)),
        ..Xen::default()
    };
    if let Some(leaf) = within(cpu, base, 2) {
        found.hypercall_pages = Some(leaf.eax);
        found.hypercall_msr = Some(leaf.ebx.into());
    }
    if let Some(leaf) = within(cpu, base, 3) {
        found.tsc_emulated = bit(leaf.eax, 0);
        found.tsc_khz = Some(leaf.ecx).filter(|khz| *khz != 0);
    }
    if let Some(leaf) = within_subleaf(cpu, base, 4, 0) {
        found.hvm_features = names(leaf.eax, HVM);
        found.vcpu = bit(leaf.eax, 3).then_some(leaf.ebx);
        found.domain = bit(leaf.eax, 4).then_some(leaf.ecx);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::tests::first_leaf;
    use super::*;
    use crate::cpuid::{CpuDump, Registers};

    /// The values that cpuid.h gives as meanings, at the base that Xen uses with viridian.
    #[test]
    fn xen_above_viridian() {
        let mut cpu = CpuDump::default();
        let base = 0x4000_0100;
        cpu.insert(base, 0, first_leaf(base + 4, b"XenVMMXenVMM"));
        cpu.insert(base + 1, 0, Registers::new(4 << 16 | 17, 0, 0, 0));
        cpu.insert(base + 2, 0, Registers::new(1, 0x4000_0000, 0, 0));
        cpu.insert(base + 3, 0, Registers::new(1, 0, 2_399_996, 0));
        cpu.insert(base + 4, 0, Registers::new(0b11_1000, 5, 42, 0));
        let found = xen(&cpu, base).unwrap();
        assert_eq!(found.version.as_deref(), Some("4.17"));
        assert_eq!((found.hypercall_pages, found.tsc_khz), (Some(1), Some(2_399_996)));
        assert_eq!((found.vcpu, found.domain), (Some(5), Some(42)));
        assert_eq!(found.hvm_features, ["vCPU id", "domain id", "extended destination id"]);
    }

    #[test]
    fn a_short_interface_has_what_its_maximum_allows() {
        let mut cpu = CpuDump::default();
        cpu.insert(0x4000_0000, 0, first_leaf(0x4000_0001, b"XenVMMXenVMM"));
        cpu.insert(0x4000_0001, 0, Registers::new(3 << 16 | 4, 0, 0, 0));
        cpu.insert(0x4000_0002, 0, Registers::new(1, 2, 3, 4));
        let found = xen(&cpu, 0x4000_0000).unwrap();
        assert_eq!((found.version.as_deref(), found.hypercall_pages), (Some("3.4"), None));
    }
}
