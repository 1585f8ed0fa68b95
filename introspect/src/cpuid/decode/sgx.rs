//! Leaf 0x12: enclaves.

use serde::Serialize;

use super::bits::{Hex, bit, field, wide};
use super::trimmed::Trimmed;
use crate::cpuid::Cpuid;
use crate::cpuid::source::SUBLEAF_CAP;

/// Software Guard Extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sgx {
    /// SGX1 instructions.
    pub sgx1: bool,
    /// SGX2 instructions.
    pub sgx2: bool,
    /// Bits of the size of the largest enclave outside 64-bit mode: 2 to that power.
    pub max_size_32: u32,
    /// The same in 64-bit mode.
    pub max_size_64: u32,
    /// Sections of the enclave page cache.
    pub sections: Vec<EpcSection>,
}

/// One section of the enclave page cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EpcSection {
    /// Physical address.
    pub base: Hex,
    /// Bytes.
    pub size: u64,
}

/// Leaf 0x12 where leaf 7 EBX bit 2 says that it means something.
pub fn sgx(cpu: &dyn Cpuid) -> Option<Sgx> {
    let cpu = &Trimmed::new(cpu);
    if !cpu.leaf(7).is_some_and(|leaf| bit(leaf.ebx, 2)) {
        return None;
    }
    let leaf = cpu.leaf(0x12)?;
    Some(Sgx {
        sgx1: bit(leaf.eax, 0),
        sgx2: bit(leaf.eax, 1),
        max_size_32: field(leaf.edx, 7, 0),
        max_size_64: field(leaf.edx, 15, 8),
        sections: sections(cpu),
    })
}

/// Subleaves from 2 on until type 0 (Intel SDM vol. 2A, CPUID leaf 12H).
fn sections(cpu: &dyn Cpuid) -> Vec<EpcSection> {
    let mut found = Vec::new();
    for subleaf in 2..SUBLEAF_CAP {
        let Some(leaf) = cpu.registers(0x12, subleaf) else { break };
        if field(leaf.eax, 3, 0) != 1 {
            break;
        }
        let section = EpcSection {
            base: wide(leaf.ebx & 0xf_ffff, leaf.eax & 0xffff_f000).into(),
            size: wide(leaf.edx & 0xf_ffff, leaf.ecx & 0xffff_f000),
        };
        // Sections never overlap: the same one again is a hypervisor's repetition.
        if found.last() == Some(&section) {
            break;
        }
        found.push(section);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn sections_end_at_type_0_and_never_repeat() {
        let mut cpu = CpuDump::default();
        cpu.insert(7, 0, Registers::new(0, 1 << 2, 0, 0));
        cpu.insert(0x12, 0, Registers::new(3, 0, 0, 0x241f));
        cpu.insert(0x12, 2, Registers::new(0x7020_0001, 0, 0x05d8_0001, 0));
        cpu.insert(0x12, 3, Registers::new(0, 0, 0, 0));
        let found = sgx(&cpu).unwrap();
        assert!(found.sgx1 && found.sgx2);
        assert_eq!((found.max_size_32, found.max_size_64), (0x1f, 0x24));
        assert_eq!(found.sections, [EpcSection { base: Hex(0x7020_0000), size: 0x05d8_0000 }]);
        for subleaf in 3..100 {
            cpu.insert(0x12, subleaf, Registers::new(0x7020_0001, 0, 0x05d8_0001, 0));
        }
        assert_eq!(sgx(&cpu).unwrap().sections.len(), 1);
    }

    #[test]
    fn leaf_12_means_nothing_without_the_feature() {
        let mut cpu = CpuDump::default();
        cpu.insert(7, 0, Registers::default());
        cpu.insert(0x12, 0, Registers::new(3, 0, 0, 0x241f));
        assert_eq!(sgx(&cpu), None);
    }
}
