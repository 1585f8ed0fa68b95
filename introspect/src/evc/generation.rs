//! Host CPU generations: what the hardware below a guest has, as far as its name tells.
//!
//! EVC leaves the brand string alone, so the name of the host's CPU is the best witness
//! of what the guest could have seen. A generation is written as the newest EVC mode
//! its CPUs can run, minus and plus the keys in which it differs from that mode.

use crate::cpuid::{Fms, Vendor};

use super::mode::{Catalogue, Key};

/// A generation of CPUs, oldest first within a vendor.
#[derive(Debug, PartialEq, Eq)]
pub struct Generation {
    /// The name, such as `Kaby Lake`.
    pub name: &'static str,
    /// The vendor.
    pub vendor: Vendor,
    /// The newest mode whose features it has, except for `lacks`.
    pub mode: &'static str,
    /// Keys of that mode which these CPUs lack or only some of them have.
    pub lacks: &'static [&'static str],
    /// Keys beyond that mode which all of these CPUs have.
    pub adds: &'static [&'static str],
    /// Family, model and inclusive stepping range of its native signatures.
    signatures: &'static [(u32, u32, u32, u32)],
}

impl Generation {
    /// True when CPUs of this generation have the key's bit; keys that do not decide
    /// are not answered for, because they follow settings and updates.
    pub fn has(&self, key: &Key, catalogue: &Catalogue) -> bool {
        let short = super::mode::short_key(key.name);
        key.decides()
            && !self.lacks.contains(&short)
            && (self.adds.contains(&short)
                || catalogue.mode(self.mode).is_some_and(|mode| mode.has(key.name)))
    }

    /// The place in time within the vendor's list; larger is newer.
    fn rank(&self) -> usize {
        GENERATIONS.iter().position(|g| g.name == self.name && g.vendor == self.vendor).unwrap_or(0)
    }

    /// True when this generation came after `other` of the same vendor.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        self.vendor == other.vendor && self.rank() > other.rank()
    }
}

/// The generation of this name.
pub fn by_name(name: &str) -> Option<&'static Generation> {
    GENERATIONS.iter().find(|g| g.name == name)
}

/// The generation whose own CPUs have this model, whatever the stepping.
pub fn by_model(vendor: Vendor, fms: Fms) -> Option<&'static Generation> {
    let mut of_model = GENERATIONS.iter().filter(|g| {
        g.vendor == vendor && g.signatures.iter().any(|s| (s.0, s.1) == (fms.family, fms.model))
    });
    let first = of_model.next()?;
    native(vendor, fms).or(Some(first))
}

/// The generation that shipped with exactly this family, model and stepping; `None`
/// when no CPU on sale ever showed it.
pub fn native(vendor: Vendor, fms: Fms) -> Option<&'static Generation> {
    GENERATIONS.iter().find(|g| {
        g.vendor == vendor
            && g.signatures.iter().any(|(family, model, low, high)| {
                (*family, *model) == (fms.family, fms.model)
                    && (*low..=*high).contains(&fms.stepping)
            })
    })
}

const AVX512: &[&str] = &[
    "AVX512F",
    "AVX512DQ",
    "AVX512CD",
    "AVX512BW",
    "AVX512VL",
    "CLWB",
    "PKU",
    "XCR0_MASTER_OPMASK",
    "XCR0_MASTER_ZMM_H",
    "XCR0_MASTER_HI16_ZMM",
    "XCR0_MASTER_PKRU",
];
/// What Alder Lake and its successors lack of Ice Lake's server set.
const NO_AVX512: &[&str] = &[
    "AVX512F",
    "AVX512DQ",
    "AVX512CD",
    "AVX512BW",
    "AVX512VL",
    "AVX512VNNI",
    "AVX512IFMA",
    "AVX512VBMI",
    "AVX512VBMI2",
    "AVX512BITALG",
    "AVX512VPOPCNTDQ",
    "WBNOINVD",
    "XCR0_MASTER_OPMASK",
    "XCR0_MASTER_ZMM_H",
    "XCR0_MASTER_HI16_ZMM",
];

const fn intel(
    name: &'static str,
    mode: &'static str,
    lacks: &'static [&'static str],
    adds: &'static [&'static str],
    signatures: &'static [(u32, u32, u32, u32)],
) -> Generation {
    Generation { name, vendor: Vendor::Intel, mode, lacks, adds, signatures }
}

const fn amd(
    name: &'static str,
    mode: &'static str,
    signatures: &'static [(u32, u32, u32, u32)],
) -> Generation {
    Generation { name, vendor: Vendor::Amd, mode, lacks: &[], adds: &[], signatures }
}

/// Ryzen and the EPYCs made of the same dies: no PCID.
const fn ryzen(
    name: &'static str,
    mode: &'static str,
    signatures: &'static [(u32, u32, u32, u32)],
) -> Generation {
    Generation { name, vendor: Vendor::Amd, mode, lacks: &["PCID"], adds: &[], signatures }
}

/// Models: Linux arch/x86/include/asm/intel-family.h and AMD's revision guides;
/// steppings: Intel's specification updates, as wide as pre-production is not.
/// AMD's model 5 is older than rev E (no SSE3), so it is in no generation here.
static GENERATIONS: &[Generation] = &[
    intel("Merom", "intel-merom", &[], &[], &[(6, 0xf, 2, 15), (6, 0x16, 0, 15)]),
    intel("Penryn", "intel-penryn", &[], &[], &[(6, 0x17, 6, 15), (6, 0x1d, 0, 15)]),
    intel(
        "Nehalem",
        "intel-nehalem",
        &[],
        &[],
        &[(6, 0x1a, 4, 15), (6, 0x1e, 4, 15), (6, 0x2e, 4, 15)],
    ),
    intel(
        "Westmere",
        "intel-westmere",
        &[],
        &["PCID"],
        &[(6, 0x25, 2, 15), (6, 0x2c, 2, 15), (6, 0x2f, 2, 15)],
    ),
    intel(
        "Sandy Bridge",
        "intel-sandybridge",
        &[],
        &["XSAVEOPT"],
        &[(6, 0x2a, 7, 15), (6, 0x2d, 5, 15)],
    ),
    intel(
        "Ivy Bridge",
        "intel-ivybridge",
        &[],
        &["XSAVEOPT"],
        &[(6, 0x3a, 8, 15), (6, 0x3e, 4, 15)],
    ),
    intel(
        "Haswell",
        "intel-haswell",
        &[],
        &[],
        &[(6, 0x3c, 3, 15), (6, 0x3f, 2, 15), (6, 0x45, 1, 15), (6, 0x46, 1, 15)],
    ),
    intel(
        "Broadwell",
        "intel-broadwell",
        &[],
        &[],
        &[(6, 0x3d, 4, 15), (6, 0x47, 1, 15), (6, 0x4f, 1, 15), (6, 0x56, 1, 15)],
    ),
    intel(
        "Skylake",
        "intel-skylake",
        AVX512,
        &["XGETBV_ECX1"],
        &[(6, 0x4e, 3, 15), (6, 0x5e, 3, 15)],
    ),
    intel(
        "Kaby Lake",
        "intel-skylake",
        AVX512,
        &["XGETBV_ECX1"],
        &[(6, 0x8e, 9, 9), (6, 0x9e, 9, 9)],
    ),
    intel("Skylake-SP", "intel-skylake", &[], &["XGETBV_ECX1"], &[(6, 0x55, 3, 4)]),
    intel(
        "Coffee Lake",
        "intel-skylake",
        AVX512,
        &["XGETBV_ECX1"],
        &[(6, 0x8e, 10, 15), (6, 0x9e, 10, 15)],
    ),
    intel(
        "Comet Lake",
        "intel-skylake",
        AVX512,
        &["XGETBV_ECX1"],
        &[(6, 0xa5, 0, 15), (6, 0xa6, 0, 15)],
    ),
    intel("Cascade Lake", "intel-cascadelake", &[], &[], &[(6, 0x55, 5, 7)]),
    intel("Cooper Lake", "intel-cascadelake", &[], &["AVX512BF16"], &[(6, 0x55, 10, 11)]),
    intel(
        "Ice Lake",
        "intel-icelake",
        &["WBNOINVD", "CLWB"],
        &[],
        &[(6, 0x7d, 1, 15), (6, 0x7e, 1, 15)],
    ),
    intel("Ice Lake-SP", "intel-icelake", &[], &[], &[(6, 0x6a, 4, 15), (6, 0x6c, 1, 15)]),
    intel(
        "Tiger Lake",
        "intel-icelake",
        &["WBNOINVD"],
        &["MOVDIRI", "MOVDIR64B"],
        &[(6, 0x8c, 1, 15), (6, 0x8d, 1, 15)],
    ),
    intel("Rocket Lake", "intel-icelake", &["WBNOINVD", "CLWB"], &[], &[(6, 0xa7, 1, 15)]),
    intel(
        "Alder Lake",
        "intel-icelake",
        NO_AVX512,
        &["AVX_VNNI", "SERIALIZE", "MOVDIRI", "MOVDIR64B"],
        &[(6, 0x97, 1, 15), (6, 0x9a, 1, 15)],
    ),
    intel(
        "Raptor Lake",
        "intel-icelake",
        NO_AVX512,
        &["AVX_VNNI", "SERIALIZE", "MOVDIRI", "MOVDIR64B"],
        &[(6, 0xb7, 1, 15), (6, 0xba, 1, 15), (6, 0xbf, 1, 15)],
    ),
    intel("Sapphire Rapids", "intel-sapphirerapids", &[], &[], &[(6, 0x8f, 4, 15)]),
    intel("Emerald Rapids", "intel-sapphirerapids", &[], &[], &[(6, 0xcf, 1, 15)]),
    intel("Granite Rapids", "intel-graniterapids", &[], &[], &[(6, 0xad, 1, 15), (6, 0xae, 1, 15)]),
    amd("K8", "amd-rev-e", &[(15, 0x21, 0, 15), (15, 0x23, 0, 15), (15, 0x25, 0, 15)]),
    amd("K8 rev F", "amd-rev-f", &[(15, 0x41, 0, 15), (15, 0x43, 0, 15)]),
    amd(
        "K10",
        "amd-greyhound",
        &[(16, 2, 0, 15), (16, 4, 0, 15), (16, 8, 0, 15), (16, 9, 0, 15), (16, 10, 0, 15)],
    ),
    amd("Bulldozer", "amd-bulldozer", &[(21, 1, 0, 15)]),
    amd("Piledriver", "amd-piledriver", &[(21, 2, 0, 15)]),
    amd("Steamroller", "amd-steamroller", &[(21, 0x30, 0, 15), (21, 0x38, 0, 15)]),
    amd("Zen", "amd-zen", &[(23, 1, 0, 15), (23, 0x11, 0, 15), (23, 0x20, 0, 15)]),
    amd("Zen+", "amd-zen", &[(23, 8, 0, 15), (23, 0x18, 0, 15)]),
    amd(
        "Zen 2",
        "amd-zen2",
        &[(23, 0x31, 0, 15), (23, 0x60, 0, 15), (23, 0x68, 0, 15), (23, 0x71, 0, 15)],
    ),
    amd("Zen 3", "amd-zen3", &[(25, 1, 0, 15), (25, 8, 0, 15)]),
    ryzen("Zen 3 client", "amd-zen3", &[(25, 0x21, 0, 15), (25, 0x44, 0, 15), (25, 0x50, 0, 15)]),
    amd("Zen 4", "amd-zen4", &[(25, 0x11, 0, 15), (25, 0x18, 0, 15), (25, 0xa0, 0, 15)]),
    ryzen(
        "Zen 4 client",
        "amd-zen4",
        &[(25, 0x61, 0, 15), (25, 0x74, 0, 15), (25, 0x75, 0, 15), (25, 0x78, 0, 15)],
    ),
    amd("Zen 5", "amd-zen5", &[(26, 2, 0, 15), (26, 8, 0, 15), (26, 0x11, 0, 15)]),
    ryzen(
        "Zen 5 client",
        "amd-zen5",
        &[(26, 0x24, 0, 15), (26, 0x44, 0, 15), (26, 0x60, 0, 15), (26, 0x70, 0, 15)],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::mode::catalogue;
    use super::*;

    #[test]
    fn every_generation_names_real_modes_and_keys() {
        for generation in GENERATIONS {
            let mode = catalogue().mode(generation.mode).unwrap();
            assert_eq!(mode.vendor, generation.vendor);
            for key in generation.lacks {
                assert!(mode.has(&format!("cpuid.{key}")), "{} never had {key}", generation.name);
            }
            for key in generation.adds {
                assert!(catalogue().key(key).is_some());
                assert!(!mode.has(&format!("cpuid.{key}")), "{} has {key} anyway", generation.name);
            }
        }
    }

    #[test]
    fn no_signature_belongs_to_two_generations() {
        for (n, a) in GENERATIONS.iter().enumerate() {
            for b in &GENERATIONS[n + 1..] {
                for (family, model, low, high) in a.signatures {
                    let clash = b.signatures.iter().find(|s| {
                        a.vendor == b.vendor
                            && (s.0, s.1) == (*family, *model)
                            && s.2 <= *high
                            && *low <= s.3
                    });
                    assert!(clash.is_none(), "{} and {}: {clash:?}", a.name, b.name);
                }
            }
        }
    }

    #[test]
    fn what_evc_presents_is_no_native_intel_signature() {
        for mode in catalogue().of_vendor(Vendor::Intel) {
            if let Some(fms) = mode.fms() {
                assert_eq!(native(Vendor::Intel, fms), None, "{}", mode.key);
                assert!(by_model(Vendor::Intel, fms).is_some(), "{}", mode.key);
            }
        }
    }

    #[test]
    fn generations_follow_each_other() {
        let (kaby, haswell) = (by_name("Kaby Lake").unwrap(), by_name("Haswell").unwrap());
        assert!(kaby.is_newer_than(haswell));
        assert!(!haswell.is_newer_than(kaby));
        assert!(!by_name("Zen 3").unwrap().is_newer_than(kaby), "vendors do not compare");
    }
}
