//! Intel's families.
//!
//! Model numbers: Linux arch/x86/include/asm/intel-family.h and Intel SDM vol. 4,
//! table 2-1 ("CPUID Signature Values of DisplayFamily_DisplayModel"). Steppings that
//! tell products apart: the same header (models 0x55, 0x8e, 0x9e) and Intel's microcode
//! release notes. Processes: Intel's product pages.

use super::{Family, Row, design};

pub(super) const FAMILIES: &[Family] = &[
    (4, I486),
    (5, P5),
    (6, FAMILY_6),
    (11, XEON_PHI_CARDS),
    (15, NETBURST),
    (18, &[Row::models(0x01, 0x03, design("Nova Lake", "", ""))]),
    (19, &[Row::model(0x01, design("Diamond Rapids", "", ""))]),
];

const I486: &[Row] = &[
    Row::models(0, 1, design("80486", "i486DX", "")),
    Row::model(2, design("80486", "i486SX", "")),
    Row::model(3, design("80486", "i486DX2", "")),
    Row::model(4, design("80486", "i486SL", "")),
    Row::model(5, design("80486", "i486SX2", "")),
    Row::model(7, design("80486", "i486DX2 write-back", "")),
    Row::models(8, 9, design("80486", "i486DX4", "")),
];

const P5: &[Row] = &[
    Row::models(0, 1, design("P5", "Pentium 60/66", "800 nm")),
    Row::model(2, design("P5", "P54C", "")),
    Row::model(3, design("P5", "P24T OverDrive", "")),
    Row::model(4, design("P5", "P55C (Pentium MMX)", "350 nm")),
    Row::model(7, design("P5", "P54C mobile", "350 nm")),
    Row::model(8, design("P5", "Tillamook (Pentium MMX mobile)", "250 nm")),
    Row::model(9, design("Lakemont", "Quark X1000", "32 nm")),
];

const XEON_PHI_CARDS: &[Row] = &[
    Row::model(0, design("Knights Ferry", "", "45 nm")),
    Row::model(1, design("Knights Corner", "", "22 nm")),
];

const NETBURST: &[Row] = &[
    Row::models(0, 1, design("NetBurst", "Willamette / Foster", "180 nm")),
    Row::model(2, design("NetBurst", "Northwood / Prestonia / Gallatin", "130 nm")),
    Row::model(3, design("NetBurst", "Prescott / Nocona", "90 nm")),
    Row::model(4, design("NetBurst", "Prescott / Irwindale / Smithfield / Potomac", "90 nm")),
    Row::model(6, design("NetBurst", "Cedar Mill / Presler / Dempsey / Tulsa", "65 nm")),
];

const FAMILY_6: &[Row] = &[
    // P6.
    Row::models(0x00, 0x01, design("P6", "Pentium Pro", "")),
    Row::model(0x03, design("P6", "Klamath (Pentium II)", "350 nm")),
    Row::model(0x05, design("P6", "Deschutes (Pentium II)", "250 nm")),
    Row::model(0x06, design("P6", "Mendocino / Dixon", "250 nm")),
    Row::model(0x07, design("P6", "Katmai (Pentium III)", "250 nm")),
    Row::model(0x08, design("P6", "Coppermine (Pentium III)", "180 nm")),
    Row::model(0x0a, design("P6", "Cascades (Pentium III Xeon)", "180 nm")),
    Row::model(0x0b, design("P6", "Tualatin (Pentium III)", "130 nm")),
    Row::model(0x09, design("Pentium M", "Banias", "130 nm")),
    Row::model(0x0d, design("Pentium M", "Dothan", "90 nm")),
    Row::model(0x15, design("Pentium M", "Tolapai", "90 nm")),
    Row::model(0x0e, design("Yonah", "Core Duo / Sossaman", "65 nm")),
    // Core.
    Row::model(
        0x0f,
        design("Merom", "Merom / Conroe / Woodcrest / Clovertown / Tigerton", "65 nm"),
    ),
    Row::model(0x16, design("Merom", "Merom-L / Conroe-L", "65 nm")),
    Row::model(0x17, design("Penryn", "Penryn / Wolfdale / Yorkfield / Harpertown", "45 nm")),
    Row::model(0x1d, design("Penryn", "Dunnington", "45 nm")),
    Row::model(0x1a, design("Nehalem", "Nehalem-EP (Gainestown) / Bloomfield", "45 nm")),
    Row::model(0x1e, design("Nehalem", "Lynnfield / Clarksfield / Jasper Forest", "45 nm")),
    Row::model(0x1f, design("Nehalem", "Auburndale / Havendale", "45 nm")),
    Row::model(0x2e, design("Nehalem", "Nehalem-EX (Beckton)", "45 nm")),
    Row::model(0x25, design("Westmere", "Clarkdale / Arrandale", "32 nm")),
    Row::model(0x2c, design("Westmere", "Westmere-EP / Gulftown", "32 nm")),
    Row::model(0x2f, design("Westmere", "Westmere-EX", "32 nm")),
    Row::model(0x2a, design("Sandy Bridge", "Sandy Bridge (client, Xeon E3)", "32 nm")),
    Row::model(0x2d, design("Sandy Bridge", "Sandy Bridge-EP/-EN/-E", "32 nm")),
    Row::model(0x3a, design("Ivy Bridge", "Ivy Bridge (client, Xeon E3 v2)", "22 nm")),
    Row::model(0x3e, design("Ivy Bridge", "Ivy Bridge-EP/-EN/-EX/-E", "22 nm")),
    Row::model(0x3c, design("Haswell", "Haswell-S/-H (client, Xeon E3 v3)", "22 nm")),
    Row::model(0x3f, design("Haswell", "Haswell-EP/-EX/-E", "22 nm")),
    Row::model(0x45, design("Haswell", "Haswell-U/-Y", "22 nm")),
    Row::model(0x46, design("Haswell", "Crystal Well", "22 nm")),
    Row::model(0x3d, design("Broadwell", "Broadwell-U/-Y", "14 nm")),
    Row::model(0x47, design("Broadwell", "Broadwell-H/-C (client, Xeon E3 v4)", "14 nm")),
    Row::model(0x4f, design("Broadwell", "Broadwell-EP/-EX/-E", "14 nm")),
    Row::model(0x56, design("Broadwell", "Broadwell-DE (Xeon D)", "14 nm")),
    Row::model(0x4e, design("Skylake", "Skylake-U/-Y", "14 nm")),
    Row::model(0x5e, design("Skylake", "Skylake-S/-H (client, Xeon E3 v5)", "14 nm")),
    Row::model(0x55, design("Skylake", "Skylake-SP/-X/-W/-D", "14 nm")).steppings(0, 4),
    Row::model(0x55, design("Cascade Lake", "Cascade Lake-SP/-AP/-X/-W", "14 nm")).steppings(5, 7),
    Row::model(0x55, design("Cooper Lake", "Cooper Lake-SP", "14 nm")).steppings(10, 11),
    Row::model(0x8e, design("Kaby Lake", "Kaby Lake-U/-Y / Amber Lake-Y", "14 nm")).steppings(0, 9),
    Row::model(0x8e, design("Coffee Lake", "Coffee Lake-U / Kaby Lake Refresh-U", "14 nm"))
        .steppings(10, 10),
    Row::model(0x8e, design("Whiskey Lake", "Whiskey Lake-U", "14 nm")).steppings(11, 11),
    Row::model(
        0x8e,
        design("Whiskey Lake", "Whiskey Lake-U / Comet Lake-U / Amber Lake-Y", "14 nm"),
    )
    .steppings(12, 12),
    Row::model(0x9e, design("Kaby Lake", "Kaby Lake-S/-H/-X (client, Xeon E3 v6)", "14 nm"))
        .steppings(0, 9),
    Row::model(0x9e, design("Coffee Lake", "Coffee Lake-S/-H (client, Xeon E-2100)", "14 nm"))
        .steppings(10, 11),
    Row::model(0x9e, design("Coffee Lake", "Coffee Lake Refresh (client, Xeon E-2200)", "14 nm"))
        .steppings(12, 13),
    Row::model(0xa5, design("Comet Lake", "Comet Lake-S/-H", "14 nm")),
    Row::model(0xa6, design("Comet Lake", "Comet Lake-U", "14 nm")),
    Row::model(0x66, design("Cannon Lake", "Cannon Lake-U", "10 nm")),
    Row::model(0x6a, design("Ice Lake", "Ice Lake-SP", "10 nm")),
    Row::model(0x6c, design("Ice Lake", "Ice Lake-D", "10 nm")),
    Row::models(0x7d, 0x7e, design("Ice Lake", "Ice Lake-U/-Y", "10 nm")),
    Row::model(0x9d, design("Ice Lake", "Spring Hill (NNP-I)", "10 nm")),
    Row::model(0xa7, design("Rocket Lake", "Rocket Lake-S (client, Xeon E-2300)", "14 nm")),
    Row::model(0x8c, design("Tiger Lake", "Tiger Lake-U", "10 nm SuperFin")),
    Row::model(0x8d, design("Tiger Lake", "Tiger Lake-H", "10 nm SuperFin")),
    Row::model(0x8f, design("Sapphire Rapids", "Sapphire Rapids-SP/-WS", "Intel 7")),
    Row::model(0xcf, design("Emerald Rapids", "Emerald Rapids-SP", "Intel 7")),
    Row::model(0xad, design("Granite Rapids", "Granite Rapids-SP/-AP", "Intel 3")),
    Row::model(0xae, design("Granite Rapids", "Granite Rapids-D", "Intel 3")),
    Row::model(0xd7, design("Bartlett Lake", "Bartlett Lake-S", "Intel 7")),
    // Hybrid.
    Row::model(0x8a, design("Lakefield", "", "10 nm")),
    Row::model(0x97, design("Alder Lake", "Alder Lake-S/-HX", "Intel 7")),
    Row::model(0x9a, design("Alder Lake", "Alder Lake-P/-H/-U", "Intel 7")),
    Row::model(0xb7, design("Raptor Lake", "Raptor Lake-S/-HX", "Intel 7")),
    Row::model(0xba, design("Raptor Lake", "Raptor Lake-P/-H/-U", "Intel 7")),
    Row::model(0xbf, design("Raptor Lake", "Raptor Lake-S with Alder Lake dies", "Intel 7")),
    Row::model(0xac, design("Meteor Lake", "Meteor Lake-S", "Intel 4")),
    Row::model(0xaa, design("Meteor Lake", "Meteor Lake-H/-U", "Intel 4")),
    Row::model(0xc5, design("Arrow Lake", "Arrow Lake-H", "TSMC N3B")),
    Row::model(0xc6, design("Arrow Lake", "Arrow Lake-S/-HX", "TSMC N3B")),
    Row::model(0xb5, design("Arrow Lake", "Arrow Lake-U", "Intel 3")),
    Row::model(0xbd, design("Lunar Lake", "Lunar Lake-V", "TSMC N3B")),
    Row::model(0xcc, design("Panther Lake", "Panther Lake-H/-U", "Intel 18A")),
    Row::model(0xd5, design("Wildcat Lake", "", "Intel 18A")),
    // Atom.
    Row::model(0x1c, design("Bonnell", "Silverthorne / Diamondville / Pineview", "45 nm")),
    Row::model(0x26, design("Bonnell", "Lincroft / Tunnel Creek", "45 nm")),
    Row::model(0x27, design("Saltwell", "Penwell (Medfield)", "32 nm")),
    Row::model(0x35, design("Saltwell", "Cloverview", "32 nm")),
    Row::model(0x36, design("Saltwell", "Cedarview / Centerton", "32 nm")),
    Row::model(0x37, design("Silvermont", "Bay Trail", "22 nm")),
    Row::model(0x4a, design("Silvermont", "Merrifield", "22 nm")),
    Row::model(0x4d, design("Silvermont", "Avoton / Rangeley", "22 nm")),
    Row::model(0x5a, design("Silvermont", "Moorefield", "22 nm")),
    Row::model(0x5d, design("Silvermont", "SoFIA", "28 nm")),
    Row::model(0x4c, design("Airmont", "Cherry Trail / Braswell", "14 nm")),
    Row::model(0x75, design("Airmont", "Lightning Mountain", "")),
    Row::model(0x5c, design("Goldmont", "Apollo Lake", "14 nm")),
    Row::model(0x5f, design("Goldmont", "Denverton", "14 nm")),
    Row::model(0x7a, design("Goldmont Plus", "Gemini Lake", "14 nm")),
    Row::model(0x86, design("Tremont", "Snow Ridge / Jacobsville", "10 nm")),
    Row::model(0x96, design("Tremont", "Elkhart Lake", "10 nm")),
    Row::model(0x9c, design("Tremont", "Jasper Lake", "10 nm")),
    Row::model(0xbe, design("Gracemont", "Alder Lake-N / Twin Lake", "Intel 7")),
    Row::model(0xaf, design("Sierra Forest", "Sierra Forest-SP (Crestmont cores)", "Intel 3")),
    Row::model(0xb6, design("Grand Ridge", "Grand Ridge (Crestmont cores)", "Intel 4")),
    Row::model(
        0xdd,
        design("Clearwater Forest", "Clearwater Forest-SP (Darkmont cores)", "Intel 18A"),
    ),
    // Xeon Phi.
    Row::model(0x57, design("Knights Landing", "Xeon Phi x200", "14 nm")),
    Row::model(0x85, design("Knights Mill", "Xeon Phi x205", "14 nm")),
];
