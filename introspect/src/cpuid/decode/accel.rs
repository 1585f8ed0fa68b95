//! Matrix and vector extensions with leaves of their own: AMX, AVX10, APX.

use serde::Serialize;

use super::bits::{bit, field, names};
use super::trimmed::Trimmed;
use super::xsave;
use crate::cpuid::Cpuid;

/// AMX, AVX10 and APX, each where the CPU has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Accelerators {
    /// Advanced Matrix Extensions.
    pub amx: Option<Amx>,
    /// AVX10.
    pub avx10: Option<Avx10>,
    /// Advanced Performance Extensions.
    pub apx: Option<Apx>,
}

/// Advanced Matrix Extensions: leaf 7, 0x1D and 0x1E.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amx {
    /// What the tile multiplication takes: `int8`, `bf16`, `fp16`, ...
    pub types: Vec<&'static str>,
    /// The highest palette (leaf 0x1D EAX).
    pub max_palette: Option<u32>,
    /// Palette 1 (leaf 0x1D subleaf 1).
    pub palette: Option<Palette>,
    /// Rows or columns that one multiplication takes at most (leaf 0x1E EBX bits 7:0).
    pub max_k: Option<u32>,
    /// Bytes of a column that one multiplication takes at most (leaf 0x1E EBX bits 23:8).
    pub max_n: Option<u32>,
    /// XCR0 may hold the tile registers (bits 17 and 18). A program asks the kernel for
    /// them as well (`arch_prctl`).
    pub usable: bool,
}

/// A layout of the tile registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Palette {
    /// Bytes of all tiles.
    pub total_bytes: u32,
    /// Bytes of one tile.
    pub tile_bytes: u32,
    /// Bytes of one row.
    pub row_bytes: u32,
    /// Tile registers.
    pub tiles: u32,
    /// Rows of a tile.
    pub rows: u32,
}

/// AVX10: leaf 7.1 EDX bit 19 and leaf 0x24.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Avx10 {
    /// The version; 0 where the dump lacks leaf 0x24.
    pub version: u32,
    /// Bits of the vectors: 128, 256, 512.
    pub vector_bits: Vec<u32>,
    /// XCR0 may hold the registers of AVX-512 (bits 1, 2, 5, 6 and 7).
    pub usable: bool,
}

/// Advanced Performance Extensions: leaf 7.1 EDX bit 21 and leaf 0x29.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Apx {
    /// The three-operand forms and flag suppression (leaf 0x29 EBX bit 0).
    pub nci_ndd_nf: bool,
    /// XCR0 may hold the 16 further registers (bit 19).
    pub usable: bool,
}

/// Leaf 7 EDX.
const AMX_LEAF_7: &[(u32, &str)] = &[(22, "bf16"), (25, "int8")];
/// Leaf 7.1 EAX and EDX.
const AMX_LEAF_7_1_EAX: &[(u32, &str)] = &[(21, "fp16")];
const AMX_LEAF_7_1_EDX: &[(u32, &str)] = &[(8, "complex")];
/// Leaf 0x1E.1 EAX, the bits that are not repeated from leaf 7 (Intel ISA extensions
/// reference 319433, chapter "CPUID").
const AMX_LEAF_1E: &[(u32, &str)] =
    &[(4, "fp8"), (5, "transpose"), (6, "tf32"), (7, "avx512"), (8, "movrs")];

/// What the CPU has of these; `None` where it has none.
pub fn accelerators(cpu: &dyn Cpuid) -> Option<Accelerators> {
    let cpu = &Trimmed::new(cpu);
    let leaf7_1 = cpu.registers(7, 1).unwrap_or_default();
    let found = Accelerators {
        amx: amx(cpu),
        avx10: bit(leaf7_1.edx, 19).then(|| avx10(cpu)),
        apx: bit(leaf7_1.edx, 21).then(|| Apx {
            nci_ndd_nf: cpu.leaf(0x29).is_some_and(|leaf| bit(leaf.ebx, 0)),
            usable: xsave::supports(cpu, 1 << 19),
        }),
    };
    (found != Accelerators::default()).then_some(found)
}

fn amx(cpu: &dyn Cpuid) -> Option<Amx> {
    let leaf7 = cpu.leaf(7)?;
    if !bit(leaf7.edx, 24) {
        return None;
    }
    let leaf7_1 = cpu.registers(7, 1).unwrap_or_default();
    let mut types = names(leaf7.edx, AMX_LEAF_7);
    types.extend(names(leaf7_1.eax, AMX_LEAF_7_1_EAX));
    types.extend(names(leaf7_1.edx, AMX_LEAF_7_1_EDX));
    let multiply = cpu.leaf(0x1e);
    // Subleaf 1 exists where EAX of subleaf 0 says so.
    if multiply.is_some_and(|leaf| leaf.eax >= 1) {
        let more = cpu.registers(0x1e, 1).unwrap_or_default();
        types.extend(names(more.eax, AMX_LEAF_1E));
    }
    Some(Amx {
        types,
        max_palette: cpu.leaf(0x1d).map(|leaf| leaf.eax),
        palette: cpu.registers(0x1d, 1).map(|leaf| Palette {
            total_bytes: field(leaf.eax, 15, 0),
            tile_bytes: field(leaf.eax, 31, 16),
            row_bytes: field(leaf.ebx, 15, 0),
            tiles: field(leaf.ebx, 31, 16),
            rows: field(leaf.ecx, 15, 0),
        }),
        max_k: multiply.map(|leaf| field(leaf.ebx, 7, 0)),
        max_n: multiply.map(|leaf| field(leaf.ebx, 23, 8)),
        usable: xsave::supports(cpu, 0b11 << 17),
    })
}

fn avx10(cpu: &dyn Cpuid) -> Avx10 {
    let leaf = cpu.leaf(0x24).unwrap_or_default();
    let vector_bits = [(16, 128), (17, 256), (18, 512)];
    Avx10 {
        version: field(leaf.ebx, 7, 0),
        vector_bits: vector_bits
            .into_iter()
            .filter(|(number, _)| bit(leaf.ebx, *number))
            .map(|(_, bits)| bits)
            .collect(),
        usable: xsave::supports(cpu, 0b1110_0110),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    /// The registers of a Sapphire Rapids for leaves 7, 0x1D and 0x1E, as Intel's SDM
    /// describes palette 1: 8 tiles of 16 rows of 64 bytes.
    fn with_amx(xcr0: u32) -> CpuDump {
        let mut cpu = CpuDump::default();
        cpu.insert(7, 0, Registers::new(1, 0, 0, 1 << 22 | 1 << 24 | 1 << 25));
        cpu.insert(0xd, 0, Registers::new(xcr0, 0, 0, 0));
        cpu.insert(0x1d, 0, Registers::new(1, 0, 0, 0));
        cpu.insert(0x1d, 1, Registers::new(0x0400_2000, 0x0008_0040, 16, 0));
        cpu.insert(0x1e, 0, Registers::new(0, 0x0000_4010, 0, 0));
        cpu
    }

    #[test]
    fn amx_is_usable_with_its_registers_only() {
        let amx = accelerators(&with_amx(0x602e7)).unwrap().amx.unwrap();
        assert_eq!(amx.types, ["bf16", "int8"]);
        let expected =
            Palette { total_bytes: 8192, tile_bytes: 1024, row_bytes: 64, tiles: 8, rows: 16 };
        assert_eq!(amx.palette, Some(expected));
        assert_eq!((amx.max_k, amx.max_n), (Some(16), Some(64)));
        assert!(amx.usable);
        assert!(!accelerators(&with_amx(0x2e7)).unwrap().amx.unwrap().usable);
    }

    #[test]
    fn avx10_and_apx_come_from_their_leaves() {
        let mut cpu = with_amx(0x000e_02e7);
        cpu.insert(7, 1, Registers::new(0, 0, 0, 1 << 19 | 1 << 21));
        cpu.insert(0x24, 0, Registers::new(0, 0x0007_0002, 0, 0));
        cpu.insert(0x29, 0, Registers::new(0, 1, 0, 0));
        let found = accelerators(&cpu).unwrap();
        let avx10 = found.avx10.unwrap();
        assert_eq!((avx10.version, avx10.usable), (2, true));
        assert_eq!(avx10.vector_bits, [128, 256, 512]);
        assert_eq!(found.apx, Some(Apx { nci_ndd_nf: true, usable: true }));
    }

    #[test]
    fn this_guest_was_given_no_amx() {
        assert_eq!(accelerators(&sample::EMERALD_RAPIDS.first()), None);
    }
}
