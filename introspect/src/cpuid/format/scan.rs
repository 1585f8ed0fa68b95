//! Small pieces that the line formats share: a cursor over one line.

use crate::cpuid::registers::{Registers, hex};

/// Reads a line from left to right; every step is `None` where the line has
/// something else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a>(pub(super) &'a str);

impl<'a> Scan<'a> {
    /// Skips spaces and tabs, if any.
    pub(super) fn space(self) -> Self {
        Self(self.0.trim_start_matches([' ', '\t']))
    }

    /// Skips exactly this text.
    pub(super) fn word(self, word: &str) -> Option<Self> {
        self.0.strip_prefix(word).map(Self)
    }

    /// A hexadecimal number of `digits` digits exactly.
    pub(super) fn hex_exact(self, digits: usize) -> Option<(u32, Self)> {
        let (value, rest) = self.hex()?;
        (self.0.len() - rest.0.len() == digits).then_some((value, rest))
    }

    /// A hexadecimal number of one to eight digits, as many as there are.
    pub(super) fn hex(self) -> Option<(u32, Self)> {
        let end = self.0.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        Some((hex(digits)?, Self(rest)))
    }

    /// A decimal number.
    pub(super) fn decimal(self) -> Option<(u32, Self)> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        Some((digits.parse().ok()?, Self(rest)))
    }

    /// Four registers of eight digits, each after `lead` and parted by `gap`; spaces
    /// around the gap are free.
    pub(super) fn registers(self, lead: &str, gap: &str) -> Option<(Registers, Self)> {
        let mut words = [0; 4];
        let mut rest = self.space();
        for (place, word) in words.iter_mut().enumerate() {
            if place > 0 {
                rest = rest.space().word(gap)?.space();
            }
            (*word, rest) = rest.word(lead)?.hex_exact(8)?;
        }
        let [eax, ebx, ecx, edx] = words;
        Some((Registers::new(eax, ebx, ecx, edx), rest))
    }

    /// Nothing but space is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.trim().is_empty().then_some(())
    }

    /// A word boundary is here: no letter or digit follows.
    pub(super) fn boundary(self) -> Option<Self> {
        (!self.0.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_piece_by_piece() {
        let scan = Scan("\t0x0000000d 2e").space().word("0x").unwrap();
        let (leaf, rest) = scan.hex_exact(8).unwrap();
        assert_eq!((leaf, rest.space().hex().unwrap().0), (0xd, 0x2e));
        assert!(scan.hex_exact(7).is_none() && scan.hex_exact(9).is_none());
        assert!(Scan("123456789").hex().is_none() && Scan("").hex().is_none());
        assert!(Scan("99999999999").decimal().is_none());
    }

    #[test]
    fn registers_are_four_whole_words() {
        let (registers, rest) =
            Scan(" 00000001 00000002\t00000003 00000004*").registers("", "").unwrap();
        assert_eq!(registers, Registers::new(1, 2, 3, 4));
        assert_eq!(rest.0, "*");
        assert!(Scan("00000001-00000002-00000003-0000000").registers("", "-").is_none());
    }
}
