//! The words CPUID takes and gives: a leaf and subleaf in, four registers out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The four 32-bit registers that one CPUID instruction returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Registers {
    /// EAX as returned.
    pub eax: u32,
    /// EBX as returned.
    pub ebx: u32,
    /// ECX as returned.
    pub ecx: u32,
    /// EDX as returned.
    pub edx: u32,
}

impl Registers {
    /// Registers in the order every dump format prints them.
    pub const fn new(eax: u32, ebx: u32, ecx: u32, edx: u32) -> Self {
        Self { eax, ebx, ecx, edx }
    }

    /// The value of one register.
    pub const fn register(&self, register: Register) -> u32 {
        match register {
            Register::Eax => self.eax,
            Register::Ebx => self.ebx,
            Register::Ecx => self.ecx,
            Register::Edx => self.edx,
        }
    }

    /// The same registers with one of them replaced.
    #[must_use]
    pub const fn with(mut self, register: Register, value: u32) -> Self {
        match register {
            Register::Eax => self.eax = value,
            Register::Ebx => self.ebx = value,
            Register::Ecx => self.ecx = value,
            Register::Edx => self.edx = value,
        }
        self
    }

    /// True when all four registers are zero, which is what a CPU returns for a reserved leaf.
    pub const fn is_zero(&self) -> bool {
        self.eax == 0 && self.ebx == 0 && self.ecx == 0 && self.edx == 0
    }
}

impl From<raw_cpuid::CpuIdResult> for Registers {
    fn from(r: raw_cpuid::CpuIdResult) -> Self {
        Self::new(r.eax, r.ebx, r.ecx, r.edx)
    }
}

impl From<Registers> for raw_cpuid::CpuIdResult {
    fn from(r: Registers) -> Self {
        Self { eax: r.eax, ebx: r.ebx, ecx: r.ecx, edx: r.edx }
    }
}

impl fmt::Display for Registers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x} {:08x} {:08x} {:08x}", self.eax, self.ebx, self.ecx, self.edx)
    }
}

/// The name of one of the four result registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// EAX.
    Eax,
    /// EBX.
    Ebx,
    /// ECX.
    Ecx,
    /// EDX.
    Edx,
}

impl Register {
    /// All four, in CPUID's order.
    pub const ALL: [Self; 4] = [Self::Eax, Self::Ebx, Self::Ecx, Self::Edx];

    /// The lower-case name, as assemblers and dumps write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eax => "eax",
            Self::Ebx => "ebx",
            Self::Ecx => "ecx",
            Self::Edx => "edx",
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One CPUID question: the leaf goes into EAX, the subleaf into ECX.
///
/// Written `0x7.1` (leaf in hexadecimal, subleaf in decimal); a leaf without
/// subleaves has subleaf 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafId {
    /// EAX at the time of the instruction.
    pub leaf: u32,
    /// ECX at the time of the instruction.
    pub subleaf: u32,
}

impl LeafId {
    /// A leaf and its subleaf.
    pub const fn new(leaf: u32, subleaf: u32) -> Self {
        Self { leaf, subleaf }
    }
}

impl fmt::Display for LeafId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}.{}", self.leaf, self.subleaf)
    }
}

/// A leaf that a user or a file wrote wrongly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no CPUID leaf; write the leaf in hexadecimal with an optional decimal subleaf, such as 7, 0x80000008 or 0xd.1"
)]
pub struct LeafIdError(String);

impl FromStr for LeafId {
    type Err = LeafIdError;

    /// Reads `7`, `0x7`, `0x7.1`: the leaf is hexadecimal with or without `0x`,
    /// the subleaf decimal or `0x` hexadecimal.
    fn from_str(text: &str) -> Result<Self, LeafIdError> {
        let error = || LeafIdError(text.chars().take(40).collect());
        let (leaf, subleaf) = match text.split_once('.') {
            Some((leaf, subleaf)) => (leaf, Some(subleaf)),
            None => (text, None),
        };
        let leaf = hex(leaf.strip_prefix("0x").unwrap_or(leaf)).ok_or_else(error)?;
        let subleaf = match subleaf {
            None => 0,
            Some(text) => match text.strip_prefix("0x") {
                Some(digits) => hex(digits).ok_or_else(error)?,
                None if text.bytes().all(|b| b.is_ascii_digit()) => {
                    text.parse().map_err(|_| error())?
                }
                None => return Err(error()),
            },
        };
        Ok(Self { leaf, subleaf })
    }
}

/// Hexadecimal digits only (no sign, no prefix) that fit 32 bits.
pub(crate) fn hex(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_id_reads_what_people_write() {
        assert_eq!("7".parse(), Ok(LeafId::new(7, 0)));
        assert_eq!("0xd.1".parse(), Ok(LeafId::new(0xd, 1)));
        assert_eq!("d.0x11".parse(), Ok(LeafId::new(0xd, 17)));
        assert_eq!("80000008".parse(), Ok(LeafId::new(0x8000_0008, 0)));
    }

    #[test]
    fn leaf_id_refuses_the_rest() {
        for bad in ["", "x", "0x", "7.", "7.-1", "+7", "7.+1", "100000000", "7.1.2"] {
            assert!(bad.parse::<LeafId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn leaf_id_display_is_read_back() {
        let id = LeafId::new(0x8000_001d, 3);
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
