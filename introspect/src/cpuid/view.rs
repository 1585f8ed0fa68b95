//! One set of questions, answered from CPUID or, partially, from /proc/cpuinfo.

use super::capture::Capture;
use super::cpuinfo::Processor;
use super::feature::{self, Feature, Presence};
use super::signature::{Fms, Signature};
use super::source::Cpuid;
use super::vendor::{Vendor, ascii, vendor_id};

/// A CPU as one source shows it.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// CPUID itself.
    Cpuid(&'a dyn Cpuid),
    /// The kernel's summary, which is partial.
    Kernel(&'a Processor),
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_partial() { "View::Kernel" } else { "View::Cpuid" })
    }
}

impl<'a> View<'a> {
    /// The guest's first CPU of a capture, CPUID before /proc/cpuinfo; `None` when the
    /// capture has neither.
    pub fn of(capture: &'a Capture) -> Option<Self> {
        let dump = capture.guest.first().filter(|cpu| !cpu.is_empty());
        match dump {
            Some(cpu) => Some(Self::Cpuid(cpu)),
            None => Some(Self::Kernel(capture.cpuinfo.as_ref()?.first()?)),
        }
    }

    /// The host's first CPU, where the capture has it.
    pub fn of_host(capture: &'a Capture) -> Option<Self> {
        let cpu = capture.host.as_ref()?.first()?;
        Some(Self::Cpuid(cpu))
    }

    /// True for /proc/cpuinfo: signature and flags only.
    pub fn is_partial(&self) -> bool {
        matches!(self, Self::Kernel(_))
    }

    /// Whether the feature is there. A flag that Linux does not print is unknown to
    /// /proc/cpuinfo.
    pub fn presence(&self, feature: &Feature) -> Presence {
        match self {
            Self::Cpuid(cpu) => feature.presence(*cpu),
            Self::Kernel(processor) => shown(processor, feature),
        }
    }

    /// Every feature of the table and its presence: quicker than one by one.
    pub fn presences(&self) -> Vec<(Feature, Presence)> {
        match self {
            Self::Cpuid(cpu) => feature::presences(*cpu).collect(),
            Self::Kernel(processor) => {
                feature::all().map(|feature| (feature, shown(processor, &feature))).collect()
            }
        }
    }

    /// Whether the feature of this name is there; unknown for a name that is not in the table.
    pub fn presence_of(&self, name: &str) -> Presence {
        feature::by_name(name).map_or(Presence::Unknown, |feature| self.presence(&feature))
    }

    /// The vendor.
    pub fn vendor(&self) -> Vendor {
        match self {
            Self::Cpuid(cpu) => cpu.leaf(0).map_or(Vendor::Other, Vendor::from_leaf0),
            Self::Kernel(processor) => processor.vendor(),
        }
    }

    /// The vendor string itself, made printable.
    pub fn vendor_id(&self) -> Option<String> {
        match self {
            Self::Cpuid(cpu) => cpu.leaf(0).map(vendor_id),
            Self::Kernel(processor) => processor.vendor_id.clone(),
        }
    }

    /// Leaf 1 EAX.
    pub fn signature(&self) -> Option<Signature> {
        match self {
            Self::Cpuid(cpu) => cpu.leaf(1).map(|r| Signature(r.eax)),
            Self::Kernel(processor) => processor.fms?.signature(processor.vendor()),
        }
    }

    /// Display family, model and stepping.
    pub fn fms(&self) -> Option<Fms> {
        match self {
            Self::Cpuid(_) => Some(self.signature()?.fms(self.vendor())),
            Self::Kernel(processor) => processor.fms,
        }
    }

    /// The brand string, without the padding vendors put around it.
    pub fn brand(&self) -> Option<String> {
        match self {
            Self::Cpuid(cpu) => {
                let mut words = Vec::with_capacity(12);
                for leaf in 0x8000_0002..=0x8000_0004 {
                    let r = cpu.leaf(leaf)?;
                    words.extend([r.eax, r.ebx, r.ecx, r.edx]);
                }
                let text = ascii(&words);
                let brand = text.split_whitespace().collect::<Vec<_>>().join(" ");
                (!brand.is_empty()).then_some(brand)
            }
            Self::Kernel(processor) => processor.model_name.clone(),
        }
    }

    /// The highest basic leaf.
    pub fn max_leaf(&self) -> Option<u32> {
        match self {
            Self::Cpuid(cpu) => cpu.leaf(0).map(|r| r.eax),
            Self::Kernel(processor) => processor.cpuid_level,
        }
    }

    /// The CPUID source, where there is one.
    pub fn cpuid(&self) -> Option<&'a dyn Cpuid> {
        match self {
            Self::Cpuid(cpu) => Some(*cpu),
            Self::Kernel(_) => None,
        }
    }
}

/// What the kernel's flags say of a feature.
fn shown(processor: &Processor, feature: &Feature) -> Presence {
    match feature.linux() {
        None => Presence::Unknown,
        Some(_) if !feature.applies_to(processor.vendor()) => Presence::Absent,
        Some(flag) if processor.has_flag(flag) => Presence::Present,
        Some(_) => Presence::Absent,
    }
}
