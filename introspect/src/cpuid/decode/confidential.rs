//! Encrypted memory and confidential guests: AMD 0x8000001F, Intel TDX leaf 0x21, TME.
//!
//! On AMD a set bit says what the CPU can do: whether this very guest is encrypted stands
//! in an MSR. Intel's leaf 0x21 is answered inside a trust domain only.

use serde::Serialize;

use super::bits::{bit, field};
use super::trimmed::Trimmed;
use super::vendor;
use crate::cpuid::vendor::ascii;
use crate::cpuid::{Cpuid, Vendor};

/// What CPUID says about encrypted memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Confidential {
    /// AMD's and Hygon's memory encryption.
    pub amd: Option<MemoryEncryption>,
    /// This code runs inside an Intel TDX trust domain.
    pub tdx_guest: bool,
    /// Total Memory Encryption (leaf 7 ECX bit 13).
    pub tme: bool,
}

/// AMD 0x8000001F: what the CPU is capable of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryEncryption {
    /// Secure Memory Encryption.
    pub sme: bool,
    /// Secure Encrypted Virtualization.
    pub sev: bool,
    /// SEV Encrypted State.
    pub sev_es: bool,
    /// SEV Secure Nested Paging.
    pub sev_snp: bool,
    /// Virtual machine privilege levels.
    pub vmpl: bool,
    /// How many privilege levels.
    pub vmpl_count: u32,
    /// The bit of a page table entry that marks an encrypted page.
    pub c_bit: u32,
    /// Physical address bits that encryption takes.
    pub physical_address_reduction: u32,
    /// Guests that can be encrypted at once.
    pub max_encrypted_guests: u32,
    /// The lowest address space id of a guest with SEV but not SEV-ES.
    pub min_sev_asid: u32,
}

/// What CPUID says about encrypted memory; `None` where it says nothing.
pub fn confidential(cpu: &dyn Cpuid) -> Option<Confidential> {
    let cpu = &Trimmed::new(cpu);
    let found = Confidential {
        amd: memory_encryption(cpu),
        tdx_guest: is_tdx_guest(cpu),
        tme: vendor(cpu) == Vendor::Intel && cpu.leaf(7).is_some_and(|leaf| bit(leaf.ecx, 13)),
    };
    (found != Confidential::default()).then_some(found)
}

/// AMD APM vol. 3, Fn8000_001F; raw-cpuid's decoder lacks the number of privilege levels.
pub(super) fn memory_encryption(cpu: &dyn Cpuid) -> Option<MemoryEncryption> {
    if vendor(cpu).is_intel_like() {
        return None;
    }
    let leaf = cpu.leaf(0x8000_001f).filter(|leaf| !leaf.is_zero())?;
    Some(MemoryEncryption {
        sme: bit(leaf.eax, 0),
        sev: bit(leaf.eax, 1),
        sev_es: bit(leaf.eax, 3),
        sev_snp: bit(leaf.eax, 4),
        vmpl: bit(leaf.eax, 5),
        vmpl_count: field(leaf.ebx, 15, 12),
        c_bit: field(leaf.ebx, 5, 0),
        physical_address_reduction: field(leaf.ebx, 11, 6),
        max_encrypted_guests: leaf.ecx,
        min_sev_asid: leaf.edx,
    })
}

/// Leaf 0x21 spells `IntelTDX    ` in EBX, EDX, ECX (Intel TDX module specification,
/// "CPUID Virtualization").
fn is_tdx_guest(cpu: &dyn Cpuid) -> bool {
    cpu.leaf(0x21).is_some_and(|leaf| ascii(&[leaf.ebx, leaf.edx, leaf.ecx]) == "IntelTDX    ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn rome_can_sev_but_not_snp() {
        let amd = confidential(&sample::ZEN2_ROME.first()).unwrap().amd.unwrap();
        assert!(amd.sme && amd.sev && amd.sev_es && !amd.sev_snp);
        assert_eq!((amd.c_bit, amd.physical_address_reduction), (47, 5));
        assert_eq!((amd.max_encrypted_guests, amd.min_sev_asid), (509, 1));
    }

    #[test]
    fn tdx_is_known_by_its_letters() {
        let mut cpu = CpuDump::default();
        assert_eq!(confidential(&cpu), None);
        let word = u32::from_le_bytes;
        cpu.insert(0x21, 0, Registers::new(0, word(*b"Inte"), word(*b"    "), word(*b"lTDX")));
        assert!(confidential(&cpu).unwrap().tdx_guest);
    }
}
