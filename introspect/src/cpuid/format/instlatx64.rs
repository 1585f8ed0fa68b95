//! The CPUID text of InstLatx64, which AIDA64 (once EVEREST) writes.
//!
//! Sections such as `------[ Versions ]------` with free text, then for each CPU a
//! header and lines such as `CPUID 00000004: 7C004121-01C0003F-0000003F-00000000 [SL 00]`.
//! Variants, from the files of github.com/InstLatx64/InstLatx64: the header is
//! `------[ CPUID Registers / Logical CPU #0 ]------`, `------[ Logical CPU #0 ]------`
//! or `CPU#000 AffMask: 0x1`; old files have no `[SL nn]` and repeat the leaf's line
//! instead; the subleaf is hexadecimal.

use super::collect::Collector;
use super::detect::refuse_other_format;
use super::lines::Lines;
use super::scan::Scan;
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::registers::{LeafId, Registers};

const LEAF_LINE: &str = "\"CPUID 00000001: 00000000-00000000-00000000-00000000\"";

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    is_leaf_line(text) || is_cpu_header(text) || is_section(text)
}

/// True for a line that means to be a leaf, and not a heading such as `CPUID Revision`.
pub(super) fn is_leaf_line(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix("CPUID") else {
        return false;
    };
    let number = rest.trim_start_matches([' ', '\t']);
    // A leaf starts with a digit; that of the Centaur range with C0.
    rest.len() > number.len()
        && (number.starts_with(|c: char| c.is_ascii_digit())
            || number.starts_with("C0")
            || number.starts_with("c0"))
}

/// Reads the file; all that is no leaf and no CPU header is free text.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut cpus = Collector::default();
    let mut new_cpu = true;
    let mut numberer = Numberer::default();
    while let Some(line) = lines.next()? {
        if is_cpu_header(line.text) {
            new_cpu = true;
            continue;
        }
        if !is_leaf_line(line.text) {
            if is_ruler(line.text) {
                break;
            }
            if line.is_cut_within("CPUID ") {
                return Err(line.malformed(LEAF_LINE));
            }
            refuse_other_format(&line, Format::Instlatx64)?;
            continue;
        }
        let Some((leaf, subleaf, registers)) = leaf(line.text) else {
            return Err(line.malformed(LEAF_LINE));
        };
        if leaf == 0 || new_cpu {
            if leaf != 0 {
                return Err(line.malformed("\"CPUID 00000000:\", the first leaf of a CPU"));
            }
            cpus.next_cpu().map_err(|refusal| line.refused(refusal))?;
            numberer = Numberer::default();
            new_cpu = false;
        }
        let id = LeafId::new(leaf, numberer.subleaf(leaf, subleaf));
        cpus.insert(id, registers).map_err(|refusal| line.refused(refusal))?;
    }
    if cpus.last().is_none() {
        return Err(lines.ended(LEAF_LINE));
    }
    Ok(Capture::of_dump(Format::Instlatx64, cpus.into_dump()))
}

/// Counts the lines of a leaf that come without `[SL nn]`.
#[derive(Default)]
struct Numberer {
    last: Option<(u32, u32)>,
}

impl Numberer {
    fn subleaf(&mut self, leaf: u32, stated: Option<u32>) -> u32 {
        let subleaf = match (stated, self.last) {
            (Some(subleaf), _) => subleaf,
            (None, Some((before, subleaf))) if before == leaf => subleaf.saturating_add(1),
            (None, _) => 0,
        };
        self.last = Some((leaf, subleaf));
        subleaf
    }
}

fn is_section(text: &str) -> bool {
    let name = text.trim().strip_prefix("------[ ").and_then(|rest| rest.strip_suffix(" ]------"));
    matches!(name, Some("Versions" | "CPU Info"))
}

fn is_cpu_header(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with("------[ ") && text.contains("Logical CPU #"))
        || (text.starts_with("CPU#") && text.contains("AffMask"))
}

/// libcpuid's tests end such a dump with a line of dashes, with other data behind it.
fn is_ruler(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte == b'-')
}

fn leaf(text: &str) -> Option<(u32, Option<u32>, Registers)> {
    let (leaf, rest) = Scan(text).space().word("CPUID")?.space().hex_exact(8)?;
    let (registers, rest) = rest.space().word(":")?.registers("", "-")?;
    let rest = rest.space();
    if rest.0.is_empty() {
        return Some((leaf, None, registers));
    }
    // What the brackets say of a leaf is free text, but for the subleaf.
    let inner = rest.word("[")?;
    let subleaf = match inner.word("SL ") {
        None => None,
        Some(number) => {
            let (subleaf, rest) = number.hex()?;
            rest.word("]")?;
            Some(subleaf)
        }
    };
    rest.0.trim_end().ends_with(']').then_some((leaf, subleaf, registers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{dump_of, error_of};

    const ZERO: &str = "CPUID 00000000: 0000000D-756E6547-6C65746E-49656E69 [GenuineIntel]\n";

    #[test]
    fn the_subleaf_is_stated_or_counted() {
        let dump = dump_of(
            Format::Instlatx64,
            &format!(
                "------[ CPU Info ]------\nCPUID CPU Name : x\nCPUID Features : y\n{ZERO}\
                 CPUID\t00000004:\t1C004121-01C0003F-0000003F-00000000\n\
                 CPUID 00000004: 1C004122-00C0003F-0000007F-00000000\n\
                 CPUID 0000000D: 00000008-00000980-00000000-00000000 [SL 0B] [PKRU]\n\
                 CPUID C0000000: C0000004-00000000-00000000-00000000\n"
            ),
        );
        let ids: Vec<LeafId> = dump.cpus[0].iter().map(|(id, _)| id).collect();
        let expected = [(0, 0), (4, 0), (4, 1), (0xd, 11), (0xc000_0000, 0)];
        assert_eq!(ids, expected.map(|(leaf, subleaf)| LeafId::new(leaf, subleaf)));
    }

    #[test]
    fn leaf_0_begins_a_cpu_with_and_without_headers() {
        let cpu1 = ZERO.replace("0000000D", "0000000E");
        for text in [
            format!("{ZERO}{cpu1}"),
            format!("CPU#000 AffMask: 0x1\n{ZERO}\nCPU#001 AffMask: 0x2\n{cpu1}"),
            format!(
                "------[ Logical CPU #0 ]------\nallcpu: Valid\n{ZERO}\
                 ------[ CPUID Registers / Logical CPU #1 ]------\n{cpu1}"
            ),
        ] {
            assert_eq!(dump_of(Format::Instlatx64, &text).cpus.len(), 2, "{text}");
        }
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (format!("{ZERO}CPUID 00000001: 000306F0-00010800-FFFA3203-0F8BFBF"), 2, "F8BFBF"),
            (format!("{ZERO}CPUID 0000"), 2, "CPUID 0000"),
            (format!("{ZERO}CPU"), 2, "CPU"),
            (format!("{ZERO}CPUID 00000004: 0-0-0-0"), 2, "0-0-0-0"),
            (ZERO.replace("00000000:", "00000001:"), 1, "first leaf of a CPU"),
            (
                format!("{ZERO}CPU#001 AffMask: 0x2\n{}", ZERO.replace("00000000:", "00000001:")),
                3,
                "",
            ),
            (format!("{ZERO}basic_cpuid[0]=00000005 68747541 444d4163 69746e65\n"), 2, "libcpuid"),
            ("------[ Versions ]------\n".to_owned(), 1, "the end of the file"),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("instlatx64, line {line}:")), "{text}: {error}");
            assert!(error.contains(words), "{error}");
        }
    }
}
