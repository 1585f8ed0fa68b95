//! Leaf 0xD: the register sets that XSAVE stores.

use serde::Serialize;

use super::bits::{Hex, bit, wide};
use super::trimmed::Trimmed;
use crate::cpuid::Cpuid;

/// What XSAVE can store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Xsave {
    /// The bits that may be set in XCR0.
    pub xcr0: Hex,
    /// The bits that may be set in IA32_XSS.
    pub xss: Hex,
    /// Bytes for the components that XCR0 enables now.
    pub current_size: u32,
    /// Bytes for every component of XCR0.
    pub maximum_size: u32,
    /// Bytes for what XCR0 and IA32_XSS enable now, compacted (XSAVES).
    pub compacted_size: Option<u32>,
    /// Instructions and additions: `xsaveopt`, `xsavec`, `xgetbv1`, `xsaves`, `xfd`.
    pub extensions: Vec<&'static str>,
    /// The components, in ascending order of their bit.
    pub components: Vec<Component>,
}

/// One register set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Its bit in XCR0 or IA32_XSS.
    pub bit: u32,
    /// Its name, where the manuals give one.
    pub name: Option<&'static str>,
    /// Bytes; `None` where the dump lacks the subleaf.
    pub size: Option<u32>,
    /// Where it lies in the standard (not compacted) area; `None` for a supervisor
    /// component, which has no fixed place.
    pub offset: Option<u32>,
    /// Stored by XSAVES only, and switched by IA32_XSS.
    pub supervisor: bool,
    /// Starts at a multiple of 64 bytes in the compacted area.
    pub aligned: bool,
    /// Faults on first use when IA32_XFD says so.
    pub faulting: bool,
}

/// Names by bit (Intel SDM vol. 1, "State-Component Bitmaps"; AMD APM vol. 3, Fn0000_000D).
const NAMES: &[(u32, &str)] = &[
    (0, "x87"),
    (1, "SSE"),
    (2, "AVX"),
    (3, "MPX bound registers"),
    (4, "MPX configuration"),
    (5, "AVX-512 opmask"),
    (6, "AVX-512 upper halves of ZMM0-15"),
    (7, "AVX-512 ZMM16-31"),
    (8, "Processor Trace"),
    (9, "protection keys"),
    (10, "PASID"),
    (11, "CET user"),
    (12, "CET supervisor"),
    (13, "hardware duty cycling"),
    (14, "user interrupts"),
    (15, "last branch records"),
    (16, "hardware P-states"),
    (17, "AMX tile configuration"),
    (18, "AMX tile data"),
    (19, "APX registers"),
    (62, "lightweight profiling"),
];

/// The area of x87 and SSE, which has no subleaf of its own (SDM vol. 1, "Legacy Region").
const LEGACY: [(u32, u32); 2] = [(0, 160), (160, 256)];

/// Leaf 0xD decoded; `None` where there is none or it is empty.
pub fn xsave(cpu: &dyn Cpuid) -> Option<Xsave> {
    let cpu = &Trimmed::new(cpu);
    let main = cpu.leaf(0xd).filter(|leaf| leaf.eax != 0)?;
    let more = cpu.registers(0xd, 1).unwrap_or_default();
    let xcr0 = wide(main.edx, main.eax);
    let xss = wide(more.edx, more.ecx);
    let extensions = [(0, "xsaveopt"), (1, "xsavec"), (2, "xgetbv1"), (3, "xsaves"), (4, "xfd")];
    Some(Xsave {
        xcr0: xcr0.into(),
        xss: xss.into(),
        current_size: main.ebx,
        maximum_size: main.ecx,
        compacted_size: (more.ebx != 0).then_some(more.ebx),
        extensions: super::bits::names(more.eax, &extensions),
        components: (0..63)
            .filter(|number| (xcr0 | xss) >> number & 1 == 1)
            .map(|number| component(cpu, number, xss))
            .collect(),
    })
}

/// True when XCR0 may have all these bits: the registers of a feature can be switched on.
pub(super) fn supports(cpu: &dyn Cpuid, bits: u64) -> bool {
    xsave(cpu).is_some_and(|xsave| xsave.xcr0.0 & bits == bits)
}

fn component(cpu: &dyn Cpuid, number: u32, xss: u64) -> Component {
    let name = NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name);
    let legacy = usize::try_from(number).ok().and_then(|place| LEGACY.get(place));
    if let Some((offset, size)) = legacy {
        return Component {
            bit: number,
            name,
            size: Some(*size),
            offset: Some(*offset),
            supervisor: false,
            aligned: false,
            faulting: false,
        };
    }
    let leaf = cpu.registers(0xd, number);
    let supervisor = match leaf {
        Some(leaf) => bit(leaf.ecx, 0),
        None => xss >> number & 1 == 1,
    };
    Component {
        bit: number,
        name,
        size: leaf.map(|leaf| leaf.eax),
        offset: leaf.map(|leaf| leaf.ebx).filter(|_| !supervisor),
        supervisor,
        aligned: leaf.is_some_and(|leaf| bit(leaf.ecx, 1)),
        faulting: leaf.is_some_and(|leaf| bit(leaf.ecx, 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::decode::sample;
    use crate::cpuid::{CpuDump, Registers};

    #[test]
    fn components_have_size_and_place() {
        let x = xsave(&sample::ALDER_LAKE_H.first()).unwrap();
        assert_eq!((x.xcr0.0, x.xss.0), (0x207, 0x19900));
        assert_eq!((x.current_size, x.maximum_size, x.compacted_size), (0x340, 0xa88, Some(0x3d0)));
        assert_eq!(x.extensions, ["xsaveopt", "xsavec", "xgetbv1", "xsaves"]);
        let bits: Vec<_> = x.components.iter().map(|c| c.bit).collect();
        assert_eq!(bits, [0, 1, 2, 8, 9, 11, 12, 15, 16]);
        let pkru = x.components.iter().find(|c| c.bit == 9).unwrap();
        assert_eq!((pkru.size, pkru.offset, pkru.supervisor), (Some(8), Some(0xa80), false));
        let lbr = x.components.iter().find(|c| c.bit == 15).unwrap();
        assert_eq!(
            (lbr.name, lbr.size, lbr.offset),
            (Some("last branch records"), Some(0x328), None)
        );
        assert!(lbr.supervisor);
    }

    #[test]
    fn a_cpu_without_xsave_has_none() {
        assert_eq!(xsave(&sample::ATHLON_X2.first()), None);
        assert_eq!(xsave(&sample::CORE2_CONROE.first()), None);
    }

    #[test]
    fn a_missing_subleaf_leaves_the_size_open() {
        // The capture stops at subleaf 0 of leaf 0xD.
        let x = xsave(&sample::SKYLAKE_SP.first()).unwrap();
        let avx = x.components.iter().find(|c| c.bit == 2).unwrap();
        assert_eq!((avx.name, avx.size), (Some("AVX"), None));
    }

    #[test]
    fn every_bit_set_is_63_components() {
        let mut cpu = CpuDump::default();
        cpu.insert(0xd, 0, Registers::new(u32::MAX, u32::MAX, u32::MAX, u32::MAX));
        assert_eq!(xsave(&cpu).unwrap().components.len(), 63);
    }
}
