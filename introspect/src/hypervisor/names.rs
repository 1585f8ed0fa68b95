//! The hypervisors that are known by their twelve letters, and what each tool calls them.

/// `KVMKVMKVM`.
pub(crate) const KVM: &[u8; 12] = b"KVMKVMKVM\0\0\0";
/// KVM that offers Hyper-V's interface under its own name.
pub(crate) const KVM_HYPERV: &[u8; 12] = b"Linux KVM Hv";
/// Hyper-V, and everyone who imitates it so that Windows guests run faster.
pub(crate) const HYPERV: &[u8; 12] = b"Microsoft Hv";
/// Xen's HVM and PVH interface.
pub(crate) const XEN: &[u8; 12] = b"XenVMMXenVMM";
/// QEMU's software emulation.
pub(crate) const TCG: &[u8; 12] = b"TCGTCGTCGTCG";
/// VMware.
pub(crate) const VMWARE: &[u8; 12] = b"VMwareVMware";

/// A hypervisor that names itself in CPUID.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// EBX, ECX and EDX of its first leaf.
    pub letters: &'static [u8; 12],
    /// Who made it, as our verdict says it.
    pub vendor: &'static str,
    /// What it is.
    pub product: &'static str,
    /// systemd-detect-virt's word, where systemd knows the letters.
    pub systemd: Option<&'static str>,
    /// True where virt-what 1.25 looks for the letters.
    pub virt_what: bool,
}

/// The hypervisor that uses exactly these letters.
pub fn known(letters: &[u8; 12]) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.letters == letters)
}

const fn row(
    letters: &'static [u8; 12],
    vendor: &'static str,
    product: &'static str,
    systemd: Option<&'static str>,
    virt_what: bool,
) -> Known {
    Known { letters, vendor, product, systemd, virt_what }
}

/// Sources: Linux arch/x86/include/asm (kvm_para, vmware, hyperv-tlfs, acrn, jailhouse),
/// systemd-detect-virt(1), virt-what(1), and the Hypervisor Top Level Functional
/// Specification for leaf 0x40000000 itself.
pub(crate) const KNOWN: &[Known] = &[
    row(VMWARE, "VMware", "VMware", Some("vmware"), true),
    row(KVM, "KVM", "KVM", Some("kvm"), true),
    row(KVM_HYPERV, "KVM", "KVM with Hyper-V enlightenments", Some("kvm"), false),
    row(HYPERV, "Microsoft Hyper-V", "Microsoft Hyper-V", Some("microsoft"), true),
    row(XEN, "Xen", "Xen", Some("xen"), true),
    row(TCG, "QEMU", "QEMU TCG", Some("qemu"), true),
    row(b"bhyve bhyve ", "bhyve", "bhyve", Some("bhyve"), true),
    row(b"BHyVE BHyVE ", "bhyve", "bhyve", None, false),
    row(b"QNXQVMBSQG\0\0", "QNX", "QNX Hypervisor", Some("qnx"), false),
    row(b"ACRNACRNACRN", "ACRN", "ACRN", Some("acrn"), false),
    row(b"SRESRESRESRE", "Lockheed Martin", "LMHS SRE", Some("sre"), false),
    row(b"Apple VZ\0\0\0\0", "Apple", "Apple Virtualization", Some("apple"), false),
    row(b"LKVMLKVMLKVM", "KVM", "kvmtool", None, true),
    row(b"OpenBSDVMM58", "OpenBSD", "OpenBSD vmm", None, true),
    row(b"prl hyperv\0\0", "Parallels", "Parallels", None, false),
    row(b" lrpepyh  vr", "Parallels", "Parallels", None, false),
    row(b"VBoxVBoxVBox", "Oracle VirtualBox", "VirtualBox", None, false),
    row(b"Jailhouse\0\0\0", "Siemens", "Jailhouse", None, false),
    row(b"UnisysSpar64", "Unisys", "Unisys s-Par", None, false),
    row(b"NoirVisor ZT", "NoirVisor", "NoirVisor", None, false),
    row(b"HAXMHAXMHAXM", "Intel", "Intel HAXM", None, false),
    row(b"___ NVMM ___", "NetBSD", "NetBSD NVMM", None, false),
    row(b"EVMMEVMMEVMM", "Intel", "Intel KGT", None, false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letters_stand_twice() {
        for (index, one) in KNOWN.iter().enumerate() {
            let found = known(one.letters).expect("a row finds itself");
            assert_eq!(found, &KNOWN[index]);
        }
    }
}
