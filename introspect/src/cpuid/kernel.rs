//! CPUID against the kernel's flags: every difference, and why it is there.
//!
//! The kernel's flags are not CPUID. Linux clears bits that it does not use or trust, adds
//! flags of its own, and an old kernel does not know new bits. A bit that is missing from
//! /proc/cpuinfo is therefore hidden by a hypervisor only if CPUID lacks it as well.

mod cleared;
mod option;
mod synthetic;
#[cfg(test)]
mod tests;

use super::cpuinfo::Processor;
use super::feature::{self, Feature, Presence};
use super::source::Cpuid;
use super::vendor::Vendor;

/// A flag on which CPUID and the kernel do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagDifference {
    /// The flag as /proc/cpuinfo spells it, made printable.
    pub flag: String,
    /// The CPUID bit behind the flag, where it has one.
    pub feature: Option<Feature>,
    /// Who has it.
    pub side: Side,
    /// Why.
    pub explanation: Explanation,
}

/// Which side has what the other lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// CPUID has the bit and the kernel does not show it.
    CpuidOnly,
    /// The kernel shows a flag for which CPUID has no bit set.
    KernelOnly,
}

/// Why CPUID and the kernel differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Explanation {
    /// The kernel made the flag up; the text says what it stands for.
    Synthetic(&'static str),
    /// An option on the kernel's command line masks the bit.
    Masked(String),
    /// The kernel is known to clear this bit; the text says when.
    Cleared(&'static str),
    /// The kernel does not show another flag, which this one needs.
    Needs(&'static str),
    /// The kernel is older than the bit; the text says what shows it.
    TooOld(&'static str),
    /// The kernel is known to show this flag without the bit; the text says when.
    Forced(&'static str),
    /// We know no reason.
    Unknown,
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Synthetic(meaning) => write!(f, "the kernel's own flag: {meaning}"),
            Self::Masked(option) => write!(f, "masked by {option} on the kernel command line"),
            Self::Cleared(reason) => write!(f, "cleared by the kernel: {reason}"),
            Self::Needs(flag) => write!(f, "the kernel does not use {flag}, which this needs"),
            Self::TooOld(sign) => write!(f, "the kernel is older than this bit: {sign}"),
            Self::Forced(reason) => write!(f, "set by the kernel: {reason}"),
            Self::Unknown => f.write_str("no reason known"),
        }
    }
}

/// What each of the kernel's own flags stands for, in alphabetical order.
pub fn synthetic_flags() -> &'static [(&'static str, &'static str)] {
    synthetic::FLAGS
}

/// The flags on which `cpu` and `processor` differ: first those that CPUID alone has, in
/// the order of the feature table, then those that the kernel alone has, by name.
///
/// Both must describe the same CPU. `cmdline` is /proc/cmdline, where it is known. A flag
/// whose leaf `cpu` does not have is left out, and so is everything when the processor
/// block has no flags.
pub fn against_kernel(
    cpu: &dyn Cpuid,
    processor: &Processor,
    cmdline: Option<&str>,
) -> Vec<FlagDifference> {
    if processor.flags.is_empty() {
        return Vec::new();
    }
    let vendor = cpu.leaf(0).map_or(processor.vendor(), Vendor::from_leaf0);
    let rows: Vec<Row> = feature::all()
        .filter(|feature| feature.applies_to(vendor))
        .filter_map(|feature| {
            let flag = feature.linux()?;
            let presence = feature.presence(cpu);
            Some(Row { feature, flag, presence, shown: processor.has_flag(flag) })
        })
        .collect();
    let mut differences = hidden(&rows, processor, cmdline.unwrap_or_default());
    differences.extend(added(&rows, processor));
    differences
}

/// A feature for which Linux has a flag, on this CPU.
struct Row {
    feature: Feature,
    flag: &'static str,
    presence: Presence,
    shown: bool,
}

/// What CPUID has and the kernel does not show.
fn hidden(rows: &[Row], processor: &Processor, cmdline: &str) -> Vec<FlagDifference> {
    rows.iter()
        .filter(|row| row.presence.is_present() && !row.shown)
        .map(|row| FlagDifference {
            flag: row.flag.to_owned(),
            feature: Some(row.feature),
            side: Side::CpuidOnly,
            explanation: why_hidden(row, rows, processor, cmdline),
        })
        .collect()
}

fn why_hidden(row: &Row, rows: &[Row], processor: &Processor, cmdline: &str) -> Explanation {
    if let Some(option) = option::masking(&row.feature, row.flag, cmdline) {
        return Explanation::Masked(option);
    }
    if let Some(needed) = cleared::needs(row.flag).filter(|flag| !processor.has_flag(flag)) {
        return Explanation::Needs(needed);
    }
    if register_is_unknown(row, rows) {
        return Explanation::TooOld("it shows no flag of this register");
    }
    if let Some(reason) = cleared::reason(row.flag) {
        return Explanation::Cleared(reason);
    }
    // Every kernel since then shows this flag on every CPU that has CPUID.
    if !processor.has_flag("cpuid") {
        return Explanation::TooOld("it does not show the flag cpuid, which came with Linux 4.11");
    }
    Explanation::Unknown
}

/// True when CPUID has two or more bits of this register and the kernel shows none:
/// kernels learn registers as a whole.
fn register_is_unknown(row: &Row, rows: &[Row]) -> bool {
    let mut hidden = 0;
    for other in rows.iter().filter(|other| {
        other.feature.leaf() == row.feature.leaf()
            && other.feature.register() == row.feature.register()
            && other.presence.is_present()
    }) {
        if other.shown {
            return false;
        }
        hidden += 1;
    }
    hidden >= 2
}

/// What the kernel shows and CPUID does not have.
fn added(rows: &[Row], processor: &Processor) -> Vec<FlagDifference> {
    processor
        .flags
        .iter()
        .filter_map(|flag| {
            let mut same = rows.iter().filter(|row| row.flag == flag).peekable();
            let feature = same.peek().map(|row| row.feature);
            // A leaf that is not in the source may well have the bit.
            if same.any(|row| !row.presence.is_absent()) {
                return None;
            }
            // A bit of another vendor may share its flag with one of the kernel's own.
            let explanation = match feature {
                Some(_) => cleared::forced(flag).map(Explanation::Forced),
                None => synthetic::meaning(flag).map(Explanation::Synthetic),
            };
            let flag = flag.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
            Some(FlagDifference {
                flag,
                feature,
                side: Side::KernelOnly,
                explanation: explanation.unwrap_or(Explanation::Unknown),
            })
        })
        .collect()
}
