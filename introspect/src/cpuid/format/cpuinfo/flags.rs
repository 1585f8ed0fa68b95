//! Lists of flags, whose sum over all processors is bounded.

use std::collections::BTreeSet;

use crate::cpuid::dump::MAX_CPUS;

/// The longest flag. The kernel's own limit is far below.
const MAX_FLAG: usize = 64;
/// The most flags in one line: Linux has about 20 words of 32 bits.
const MAX_FLAGS: usize = 1024;
/// The most flags of all processors together; real CPUs show about 150 each.
const MAX_TOTAL: usize = 256 * MAX_CPUS;

/// Why a list of flags is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cpuid::format) enum FlagFault {
    /// One of the words cannot be a flag.
    NoFlag,
    /// There are too many.
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most there may be.
        limit: usize,
    },
}

/// Reads lists of flags of one file.
#[derive(Debug, Default)]
pub(in crate::cpuid::format) struct Flags {
    total: usize,
}

impl Flags {
    /// The flags of one line, parted by spaces. A flag nobody knows is a flag.
    pub(in crate::cpuid::format) fn read(
        &mut self,
        text: &str,
    ) -> Result<BTreeSet<String>, FlagFault> {
        let mut flags = BTreeSet::new();
        for flag in text.split_ascii_whitespace() {
            if flag.len() > MAX_FLAG || !flag.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(FlagFault::NoFlag);
            }
            flags.insert(flag.to_owned());
        }
        if flags.len() > MAX_FLAGS {
            return Err(FlagFault::TooMany {
                what: "too many flags of one processor",
                limit: MAX_FLAGS,
            });
        }
        self.total = self.total.saturating_add(flags.len());
        if self.total > MAX_TOTAL {
            return Err(FlagFault::TooMany {
                what: "too many flags of all processors together",
                limit: MAX_TOTAL,
            });
        }
        Ok(flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_counted_over_all_lines() {
        let mut flags = Flags::default();
        assert_eq!(flags.read("fpu  vme fpu").map(|set| set.len()), Ok(2));
        assert_eq!(flags.read("caf\u{e9}"), Err(FlagFault::NoFlag));
        let line: Vec<String> = (0..=MAX_FLAGS).map(|n| n.to_string()).collect();
        assert!(matches!(flags.read(&line.join(" ")), Err(FlagFault::TooMany { limit: 1024, .. })));
        let full = line[1..].join(" ");
        let refused = (0..).find(|_| flags.read(&full).is_err());
        assert_eq!(refused, Some(MAX_TOTAL / MAX_FLAGS - 1), "two were there before");
    }
}
