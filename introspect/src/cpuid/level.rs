//! The x86-64 levels: v1 to v4, as compilers and distributions use them.
//!
//! Source: System V psABI for AMD64, "Micro-Architecture Levels" (low-level-sys-info.tex).
//! Two rows of its table are read with care:
//!
//! - OSXSAVE (v3) tells what the operating system does at the moment of the dump, and dumps
//!   taken at power-on have it clear. We ask for what lets a system switch it on: XSAVE, and
//!   room in leaf 0xD for the vector state of the level. [`LevelReport::os_enabled`] tells
//!   the bit itself.
//! - SCE (v1) is SYSCALL. Intel CPUs show the bit only to 64-bit code, and every CPU with
//!   long mode has it, so `lm` stands for it.

use super::feature::{Feature, Presence, by_name};
use super::view::View;

/// A level of the x86-64 architecture; each holds all of the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every 64-bit CPU.
    V1,
    /// Up to SSE4.2: Nehalem, Bulldozer.
    V2,
    /// Up to AVX2: Haswell, Excavator, Zen.
    V3,
    /// AVX-512: Skylake-SP, Zen 4.
    V4,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::V1, Self::V2, Self::V3, Self::V4];

    /// The name that compilers take as `-march=`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "x86-64-v1",
            Self::V2 => "x86-64-v2",
            Self::V3 => "x86-64-v3",
            Self::V4 => "x86-64-v4",
        }
    }

    /// What the level asks for beyond the one before it.
    fn instructions(self) -> &'static [&'static str] {
        match self {
            Self::V1 => &["lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2"],
            Self::V2 => &["cx16", "lahf_lm", "popcnt", "sse3", "sse4_1", "sse4_2", "ssse3"],
            Self::V3 => &["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"],
            Self::V4 => &["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
        }
    }

    /// The register state a system must be able to save. /proc/cpuinfo does not show it,
    /// but its kernel clears the vector flags where the state cannot be saved.
    fn state(self) -> &'static [&'static str] {
        match self {
            Self::V1 | Self::V2 => &[],
            Self::V3 => &["xcr0_sse", "xcr0_avx"],
            Self::V4 => &["xcr0_opmask", "xcr0_zmm_hi256", "xcr0_hi16_zmm"],
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a CPU is from one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelState {
    /// The level.
    pub level: Level,
    /// What this level adds and the CPU does not have.
    pub missing: Vec<Feature>,
    /// What this level adds and the source does not tell.
    pub unknown: Vec<Feature>,
}

/// A CPU measured against all levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelReport {
    /// The levels, lowest first.
    pub levels: Vec<LevelState>,
    /// OSXSAVE: the operating system had switched XSAVE on when the source was made. A live
    /// CPU without it cannot run v3 code, whatever [`LevelReport::highest`] says. Unknown
    /// for /proc/cpuinfo, which shows `xsave` only where the kernel has switched it on.
    pub os_enabled: Presence,
}

impl LevelReport {
    /// The highest level that is proven: it and all below it are complete.
    pub fn highest(&self) -> Option<Level> {
        self.last_of(|state| state.missing.is_empty() && state.unknown.is_empty())
    }

    /// The highest level that is not ruled out: above [`LevelReport::highest`] where the
    /// source tells too little.
    pub fn at_most(&self) -> Option<Level> {
        self.last_of(|state| state.missing.is_empty())
    }

    fn last_of(&self, holds: impl Fn(&LevelState) -> bool) -> Option<Level> {
        self.levels.iter().take_while(|state| holds(state)).last().map(|state| state.level)
    }
}

/// Measures a CPU against the levels.
pub fn level(view: &View) -> LevelReport {
    let levels = Level::ALL.map(|level| {
        let state = if view.is_partial() { &[] } else { level.state() };
        let (mut missing, mut unknown) = (Vec::new(), Vec::new());
        for feature in level.instructions().iter().chain(state).filter_map(|name| by_name(name)) {
            match view.presence(&feature) {
                Presence::Present => {}
                Presence::Absent => missing.push(feature),
                Presence::Unknown => unknown.push(feature),
            }
        }
        LevelState { level, missing, unknown }
    });
    let os_enabled = by_name("osxsave").map_or(Presence::Unknown, |f| view.presence(&f));
    LevelReport { levels: levels.into(), os_enabled }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::{CpuDump, Fms, LeafId, Processor, Registers};

    fn names(features: &[Feature]) -> Vec<&str> {
        features.iter().map(Feature::name).collect()
    }

    /// A KVM guest on Emerald Rapids.
    fn emerald_rapids() -> CpuDump {
        [
            (0, Registers::new(0x1c, 0x756e_6547, 0x6c65_746e, 0x4965_6e69)),
            (1, Registers::new(0x000c_06f2, 0x0002_0800, 0xfffa_3203, 0x1f8b_fbff)),
            (7, Registers::new(2, 0xf1bf_2ffb, 0x1a41_5f46, 0x2081_4010)),
            (0xd, Registers::new(0xe7, 0xa80, 0x2b00, 0)),
            (0x8000_0000, Registers::new(0x8000_0021, 0, 0, 0)),
            (0x8000_0001, Registers::new(0, 0, 0x121, 0x2c10_0800)),
        ]
        .into_iter()
        .map(|(leaf, registers)| (LeafId::new(leaf, 0), registers))
        .collect()
    }

    #[test]
    fn every_name_is_in_the_table() {
        for level in Level::ALL {
            for name in level.instructions().iter().chain(level.state()) {
                assert!(by_name(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn a_full_dump_proves_its_level() {
        let cpu = emerald_rapids();
        let report = level(&View::Cpuid(&cpu));
        assert_eq!(report.highest(), Some(Level::V4));
        assert!(report.os_enabled.is_present());
    }

    #[test]
    fn a_dump_from_power_on_counts_although_osxsave_is_clear() {
        let mut cpu = emerald_rapids();
        let leaf1 = cpu.get(LeafId::new(1, 0)).unwrap();
        cpu.insert(1, 0, Registers { ecx: leaf1.ecx & !(1 << 27), ..leaf1 });
        let report = level(&View::Cpuid(&cpu));
        assert_eq!(report.highest(), Some(Level::V4));
        assert!(report.os_enabled.is_absent());
    }

    #[test]
    fn vectors_without_room_to_save_them_do_not_count() {
        let mut cpu = emerald_rapids();
        cpu.insert(0xd, 0, Registers::new(7, 0x340, 0x340, 0));
        let report = level(&View::Cpuid(&cpu));
        assert_eq!(report.highest(), Some(Level::V3));
        assert_eq!(
            names(&report.levels[3].missing),
            ["xcr0_opmask", "xcr0_zmm_hi256", "xcr0_hi16_zmm"]
        );

        cpu.remove(LeafId::new(0xd, 0));
        let report = level(&View::Cpuid(&cpu));
        assert_eq!(report.highest(), Some(Level::V2));
        assert_eq!(report.at_most(), Some(Level::V4));
        assert_eq!(names(&report.levels[2].unknown), ["xcr0_sse", "xcr0_avx"]);
    }

    /// The flags of a VMware guest under Haswell EVC on a Kaby Lake host.
    const HASWELL_EVC: &str = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov \
        pat pse36 clflush mmx fxsr sse sse2 ss syscall nx pdpe1gb rdtscp lm constant_tsc \
        pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt aes xsave avx \
        f16c rdrand hypervisor lahf_lm abm fsgsbase tsc_adjust bmi1 avx2 smep bmi2 invpcid";

    fn processor(flags: &str) -> Processor {
        Processor {
            vendor_id: Some("GenuineIntel".into()),
            fms: Some(Fms { family: 6, model: 63, stepping: 0 }),
            flags: flags.split_whitespace().map(str::to_owned).collect(),
            ..Processor::default()
        }
    }

    #[test]
    fn the_kernels_flags_are_enough() {
        let haswell = processor(HASWELL_EVC);
        let report = level(&View::Kernel(&haswell));
        assert_eq!(report.highest(), Some(Level::V3));
        assert_eq!(names(&report.levels[3].missing)[0], "avx512f");
        assert_eq!(report.os_enabled, Presence::Unknown);

        let old = processor(&HASWELL_EVC.replace(" abm", "").replace(" avx2", ""));
        let report = level(&View::Kernel(&old));
        assert_eq!(report.highest(), Some(Level::V2));
        assert_eq!(names(&report.levels[2].missing), ["avx2", "abm"]);
    }

    #[test]
    fn a_gap_below_counts_more_than_what_is_above() {
        let cpu = processor(&HASWELL_EVC.replace(" cx16", ""));
        let report = level(&View::Kernel(&cpu));
        assert_eq!(report.highest(), Some(Level::V1));
        assert!(report.levels[2].missing.is_empty());
        assert_eq!(level(&View::Cpuid(&CpuDump::default())).highest(), None);
    }
}
