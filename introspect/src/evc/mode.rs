//! The 25 modes and the feature keys they are made of, read from `modes.json`.

mod features;
mod file;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::cpuid::{Feature, Fms, Vendor};

pub use features::Features;

/// What part a key plays when a guest is compared with a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Decides which mode a guest fits.
    Feature,
    /// Speculation control: follows microcode and ESXi patches, never decides.
    Speculation,
    /// Follows a setting of the VM or of the monitor, never decides.
    Setting,
    /// Taken away from some hosts by updates (TSX, MPX), never decides.
    Patch,
}

impl Class {
    /// The word of the JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Speculation => "speculation",
            Self::Setting => "setting",
            Self::Patch => "patch",
        }
    }
}

/// How an entry of a mode is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Deduced from hardware dumps; not confirmed.
    Inferred,
    /// Seen in a guest or a requirement list of the mode.
    Observed,
    /// Listed in a feature mask of the mode.
    Mask,
}

impl Grade {
    /// The word of the JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Observed => "observed",
            Self::Mask => "mask",
        }
    }
}

/// One feature key, such as `cpuid.AVX2`.
#[derive(Debug)]
pub struct Key {
    /// VMware's spelling.
    pub name: &'static str,
    /// The CPUID bit.
    pub feature: Feature,
    /// The first virtual hardware version that shows the bit to a guest.
    pub hardware_version: u32,
    /// What part the key plays.
    pub class: Class,
}

impl Key {
    /// True when the key decides which mode a guest fits.
    pub fn decides(&self) -> bool {
        self.class == Class::Feature
    }
}

/// The signature and leaf maximum a mode presents, as far as known.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Presents {
    /// Display family.
    pub family: u32,
    /// Display model.
    pub model: Option<u32>,
    /// Stepping.
    pub stepping: Option<u32>,
    /// EAX of leaf 0.
    pub max_leaf: Option<u32>,
    /// How this is known.
    pub evidence: String,
}

/// One EVC mode.
#[derive(Debug)]
pub struct Mode {
    /// VMware's key, such as `intel-haswell`.
    pub key: &'static str,
    /// The label of the vSphere client.
    pub label: &'static str,
    /// The vendor.
    pub vendor: Vendor,
    /// The place within the vendor's modes, oldest first.
    pub order: u32,
    /// The level of KB 1003212, such as `L6`.
    pub level: Option<&'static str>,
    /// The signature it presents.
    pub presents: Presents,
    /// Key names of the whole set, each with its grade.
    pub features: Features,
    /// Keys that some hosts in this mode have and others lost to updates.
    pub patch_dependent: Vec<&'static str>,
    /// Bits that may belong to the mode; the spelling of their keys is a guess.
    pub candidates: Vec<&'static str>,
    /// Identifiers into the list of sources.
    pub sources: Vec<&'static str>,
}

impl Mode {
    /// True when the mode's set has the key.
    pub fn has(&self, key: &str) -> bool {
        self.features.grade(key).is_some()
    }

    /// True when a guest without the key's bit cannot be in this mode. Where some entries
    /// of a mode are confirmed, those that are only inferred do not decide: ERMS, for one,
    /// is missing in guests that are known to be in the mode.
    pub fn needs(&self, key: &Key) -> bool {
        let is_confirmed = || self.features.grades().any(|grade| grade > Grade::Inferred);
        key.decides()
            && match self.features.grade(key.name) {
                None => false,
                Some(Grade::Inferred) => !is_confirmed(),
                Some(Grade::Observed | Grade::Mask) => true,
            }
    }

    /// Keys that are in this mode's set and not in `previous`.
    pub fn adds(&self, previous: Option<&Mode>) -> Vec<&'static str> {
        let known = |key: &str| previous.is_some_and(|p| p.has(key));
        self.features.keys().filter(|key| !known(key)).collect()
    }

    /// The family, model and stepping it presents, where all three are known.
    pub fn fms(&self) -> Option<Fms> {
        let Presents { family, model: Some(model), stepping: Some(stepping), .. } = self.presents
        else {
            return None;
        };
        Some(Fms { family, model, stepping })
    }

    /// The short name: `Haswell` of `Intel "Haswell" Generation`.
    pub fn short(&self) -> &'static str {
        self.label.split('"').nth(1).unwrap_or(self.label)
    }
}

/// All modes and keys.
#[derive(Debug)]
pub struct Catalogue {
    /// Every single-bit key, in VMware's order.
    pub keys: Vec<Key>,
    /// Every mode, by vendor and order.
    pub modes: Vec<Mode>,
    /// What the entries were taken from, by identifier.
    pub sources: BTreeMap<&'static str, &'static str>,
}

impl Catalogue {
    /// The mode of this key.
    pub fn mode(&self, key: &str) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.key == key)
    }

    /// The key of this name, with or without `cpuid.`.
    pub fn key(&self, name: &str) -> Option<&Key> {
        let name = name.strip_prefix("cpuid.").unwrap_or(name);
        self.keys.iter().find(|key| short_key(key.name) == name)
    }

    /// A vendor's modes, oldest first. Hygon has none of its own.
    pub fn of_vendor(&self, vendor: Vendor) -> impl DoubleEndedIterator<Item = &Mode> {
        self.modes.iter().filter(move |mode| mode.vendor == vendor)
    }
}

/// A key without its `cpuid.`.
pub fn short_key(name: &str) -> &str {
    name.strip_prefix("cpuid.").unwrap_or(name)
}

/// The project's own list of modes.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    // The data is compiled in and read whole by the tests below, so it cannot fail later.
    #[allow(clippy::expect_used, reason = "compiled-in data that the tests read")]
    CATALOGUE
        .get_or_init(|| file::read(include_str!("modes.json")).expect("modes.json is well formed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_mode_is_read() {
        let all = catalogue();
        assert_eq!(all.modes.len(), 25);
        assert_eq!(all.keys.len(), 143);
        assert_eq!(all.mode("intel-haswell").map(Mode::short), Some("Haswell"));
        assert_eq!(all.mode("intel-haswell").map(|m| m.features.len()), Some(41));
        assert_eq!(all.mode("amd-zen5").map(|m| m.features.len()), Some(99));
    }

    #[test]
    fn every_key_is_mapped_to_its_own_bit() {
        let file: Value = serde_json::from_str(include_str!("modes.json")).unwrap();
        for key in &catalogue().keys {
            let row = &file["keys"][key.name];
            let leaf = row["leaf"]
                .as_str()
                .and_then(|l| crate::cpuid::registers::hex(l.trim_start_matches("0x")));
            assert_eq!(Some(key.feature.leaf().leaf), leaf, "{}", key.name);
            assert_eq!(
                u64::from(key.feature.leaf().subleaf),
                row["subleaf"].as_u64().unwrap(),
                "{}",
                key.name
            );
            assert_eq!(key.feature.register().name(), row["register"], "{}", key.name);
            assert_eq!(u64::from(key.feature.bit()), row["bit"].as_u64().unwrap(), "{}", key.name);
        }
    }

    #[test]
    fn intel_modes_grow_and_zen_drops_what_amd_took_away() {
        let all = catalogue();
        let intel: Vec<_> = all.of_vendor(Vendor::Intel).collect();
        for pair in intel.windows(2) {
            let lost: Vec<_> = pair[1]
                .adds(Some(pair[1]))
                .into_iter()
                .chain(pair[0].features.keys().filter(|k| !pair[1].has(k)))
                .collect();
            assert!(lost.is_empty(), "{} lost {lost:?}", pair[1].key);
        }
        let steamroller = all.mode("amd-steamroller").unwrap();
        let zen = all.mode("amd-zen").unwrap();
        let dropped: Vec<_> = steamroller.features.keys().filter(|k| !zen.has(k)).collect();
        assert_eq!(dropped, ["cpuid.FMA4", "cpuid.TBM", "cpuid.XOP"]);
    }

    #[test]
    fn sources_are_named() {
        let all = catalogue();
        for mode in &all.modes {
            assert!(!mode.sources.is_empty());
            for source in &mode.sources {
                assert!(all.sources.contains_key(source), "{source}");
            }
        }
    }

    #[test]
    fn speculation_and_patched_keys_never_decide() {
        for name in [
            "IBRS",
            "IBPB",
            "STIBP",
            "SSBD",
            "FCMD",
            "MDCLEAR",
            "PSFD",
            "LEAF88_PSFD",
            "HLE",
            "RTM",
            "MPX",
        ] {
            assert!(!catalogue().key(name).unwrap().decides(), "{name}");
        }
    }
}
