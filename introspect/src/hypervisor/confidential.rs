//! Confidential virtual machines: memory that the host cannot read.

use std::fs::File;
use std::os::unix::fs::FileExt;

use serde::Serialize;

use super::facts::{CpuFacts, line};
use super::signature;
use crate::cpuid::source::Cpuid;
use crate::cpuid::vendor::{Vendor, ascii};
use crate::root::Root;

/// AMD's SEV status (APM vol. 2, 15.34.10), readable in a guest only.
const SEV_STATUS_MSR: u64 = 0xc001_0131;

/// A confidential virtual machine, in systemd's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confidential {
    /// `sev`, `sev-es`, `sev-snp`, `tdx`, `protvirt` or `cca`.
    pub kind: &'static str,
    /// Whether it protects this machine.
    pub state: State,
    /// Where this is from.
    pub evidence: &'static str,
}

/// How far the protection is known to be in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// In force.
    Active,
    /// Offered by the CPU, and not in force.
    Capable,
    /// Offered by the CPU; whether it is in force was not readable.
    Unknown,
}

impl State {
    /// The word of the JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Capable => "capable",
            Self::Unknown => "unknown",
        }
    }
}

/// The protection of this machine, or `None` where nothing speaks of one.
///
/// On bare metal the same leaves say what a host could offer, which is not asked here.
pub fn read(
    cpu: Option<&dyn Cpuid>,
    facts: Option<&CpuFacts>,
    root: &Root,
) -> Option<Confidential> {
    if let (Some(cpu), Some(facts)) = (cpu, facts) {
        if !facts.hypervisor_bit {
            return None;
        }
        let found = match facts.vendor {
            vendor if vendor.is_amd_like() => amd(cpu, || msr(root)),
            Vendor::Intel => tdx(cpu),
            _ => None,
        };
        return found.or_else(|| hyperv(cpu, facts));
    }
    if line(root, "/sys/firmware/uv/prot_virt_guest").as_deref() == Some("1") {
        return Some(active("protvirt", "/sys/firmware/uv/prot_virt_guest"));
    }
    root.exists("/sys/devices/platform/arm-cca-dev")
        .then(|| active("cca", "/sys/devices/platform/arm-cca-dev"))
}

const fn active(kind: &'static str, evidence: &'static str) -> Confidential {
    Confidential { kind, state: State::Active, evidence }
}

/// Leaf 0x8000001f EAX: bit 1 SEV, bit 3 SEV-ES, bit 4 SEV-SNP (APM vol. 3, appendix E).
/// That they are offered does not say that they are used; the MSR does.
fn amd(cpu: &dyn Cpuid, status: impl FnOnce() -> Option<u64>) -> Option<Confidential> {
    let offered = cpu.leaf(0x8000_001f)?.eax;
    if offered & 1 << 1 == 0 {
        return None;
    }
    let best = match offered {
        bits if bits & 1 << 4 != 0 => "sev-snp",
        bits if bits & 1 << 3 != 0 => "sev-es",
        _ => "sev",
    };
    Some(match status() {
        Some(bits) if bits & 1 << 2 != 0 => active("sev-snp", "MSR 0xc0010131"),
        Some(bits) if bits & 1 << 1 != 0 => active("sev-es", "MSR 0xc0010131"),
        Some(bits) if bits & 1 != 0 => active("sev", "MSR 0xc0010131"),
        Some(_) => Confidential { kind: best, state: State::Capable, evidence: "MSR 0xc0010131" },
        None => Confidential { kind: best, state: State::Unknown, evidence: "cpuid 0x8000001f" },
    })
}

/// Leaf 0x21 names the TDX module, in a TDX guest only (Intel TDX module specification).
fn tdx(cpu: &dyn Cpuid) -> Option<Confidential> {
    let leaf = cpu.leaf(0x21)?;
    (ascii(&[leaf.ebx, leaf.edx, leaf.ecx]) == "IntelTDX    ").then(|| active("tdx", "cpuid 0x21"))
}

/// Hyper-V hides the vendors' leaves and tells its isolation in its own: 0x40000003 EBX
/// bit 22 (Isolation) without bit 12 (the root partition), then 0x4000000c EBX 3:0.
fn hyperv(cpu: &dyn Cpuid, facts: &CpuFacts) -> Option<Confidential> {
    let base = signature::hyperv_base(&facts.interfaces)?;
    if facts.hyperv_root || cpu.leaf(base + 3)?.ebx & 1 << 22 == 0 {
        return None;
    }
    match cpu.leaf(base + 0xc)?.ebx & 0xf {
        2 => Some(active("sev-snp", "Hyper-V isolation")),
        3 => Some(active("tdx", "Hyper-V isolation")),
        _ => None,
    }
}

/// The live machine's SEV status; a captured root has no MSRs.
fn msr(root: &Root) -> Option<u64> {
    if !root.is_live() {
        return None;
    }
    let mut bytes = [0; 8];
    File::open("/dev/cpu/0/msr").ok()?.read_exact_at(&mut bytes, SEV_STATUS_MSR).ok()?;
    Some(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn what_the_cpu_offers_is_not_what_the_guest_uses() {
        let mut cpu = CpuDump::default();
        assert_eq!(amd(&cpu, || None), None);
        cpu.insert(0x8000_001f, 0, Registers::new(0b1_1011, 0, 0, 0));
        let told = |status| amd(&cpu, || status).map(|found| (found.kind, found.state));
        assert_eq!(told(None), Some(("sev-snp", State::Unknown)));
        assert_eq!(told(Some(0)), Some(("sev-snp", State::Capable)));
        assert_eq!(told(Some(0b1)), Some(("sev", State::Active)));
        assert_eq!(told(Some(0b11)), Some(("sev-es", State::Active)));
        assert_eq!(told(Some(0b111)), Some(("sev-snp", State::Active)));
    }

    #[test]
    fn tdx_names_itself_in_the_order_of_leaf_0() {
        let mut cpu = CpuDump::default();
        let word = |text: &[u8; 4]| u32::from_le_bytes(*text);
        cpu.insert(0x21, 0, Registers::new(0, word(b"Inte"), word(b"    "), word(b"lTDX")));
        assert_eq!(tdx(&cpu).map(|found| found.kind), Some("tdx"));
    }

    #[test]
    fn azure_tells_by_hyper_v_isolation() {
        use super::super::facts::CpuFacts;
        let word = |text: &[u8; 4]| u32::from_le_bytes(*text);
        let mut cpu = CpuDump::default();
        cpu.insert(1, 0, Registers::new(0, 0, 1 << 31, 0));
        let letters = [word(b"Micr"), word(b"osof"), word(b"t Hv")];
        let [ebx, ecx, edx] = letters;
        cpu.insert(0x4000_0000, 0, Registers::new(0x4000_000c, ebx, ecx, edx));
        cpu.insert(0x4000_0003, 0, Registers::new(0, 1 << 22, 0, 0));
        cpu.insert(0x4000_000c, 0, Registers::new(0, 2, 0, 0));
        let kind = |cpu: &CpuDump| hyperv(cpu, &CpuFacts::read(cpu)).map(|found| found.kind);
        assert_eq!(kind(&cpu), Some("sev-snp"));
        cpu.insert(0x4000_0003, 0, Registers::new(0, 1 << 22 | 1 << 12, 0, 0));
        assert_eq!(kind(&cpu), None, "the root partition");
    }
}
