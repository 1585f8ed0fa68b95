//! What `cpuid -f raw` of the raw-cpuid crate prints:
//! `(0x1, 0x0) => CpuIdResult { eax: 0x306f0, ebx: 0x10800, ecx: 0xfffa3203, edx: 0xf8bfbff }`.
//!
//! The tool asks for subleaf 0 only and stops one leaf before the end of each range
//! (raw-cpuid 11.6.0 src/display.rs, `raw`), which the capture's notes say.

use super::collect::Collector;
use super::detect::refuse_other_format;
use super::lines::Lines;
use super::scan::Scan;
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::registers::{LeafId, Registers};

const LEAF_LINE: &str = "\"(0x1, 0x0) => CpuIdResult { eax: 0x0, ebx: 0x0, ecx: 0x0, edx: 0x0 }\"";

/// Why leaves are missing that the CPU has.
const NOTE: &str =
    "raw-cpuid's raw output has no subleaves above 0 and leaves out the last leaf of every range";

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    text.trim_start().starts_with("(0x") && text.contains("CpuIdResult")
}

/// Reads the lines; what stands before the first leaf is passed over.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut cpus = Collector::default();
    while let Some(line) = lines.next()? {
        let begun = cpus.last().is_some();
        if line.text.trim().is_empty() || (!begun && !claims(line.text)) {
            refuse_other_format(&line, Format::RawCpuid)?;
            continue;
        }
        let Some((id, registers)) = leaf(line.text) else {
            refuse_other_format(&line, Format::RawCpuid)?;
            return Err(line.malformed(LEAF_LINE));
        };
        cpus.insert(id, registers).map_err(|refusal| line.refused(refusal))?;
    }
    let has_leaf_0 = cpus.last().is_some_and(|cpu| cpu.get(LeafId::new(0, 0)).is_some());
    if !has_leaf_0 {
        return Err(lines.ended("\"(0x0, 0x0) => CpuIdResult\""));
    }
    let mut capture = Capture::of_dump(Format::RawCpuid, cpus.into_dump());
    capture.notes.push(NOTE.to_owned());
    Ok(capture)
}

fn leaf(text: &str) -> Option<(LeafId, Registers)> {
    let (leaf, rest) = Scan(text).space().word("(0x")?.hex()?;
    let (subleaf, rest) = rest.word(",")?.space().word("0x")?.hex()?;
    let mut rest = rest.word(")")?.space().word("=>")?.space().word("CpuIdResult")?.space();
    let mut words = [0; 4];
    let names = ["{ eax: 0x", ", ebx: 0x", ", ecx: 0x", ", edx: 0x"];
    for (word, name) in words.iter_mut().zip(names) {
        (*word, rest) = rest.word(name)?.hex()?;
    }
    rest.space().word("}")?.end()?;
    let [eax, ebx, ecx, edx] = words;
    Some((LeafId::new(leaf, subleaf), Registers::new(eax, ebx, ecx, edx)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{dump_of, error_of};

    const ZERO: &str = "(0x0, 0x0) => CpuIdResult \
        { eax: 0x1c, ebx: 0x756e6547, ecx: 0x6c65746e, edx: 0x49656e69 }\n";

    #[test]
    fn leaves_are_read() {
        let dump = dump_of(Format::RawCpuid, &format!("CPUID\n{ZERO}"));
        assert_eq!(dump.cpus[0].get(LeafId::new(0, 0)).unwrap().edx, 0x4965_6e69);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line) in [
            (ZERO[..ZERO.len() - 3].to_owned(), 1),
            (format!("{ZERO}(0x1, 0x0) => CpuIdResult {{ eax: 0x1"), 2),
            (format!("{ZERO}CPU 0:\n"), 2),
            (format!("{ZERO}{}", ZERO.replace("0x1c", "0x1d")), 2),
            (ZERO.replace("(0x0", "(0x1"), 1),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("raw-cpuid, line {line}:")), "{error}");
        }
    }
}
