//! Who made the CPU, from the twelve letters of leaf 0.

use std::fmt;

use super::registers::Registers;

/// A CPU vendor whose leaves we know how to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// `GenuineIntel`.
    Intel,
    /// `AuthenticAMD`.
    Amd,
    /// `HygonGenuine`: AMD Zen under licence, with AMD's leaves.
    Hygon,
    /// `CentaurHauls`: VIA and early Zhaoxin.
    Centaur,
    /// `  Shanghai  `: Zhaoxin.
    Zhaoxin,
    /// Anything else, such as a hypervisor that invents a name.
    Other,
}

impl Vendor {
    /// The vendor behind leaf 0's EBX, EDX, ECX.
    pub fn from_leaf0(leaf0: Registers) -> Self {
        Self::from_id(&vendor_id(leaf0))
    }

    /// The vendor behind the string itself, as /proc/cpuinfo's `vendor_id` has it.
    pub fn from_id(id: &str) -> Self {
        match id.trim() {
            "GenuineIntel" => Self::Intel,
            "AuthenticAMD" => Self::Amd,
            "HygonGenuine" => Self::Hygon,
            "CentaurHauls" => Self::Centaur,
            "Shanghai" => Self::Zhaoxin,
            _ => Self::Other,
        }
    }

    /// True for CPUs that follow AMD's manuals in the extended range.
    pub fn is_amd_like(self) -> bool {
        matches!(self, Self::Amd | Self::Hygon)
    }

    /// True for CPUs that follow Intel's manuals in the basic range.
    pub fn is_intel_like(self) -> bool {
        matches!(self, Self::Intel | Self::Centaur | Self::Zhaoxin)
    }

    /// The name a person uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intel => "Intel",
            Self::Amd => "AMD",
            Self::Hygon => "Hygon",
            Self::Centaur => "Centaur",
            Self::Zhaoxin => "Zhaoxin",
            Self::Other => "unknown vendor",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The vendor string of leaf 0, in the order EBX, EDX, ECX.
pub fn vendor_id(leaf0: Registers) -> String {
    ascii(&[leaf0.ebx, leaf0.edx, leaf0.ecx])
}

/// Register bytes as text: stops at NUL, and what is not printable ASCII becomes `?`,
/// because a dump is untrusted and the text ends up on a terminal.
pub(crate) fn ascii(words: &[u32]) -> String {
    words
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .take_while(|byte| *byte != 0)
        .map(|byte| if byte == b' ' || byte.is_ascii_graphic() { char::from(byte) } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_0_spells_the_vendor_in_its_own_order() {
        let leaf0 = Registers::new(0x16, 0x756e_6547, 0x6c65_746e, 0x4965_6e69);
        assert_eq!(vendor_id(leaf0), "GenuineIntel");
        assert_eq!(Vendor::from_leaf0(leaf0), Vendor::Intel);
    }

    #[test]
    fn a_hostile_vendor_string_cannot_reach_the_terminal() {
        assert_eq!(ascii(&[u32::from_le_bytes([0x1b, b'[', b'3', b'm'])]), "?[3m");
    }

    #[test]
    fn shanghai_is_padded_with_spaces() {
        assert_eq!(Vendor::from_id("  Shanghai  "), Vendor::Zhaoxin);
    }
}
