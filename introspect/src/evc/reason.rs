//! Why a feature that could be there is not.

use serde::Serialize;

use crate::cpuid::{Presence, Vendor, View};
use crate::evidence::Confidence;

use super::baseline::{kernel_hides, presence};
use super::generation::Generation;
use super::mode::{Catalogue, Class, Key, Mode};

/// Why a guest does not see a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The host has it, the EVC mode does not.
    NotInMode,
    /// The virtual hardware version is older than the feature.
    HardwareVersion,
    /// The host's CPU never had it.
    HostLacks,
    /// Linux clears the flag by itself; CPUID may have it.
    KernelCleared,
    /// It follows a setting of the VM or of the monitor.
    Setting,
    /// It comes and goes with microcode and ESXi updates.
    PatchLevel,
    /// No EVC mode lists it; ESXi does not show it to this guest.
    Monitor,
    /// None of the above can be shown.
    Unknown,
}

impl Reason {
    /// The word of the JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInMode => "not-in-mode",
            Self::HardwareVersion => "hardware-version",
            Self::HostLacks => "host-lacks",
            Self::KernelCleared => "kernel-cleared",
            Self::Setting => "setting",
            Self::PatchLevel => "patch-level",
            Self::Monitor => "monitor",
            Self::Unknown => "unknown",
        }
    }
}

/// A feature the guest does not see, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Our name, which is Linux's flag where it has one.
    pub name: &'static str,
    /// VMware's key.
    pub key: Option<&'static str>,
    /// Why.
    pub reason: Reason,
    /// The reason in words.
    pub explanation: String,
    /// How sure the reason is.
    pub confidence: Confidence,
}

/// All that is known of the way from the hardware to the guest.
#[derive(Debug)]
pub struct Path<'a> {
    /// The guest.
    pub guest: View<'a>,
    /// The host's own CPUID, where a log has it.
    pub host: Option<View<'a>>,
    /// The host's generation by its brand string or microcode.
    pub generation: Option<&'static Generation>,
    /// The mode that is active, if one is.
    pub mode: Option<&'a Mode>,
    /// The virtual hardware version, where a file states it.
    pub hardware_version: Option<u32>,
    /// The modes and keys.
    pub catalogue: &'a Catalogue,
}

/// What the guest does not see.
#[derive(Debug, Default)]
pub struct Gaps {
    /// The host has it, the guest does not.
    pub hidden: Vec<Withheld>,
    /// The active mode lists it, the guest does not have it, and the host is not known to.
    pub missing: Vec<Withheld>,
}

impl Path<'_> {
    /// Every feature between hardware and guest that got lost.
    pub fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        for key in &self.catalogue.keys {
            if self.guest.presence(&key.feature) != Presence::Absent
                || !key.feature.applies_to(self.guest.vendor())
            {
                continue;
            }
            let is_cleared = kernel_hides(&self.guest, &key.feature).is_some();
            if self.host_has(key) == Presence::Present && !is_cleared {
                gaps.hidden.push(self.explain(key));
            } else if self.mode.is_some_and(|mode| mode.has(key.name)) {
                gaps.missing.push(self.explain(key));
            }
        }
        gaps.hidden.extend(self.beyond_evc());
        gaps
    }

    /// Whether the hardware has the bit. Only a host dump answers for bits that follow
    /// settings and updates.
    fn host_has(&self, key: &Key) -> Presence {
        if let Some(host) = &self.host {
            return host.presence(&key.feature);
        }
        match self.generation {
            Some(generation) if generation.has(key, self.catalogue) => Presence::Present,
            _ => Presence::Unknown,
        }
    }

    fn explain(&self, key: &Key) -> Withheld {
        let (reason, confidence, explanation) = self.reason(key);
        Withheld { name: key.feature.name(), key: Some(key.name), reason, explanation, confidence }
    }

    fn reason(&self, key: &Key) -> (Reason, Confidence, String) {
        let (needs, certainty) = self.first_version(key);
        if let Some(why) = kernel_hides(&self.guest, &key.feature) {
            return (Reason::KernelCleared, Confidence::Inferred, why.to_owned());
        }
        if let Some(version) = self.hardware_version.filter(|version| *version < needs) {
            let why = format!(
                "needs virtual hardware version {needs}, this VM has {version}: upgrade the VM's compatibility"
            );
            return (Reason::HardwareVersion, certainty, why);
        }
        if self.host.is_some() && self.host_has(key) == Presence::Absent {
            return (
                Reason::HostLacks,
                Confidence::Observed,
                "the host's CPU does not have it".to_owned(),
            );
        }
        match (key.class, self.mode) {
            (Class::Setting, _) => {
                let why = "shown or not by a setting of the VM, such as nested virtualisation, whatever the EVC mode";
                (Reason::Setting, Confidence::Inferred, why.to_owned())
            }
            (Class::Speculation | Class::Patch, _) => {
                let why = "comes and goes with microcode and ESXi updates, whatever the EVC mode";
                (Reason::PatchLevel, Confidence::Inferred, why.to_owned())
            }
            (Class::Feature, Some(mode)) if !mode.has(key.name) => {
                let why = format!("EVC mode {} does not include it", mode.key);
                (Reason::NotInMode, self.certainty(), why)
            }
            (Class::Feature, _) if self.whole_version_is_missing(needs) => {
                let why = format!(
                    "every feature that needs virtual hardware version {needs} is missing, so the VM's is probably older"
                );
                (Reason::HardwareVersion, Confidence::Inferred, why)
            }
            (Class::Feature, _) if self.host.is_none() && self.generation.is_none() => (
                Reason::Unknown,
                Confidence::Inferred,
                "the host's CPU is not known, so it may never have had it".to_owned(),
            ),
            (Class::Feature, _) => {
                let mut why = "no known rule hides it: a per-VM mask, the ESXi version or a custom baseline may".to_owned();
                if self.guest.is_partial() {
                    why += ", or a kernel too old to know the flag";
                }
                (Reason::Unknown, Confidence::Inferred, why)
            }
        }
    }

    /// The virtual hardware version that first shows the key. VMware's table has ABM at 4
    /// and BMI1 at 9, which holds for AMD; the three Intel guests that were seen
    /// without the features of version 11, two of them with those of 9, lack these as well.
    fn first_version(&self, key: &Key) -> (u32, Confidence) {
        let is_haswells = matches!(key.name, "cpuid.ABM" | "cpuid.BMI1");
        if is_haswells && self.guest.vendor() == Vendor::Intel {
            return (11, Confidence::Inferred);
        }
        (key.hardware_version, Confidence::Listed)
    }

    fn certainty(&self) -> Confidence {
        if self.host.is_some() { Confidence::Observed } else { Confidence::Inferred }
    }

    /// True when nothing that came with a virtual hardware version is there although
    /// the mode, or the host, has at least two such features.
    fn whole_version_is_missing(&self, version: u32) -> bool {
        let expected: Vec<_> = self
            .catalogue
            .keys
            .iter()
            .filter(|key| key.decides() && key.hardware_version == version)
            .filter(|key| match self.mode {
                Some(mode) => mode.has(key.name),
                None => self.host_has(key) == Presence::Present,
            })
            .collect();
        version > 4
            && expected.len() >= 2
            && expected.iter().all(|key| !presence(&self.guest, key).is_present())
    }

    /// With both sides known, the bits that no EVC mode speaks of.
    fn beyond_evc(&self) -> Vec<Withheld> {
        let Some(host) = &self.host else { return Vec::new() };
        crate::cpuid::feature::all()
            .filter(|feature| feature.evc().is_none() && feature.applies_to(self.guest.vendor()))
            .filter(|feature| feature.leaf().leaf >> 16 != 0x4000)
            .filter(|feature| {
                host.presence(feature).is_present() && self.guest.presence(feature).is_absent()
            })
            .map(|feature| Withheld {
                name: feature.name(),
                key: None,
                reason: Reason::Monitor,
                explanation: "no EVC mode lists it; ESXi does not show it to this guest".to_owned(),
                confidence: Confidence::Observed,
            })
            .collect()
    }
}
