//! AMD's families, and Hygon's licensed Zen.
//!
//! Models: AMD's revision guides (33610 for family 0Fh, 41322 for 10h, 48063 for 15h,
//! 55449 for 17h, 56683 for 19h) and the Zen model ranges of Linux
//! arch/x86/kernel/cpu/amd.c (`bsp_init_amd`). A model inside a Zen range without a
//! public die name keeps the generation only.

use super::{Family, Row, design};

pub(super) const FAMILIES: &[Family] = &[
    (4, &[Row::models(0, 15, design("Am486", "Am486 / Am5x86", ""))]),
    (5, FAMILY_5),
    (6, K7),
    (0x0f, K8),
    (0x10, K10),
    (0x11, &[Row::models(0, 0xff, design("Griffin", "Turion X2 Ultra / Puma platform", "65 nm"))]),
    (0x12, &[Row::models(0, 0xff, design("K10", "Llano", "32 nm"))]),
    (0x14, &[Row::models(0, 0xff, design("Bobcat", "Zacate / Ontario / Desna", "40 nm"))]),
    (0x15, FAMILY_15H),
    (0x16, FAMILY_16H),
    (0x17, FAMILY_17H),
    (0x19, FAMILY_19H),
    (0x1a, FAMILY_1AH),
];

pub(super) const HYGON: &[Family] = &[(
    0x18,
    &[
        Row::models(0, 2, design("Dhyana", "", "14 nm")),
        Row::models(3, 0xff, design("Dhyana", "", "")),
    ],
)];

const FAMILY_5: &[Row] = &[
    Row::models(0, 3, design("K5", "", "350 nm")),
    Row::model(6, design("K6", "", "350 nm")),
    Row::model(7, design("K6", "Little Foot", "250 nm")),
    Row::model(8, design("K6-2", "Chomper", "250 nm")),
    Row::model(9, design("K6-III", "Sharptooth", "250 nm")),
    Row::model(0xa, design("Geode", "Geode LX", "130 nm")),
    Row::model(0xd, design("K6-2+", "K6-2+ / K6-III+", "180 nm")),
];

const K7: &[Row] = &[
    Row::model(1, design("K7", "Argon", "250 nm")),
    Row::model(2, design("K7", "Pluto / Orion", "180 nm")),
    Row::model(3, design("K7", "Spitfire", "180 nm")),
    Row::model(4, design("K7", "Thunderbird", "180 nm")),
    Row::model(6, design("K7", "Palomino", "180 nm")),
    Row::model(7, design("K7", "Morgan", "180 nm")),
    Row::model(8, design("K7", "Thoroughbred / Applebred", "130 nm")),
    Row::model(0xa, design("K7", "Barton / Thorton", "130 nm")),
];

/// The upper digit of the model is the revision: 0 is B or C, 1 D, 2 E, 4 and 5 F, 6 on G.
const K8: &[Row] = &[
    Row::model(0x04, design("K8", "ClawHammer (rev. B, C)", "130 nm")),
    Row::model(0x05, design("K8", "SledgeHammer (rev. B, C)", "130 nm")),
    Row::models(0x00, 0x0f, design("K8", "rev. B, C", "130 nm")),
    Row::models(0x10, 0x1f, design("K8", "rev. D", "90 nm")),
    Row::model(0x21, design("K8", "Egypt / Italy (rev. E)", "90 nm")),
    Row::model(0x23, design("K8", "Toledo / Denmark (rev. E)", "90 nm")),
    Row::model(0x24, design("K8", "Lancaster (rev. E)", "90 nm")),
    Row::model(0x2b, design("K8", "Manchester (rev. E)", "90 nm")),
    Row::model(0x2f, design("K8", "Venice / Palermo (rev. E)", "90 nm")),
    Row::models(0x20, 0x2f, design("K8", "rev. E", "90 nm")),
    Row::model(0x41, design("K8", "Santa Rosa (rev. F)", "90 nm")),
    Row::model(0x43, design("K8", "Windsor / Santa Ana (rev. F)", "90 nm")),
    Row::model(0x4b, design("K8", "Windsor (rev. F)", "90 nm")),
    Row::models(0x40, 0x5f, design("K8", "rev. F", "90 nm")),
    Row::model(0x6b, design("K8", "Brisbane (rev. G)", "65 nm")),
    Row::models(0x60, 0xff, design("K8", "rev. G", "65 nm")),
];

const K10: &[Row] = &[
    Row::models(0, 2, design("K10", "Barcelona / Agena", "65 nm")),
    Row::model(4, design("K10", "Deneb / Shanghai", "45 nm")),
    Row::model(5, design("K10", "Propus / Rana", "45 nm")),
    Row::model(6, design("K10", "Regor / Sargas / Champlain", "45 nm")),
    Row::model(8, design("K10", "Istanbul / Lisbon", "45 nm")),
    Row::model(9, design("K10", "Magny-Cours", "45 nm")),
    Row::model(0xa, design("K10", "Thuban / Zosma", "45 nm")),
];

const FAMILY_15H: &[Row] = &[
    Row::models(0x00, 0x01, design("Bulldozer", "Zambezi / Valencia / Interlagos", "32 nm")),
    Row::model(0x02, design("Piledriver", "Vishera / Delhi / Seoul / Abu Dhabi", "32 nm")),
    Row::models(0x10, 0x1f, design("Piledriver", "Trinity / Richland", "32 nm")),
    Row::models(0x30, 0x3f, design("Steamroller", "Kaveri / Godavari / Berlin", "28 nm")),
    Row::models(0x60, 0x6f, design("Excavator", "Carrizo / Bristol Ridge / Toronto", "28 nm")),
    Row::models(0x70, 0x7f, design("Excavator", "Stoney Ridge", "28 nm")),
];

const FAMILY_16H: &[Row] = &[
    Row::models(0x00, 0x0f, design("Jaguar", "Kabini / Temash / Kyoto", "28 nm")),
    Row::models(0x30, 0x3f, design("Puma", "Beema / Mullins", "28 nm")),
];

const FAMILY_17H: &[Row] = &[
    Row::model(0x01, design("Zen", "Naples / Summit Ridge / Whitehaven", "14 nm")),
    Row::model(0x08, design("Zen+", "Pinnacle Ridge / Colfax", "12 nm")),
    Row::model(0x11, design("Zen", "Raven Ridge", "14 nm")),
    Row::model(0x18, design("Zen+", "Picasso", "12 nm")),
    Row::model(0x20, design("Zen", "Dali / Pollock", "14 nm")),
    Row::models(0x00, 0x2f, design("Zen", "", "")),
    Row::models(0x50, 0x5f, design("Zen", "Fenghuang", "14 nm")),
    Row::model(0x31, design("Zen 2", "Rome / Castle Peak", "7 nm")),
    Row::model(0x60, design("Zen 2", "Renoir", "7 nm")),
    Row::model(0x68, design("Zen 2", "Lucienne", "7 nm")),
    Row::model(0x71, design("Zen 2", "Matisse", "7 nm")),
    Row::models(0x90, 0x91, design("Zen 2", "Van Gogh", "7 nm")),
    Row::models(0xa0, 0xaf, design("Zen 2", "Mendocino", "6 nm")),
    Row::models(0x30, 0x4f, design("Zen 2", "", "7 nm")),
    Row::models(0x60, 0x7f, design("Zen 2", "", "7 nm")),
];

const FAMILY_19H: &[Row] = &[
    Row::model(0x01, design("Zen 3", "Milan", "7 nm")),
    Row::model(0x08, design("Zen 3", "Chagall", "7 nm")),
    Row::model(0x21, design("Zen 3", "Vermeer", "7 nm")),
    Row::models(0x40, 0x4f, design("Zen 3+", "Rembrandt", "6 nm")),
    Row::model(0x50, design("Zen 3", "Cezanne / Barcelo", "7 nm")),
    Row::models(0x00, 0x0f, design("Zen 3", "", "7 nm")),
    Row::models(0x20, 0x5f, design("Zen 3", "", "7 nm")),
    Row::model(0x11, design("Zen 4", "Genoa", "5 nm")),
    Row::model(0x18, design("Zen 4", "Storm Peak", "5 nm")),
    Row::model(0x61, design("Zen 4", "Raphael / Dragon Range", "5 nm")),
    Row::models(0x74, 0x75, design("Zen 4", "Phoenix / Hawk Point", "4 nm")),
    Row::model(0x78, design("Zen 4", "Phoenix 2", "4 nm")),
    Row::model(0x7c, design("Zen 4", "Hawk Point 2", "4 nm")),
    Row::models(0x90, 0x9f, design("Zen 4", "MI300A", "5 nm")),
    Row::models(0xa0, 0xaf, design("Zen 4c", "Bergamo / Siena", "5 nm")),
    Row::models(0x10, 0x1f, design("Zen 4", "", "5 nm")),
    Row::models(0x60, 0x8f, design("Zen 4", "", "")),
];

const FAMILY_1AH: &[Row] = &[
    Row::models(0x00, 0x0f, design("Zen 5", "Turin", "4 nm")),
    Row::models(0x10, 0x1f, design("Zen 5c", "Turin Dense", "3 nm")),
    Row::models(0x20, 0x2f, design("Zen 5", "Strix Point", "4 nm")),
    Row::models(0x40, 0x4f, design("Zen 5", "Granite Ridge / Fire Range", "4 nm")),
    Row::models(0x60, 0x6f, design("Zen 5", "Krackan Point", "4 nm")),
    Row::models(0x70, 0x7f, design("Zen 5", "Strix Halo", "4 nm")),
    Row::models(0x50, 0x5f, design("Zen 6", "", "")),
    Row::models(0x90, 0xaf, design("Zen 6", "", "")),
    Row::models(0xc0, 0xcf, design("Zen 6", "", "")),
];
