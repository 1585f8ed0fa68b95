//! The microarchitecture behind a signature.

mod amd;
mod intel;
mod zhaoxin;

use serde::Serialize;

use crate::cpuid::{Fms, Signature, Vendor};

/// What a CPU design is called.
///
/// A signature names a design, not a product: a hypervisor may present any signature,
/// and one die was often sold under several names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Microarch {
    /// The generation, such as `Haswell` or `Zen 3`.
    pub name: &'static str,
    /// The dies or platforms that carry this signature, such as `Haswell-EP/-EX/-E`.
    pub codename: Option<&'static str>,
    /// The manufacturing process as its maker names it, such as `14 nm` or `Intel 7`.
    pub process: Option<&'static str>,
}

/// The design that shows this signature; `None` for one that no public table lists.
pub fn microarchitecture(vendor: Vendor, signature: Signature) -> Option<Microarch> {
    let fms = signature.fms(vendor);
    let families = match vendor {
        Vendor::Intel => intel::FAMILIES,
        Vendor::Amd => amd::FAMILIES,
        Vendor::Hygon => amd::HYGON,
        Vendor::Centaur | Vendor::Zhaoxin => zhaoxin::FAMILIES,
        Vendor::Other => return None,
    };
    let (_, rows) = families.iter().find(|(family, _)| *family == fms.family)?;
    rows.iter().find(|row| row.holds(fms)).map(|row| row.design)
}

/// The rows of one family, the first that holds wins.
type Family = (u32, &'static [Row]);

/// A range of models and steppings that share a design.
#[derive(Debug)]
struct Row {
    models: (u32, u32),
    steppings: (u32, u32),
    design: Microarch,
}

impl Row {
    /// One model, every stepping.
    const fn model(model: u32, design: Microarch) -> Self {
        Self::models(model, model, design)
    }

    /// A range of models, both ends counted in.
    const fn models(first: u32, last: u32, design: Microarch) -> Self {
        Self { models: (first, last), steppings: (0, 15), design }
    }

    /// The same row for some steppings only, both ends counted in.
    const fn steppings(mut self, first: u32, last: u32) -> Self {
        self.steppings = (first, last);
        self
    }

    const fn holds(&self, fms: Fms) -> bool {
        self.models.0 <= fms.model
            && fms.model <= self.models.1
            && self.steppings.0 <= fms.stepping
            && fms.stepping <= self.steppings.1
    }
}

/// A design with all three names; an empty one is not known.
const fn design(name: &'static str, codename: &'static str, process: &'static str) -> Microarch {
    Microarch { name, codename: known(codename), process: known(process) }
}

const fn known(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(vendor: Vendor, eax: u32) -> (&'static str, &'static str, &'static str) {
        let found = microarchitecture(vendor, Signature(eax)).unwrap();
        (found.name, found.codename.unwrap_or(""), found.process.unwrap_or(""))
    }

    #[test]
    fn intel_signatures_have_the_names_of_their_generation() {
        for (eax, expected, process) in [
            (0x0000_06f6, "Merom", "65 nm"),
            (0x0001_067a, "Penryn", "45 nm"),
            (0x0002_06c2, "Westmere", "32 nm"),
            (0x0003_06f0, "Haswell", "22 nm"),
            (0x0004_06f1, "Broadwell", "14 nm"),
            (0x0008_06e9, "Kaby Lake", "14 nm"),
            (0x0009_06ed, "Coffee Lake", "14 nm"),
            (0x0006_06a6, "Ice Lake", "10 nm"),
            (0x0009_0672, "Alder Lake", "Intel 7"),
            (0x000c_06f2, "Emerald Rapids", "Intel 7"),
            (0x000a_06d1, "Granite Rapids", "Intel 3"),
            (0x000d_06d0, "Clearwater Forest", "Intel 18A"),
            (0x000c_06c0, "Panther Lake", "Intel 18A"),
            (0x0003_0678, "Silvermont", "22 nm"),
            (0x0005_0670, "Knights Landing", "14 nm"),
            (0x0000_0543, "P5", "350 nm"),
            (0x0000_0f29, "NetBurst", "130 nm"),
        ] {
            let (found, _, nm) = name(Vendor::Intel, eax);
            assert_eq!((found, nm), (expected, process), "{eax:08x}");
        }
    }

    #[test]
    fn the_stepping_tells_the_three_servers_of_model_85_apart() {
        for (stepping, expected) in [
            (0, "Skylake"),
            (4, "Skylake"),
            (5, "Cascade Lake"),
            (7, "Cascade Lake"),
            (11, "Cooper Lake"),
        ] {
            assert_eq!(name(Vendor::Intel, 0x0005_0650 | stepping).0, expected);
        }
        assert_eq!(microarchitecture(Vendor::Intel, Signature(0x0005_0658)), None);
    }

    #[test]
    fn amd_models_have_their_zen_and_their_die() {
        for (vendor, eax, expected, codename) in [
            (Vendor::Amd, 0x0002_0fb1, "K8", "Manchester (rev. E)"),
            (Vendor::Amd, 0x0010_0f42, "K10", "Deneb / Shanghai"),
            (Vendor::Amd, 0x0060_0f12, "Bulldozer", "Zambezi / Valencia / Interlagos"),
            (Vendor::Amd, 0x0080_0f12, "Zen", "Naples / Summit Ridge / Whitehaven"),
            (Vendor::Amd, 0x0083_0f10, "Zen 2", "Rome / Castle Peak"),
            (Vendor::Amd, 0x00a2_0f12, "Zen 3", "Vermeer"),
            (Vendor::Amd, 0x00a6_0f12, "Zen 4", "Raphael / Dragon Range"),
            (Vendor::Amd, 0x00b0_0f21, "Zen 5", "Turin"),
            (Vendor::Hygon, 0x0090_0f02, "Dhyana", ""),
        ] {
            let (found, die, _) = name(vendor, eax);
            assert_eq!((found, die), (expected, codename), "{eax:08x}");
        }
    }

    #[test]
    fn centaur_and_zhaoxin_share_a_table() {
        assert_eq!(name(Vendor::Centaur, 0x0005_07b3).0, "Yongfeng");
        assert_eq!(name(Vendor::Zhaoxin, 0x0003_07b0).0, "LuJiaZui");
        assert_eq!(name(Vendor::Centaur, 0x0000_06d0).0, "Esther");
    }

    #[test]
    fn an_unlisted_signature_has_no_name() {
        assert_eq!(microarchitecture(Vendor::Intel, Signature(0x0fff_0ff0)), None);
        assert_eq!(microarchitecture(Vendor::Other, Signature(0x0003_06f0)), None);
    }

    /// A row that an earlier one hides entirely would never be found.
    #[test]
    fn no_row_is_hidden_by_an_earlier_one() {
        for (family, rows) in
            [intel::FAMILIES, amd::FAMILIES, amd::HYGON, zhaoxin::FAMILIES].into_iter().flatten()
        {
            for (place, row) in rows.iter().enumerate() {
                let seen = (row.models.0..=row.models.1).any(|model| {
                    (row.steppings.0..=row.steppings.1).any(|stepping| {
                        let fms = Fms { family: *family, model, stepping };
                        !rows[..place].iter().any(|earlier| earlier.holds(fms))
                    })
                });
                assert!(seen, "family {family}: {row:?}");
            }
        }
    }
}
