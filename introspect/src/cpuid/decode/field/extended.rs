//! Fields of the extended leaves: AMD APM vol. 3, appendix E; Intel SDM vol. 2A, CPUID.

use super::Register::{Eax, Ebx, Ecx, Edx};
use super::Scope::{Amd, AmdAndCentaur, Any};
use super::Shown::{Hex, Letters, Names, Plain, PlusOne, Unit};
use super::Subleaves::All;
use super::{Row, Table, basic, row};

const WAYS: &[(u32, &str)] = &[
    (0, "off"),
    (1, "direct mapped"),
    (2, "2-way"),
    (3, "3-way"),
    (4, "4-way"),
    (5, "6-way"),
    (6, "8-way"),
    (8, "16-way"),
    (9, "see 0x8000001d"),
    (10, "32-way"),
    (11, "48-way"),
    (12, "64-way"),
    (13, "96-way"),
    (14, "128-way"),
    (15, "fully associative"),
];

const DOMAINS: &[(u32, &str)] =
    &[(0, "no more domains"), (1, "core"), (2, "complex"), (3, "die"), (4, "socket")];

const L2: &[Row] = &[
    row(Ecx, 7, 0, "L2 line size", Unit(1, "bytes")),
    row(Ecx, 15, 12, "L2 associativity", Names(WAYS)),
    row(Ecx, 31, 16, "L2 size", Unit(1, "KiB")),
];

const BRAND: &[Row] = &[
    row(Eax, 31, 0, "brand letters", Letters),
    row(Ebx, 31, 0, "brand letters", Letters),
    row(Ecx, 31, 0, "brand letters", Letters),
    row(Edx, 31, 0, "brand letters", Letters),
];

pub(super) const TABLES: &[Table] = &[
    Table {
        leaf: 0x8000_0000,
        subleaf: All,
        scope: Any,
        rows: &[row(Eax, 31, 0, "highest extended leaf", Hex)],
    },
    Table {
        leaf: 0x8000_0001,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Eax, 31, 0, "signature", Hex),
            row(Ebx, 15, 0, "brand id", Hex),
            row(Ebx, 31, 28, "package type", Plain),
        ],
    },
    Table { leaf: 0x8000_0002, subleaf: All, scope: Any, rows: BRAND },
    Table { leaf: 0x8000_0003, subleaf: All, scope: Any, rows: BRAND },
    Table { leaf: 0x8000_0004, subleaf: All, scope: Any, rows: BRAND },
    Table {
        leaf: 0x8000_0005,
        subleaf: All,
        scope: AmdAndCentaur,
        rows: &[
            row(Eax, 7, 0, "instruction TLB entries, 2M", Plain),
            row(Eax, 15, 8, "instruction TLB ways, 2M", Plain),
            row(Eax, 23, 16, "data TLB entries, 2M", Plain),
            row(Eax, 31, 24, "data TLB ways, 2M", Plain),
            row(Ebx, 7, 0, "instruction TLB entries, 4K", Plain),
            row(Ebx, 15, 8, "instruction TLB ways, 4K", Plain),
            row(Ebx, 23, 16, "data TLB entries, 4K", Plain),
            row(Ebx, 31, 24, "data TLB ways, 4K", Plain),
            row(Ecx, 7, 0, "L1 data line size", Unit(1, "bytes")),
            row(Ecx, 15, 8, "L1 data lines per tag", Plain),
            row(Ecx, 23, 16, "L1 data ways", Plain),
            row(Ecx, 31, 24, "L1 data size", Unit(1, "KiB")),
            row(Edx, 7, 0, "L1 instruction line size", Unit(1, "bytes")),
            row(Edx, 15, 8, "L1 instruction lines per tag", Plain),
            row(Edx, 23, 16, "L1 instruction ways", Plain),
            row(Edx, 31, 24, "L1 instruction size", Unit(1, "KiB")),
        ],
    },
    Table { leaf: 0x8000_0006, subleaf: All, scope: Any, rows: L2 },
    Table {
        leaf: 0x8000_0006,
        subleaf: All,
        scope: AmdAndCentaur,
        rows: &[
            row(Eax, 11, 0, "L2 instruction TLB entries, 2M", Plain),
            row(Eax, 15, 12, "L2 instruction TLB, 2M", Names(WAYS)),
            row(Eax, 27, 16, "L2 data TLB entries, 2M", Plain),
            row(Eax, 31, 28, "L2 data TLB, 2M", Names(WAYS)),
            row(Ebx, 11, 0, "L2 instruction TLB entries, 4K", Plain),
            row(Ebx, 15, 12, "L2 instruction TLB, 4K", Names(WAYS)),
            row(Ebx, 27, 16, "L2 data TLB entries, 4K", Plain),
            row(Ebx, 31, 28, "L2 data TLB, 4K", Names(WAYS)),
            row(Edx, 7, 0, "L3 line size", Unit(1, "bytes")),
            row(Edx, 15, 12, "L3 associativity", Names(WAYS)),
            row(Edx, 31, 18, "L3 size", Unit(512, "KiB")),
        ],
    },
    Table {
        leaf: 0x8000_0007,
        subleaf: All,
        scope: Amd,
        rows: &[row(Ecx, 31, 0, "power sample to timer ratio", Plain)],
    },
    Table {
        leaf: 0x8000_0008,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 7, 0, "physical address bits", Plain),
            row(Eax, 15, 8, "linear address bits", Plain),
            row(Eax, 23, 16, "guest physical address bits", Plain),
        ],
    },
    Table {
        leaf: 0x8000_0008,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Ecx, 7, 0, "threads of the package", PlusOne),
            row(Ecx, 15, 12, "bits of a thread's APIC id", Plain),
            row(
                Ecx,
                17,
                16,
                "performance TSC",
                Names(&[(0, "40 bits"), (1, "48 bits"), (2, "56 bits"), (3, "64 bits")]),
            ),
            row(Edx, 15, 0, "pages of one INVLPGB", Plain),
            row(Edx, 31, 16, "highest RDPRU register", Plain),
        ],
    },
    Table {
        leaf: 0x8000_000a,
        subleaf: All,
        scope: Amd,
        rows: &[row(Eax, 7, 0, "SVM revision", Plain), row(Ebx, 31, 0, "address space ids", Plain)],
    },
    Table {
        leaf: 0x8000_0019,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Eax, 11, 0, "L1 instruction TLB entries, 1G", Plain),
            row(Eax, 15, 12, "L1 instruction TLB, 1G", Names(WAYS)),
            row(Eax, 27, 16, "L1 data TLB entries, 1G", Plain),
            row(Eax, 31, 28, "L1 data TLB, 1G", Names(WAYS)),
            row(Ebx, 11, 0, "L2 instruction TLB entries, 1G", Plain),
            row(Ebx, 15, 12, "L2 instruction TLB, 1G", Names(WAYS)),
            row(Ebx, 27, 16, "L2 data TLB entries, 1G", Plain),
            row(Ebx, 31, 28, "L2 data TLB, 1G", Names(WAYS)),
        ],
    },
    Table { leaf: 0x8000_001d, subleaf: All, scope: Amd, rows: basic::CACHE },
    Table {
        leaf: 0x8000_001e,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Eax, 31, 0, "extended APIC id", Plain),
            row(Ebx, 7, 0, "core id", Plain),
            row(Ebx, 15, 8, "threads per core", PlusOne),
            row(Ecx, 7, 0, "node id", Plain),
            row(Ecx, 10, 8, "nodes per package", PlusOne),
        ],
    },
    Table {
        leaf: 0x8000_001f,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Ebx, 5, 0, "C-bit position", Plain),
            row(Ebx, 11, 6, "physical address bits that encryption takes", Plain),
            row(Ebx, 15, 12, "privilege levels", Plain),
            row(Ecx, 31, 0, "encrypted guests at once", Plain),
            row(Edx, 31, 0, "lowest ASID of a guest without SEV-ES", Plain),
        ],
    },
    Table {
        leaf: 0x8000_0021,
        subleaf: All,
        scope: Amd,
        rows: &[row(Ebx, 15, 0, "size of a microcode patch", Unit(16, "bytes"))],
    },
    Table {
        leaf: 0x8000_0022,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Ebx, 3, 0, "core counters", Plain),
            row(Ebx, 9, 4, "last branch records", Plain),
            row(Ebx, 15, 10, "northbridge counters", Plain),
            row(Ebx, 21, 16, "memory controller counters", Plain),
            row(Ecx, 31, 0, "bitmap of memory controllers", Hex),
        ],
    },
    Table {
        leaf: 0x8000_0026,
        subleaf: All,
        scope: Amd,
        rows: &[
            row(Eax, 4, 0, "shift to the next domain", Plain),
            row(Ebx, 15, 0, "logical CPUs", Plain),
            row(Ebx, 23, 16, "power efficiency ranking", Plain),
            row(Ebx, 27, 24, "native model", Plain),
            row(Ebx, 31, 28, "core type", Names(&[(0, "performance"), (1, "efficiency")])),
            row(Ecx, 7, 0, "subleaf", Plain),
            row(Ecx, 15, 8, "domain type", Names(DOMAINS)),
            row(Edx, 31, 0, "x2APIC id", Plain),
        ],
    },
];
