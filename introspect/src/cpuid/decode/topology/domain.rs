//! One domain of leaves 0xB, 0x1F and 0x80000026.

use serde::Serialize;

use crate::cpuid::Registers;
use crate::cpuid::decode::bits::field;

/// What is numbered inside a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainKind {
    /// Threads of one core.
    Thread,
    /// Cores of the next domain out.
    Core,
    /// Core complexes of the next domain out (AMD).
    Complex,
    /// Modules: cores that share an L2 cache (Intel).
    Module,
    /// Tiles (Intel).
    Tile,
    /// Dies of the next domain out.
    Die,
    /// Groups of dies (Intel).
    DieGroup,
    /// A number that the manuals do not define; see [`Domain::number`].
    Unknown,
}

/// One domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Domain {
    /// What it numbers. AMD's names are read as Intel's: AMD calls by the name of the
    /// group what Intel calls by the name of its members.
    pub kind: DomainKind,
    /// The type as the register has it.
    pub number: u32,
    /// Bits of the APIC id below the next domain out.
    pub shift: u32,
    /// Logical CPUs in this CPU's group.
    pub threads: u32,
}

impl Domain {
    /// The domain of one subleaf; `None` at the end of the list (type 0).
    pub(super) fn read(leaf: u32, registers: Registers) -> Option<Self> {
        let number = field(registers.ecx, 15, 8);
        let kind = match (leaf, number) {
            (_, 0) => return None,
            (_, 1) => DomainKind::Thread,
            (_, 2) => DomainKind::Core,
            // AMD APM vol. 3, Fn8000_0026 ECX: 3 is the die, counted in complexes, 4 the
            // socket, counted in dies.
            (0x8000_0026, 3) => DomainKind::Complex,
            (0x8000_0026, 4) => DomainKind::Die,
            // Intel SDM vol. 2A, leaf 0x1F, table "Domain Type Encodings".
            (0x1f, 3) => DomainKind::Module,
            (0x1f, 4) => DomainKind::Tile,
            (0x1f, 5) => DomainKind::Die,
            (0x1f, 6) => DomainKind::DieGroup,
            _ => DomainKind::Unknown,
        };
        let (shift, threads) = (field(registers.eax, 4, 0), field(registers.ebx, 15, 0));
        Some(Self { kind, number, shift, threads })
    }
}
