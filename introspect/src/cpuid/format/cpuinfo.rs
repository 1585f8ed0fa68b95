//! /proc/cpuinfo of x86 Linux (arch/x86/kernel/cpu/proc.c): one block of
//! `key<tab>: value` lines for each logical CPU, parted by empty lines.
//!
//! A partial capture: signature, flags and a few numbers, no CPUID.

mod flags;

use std::collections::BTreeSet;
use std::str::FromStr;

use super::detect::refuse_other_format;
use super::found::printable;
use super::lines::{Line, Lines};
use super::{Format, ImportError};
use crate::cpuid::cpuinfo::{CpuInfo, Processor};
use crate::cpuid::dump::{Dump, MAX_CPUS};
use crate::cpuid::signature::Fms;
use crate::cpuid::{Capture, registers};

pub(super) use self::flags::{FlagFault, Flags};

/// The most characters kept of a name; the longest brand string has 48.
pub(super) const MAX_NAME: usize = 128;
/// The most keys of one block. Kernels print under 30.
const MAX_KEYS: usize = 256;

/// Keys that x86 prints, or that tell that it is no x86.
const KNOWN_KEYS: [&str; 6] =
    ["processor", "vendor_id", "cpu family", "model name", "cpuid level", "flags"];
/// Keys of other architectures' /proc/cpuinfo.
const OTHER_ARCHITECTURES: [(&str, &str); 9] = [
    ("CPU implementer", "Arm"),
    ("CPU architecture", "Arm"),
    ("Processor", "Arm"),
    ("hart", "RISC-V"),
    ("isa", "RISC-V"),
    ("cpu", "POWER or SPARC"),
    ("bogomips per cpu", "IBM Z"),
    ("system type", "MIPS"),
    ("CPU Family", "LoongArch"),
];

/// True for a line that only this format has.
pub(super) fn claims(text: &str) -> bool {
    let Some((key, _)) = text.split_once(':') else {
        return false;
    };
    // The kernel pads keys; a colon right behind the word is some other text.
    key.ends_with([' ', '\t'])
        && (KNOWN_KEYS.contains(&key.trim()) || other_architecture(key.trim()).is_some())
}

/// Reads the blocks.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut processors = Vec::new();
    let mut flags = Flags::default();
    let mut block = Block::default();
    let mut begun = false;
    while let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            finish(&mut block, &mut processors, &line)?;
        } else if begun || claims(line.text) {
            begun = true;
            block.read(&line, &mut flags)?;
        } else {
            refuse_other_format(&line, Format::Cpuinfo)?;
        }
    }
    finish(&mut block, &mut processors, &lines.current())?;
    if processors.is_empty() {
        return Err(lines.ended("\"processor : 0\""));
    }
    let mut capture = Capture::of_dump(Format::Cpuinfo, Dump::default());
    capture.cpuinfo = Some(CpuInfo { processors });
    Ok(capture)
}

/// The lines of one processor, on their way.
#[derive(Default)]
struct Block {
    keys: Vec<String>,
    processor: Processor,
    number: Option<u32>,
    /// The number of the processor before.
    before: Option<u32>,
    family: Option<u32>,
    model: Option<u32>,
    stepping: Option<u32>,
}

impl Block {
    fn read(&mut self, line: &Line<'_>, flags: &mut Flags) -> Result<(), ImportError> {
        refuse_other_format(line, Format::Cpuinfo)?;
        let Some((key, value)) = line.text.split_once(':') else {
            return Err(line.malformed("key : value"));
        };
        let (key, value) = (key.trim(), value.trim());
        if let Some(name) = other_architecture(key) {
            return Err(line.malformed_as(
                "/proc/cpuinfo of an x86 CPU, the only kind with CPUID",
                format!("one of {name}"),
            ));
        }
        if self.keys.iter().any(|known| known == key) {
            return Err(line.malformed(format!("{} once for a processor", printable(key, 40))));
        }
        if self.keys.len() >= MAX_KEYS {
            return Err(line.too_large("too many keys for one processor", MAX_KEYS));
        }
        self.keys.push(key.to_owned());
        let mut read_flags = || flags.read(value).map_err(|fault| flag_error(line, fault));
        match key {
            "processor" => {
                let processor = number(value, line)?;
                if self.before.is_some_and(|before| processor <= before) {
                    return Err(line.malformed("the next processor, for a file is of one machine"));
                }
                self.number = Some(processor);
            }
            "vendor_id" => self.processor.vendor_id = name(value, line)?,
            "cpu family" => self.family = Some(number(value, line)?),
            "model" => self.model = Some(number(value, line)?),
            "stepping" => self.stepping = stepping(value, line)?,
            "model name" => self.processor.model_name = name(value, line)?,
            "microcode" => self.processor.microcode = Some(microcode(value, line)?),
            "cpuid level" => self.processor.cpuid_level = level(value, line)?,
            "flags" => self.processor.flags = read_flags()?,
            "vmx flags" => self.processor.vmx_flags = read_flags()?,
            "bugs" => self.processor.bugs = read_flags()?,
            "address sizes" => self.processor.address_bits = Some(address_bits(value, line)?),
            _ => {}
        }
        Ok(())
    }

    fn into_processor(self, position: usize) -> Processor {
        let fms = match (self.family, self.model, self.stepping) {
            (Some(family), Some(model), Some(stepping)) => Some(Fms { family, model, stepping }),
            _ => None,
        };
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        Processor { number: self.number.unwrap_or(position), fms, ..self.processor }
    }
}

fn finish(
    block: &mut Block,
    processors: &mut Vec<Processor>,
    line: &Line<'_>,
) -> Result<(), ImportError> {
    if block.keys.is_empty() {
        return Ok(());
    }
    if processors.len() >= MAX_CPUS {
        return Err(line.too_large(super::collect::TOO_MANY_CPUS, MAX_CPUS));
    }
    let processor = std::mem::take(block).into_processor(processors.len());
    block.before = Some(processor.number);
    processors.push(processor);
    Ok(())
}

fn other_architecture(key: &str) -> Option<&'static str> {
    OTHER_ARCHITECTURES.iter().find(|(known, _)| *known == key).map(|(_, name)| *name)
}

fn number<T: FromStr>(value: &str, line: &Line<'_>) -> Result<T, ImportError> {
    value.parse().map_err(|_| line.malformed("a decimal number"))
}

/// `unknown` where the kernel reads stepping 0 of a CPU without CPUID leaf 1.
fn stepping(value: &str, line: &Line<'_>) -> Result<Option<u32>, ImportError> {
    if value == "unknown" { Ok(None) } else { number(value, line).map(Some) }
}

/// Negative for a CPU without CPUID.
fn level(value: &str, line: &Line<'_>) -> Result<Option<u32>, ImportError> {
    Ok(u32::try_from(number::<i64>(value, line)?).ok())
}

fn name(value: &str, line: &Line<'_>) -> Result<Option<String>, ImportError> {
    if value.chars().nth(MAX_NAME).is_some() {
        return Err(line.malformed("a name of at most 128 characters"));
    }
    Ok(Some(printable(value, MAX_NAME)))
}

/// Hexadecimal with `0x`; kernels of the 2.6.32 days print it in decimal.
fn microcode(value: &str, line: &Line<'_>) -> Result<u32, ImportError> {
    match value.strip_prefix("0x") {
        Some(digits) => {
            registers::hex(digits).ok_or_else(|| line.malformed("a microcode revision"))
        }
        None => number(value, line),
    }
}

/// `45 bits physical, 48 bits virtual`.
fn address_bits(value: &str, line: &Line<'_>) -> Result<(u32, u32), ImportError> {
    let bits = || {
        let (physical, rest) = value.split_once(" bits physical, ")?;
        let r#virtual = rest.strip_suffix(" bits virtual")?;
        Some((physical.parse().ok()?, r#virtual.parse().ok()?))
    };
    bits().ok_or_else(|| line.malformed("\"46 bits physical, 48 bits virtual\""))
}

fn flag_error(line: &Line<'_>, fault: FlagFault) -> ImportError {
    match fault {
        FlagFault::NoFlag => line.malformed("flags of printable ASCII, at most 64 letters each"),
        FlagFault::TooMany { what, limit } => line.too_large(what, limit),
    }
}

/// Flags as the file has them, parted by spaces.
pub(super) fn join(flags: &BTreeSet<String>) -> String {
    flags.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{capture_of, error_of};

    const BLOCK: &str = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n\
        model\t\t: 63\nmodel name\t: Intel(R) Xeon(R)\nstepping\t: 0\nmicrocode\t: 0x84\n\
        cpuid level\t: 13\nflags\t\t: fpu vme not_yet_known\nbugs\t\t:\n\
        address sizes\t: 45 bits physical, 48 bits virtual\npower management:\n\n";

    fn processors(text: &str) -> Vec<Processor> {
        capture_of(Format::Cpuinfo, text).cpuinfo.unwrap().processors
    }

    #[test]
    fn a_block_is_read() {
        let capture = capture_of(Format::Cpuinfo, BLOCK);
        assert!(capture.is_partial());
        let processor = &capture.cpuinfo.unwrap().processors[0];
        assert_eq!(processor.fms, Some(Fms { family: 6, model: 63, stepping: 0 }));
        assert_eq!(processor.microcode, Some(0x84));
        assert_eq!(processor.address_bits, Some((45, 48)));
        assert!(processor.has_flag("not_yet_known") && processor.bugs.is_empty());
    }

    #[test]
    fn old_and_short_files_are_read() {
        let second = BLOCK.replace("processor\t: 0", "processor\t: 3").replace("0x84", "184549432");
        let all = processors(&format!("{BLOCK}{second}"));
        assert_eq!((all[1].number, all[1].microcode), (3, Some(0x0b00_0038)));
        let short = &processors("vendor_id : GenuineIntel\nmodel : 1\ncpuid level : -1\n")[0];
        assert_eq!((short.number, short.fms, short.cpuid_level), (0, None, None));
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (BLOCK.replace(": 63", ": x63"), 4, "decimal number"),
            (BLOCK.replace("model name\t:", "model\t:"), 5, "model once"),
            (BLOCK.replace("\n\n", "\nprocessor\t: 1\n"), 13, "processor once"),
            (BLOCK.replace("0x84", "0x"), 7, "microcode"),
            (BLOCK.replace(", 48", ""), 11, "bits physical"),
            (format!("{BLOCK}processor\t: 1\nflags"), 15, "key : value"),
            (BLOCK.replace("vme", "vm\u{1}e"), 9, "printable"),
            (format!("{BLOCK}{BLOCK}"), 14, "the next processor"),
            (
                BLOCK.replace("\n\n", "\n(0x1, 0x0) => CpuIdResult { eax: 0x1, ebx: 0x1 }\n"),
                13,
                "cpuinfo to the end, found a line of raw-cpuid",
            ),
            ("processor\t: 0\nBogoMIPS\t: 1\nCPU implementer\t: 0x41\n".into(), 3, "one of Arm"),
            ("processor\t: 0\nhart\t\t: 1\n".into(), 2, "RISC-V"),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("cpuinfo, line {line}:")), "{error}");
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_name_cannot_reach_the_terminal_raw() {
        let all = processors(&BLOCK.replace("Xeon", "\x1b]0;x\x07"));
        assert_eq!(all[0].model_name.as_deref(), Some("Intel(R) ?]0;x?(R)"));
    }
}
