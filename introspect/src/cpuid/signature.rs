//! The processor signature of leaf 1 EAX.

use std::fmt;

use super::vendor::Vendor;

/// Leaf 1 EAX, in Intel's layout (SDM vol. 2A, CPUID, figure "Version Information"):
/// stepping 3:0, model 7:4, family 11:8, type 13:12, extended model 19:16,
/// extended family 27:20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature(pub u32);

/// Family, model and stepping as people and /proc/cpuinfo write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fms {
    /// Display family, e.g. 6 or 0x19.
    pub family: u32,
    /// Display model, e.g. 0x3f.
    pub model: u32,
    /// Stepping, 0 to 15.
    pub stepping: u32,
}

impl Signature {
    /// Bits 3:0.
    pub const fn stepping(self) -> u32 {
        self.0 & 0xf
    }

    /// Bits 7:4, without the extension.
    pub const fn base_model(self) -> u32 {
        self.0 >> 4 & 0xf
    }

    /// Bits 11:8, without the extension.
    pub const fn base_family(self) -> u32 {
        self.0 >> 8 & 0xf
    }

    /// Bits 13:12: 0 original, 1 overdrive, 2 dual processor.
    pub const fn processor_type(self) -> u32 {
        self.0 >> 12 & 0x3
    }

    /// Bits 19:16.
    pub const fn extended_model(self) -> u32 {
        self.0 >> 16 & 0xf
    }

    /// Bits 27:20.
    pub const fn extended_family(self) -> u32 {
        self.0 >> 20 & 0xff
    }

    /// The family a person names: the extension counts when the base family is 15.
    pub const fn family(self) -> u32 {
        match self.base_family() {
            0xf => 0xf + self.extended_family(),
            base => base,
        }
    }

    /// The model a person names.
    ///
    /// The extension counts on Intel for base families 6 and 15, on AMD for 15 only
    /// (AMD APM vol. 3, Fn0000_0001 EAX), on the rest from 6 up, as Linux reads it.
    pub fn model(self, vendor: Vendor) -> u32 {
        let base = self.base_family();
        let extended = match vendor {
            Vendor::Intel => base == 6 || base == 0xf,
            Vendor::Amd | Vendor::Hygon => base == 0xf,
            Vendor::Centaur | Vendor::Zhaoxin | Vendor::Other => base >= 6,
        };
        if extended { self.extended_model() << 4 | self.base_model() } else { self.base_model() }
    }

    /// Family, model and stepping together.
    pub fn fms(self, vendor: Vendor) -> Fms {
        Fms { family: self.family(), model: self.model(vendor), stepping: self.stepping() }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl Fms {
    /// The signature that shows this family, model and stepping, with type 0; `None`
    /// for numbers that do not fit the register.
    pub fn signature(self, vendor: Vendor) -> Option<Signature> {
        let (base, extended) =
            if self.family < 0xf { (self.family, 0) } else { (0xf, self.family - 0xf) };
        if extended > 0xff || self.model > 0xff || self.stepping > 0xf {
            return None;
        }
        let signature = Signature(
            extended << 20
                | (self.model >> 4) << 16
                | base << 8
                | (self.model & 0xf) << 4
                | self.stepping,
        );
        (signature.fms(vendor) == self).then_some(signature)
    }
}

impl fmt::Display for Fms {
    /// `6/63/0`, in decimal as /proc/cpuinfo prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.family, self.model, self.stepping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_signatures_read_as_their_makers_say() {
        for (eax, vendor, family, model, stepping) in [
            (0x000306f0, Vendor::Intel, 6, 0x3f, 0),
            (0x000806e9, Vendor::Intel, 6, 142, 9),
            (0x00000f48, Vendor::Amd, 15, 4, 8),
            (0x00b00f21, Vendor::Amd, 26, 2, 1),
            (0x00a20f10, Vendor::Amd, 0x19, 0x21, 0),
            (0x00900f02, Vendor::Hygon, 0x18, 0, 2),
            (0x000107b0, Vendor::Zhaoxin, 7, 0x1b, 0),
            (0x00000480, Vendor::Intel, 4, 8, 0),
        ] {
            let fms = Signature(eax).fms(vendor);
            assert_eq!(fms, Fms { family, model, stepping }, "{eax:08x}");
            assert_eq!(fms.signature(vendor), Some(Signature(eax)));
        }
    }

    #[test]
    fn an_amd_family_6_model_is_not_extended() {
        assert_eq!(Signature(0x00010680).model(Vendor::Amd), 8);
        assert_eq!(Signature(0x00010680).model(Vendor::Intel), 0x18);
    }

    #[test]
    fn numbers_that_fit_no_register_give_no_signature() {
        for (family, model, stepping) in [(300, 1, 1), (6, 256, 0), (6, 1, 16), (5, 0x20, 1)] {
            assert_eq!(Fms { family, model, stepping }.signature(Vendor::Intel), None);
        }
    }
}
