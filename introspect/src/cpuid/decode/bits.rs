//! Bit fields of a 32-bit register, as the manuals write them: `[high:low]`.

use std::fmt;

use serde::{Serialize, Serializer};

/// The value of bits `high` to `low`, both counted in. Numbers outside a register give 0.
pub(crate) const fn field(word: u32, high: u32, low: u32) -> u32 {
    if low > high || high > 31 {
        return 0;
    }
    word >> low & (u32::MAX >> (31 - (high - low)))
}

/// True when the bit is set.
pub(crate) const fn bit(word: u32, number: u32) -> bool {
    number < 32 && word >> number & 1 == 1
}

/// Two registers as the 64-bit mask they are halves of.
pub(crate) const fn wide(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

/// The names of a table whose bits are set in `word`, in ascending order of the bit.
pub(crate) fn names(word: u32, table: &[(u32, &'static str)]) -> Vec<&'static str> {
    table.iter().filter(|(number, _)| bit(word, *number)).map(|(_, name)| *name).collect()
}

/// A number that people read in hexadecimal: a mask, an id, an address. In JSON it is a
/// string such as `0x306f2`, so that no reader loses bits of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex(pub u64);

impl From<u32> for Hex {
    fn from(value: u32) -> Self {
        Self(u64::from(value))
    }
}

impl From<u64> for Hex {
    fn from(value: u64) -> Self {
        Self(value)
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_at_both_ends() {
        assert_eq!(field(0xffff_ffff, 31, 0), 0xffff_ffff);
        assert_eq!(field(0x1c03_c163, 25, 14), 0xf);
        assert_eq!(field(0x8000_0000, 31, 31), 1);
        assert_eq!(field(0xffff_ffff, 40, 0), 0, "no such bits");
        assert_eq!(field(0xffff_ffff, 3, 4), 0, "upside down");
        assert!(!bit(0xffff_ffff, 32));
    }

    #[test]
    fn hex_is_a_string_in_json() {
        assert_eq!(serde_json::to_string(&Hex(u64::MAX)).unwrap(), "\"0xffffffffffffffff\"");
    }
}
