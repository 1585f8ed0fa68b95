//! Is this a VMware guest at all? Clouds present stepping 0 too.

use crate::cpuid::View;
use crate::evidence::{Confidence, Evidence};
use crate::hypervisor::signature;

use super::verdict::Subject;

/// Who runs the guest, as far as EVC cares.
#[derive(Debug, Clone)]
pub enum Platform {
    /// ESXi, Workstation or Fusion.
    Vmware(Evidence),
    /// Somebody else, or nobody.
    Other(Evidence),
    /// Nothing tells.
    Unknown(Evidence),
}

impl Platform {
    /// How sure it is.
    pub fn confidence(&self) -> Confidence {
        match self {
            Self::Vmware(evidence) | Self::Other(evidence) | Self::Unknown(evidence) => {
                evidence.confidence
            }
        }
    }

    /// What it rests on.
    pub fn into_evidence(self) -> Option<Evidence> {
        match self {
            Self::Vmware(evidence) | Self::Other(evidence) | Self::Unknown(evidence) => {
                Some(evidence)
            }
        }
    }
}

/// Looks for VMware: CPUID's letters first, then what DMI or the kind of file states, then
/// the kernel's flags.
///
/// Letters behind a clear hypervisor bit are shown to nobody, so DMI goes before them; and
/// before Hyper-V's, which VMware imitates for its Windows guests.
pub fn platform(subject: &Subject<'_>) -> Platform {
    let letters = subject.guest.cpuid().map(signature::interfaces).unwrap_or_default();
    if let Some(vmware) = letters.iter().find(|found| &found.letters == b"VMwareVMware") {
        let source = format!("cpuid {:#x}", vmware.base);
        return Platform::Vmware(Evidence::observed(source, "\"VMwareVMware\""));
    }
    let shown = subject.guest.cpuid().and_then(|cpu| cpu.leaf(1)).is_some_and(|r| r.ecx >> 31 == 1);
    let other = letters.first().map(|other| {
        let source = format!("cpuid {:#x}", other.base);
        Platform::Other(Evidence::observed(source, format!("\"{}\" is not VMware", other.text())))
    });
    let imitated = letters.iter().all(|found| &found.letters == b"Microsoft Hv");
    if let Some(stated) = subject.platform.as_ref().filter(|_| !shown || imitated) {
        return stated.clone();
    }
    if let Some(other) = other {
        return other;
    }
    match subject.guest {
        View::Kernel(processor) if !processor.has_flag("hypervisor") => {
            Platform::Other(Evidence::observed(
                "/proc/cpuinfo flags",
                "no hypervisor flag: not a guest, or one that is not told so",
            ))
        }
        // Linux sets tsc_reliable for VMware guests (arch/x86/kernel/cpu/vmware.c), and for Hyper-V's.
        View::Kernel(processor) if processor.has_flag("tsc_reliable") => {
            Platform::Vmware(Evidence::inferred(
                "/proc/cpuinfo flags",
                "hypervisor and tsc_reliable: VMware, unless it is Hyper-V",
            ))
        }
        View::Kernel(_) => Platform::Other(Evidence::inferred(
            "/proc/cpuinfo flags",
            "hypervisor without tsc_reliable, which Linux sets in every VMware guest",
        )),
        View::Cpuid(cpu) => match cpu.leaf(1).map(|leaf1| leaf1.ecx >> 31) {
            Some(0) => Platform::Other(Evidence::observed(
                "cpuid 0x1",
                "no hypervisor bit: not a guest, or one that is not told so",
            )),
            _ => Platform::Unknown(Evidence::observed("cpuid", "no hypervisor names itself")),
        },
    }
}
