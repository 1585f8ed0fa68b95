//! The raw text of etallen's cpuid(1): `cpuid -r` writes it, `cpuid -f` reads it.
//!
//! `CPU 0:`, or `CPU:` where only one CPU was read, then one line a leaf:
//! `   0x00000007 0x00: eax=0x00000002 ebx=0xf1bf2ffb ecx=0x1a415f46 edx=0x20814010`.

use std::io::{self, Write};

use super::collect::Collector;
use super::detect::refuse_other_format;
use super::lines::{Line, Lines};
use super::scan::Scan;
use super::{ExportError, Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::Dump;
use crate::cpuid::registers::{LeafId, Registers};

const LEAF_LINE: &str =
    "\"0x00000001 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\"";

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    cpu_header(text).is_some() || is_leaf_line(text)
}

/// True for a line that means to be a leaf.
pub(super) fn is_leaf_line(text: &str) -> bool {
    text.trim_start().starts_with("0x") && text.contains("eax=")
}

/// Reads the text; what stands before the first CPU is passed over.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut cpus = Collector::default();
    let mut last_number = None;
    let mut begun = false;
    while let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            continue;
        }
        if let Some(number) = cpu_header(line.text) {
            check_finished(&cpus, begun, &line)?;
            if number.is_some() && number <= last_number {
                return Err(line.malformed("the next CPU's number"));
            }
            last_number = number;
            cpus.next_cpu().map_err(|refusal| line.refused(refusal))?;
            begun = true;
            continue;
        }
        if !begun && !is_leaf_line(line.text) {
            refuse_other_format(&line, Format::Etallen)?;
            continue;
        }
        let Some((id, registers)) = leaf(line.text) else {
            refuse_other_format(&line, Format::Etallen)?;
            return Err(line.malformed(LEAF_LINE));
        };
        cpus.insert(id, registers).map_err(|refusal| line.refused(refusal))?;
        begun = true;
    }
    if !begun {
        return Err(lines.ended(LEAF_LINE));
    }
    check_finished(&cpus, begun, &lines.current())?;
    Ok(Capture::of_dump(Format::Etallen, cpus.into_dump()))
}

/// Writes the text that `cpuid -f` reads.
///
/// # Errors
/// [`ExportError::NoLeafZero`] where a CPU could not be read back.
pub(super) fn export(dump: &Dump, out: &mut dyn Write) -> Result<(), ExportError> {
    for (number, cpu) in dump.cpus.iter().enumerate() {
        if cpu.get(LeafId::new(0, 0)).is_none() {
            return Err(ExportError::NoLeafZero { format: Format::Etallen, cpu: number });
        }
    }
    for (number, cpu) in dump.cpus.iter().enumerate() {
        match dump.cpus.len() {
            1 => writeln!(out, "CPU:")?,
            _ => writeln!(out, "CPU {number}:")?,
        }
        for (id, registers) in cpu.iter() {
            write_leaf(id, registers, out)?;
        }
    }
    Ok(())
}

fn write_leaf(id: LeafId, r: Registers, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "   0x{:08x} 0x{:02x}: eax=0x{:08x} ebx=0x{:08x} ecx=0x{:08x} edx=0x{:08x}",
        id.leaf, id.subleaf, r.eax, r.ebx, r.ecx, r.edx
    )
}

/// The number in `CPU 3:`, or `Some(None)` for `CPU:`.
fn cpu_header(text: &str) -> Option<Option<u32>> {
    let rest = Scan(text.trim()).word("CPU")?;
    if rest.0 == ":" {
        return Some(None);
    }
    let (number, rest) = rest.word(" ")?.space().decimal()?;
    rest.word(":")?.end()?;
    Some(Some(number))
}

/// A CPU ends where the next begins or the file does: it must have leaf 0.
fn check_finished(cpus: &Collector, begun: bool, line: &Line<'_>) -> Result<(), ImportError> {
    match cpus.last() {
        Some(cpu) if begun && cpu.get(LeafId::new(0, 0)).is_none() => Err(line.malformed_as(
            "a leaf 0x00000000 for every CPU",
            if cpu.is_empty() { "a CPU without leaves" } else { "a CPU without leaf 0" },
        )),
        _ => Ok(()),
    }
}

/// Old versions wrote no subleaf where a leaf has none.
fn leaf(text: &str) -> Option<(LeafId, Registers)> {
    let (leaf, rest) = Scan(text).space().word("0x")?.hex()?;
    let (subleaf, rest) = match rest.space().word("0x") {
        Some(rest) => rest.hex()?,
        None => (0, rest),
    };
    let mut rest = rest.word(":")?;
    let mut words = [0; 4];
    for (word, name) in words.iter_mut().zip(["eax=0x", "ebx=0x", "ecx=0x", "edx=0x"]) {
        (*word, rest) = rest.space().word(name)?.hex_exact(8)?;
    }
    rest.end()?;
    let [eax, ebx, ecx, edx] = words;
    Some((LeafId::new(leaf, subleaf), Registers::new(eax, ebx, ecx, edx)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{dump_of, error_of};

    const ZERO: &str =
        "   0x00000000 0x00: eax=0x0000001c ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69\n";

    #[test]
    fn one_cpu_and_leading_text_are_read() {
        let dump = dump_of(Format::Etallen, &format!("$ cpuid -1 -r\nCPU:\n{ZERO}\n"));
        assert_eq!(dump.cpus.len(), 1);
        assert_eq!(dump.cpus[0].get(LeafId::new(0, 0)).unwrap().eax, 0x1c);
    }

    #[test]
    fn cpus_are_told_apart_by_their_headers() {
        let dump = dump_of(Format::Etallen, &format!("CPU 0:\n{ZERO}CPU 2:\r\n{ZERO}"));
        assert_eq!(dump.cpus.len(), 2);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (format!("CPU 0:\n{}", &ZERO[..ZERO.len() - 3]), 2, "edx=0x49656e"),
            (format!("CPU 0:\n{ZERO}   0x000"), 3, "0x000"),
            (format!("CPU 0:\nCPU 1:\n{ZERO}"), 2, "a CPU without leaves"),
            (format!("CPU 1:\n{ZERO}CPU 1:\n{ZERO}"), 3, "the next CPU's number"),
            (format!("CPU:\n{}", ZERO.replace("0x00000000", "0x00000001")), 2, "leaf 0"),
            (format!("CPU:\n{ZERO}{}", ZERO.replace("1c", "1d")), 3, "0x0.0 had before"),
            (format!("CPU:\n{ZERO}bye"), 3, "bye"),
            (
                format!("CPU:\n{ZERO}CPUID 00000001: 000306F0-00010800-FFFA3203-0F8BFBFF\n"),
                3,
                "instlatx64",
            ),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("etallen, line {line}:")), "{error}");
            assert!(error.contains(words), "{error}");
        }
    }
}
