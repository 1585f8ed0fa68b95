//! One line of a vmware.log.

use crate::cpuid::format::scan::Scan;
use crate::cpuid::registers::{LeafId, Registers};

/// The key of the virtual hardware version in a .vmx and in the log's copy of it.
pub(super) const HARDWARE_VERSION_KEY: &str = "virtualHW.version";

/// Whose registers a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// `guestCPUID level`.
    Guest,
    /// `guest vs. host CPUID guest level`.
    ComparedGuest,
    /// `hostCPUID level`.
    Host,
    /// `guest vs. host CPUID *host level`.
    DifferingHost,
}

/// What a line about CPUID says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CpuidLine {
    /// The registers of a leaf.
    Leaf {
        /// Whose.
        side: Side,
        /// Which.
        id: LeafId,
        /// Their values.
        registers: Registers,
    },
    /// The registers of a leaf on one CPU of the host.
    OneHostCpu,
    /// It means to show registers, but does not.
    Damaged,
}

/// True for a line that only this format has, whole or damaged.
pub(in crate::cpuid::format) fn claims(text: &str) -> bool {
    parse(text).is_some()
        || text.contains("Log for VMware ")
        || (text.contains("DICT ") && text.contains(HARDWARE_VERSION_KEY))
}

/// True for a line that shows a leaf.
pub(in crate::cpuid::format) fn is_leaf_line(text: &str) -> bool {
    matches!(parse(text), Some(CpuidLine::Leaf { .. }))
}

/// What the line says about CPUID, if anything.
pub(super) fn parse(text: &str) -> Option<CpuidLine> {
    let (before, after) = text.split_once("CPUID")?;
    let Some((side, rest)) = level(before, after) else {
        // Registers that nobody claims: the words before them are damaged.
        return (registers_in(after) >= 3).then_some(CpuidLine::Damaged);
    };
    Some(match (side, leaf(rest)) {
        (Some(side), Some((id, registers))) => CpuidLine::Leaf { side, id, registers },
        (None, Some(_)) => CpuidLine::OneHostCpu,
        (_, None) => CpuidLine::Damaged,
    })
}

/// The number in a name such as `vmx-11`, the way VMware names hardware versions.
pub(super) fn named_version(text: &str) -> Option<u32> {
    let (before, after) = text.split_once("vmx-")?;
    if before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let (version, rest) = Scan(after).decimal()?;
    rest.boundary()?;
    (!rest.0.starts_with('-') && (3..100).contains(&version)).then_some(version)
}

/// What a person sees of a CPUID line: not the time and the thread before it.
pub(super) fn message(text: &str) -> &str {
    let Some(end) = text.find("CPUID") else {
        return text;
    };
    let begin = text[..end].rfind("| ").map_or(0, |bar| bar + 2);
    &text[begin..]
}

/// How many words could be registers. `family: 0x6 model: 0x3f` has none.
fn registers_in(text: &str) -> usize {
    let is_register =
        |word: &&str| Scan(word).word("0x").and_then(|rest| rest.hex_exact(8)).is_some();
    text.split_ascii_whitespace().filter(is_register).count()
}

/// Whose level a line shows, none for one CPU of the host, and what follows `level`.
fn level<'a>(before: &str, after: &'a str) -> Option<(Option<Side>, Scan<'a>)> {
    let after = Scan(after);
    if let Some(rest) = after.word("[") {
        let rest = rest.decimal()?.1.word("]")?.space().word("level")?;
        return Some((None, rest));
    }
    if before.ends_with("guest vs. host ") {
        let rest = after.space();
        if let Some(rest) = rest.word("guest level") {
            return Some((Some(Side::ComparedGuest), rest));
        }
        return Some((Some(Side::DifferingHost), rest.word("*host level")?));
    }
    let rest = after.space().word("level")?;
    if before.ends_with("guest") {
        return Some((Some(Side::Guest), rest));
    }
    before.ends_with("host").then_some((Some(Side::Host), rest))
}

fn leaf(rest: Scan<'_>) -> Option<(LeafId, Registers)> {
    let (leaf, rest) = rest.word(" ")?.space().hex_exact(8)?;
    let (subleaf, rest) = rest.word(",")?.space().hex()?;
    let (registers, rest) = rest.word(":")?.registers("0x", "")?;
    rest.end()?;
    Some((LeafId::new(leaf, subleaf), registers))
}
