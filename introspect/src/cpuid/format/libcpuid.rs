//! libcpuid's raw dump, which `cpuid_tool --save` writes.
//!
//! `version=0.6.2`, then for each CPU `_________________ Logical CPU #0 _________________`
//! and arrays: `basic_cpuid[1]=000306f0 00010800 fffa3203 0f8bfbff`. Old versions
//! dumped one CPU without a header. The arrays have a fixed size, so they go on
//! behind the last leaf of the CPU; what lies there is dropped. There are no
//! hypervisor leaves.

use super::collect::{self, Collector, Refusal};
use super::detect::refuse_other_format;
use super::lines::Lines;
use super::scan::Scan;
use super::{Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::dump::CpuDump;
use crate::cpuid::registers::{LeafId, Registers};
use crate::cpuid::source::beyond_maximum;

const ARRAY_LINE: &str = "\"basic_cpuid[1]=00000000 00000000 00000000 00000000\"";

/// The arrays whose index is a subleaf, and their leaf (libcpuid.h, `cpu_raw_data_t`).
const SUBLEAF_ARRAYS: [(&str, u32); 6] = [
    ("intel_fn4", 4),
    ("intel_fn11", 0xb),
    ("intel_fn12h", 0x12),
    ("intel_fn14h", 0x14),
    ("amd_fn8000001dh", 0x8000_001d),
    ("amd_fn80000026h", 0x8000_0026),
];

/// True for a line that only this format has, whole or damaged.
pub(super) fn claims(text: &str) -> bool {
    is_array_line(text) || cpu_header(text).is_some()
}

/// True for a line that means to be a leaf.
pub(super) fn is_array_line(text: &str) -> bool {
    let text = text.trim_start();
    let names = SUBLEAF_ARRAYS.iter().map(|(name, _)| *name).chain(["basic_cpuid", "ext_cpuid"]);
    names.into_iter().any(|name| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('[')))
}

/// Reads the dump.
pub(super) fn import(lines: &mut Lines<'_>) -> Result<Capture, ImportError> {
    let mut cpus = Collector::default();
    let mut cpu = Arrays::default();
    let mut last = None;
    while let Some(line) = lines.next()? {
        if let Some(number) = cpu_header(line.text) {
            if number.is_none() {
                return Err(
                    line.malformed("\"_________________ Logical CPU #0 _________________\"")
                );
            }
            if number <= last {
                return Err(line.malformed("the next CPU's number"));
            }
            last = number;
            if !cpu.is_empty() {
                let expected = "basic_cpuid[0] for every CPU";
                let done = std::mem::take(&mut cpu).finish();
                let done = done.ok_or_else(|| line.malformed(expected))?;
                cpus.add_cpu(done).map_err(|refusal| line.refused(refusal))?;
            }
        } else if is_array_line(line.text) {
            let (name, index, registers) =
                array(line.text).ok_or_else(|| line.malformed(ARRAY_LINE))?;
            cpu.insert(name, index, registers).map_err(|refusal| line.refused(refusal))?;
        } else if is_ruler(line.text) {
            break;
        } else if !is_note(line.text) {
            refuse_other_format(&line, Format::Libcpuid)?;
            return Err(line.malformed(ARRAY_LINE));
        }
    }
    let end = lines.ended("basic_cpuid[0] for every CPU");
    let done = cpu.finish().ok_or(end)?;
    cpus.add_cpu(done).map_err(|refusal| lines.current().refused(refusal))?;
    Ok(Capture::of_dump(Format::Libcpuid, cpus.into_dump()))
}

/// The arrays of one CPU.
#[derive(Default)]
struct Arrays {
    leaves: CpuDump,
    subleaves: CpuDump,
}

impl Arrays {
    fn is_empty(&self) -> bool {
        self.leaves.is_empty() && self.subleaves.is_empty()
    }

    fn insert(&mut self, name: &str, index: u32, registers: Registers) -> Result<(), Refusal> {
        let subleaves = SUBLEAF_ARRAYS.iter().find(|(array, _)| *array == name);
        match (subleaves, name) {
            (Some((_, leaf)), _) => {
                collect::insert(&mut self.subleaves, LeafId::new(*leaf, index), registers)
            }
            (None, "ext_cpuid") => {
                let leaf = 0x8000_0000 | index;
                collect::insert(&mut self.leaves, LeafId::new(leaf, 0), registers)
            }
            _ => collect::insert(&mut self.leaves, LeafId::new(index, 0), registers),
        }
    }

    /// The leaves within their range's maximum; `None` without leaf 0. Where a leaf is
    /// in two arrays, that of the subleaves counts: both are read at different times,
    /// on an old version perhaps on different CPUs.
    fn finish(mut self) -> Option<CpuDump> {
        self.leaves.get(LeafId::new(0, 0))?;
        for (id, registers) in self.subleaves.iter() {
            self.leaves.insert(id.leaf, id.subleaf, registers);
        }
        let is_real = |id: LeafId| !beyond_maximum(&self.leaves, id.leaf);
        Some(self.leaves.iter().filter(|(id, _)| is_real(*id)).collect())
    }
}

/// The CPU's number, `Some(None)` where the header is damaged.
fn cpu_header(text: &str) -> Option<Option<u32>> {
    let rest = Scan(text.trim()).word("_____")?;
    let rest = Scan(rest.0.trim_start_matches('_')).space();
    let number = || {
        let (number, rest) = rest.word("Logical CPU #")?.decimal()?;
        let rest = rest.space();
        (rest.0.len() >= 5 && rest.0.bytes().all(|byte| byte == b'_')).then_some(number)
    };
    Some(number())
}

/// Lines that say something about the dump: `version=0.6.2`, `build_date=Jun 18 2014`.
fn is_note(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.starts_with("version=") || text.starts_with("build_date=")
}

/// The files of libcpuid's own tests go on with the decoded values behind such a line.
fn is_ruler(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte == b'-')
}

fn array(text: &str) -> Option<(&str, u32, Registers)> {
    let text = text.trim();
    let (name, rest) = text.split_once('[')?;
    let (index, rest) = Scan(rest).decimal()?;
    let (registers, rest) = rest.word("]=")?.registers("", "")?;
    rest.end()?;
    // No array has more; a larger index would leave the extended range.
    (index < 0x1_0000).then_some((name, index, registers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::format::testing::{dump_of, error_of};

    const CPU: &str = "basic_cpuid[0]=00000004 756e6547 6c65746e 49656e69\n\
        basic_cpuid[4]=00000000 00000000 00000000 00000000\n\
        basic_cpuid[5]=07280203 00000000 00000000 00000503\n\
        ext_cpuid[0]=80000008 00000000 00000000 00000000\n\
        ext_cpuid[8]=00003024 00000000 00000000 00000000\n\
        ext_cpuid[9]=00003024 00000000 00000000 00000000\n\
        intel_fn4[0]=04000121 01c0003f 0000003f 00000001\n\
        intel_fn4[1]=04000122 01c0003f 0000003f 00000001\n\
        intel_fn11[0]=07280203 00000000 00000000 00000503\n\
        amd_fn8000001dh[0]=00000000 00000000 00000000 00000000\n";
    const HEADER: &str = "_________________ Logical CPU #0 _________________\n";

    #[test]
    fn arrays_end_with_the_range() {
        let dump = dump_of(Format::Libcpuid, &format!("version=0.2.0\nbuild_date=x\n{CPU}"));
        let ids: Vec<String> = dump.cpus[0].iter().map(|(id, _)| id.to_string()).collect();
        assert_eq!(ids, ["0x0.0", "0x4.0", "0x4.1", "0x80000000.0", "0x80000008.0"]);
        assert_eq!(dump.cpus[0].get(LeafId::new(4, 0)).unwrap().eax, 0x0400_0121);
    }

    #[test]
    fn every_header_begins_a_cpu() {
        let second = HEADER.replace("#0", "#1");
        let text = format!("version=0.6.4\n\n{HEADER}{CPU}\n{second}{CPU}");
        assert_eq!(dump_of(Format::Libcpuid, &text).cpus.len(), 2);
        let test = format!("{CPU}{}\n15\nfpu vme\n", "-".repeat(80));
        assert_eq!(dump_of(Format::Libcpuid, &test).cpus.len(), 1);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, line, words) in [
            (format!("{CPU}basic_cpuid[6]=00000000 0000"), 11, "basic_cpuid[6]"),
            (format!("{CPU}basic_cpuid[6"), 11, "basic_cpuid[6"),
            (format!("{CPU}what is this\n"), 11, "what is this"),
            (
                format!("{CPU}basic_cpuid[0]=00000005 756e6547 6c65746e 49656e69\n"),
                11,
                "had before",
            ),
            (format!("{HEADER}{}", &CPU[CPU.find('\n').unwrap() + 1..]), 10, "the end of the file"),
            (format!("{CPU}_________________ Logical C"), 11, "Logical C"),
            (format!("{HEADER}{CPU}{HEADER}{CPU}"), 12, "the next CPU's number"),
        ] {
            let error = error_of(&text);
            assert!(error.contains(&format!("libcpuid, line {line}:")), "{error}");
            assert!(error.contains(words), "{error}");
        }
    }
}
