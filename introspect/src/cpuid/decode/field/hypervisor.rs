//! Fields of the hypervisor's leaves that mean the same under every hypervisor.

use super::Register::{Eax, Ebx, Ecx, Edx};
use super::Scope::Any;
use super::Shown::{Hex, Letters, Unit};
use super::Subleaves::All;
use super::{Table, row};

pub(super) const TABLES: &[Table] = &[
    Table {
        leaf: 0x4000_0000,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "highest leaf of this interface", Hex),
            row(Ebx, 31, 0, "signature, part 1", Letters),
            row(Ecx, 31, 0, "signature, part 2", Letters),
            row(Edx, 31, 0, "signature, part 3", Letters),
        ],
    },
    Table {
        leaf: 0x4000_0010,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "TSC", Unit(1, "kHz")),
            row(Ebx, 31, 0, "APIC timer", Unit(1, "kHz")),
        ],
    },
];
