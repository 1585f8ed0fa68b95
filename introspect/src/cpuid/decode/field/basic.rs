//! Fields of the basic leaves: Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E.

use super::Register::{Eax, Ebx, Ecx, Edx};
use super::Scope::{Any, Intel};
use super::Shown::{Hex, Letters, Names, Plain, PlusOne, Unit};
use super::Subleaves::{All, From, Only};
use super::{Row, Table, row};

const CACHE_TYPES: &[(u32, &str)] =
    &[(0, "no more caches"), (1, "data"), (2, "instruction"), (3, "unified")];
const TLB_TYPES: &[(u32, &str)] = &[
    (0, "none"),
    (1, "data"),
    (2, "instruction"),
    (3, "unified"),
    (4, "load only"),
    (5, "store only"),
];
const DOMAINS: &[(u32, &str)] = &[
    (0, "no more domains"),
    (1, "thread"),
    (2, "core"),
    (3, "module"),
    (4, "tile"),
    (5, "die"),
    (6, "die group"),
];
const CORE_TYPES: &[(u32, &str)] = &[(0x20, "Atom"), (0x40, "Core")];

pub(super) const CACHE: &[Row] = &[
    row(Eax, 4, 0, "type", Names(CACHE_TYPES)),
    row(Eax, 7, 5, "level", Plain),
    row(Eax, 25, 14, "APIC ids that share it", PlusOne),
    row(Ebx, 11, 0, "line size", PlusOne),
    row(Ebx, 21, 12, "partitions", PlusOne),
    row(Ebx, 31, 22, "ways", PlusOne),
    row(Ecx, 31, 0, "sets", PlusOne),
];

const TOPOLOGY: &[Row] = &[
    row(Eax, 4, 0, "shift to the next domain", Plain),
    row(Ebx, 15, 0, "logical CPUs", Plain),
    row(Ecx, 7, 0, "subleaf", Plain),
    row(Ecx, 15, 8, "domain type", Names(DOMAINS)),
    row(Edx, 31, 0, "x2APIC id", Plain),
];

pub(super) const TABLES: &[Table] = &[
    Table {
        leaf: 0,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "highest basic leaf", Hex),
            row(Ebx, 31, 0, "vendor, part 1", Letters),
            row(Edx, 31, 0, "vendor, part 2", Letters),
            row(Ecx, 31, 0, "vendor, part 3", Letters),
        ],
    },
    Table {
        leaf: 1,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 3, 0, "stepping", Plain),
            row(Eax, 7, 4, "model", Hex),
            row(Eax, 11, 8, "family", Hex),
            row(
                Eax,
                13,
                12,
                "processor type",
                Names(&[(0, "original"), (1, "overdrive"), (2, "dual")]),
            ),
            row(Eax, 19, 16, "extended model", Hex),
            row(Eax, 27, 20, "extended family", Hex),
            row(Ebx, 7, 0, "brand index", Plain),
            row(Ebx, 15, 8, "CLFLUSH line", Unit(8, "bytes")),
            row(Ebx, 23, 16, "APIC ids of the package", Plain),
            row(Ebx, 31, 24, "APIC id", Plain),
        ],
    },
    Table { leaf: 4, subleaf: All, scope: Intel, rows: CACHE },
    Table {
        leaf: 4,
        subleaf: All,
        scope: Intel,
        rows: &[row(Eax, 31, 26, "core ids of the package", PlusOne)],
    },
    Table {
        leaf: 5,
        subleaf: All,
        scope: Any,
        rows: &[
            row(Eax, 15, 0, "smallest monitored line", Unit(1, "bytes")),
            row(Ebx, 15, 0, "largest monitored line", Unit(1, "bytes")),
            row(Edx, 3, 0, "C0 sub-states", Plain),
            row(Edx, 7, 4, "C1 sub-states", Plain),
            row(Edx, 11, 8, "C2 sub-states", Plain),
            row(Edx, 15, 12, "C3 sub-states", Plain),
            row(Edx, 19, 16, "C4 sub-states", Plain),
            row(Edx, 23, 20, "C5 sub-states", Plain),
            row(Edx, 27, 24, "C6 sub-states", Plain),
            row(Edx, 31, 28, "C7 sub-states", Plain),
        ],
    },
    Table {
        leaf: 6,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Ebx, 3, 0, "thermal interrupt thresholds", Plain),
            row(Ecx, 15, 8, "Thread Director classes", Plain),
            row(Edx, 11, 8, "size of the feedback structure", PlusOne),
            row(Edx, 31, 16, "row in the feedback structure", Plain),
        ],
    },
    Table {
        leaf: 7,
        subleaf: Only(0),
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "highest subleaf", Plain),
            row(Ecx, 21, 17, "MAWAU for BNDLDX and BNDSTX", Plain),
        ],
    },
    Table {
        leaf: 0xa,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Eax, 7, 0, "version", Plain),
            row(Eax, 15, 8, "general counters", Plain),
            row(Eax, 23, 16, "bits of a general counter", Plain),
            row(Eax, 31, 24, "events listed in EBX", Plain),
            row(Ecx, 31, 0, "bitmap of fixed counters", Hex),
            row(Edx, 4, 0, "fixed counters", Plain),
            row(Edx, 12, 5, "bits of a fixed counter", Plain),
        ],
    },
    Table { leaf: 0xb, subleaf: All, scope: Any, rows: TOPOLOGY },
    Table {
        leaf: 0xd,
        subleaf: Only(0),
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "XCR0, lower half", Hex),
            row(Ebx, 31, 0, "size for what is enabled", Unit(1, "bytes")),
            row(Ecx, 31, 0, "maximum size", Unit(1, "bytes")),
            row(Edx, 31, 0, "XCR0, upper half", Hex),
        ],
    },
    Table {
        leaf: 0xd,
        subleaf: Only(1),
        scope: Any,
        rows: &[
            row(Ebx, 31, 0, "compacted size for what is enabled", Unit(1, "bytes")),
            row(Ecx, 31, 0, "IA32_XSS, lower half", Hex),
            row(Edx, 31, 0, "IA32_XSS, upper half", Hex),
        ],
    },
    Table {
        leaf: 0xd,
        subleaf: From(2),
        scope: Any,
        rows: &[
            row(Eax, 31, 0, "size of the component", Unit(1, "bytes")),
            row(Ebx, 31, 0, "offset of the component", Unit(1, "bytes")),
        ],
    },
    Table {
        leaf: 0xf,
        subleaf: Only(0),
        scope: Any,
        rows: &[row(Ebx, 31, 0, "highest monitoring id", Plain)],
    },
    Table {
        leaf: 0xf,
        subleaf: Only(1),
        scope: Any,
        rows: &[
            row(Eax, 7, 0, "bits of a counter beyond 24", Plain),
            row(Ebx, 31, 0, "occupancy unit", Unit(1, "bytes")),
            row(Ecx, 31, 0, "highest L3 monitoring id", Plain),
        ],
    },
    Table {
        leaf: 0x12,
        subleaf: Only(0),
        scope: Intel,
        rows: &[
            row(Ebx, 31, 0, "MISCSELECT", Hex),
            row(Edx, 7, 0, "largest enclave outside 64-bit mode", super::Shown::Power("bytes")),
            row(Edx, 15, 8, "largest enclave in 64-bit mode", super::Shown::Power("bytes")),
        ],
    },
    Table {
        leaf: 0x14,
        subleaf: Only(0),
        scope: Intel,
        rows: &[row(Eax, 31, 0, "highest subleaf", Plain)],
    },
    Table {
        leaf: 0x14,
        subleaf: Only(1),
        scope: Intel,
        rows: &[
            row(Eax, 2, 0, "address ranges", Plain),
            row(Eax, 31, 16, "bitmap of MTC periods", Hex),
            row(Ebx, 15, 0, "bitmap of cycle thresholds", Hex),
            row(Ebx, 31, 16, "bitmap of PSB frequencies", Hex),
        ],
    },
    Table {
        leaf: 0x15,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Eax, 31, 0, "denominator of TSC to crystal", Plain),
            row(Ebx, 31, 0, "numerator of TSC to crystal", Plain),
            row(Ecx, 31, 0, "crystal", Unit(1, "Hz")),
        ],
    },
    Table {
        leaf: 0x16,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Eax, 15, 0, "base frequency", Unit(1, "MHz")),
            row(Ebx, 15, 0, "maximum frequency", Unit(1, "MHz")),
            row(Ecx, 15, 0, "bus frequency", Unit(1, "MHz")),
        ],
    },
    Table {
        leaf: 0x18,
        subleaf: Only(0),
        scope: Intel,
        rows: &[row(Eax, 31, 0, "highest subleaf", Plain)],
    },
    Table {
        leaf: 0x18,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Ebx, 10, 8, "partitioning", Plain),
            row(Ebx, 31, 16, "ways", Plain),
            row(Ecx, 31, 0, "sets", Plain),
            row(Edx, 4, 0, "type", Names(TLB_TYPES)),
            row(Edx, 7, 5, "level", Plain),
            row(Edx, 25, 14, "APIC ids that share it", PlusOne),
        ],
    },
    Table {
        leaf: 0x1a,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Eax, 23, 0, "native model", Hex),
            row(Eax, 31, 24, "core type", Names(CORE_TYPES)),
        ],
    },
    Table {
        leaf: 0x1d,
        subleaf: Only(0),
        scope: Intel,
        rows: &[row(Eax, 31, 0, "highest palette", Plain)],
    },
    Table {
        leaf: 0x1d,
        subleaf: From(1),
        scope: Intel,
        rows: &[
            row(Eax, 15, 0, "all tiles", Unit(1, "bytes")),
            row(Eax, 31, 16, "one tile", Unit(1, "bytes")),
            row(Ebx, 15, 0, "one row", Unit(1, "bytes")),
            row(Ebx, 31, 16, "tiles", Plain),
            row(Ecx, 15, 0, "rows", Plain),
        ],
    },
    Table {
        leaf: 0x1e,
        subleaf: Only(0),
        scope: Intel,
        rows: &[
            row(Eax, 31, 0, "highest subleaf", Plain),
            row(Ebx, 7, 0, "rows or columns of a multiplication", Plain),
            row(Ebx, 23, 8, "column of a multiplication", Unit(1, "bytes")),
        ],
    },
    Table { leaf: 0x1f, subleaf: All, scope: Any, rows: TOPOLOGY },
    Table {
        leaf: 0x21,
        subleaf: All,
        scope: Intel,
        rows: &[
            row(Ebx, 31, 0, "signature, part 1", Letters),
            row(Edx, 31, 0, "signature, part 2", Letters),
            row(Ecx, 31, 0, "signature, part 3", Letters),
        ],
    },
    Table {
        leaf: 0x24,
        subleaf: Only(0),
        scope: Intel,
        rows: &[row(Eax, 31, 0, "highest subleaf", Plain), row(Ebx, 7, 0, "AVX10 version", Plain)],
    },
];
