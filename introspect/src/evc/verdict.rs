//! The sum: is EVC active, which mode, and what speaks for it.

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::Root;
use crate::cpuid::{Capture, Format, Presence, Vendor, View};
use crate::evidence::{Confidence, Evidence};

use super::baseline::{Fit, fit, presence};
use super::generation;
use super::mode::{Catalogue, Grade, Mode, catalogue};
use super::platform::{Platform, platform};
use super::reason::{Path, Withheld};
use super::witness::Witness;

/// What is judged: a guest, and whatever is known around it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The guest's CPU.
    pub guest: View<'a>,
    /// The host's CPU, where a log has both.
    pub host: Option<View<'a>>,
    /// Who runs the guest by what stands beside CPUID: DMI, or the kind of file.
    pub platform: Option<Platform>,
    /// The virtual hardware version.
    pub hardware_version: Option<u32>,
    /// The microcode revision, which ESXi passes through.
    pub microcode: Option<u32>,
}

impl<'a> Subject<'a> {
    /// The guest of a capture; `None` when the capture is empty.
    pub fn of(capture: &'a Capture) -> Option<Self> {
        let wrote = |fact| Evidence::observed(capture.format.name(), fact);
        let platform = match capture.format {
            Format::VmwareLog | Format::Vmx => {
                Some(Platform::Vmware(wrote("VMware itself wrote this file")))
            }
            Format::VirtualboxLog => Some(Platform::Other(wrote("VirtualBox wrote this file"))),
            _ => None,
        };
        let processor = capture.cpuinfo.as_ref().and_then(|info| info.first());
        Some(Self {
            guest: View::of(capture)?,
            host: View::of_host(capture),
            platform,
            hardware_version: capture.hardware_version,
            microcode: processor.and_then(|processor| processor.microcode),
        })
    }

    /// A CPU of which nothing but CPUID is known so far.
    pub fn of_view(guest: View<'a>) -> Self {
        Self { guest, host: None, platform: None, hardware_version: None, microcode: None }
    }

    /// Adds what the machine's own files tell: DMI strings and the microcode revision.
    pub fn look_around(&mut self, root: &Root) {
        for file in ["/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name"] {
            if let Some(text) = root.text(file).filter(|text| text.starts_with("VMware")) {
                let text: String = text.chars().take(40).filter(|c| !c.is_control()).collect();
                let seen = Evidence::observed(file, format!("\"{text}\""));
                self.platform.get_or_insert(Platform::Vmware(seen));
            }
        }
        if self.microcode.is_none() {
            let text = root.text("/sys/devices/system/cpu/cpu0/microcode/version");
            self.microcode =
                text.and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
        }
    }
}

/// The verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// EVC is active.
    Active,
    /// What the guest sees is a mode's, but it would see the same without EVC.
    Compatible,
    /// The guest sees its host's own signature.
    None,
    /// Not a VMware guest.
    NotVmware,
    /// The guest sees neither its host's signature nor that of a named mode.
    Custom,
    /// Too little is known.
    Unknown,
}

impl Kind {
    /// The word of the JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Compatible => "compatible",
            Self::None => "none",
            Self::NotVmware => "not-vmware",
            Self::Custom => "custom",
            Self::Unknown => "unknown",
        }
    }
}

/// What keeps a guest from the next mode up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Next {
    /// The next mode's key.
    pub mode: &'static str,
    /// The features of it that the guest lacks.
    pub lacks: Vec<&'static str>,
}

/// The verdict with all that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The verdict in one word.
    pub verdict: Kind,
    /// The mode: the active one, the one it is compatible with, or for other
    /// hypervisors the highest it would fit.
    pub mode: Option<&'static str>,
    /// The vSphere client's label of that mode.
    pub label: Option<&'static str>,
    /// The verdict in a sentence.
    pub summary: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// True when only /proc/cpuinfo was there: signature and flags, no CPUID.
    pub partial: bool,
    /// Leaf 1 EAX as eight hexadecimal digits.
    pub signature: Option<String>,
    /// Family/model/stepping in decimal.
    pub fms: Option<String>,
    /// The brand string.
    pub brand: Option<String>,
    /// The generation of the host's CPU, by its brand string or microcode.
    pub host_generation: Option<&'static str>,
    /// The mode whose signature the guest shows.
    pub signature_mode: Option<&'static str>,
    /// The highest mode whose whole feature set the guest has.
    pub feature_mode: Option<&'static str>,
    /// Deciding features of that mode that the capture is silent about.
    pub feature_unknown: Vec<&'static str>,
    /// Whether signature and features are of the same mode.
    pub agree: Option<bool>,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// What the host has and the guest does not see.
    pub hidden: Vec<Withheld>,
    /// What the active mode lists and the guest does not have.
    pub missing: Vec<Withheld>,
    /// What keeps the guest from the next mode up.
    pub next: Option<Next>,
    /// What the reader should know, such as that the host is not known.
    pub notes: Vec<String>,
}

/// Judges a guest.
pub fn judge(subject: &Subject<'_>) -> Verdict {
    let catalogue = catalogue();
    let witness = Witness::call(subject);
    let fit = fit(&subject.guest, catalogue);
    let mut evidence = witness.evidence.clone();
    let decision = decide(subject, &witness, &fit, catalogue, &mut evidence);
    let active = decision.mode.filter(|_| decision.kind == Kind::Active);
    let path = Path {
        guest: subject.guest,
        host: subject.host,
        generation: witness.host,
        mode: active,
        hardware_version: subject.hardware_version,
        catalogue,
    };
    let gaps = match decision.kind {
        Kind::NotVmware | Kind::Unknown => super::reason::Gaps::default(),
        _ => path.gaps(),
    };
    let feature_mode = fit.mode.map(|mode| mode.key);
    let signature_mode = decision.signature_mode.map(|mode| mode.key);
    Verdict {
        verdict: decision.kind,
        mode: decision.mode.map(|mode| mode.key),
        label: decision.mode.map(|mode| mode.label),
        summary: decision.summary,
        confidence: decision.confidence,
        partial: subject.guest.is_partial(),
        signature: subject.guest.signature().map(|signature| signature.to_string()),
        fms: subject.guest.fms().map(|fms| fms.to_string()),
        brand: witness.brand.clone(),
        host_generation: witness.host.map(|generation| generation.name),
        signature_mode,
        feature_mode,
        feature_unknown: fit.unknown.iter().map(|key| key.feature.name()).collect(),
        agree: signature_mode.zip(feature_mode).map(|(a, b)| a == b),
        evidence,
        hidden: gaps.hidden,
        missing: gaps.missing,
        next: fit.next.as_ref().map(|(mode, lacks)| Next {
            mode: mode.key,
            lacks: lacks.iter().map(|key| key.feature.name()).collect(),
        }),
        notes: notes(subject, &witness),
    }
}

struct Decision<'c> {
    kind: Kind,
    mode: Option<&'c Mode>,
    signature_mode: Option<&'c Mode>,
    confidence: Confidence,
    summary: String,
}

fn decide<'c>(
    subject: &Subject<'_>,
    witness: &Witness,
    fit: &Fit<'c>,
    catalogue: &'c Catalogue,
    evidence: &mut Vec<Evidence>,
) -> Decision<'c> {
    let guest = &subject.guest;
    let signature_mode = mode_by_signature(guest, fit, catalogue);
    let platform = platform(subject);
    let sure = platform.confidence();
    let is_other = matches!(platform, Platform::Other { .. });
    let is_known = matches!(platform, Platform::Vmware { .. });
    evidence.splice(0..0, platform.into_evidence());
    let decision = |kind, mode: Option<&'c Mode>, confidence: Confidence, summary: String| {
        Decision { kind, mode, signature_mode, confidence, summary }
    };
    if is_other {
        let summary = match fit.mode {
            Some(mode) => {
                let hedge =
                    if fit.unknown.is_empty() { "" } else { ", as far as the capture tells" };
                format!(
                    "not a VMware guest: the highest baseline it would fit is {}{hedge}",
                    mode.key
                )
            }
            None => "not a VMware guest, and it would fit no EVC baseline".to_owned(),
        };
        return decision(Kind::NotVmware, fit.mode, sure, summary);
    }
    let Some(mode) = signature_mode else {
        return without_signature(witness, fit, is_known, sure, decision);
    };
    let beyond = beyond(guest, mode, catalogue);
    let is_listed = mode.presents.stepping.is_some();
    let grade = if is_listed { Confidence::Listed.min(sure) } else { Confidence::Inferred };
    let what = if is_listed { "presents exactly" } else { "presents the model of" };
    evidence.push(Evidence {
        source: "evc modes".to_owned(),
        fact: format!("{} {what} this signature (known by: {})", mode.key, mode.presents.evidence),
        confidence: if is_listed { Confidence::Listed } else { Confidence::Inferred },
    });
    if !beyond.is_empty() {
        evidence.push(Evidence::observed(
            "features",
            format!("beyond {}: {}", mode.key, beyond.join(" ")),
        ));
        let summary = format!(
            "custom baseline or per-VM masks: the signature is that of {}, the features go beyond it",
            mode.key
        );
        return decision(Kind::Custom, None, Confidence::Inferred, summary);
    }
    let masked = witness.host_is_newer || witness.native.is_none();
    if masked && (is_known || witness.host_is_newer) {
        let below = match fit.mode {
            Some(fits) if fits.key == mode.key => String::new(),
            Some(fits) => format!("; of its features only those up to {} are all there", fits.key),
            None => String::new(),
        };
        return decision(
            Kind::Active,
            Some(mode),
            grade,
            format!("EVC is active: {}{below}", mode.key),
        );
    }
    if !is_known {
        let summary =
            "nothing tells which hypervisor this is, so the signature proves nothing".to_owned();
        return decision(Kind::Unknown, None, Confidence::Inferred, summary);
    }
    // Intel's modes show a stepping of their own; what AMD's show is not known, and it
    // may well be the real CPU's.
    if guest.vendor() == Vendor::Intel {
        let summary = "no EVC seen: the signature is one that real CPUs show".to_owned();
        return decision(Kind::None, None, sure, summary);
    }
    let summary = format!(
        "compatible with {} at most: EVC at the host's own generation would look the same",
        mode.key
    );
    decision(Kind::Compatible, Some(mode), Confidence::Inferred, summary)
}

fn without_signature<'c>(
    witness: &Witness,
    fit: &Fit<'c>,
    is_known: bool,
    sure: Confidence,
    decision: impl Fn(Kind, Option<&'c Mode>, Confidence, String) -> Decision<'c>,
) -> Decision<'c> {
    if !is_known {
        let summary =
            "nothing tells which hypervisor this is, and no EVC mode has this signature".to_owned();
        return decision(Kind::Unknown, None, Confidence::Inferred, summary);
    }
    let Some(fms) = witness.fms else {
        return match fit.mode {
            Some(mode) => {
                let summary = format!(
                    "compatible with {} at most: the signature (leaf 1) is not in the capture",
                    mode.key
                );
                decision(Kind::Compatible, Some(mode), Confidence::Inferred, summary)
            }
            None => decision(
                Kind::Unknown,
                None,
                Confidence::Inferred,
                "the capture has neither signature nor features".to_owned(),
            ),
        };
    };
    if witness.host_is_newer {
        let summary = format!(
            "custom baseline: {fms} is neither the host's own signature nor that of a named mode"
        );
        return decision(Kind::Custom, None, Confidence::Inferred, summary);
    }
    let summary = match witness.native {
        Some(generation) => {
            format!("no EVC seen: {fms} is the signature of {} itself", generation.name)
        }
        None => format!("no EVC seen: no mode presents {fms}"),
    };
    decision(Kind::None, None, sure, summary)
}

/// The mode whose presented signature this is; where modes share a model, the highest
/// that fits.
fn mode_by_signature<'c>(
    guest: &View<'_>,
    fit: &Fit<'c>,
    catalogue: &'c Catalogue,
) -> Option<&'c Mode> {
    let fms = guest.fms()?;
    let same_model =
        |mode: &&Mode| (mode.presents.family, mode.presents.model) == (fms.family, Some(fms.model));
    let candidates: Vec<&Mode> = catalogue
        .of_vendor(guest.vendor())
        .filter(same_model)
        .filter(|mode| match mode.presents.stepping {
            Some(stepping) => stepping == fms.stepping,
            // Not known, but surely not that of real CPUs which cannot run the mode:
            // Skylake-SP and Cascade Lake share a model.
            None => generation::native(guest.vendor(), fms).is_none_or(|own| own.mode == mode.key),
        })
        .collect();
    let fits = candidates.iter().rev().find(|mode| fit.mode.is_some_and(|fit| fit.key == mode.key));
    let exact = candidates.iter().find(|mode| mode.presents.stepping.is_some());
    fits.or(exact).or(candidates.first()).copied()
}

/// Features that the guest has and the mode surely does not: a later mode lists them.
/// What the very next mode is only supposed to add may belong to this one already.
fn beyond(guest: &View<'_>, mode: &Mode, catalogue: &Catalogue) -> Vec<&'static str> {
    let doubtful = |name: &str| {
        catalogue
            .of_vendor(mode.vendor)
            .find(|later| later.order > mode.order && later.has(name))
            .is_none_or(|later| {
                later.order == mode.order + 1 && later.features.grade(name) == Some(Grade::Inferred)
            })
    };
    catalogue
        .keys
        .iter()
        .filter(|key| key.decides() && !mode.has(key.name) && !doubtful(key.name))
        .filter(|key| presence(guest, key) == Presence::Present)
        .map(|key| key.feature.name())
        .collect()
}

fn notes(subject: &Subject<'_>, witness: &Witness) -> Vec<String> {
    let mut notes = Vec::new();
    if subject.guest.is_partial() {
        notes.push("partial: /proc/cpuinfo has the signature and the kernel's flags only; features without a flag are not judged".to_owned());
    }
    match (&subject.host, witness.host) {
        (Some(_), _) => {}
        (None, Some(generation)) => notes.push(format!(
            "the host's own CPUID is not known; what it has is inferred from its generation, {}",
            generation.name
        )),
        (None, None) => notes.push(
            "the host's CPU is not known, so what is hidden from this guest cannot be told"
                .to_owned(),
        ),
    }
    notes
}
