//! Centaur, VIA and Zhaoxin: one line of designs under two vendor strings.
//!
//! Models: Linux arch/x86/kernel/cpu/{centaur,zhaoxin}.c, the Zhaoxin patches to GCC
//! (gcc/common/config/i386/cpuinfo.h) and dumps in InstLatx64's collection.

use super::{Family, Row, design};

pub(super) const FAMILIES: &[Family] = &[(5, IDT), (6, VIA), (7, ZHAOXIN)];

const IDT: &[Row] = &[
    Row::model(4, design("WinChip", "C6", "350 nm")),
    Row::model(8, design("WinChip 2", "C2", "")),
    Row::model(9, design("WinChip 3", "C3", "250 nm")),
];

const VIA: &[Row] = &[
    Row::model(6, design("Samuel", "VIA C3", "180 nm")),
    Row::model(7, design("Samuel 2", "VIA C3", "150 nm")).steppings(0, 7),
    Row::model(7, design("Ezra", "VIA C3", "130 nm")).steppings(8, 15),
    Row::model(8, design("Ezra-T", "VIA C3", "130 nm")),
    Row::model(9, design("Nehemiah", "VIA C3", "130 nm")),
    Row::model(0xa, design("Esther", "VIA C7", "90 nm")),
    Row::model(0xd, design("Esther", "VIA C7-M / C7-D", "90 nm")),
    Row::model(0xf, design("Isaiah", "VIA Nano", "65 nm")).steppings(0, 9),
    Row::model(0xf, design("Isaiah", "VIA Nano / QuadCore", "")),
    Row::model(0x19, design("ZhangJiang", "ZX-C / ZX-C+", "28 nm")),
];

const ZHAOXIN: &[Row] = &[
    Row::model(0x1b, design("WuDaoKou", "KX-5000 / KH-20000", "28 nm")),
    Row::model(0x3b, design("LuJiaZui", "KX-6000 / KH-30000", "16 nm")),
    Row::model(0x5b, design("Yongfeng", "KH-40000", "")),
    Row::model(0x6b, design("Shijidadao", "KX-7000", "")),
];
