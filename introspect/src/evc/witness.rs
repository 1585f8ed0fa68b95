//! What EVC leaves alone and so betrays it: brand string and microcode revision.

use crate::cpuid::{Fms, Vendor};
use crate::evidence::Evidence;

use super::brand;
use super::generation::{self, Generation};
use super::verdict::Subject;

/// What the signature says against what the brand string and the microcode say.
#[derive(Debug)]
pub struct Witness {
    /// The signature's family, model and stepping.
    pub fms: Option<Fms>,
    /// The brand string.
    pub brand: Option<String>,
    /// The generation whose real CPUs show exactly this signature.
    pub native: Option<&'static Generation>,
    /// The generation of the host's CPU.
    pub host: Option<&'static Generation>,
    /// The host's CPU is newer than the signature.
    pub host_is_newer: bool,
    /// All of this as evidence.
    pub evidence: Vec<Evidence>,
}

impl Witness {
    /// Hears what a subject's CPU says of itself.
    pub fn call(subject: &Subject<'_>) -> Self {
        let guest = &subject.guest;
        let vendor = guest.vendor();
        let fms = guest.fms();
        let shown = fms.and_then(|fms| generation::by_model(vendor, fms));
        let native = fms.and_then(|fms| generation::native(vendor, fms));
        let brand = guest.brand();
        let by_brand = brand.as_deref().and_then(brand::generation).filter(|g| g.vendor == vendor);
        let by_microcode = subject.microcode.and_then(|revision| by_microcode(vendor, revision));
        let by_host = subject.host.and_then(|host| generation::native(host.vendor(), host.fms()?));
        let host = by_host.or(by_brand).or(by_microcode);
        let host_is_newer = host
            .zip(shown)
            .is_some_and(|(host, shown)| host.is_newer_than(shown) && host.mode != shown.mode);

        let source = if guest.is_partial() { "/proc/cpuinfo" } else { "cpuid" };
        let mut evidence = Vec::new();
        if let (Some(fms), Some(signature)) = (fms, guest.signature()) {
            evidence.push(Evidence::observed(format!("{source} signature"), match (native, shown) {
                (Some(native), _) => format!("{signature} is {fms}, as real {} CPUs show it", native.name),
                (None, Some(shown)) => format!("{signature} is {fms}: the model of {}, with a stepping that no CPU on sale has", shown.name),
                (None, None) => format!("{signature} is {fms}"),
            }));
        }
        if let Some(brand) = &brand {
            let mut fact = format!("\"{brand}\"");
            if let Some(generation) = by_brand {
                fact += &format!(" is a {} CPU", generation.name);
                if host_is_newer && host == by_brand {
                    fact += ", newer than its signature";
                }
            }
            evidence.push(Evidence::observed(format!("{source} brand string"), fact));
        }
        if let (Some(generation), Some(revision)) = (by_microcode, subject.microcode) {
            evidence.push(Evidence::inferred(
                "microcode",
                format!("revision {revision:#x} is of {}", generation.name),
            ));
        }
        if let (Some(generation), Some(host)) = (by_host, subject.host.and_then(|host| host.fms()))
        {
            evidence.push(Evidence::observed(
                "host cpuid",
                format!("the host shows {host}: {}", generation.name),
            ));
        }
        Self { fms, brand, native, host, host_is_newer, evidence }
    }
}

/// The generation behind a microcode revision, for those whose high bytes no other
/// generation uses (release notes of Intel-Linux-Processor-Microcode-Data-Files).
fn by_microcode(vendor: Vendor, revision: u32) -> Option<&'static Generation> {
    if vendor != Vendor::Intel {
        return None;
    }
    generation::by_name(match revision >> 24 {
        0x02 => "Skylake-SP",
        0x04 | 0x05 => "Cascade Lake",
        // Broadwell-DE shares this byte and counts from 0x7000001.
        0x07 if revision & 0x00ff_f000 == 0 => "Broadwell",
        0x07 => "Cooper Lake",
        0x0b | 0x0e | 0x0f => "Broadwell",
        0x0d => "Ice Lake-SP",
        0x2b | 0x2c => "Sapphire Rapids",
        0x21 => "Emerald Rapids",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microcode_revisions_seen_in_masked_guests_tell_the_host() {
        assert_eq!(by_microcode(Vendor::Intel, 0x0200_0065).map(|g| g.name), Some("Skylake-SP"));
        assert_eq!(by_microcode(Vendor::Intel, 0x0b00_003a).map(|g| g.name), Some("Broadwell"));
        assert_eq!(by_microcode(Vendor::Intel, 0x0700_2904).map(|g| g.name), Some("Cooper Lake"));
        assert_eq!(by_microcode(Vendor::Intel, 0x0700_001c).map(|g| g.name), Some("Broadwell"));
        assert_eq!(by_microcode(Vendor::Intel, 0x84), None);
        assert_eq!(by_microcode(Vendor::Intel, u32::MAX), None, "what Azure shows");
        assert_eq!(by_microcode(Vendor::Amd, 0x0b00_003a), None);
    }
}
