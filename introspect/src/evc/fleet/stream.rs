//! Many reports or dumps as NDJSON, one JSON document a line, in bounded memory.
//!
//! A report is mostly text that a fleet has no use for, so a line is scanned once: only
//! the leaves with named features are turned into numbers, all else is passed over.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, Read};
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::cpuid::dump::MAX_CPUS;
use crate::cpuid::source::range_base;
use crate::cpuid::{
    Capture, CpuDump, Format, ImportError, LeafId, Registers, View, feature, format,
};

use super::Fleet;
use super::machine::Machine;

/// The longest line accepted; a report of a machine with thousands of CPUs is below it.
const MAX_LINE: usize = 16 << 20;

/// Adds every line of `input` to the fleet; `name` stands for the lines that name no host.
///
/// # Errors
/// The first line that is no report or dump: what is left out of a fleet must not go
/// unnoticed.
pub fn add_ndjson(
    fleet: &mut Fleet,
    name: &str,
    mut input: impl BufRead,
) -> Result<u64, ImportError> {
    let mut line = Vec::new();
    let mut number = 0;
    let mut machines = 0;
    loop {
        number += 1;
        line.clear();
        let limit = MAX_LINE as u64 + 1;
        if (&mut input).take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(machines);
        }
        if line.len() > MAX_LINE {
            return Err(ImportError::TooLarge {
                format: Format::Native,
                line: number,
                what: "bytes in one line",
                limit: MAX_LINE,
            });
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        add_line(fleet, name, number, line.trim_ascii_end())?;
        machines += 1;
    }
}

fn add_line(fleet: &mut Fleet, name: &str, number: u64, line: &[u8]) -> Result<(), ImportError> {
    let malformed = |found: String| ImportError::Malformed {
        format: Format::Native,
        line: number,
        expected: "one report or dump as JSON".to_owned(),
        found,
    };
    let document: Document<'_> = serde_json::from_slice(line).map_err(|error| {
        // serde counts lines within this one document; the column is what helps.
        malformed(error.to_string().replace("at line 1 column", "at column"))
    })?;
    let hostname = document.machine.and_then(|machine| machine.hostname).map(|name| name.0);
    let name = hostname
        .map_or_else(|| Cow::Owned(format!("{name}:{number}")), |hostname| sanitized(&hostname));
    let cpus = match (document.cpuid.and_then(|cpuid| cpuid.cpus), document.cpus) {
        (Some(cpus), _) | (None, Some(cpus)) => cpus.0,
        (None, None) => Vec::new(),
    };
    if cpus.iter().any(|cpu| !cpu.is_empty()) {
        let views = cpus.iter().filter(|cpu| !cpu.is_empty()).map(|cpu| View::Cpuid(cpu)).collect();
        if let Some(machine) = Machine::of_views(&name, views) {
            fleet.add(&machine);
        }
        return Ok(());
    }
    // A partial report has no CPUID but the kernel's flags; the importer knows those.
    let capture: Capture = format::import(line).map_err(|error| malformed(error.to_string()))?;
    let machine =
        Machine::of(&name, &capture).ok_or_else(|| malformed("no CPU in it".to_owned()))?;
    fleet.add(&machine);
    Ok(())
}

/// Host names come from strangers and go to a terminal.
fn sanitized(name: &str) -> Cow<'static, str> {
    name.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect::<String>().into()
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    machine: Option<MachinePart<'a>>,
    #[serde(borrow, default)]
    cpuid: Option<CpuidPart<'a>>,
    /// A bare dump has its CPUs at the top.
    #[serde(default)]
    cpus: Option<Cpus>,
    #[serde(skip)]
    _line: std::marker::PhantomData<&'a ()>,
}

#[derive(Deserialize)]
struct MachinePart<'a> {
    #[serde(borrow, default)]
    hostname: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct CpuidPart<'a> {
    #[serde(default)]
    cpus: Option<Cpus>,
    #[serde(skip)]
    _line: std::marker::PhantomData<&'a ()>,
}

/// A string that is borrowed from the line unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// The CPUs of a dump, cut down to the leaves with named features.
struct Cpus(Vec<CpuDump>);

impl<'de> Deserialize<'de> for Cpus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CpusVisitor;
        impl<'de> Visitor<'de> for CpusVisitor {
            type Value = Cpus;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of CPUs")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Cpus, A::Error> {
                let mut cpus: Vec<CpuDump> = Vec::new();
                while let Some(change) = list.next_element::<Change>()? {
                    if cpus.len() >= MAX_CPUS {
                        return Err(de::Error::custom(format!("more than {MAX_CPUS} CPUs")));
                    }
                    let base = match change.same_as {
                        None => CpuDump::default(),
                        Some(at) => cpus.get(at).cloned().ok_or_else(|| {
                            de::Error::custom(format!("same_as: {at} is no earlier CPU"))
                        })?,
                    };
                    cpus.push(change.over(base));
                }
                Ok(Cpus(cpus))
            }
        }
        deserializer.deserialize_seq(CpusVisitor)
    }
}

/// One CPU: its leaves, or what differs from an earlier one.
#[derive(Default)]
struct Change {
    same_as: Option<usize>,
    leaves: Vec<(LeafId, Option<Registers>)>,
}

impl Change {
    fn over(self, mut base: CpuDump) -> CpuDump {
        for (id, registers) in self.leaves {
            match registers {
                Some(registers) => base.insert(id.leaf, id.subleaf, registers),
                None => {
                    base.remove(id);
                }
            }
        }
        base
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChangeVisitor;
        impl<'de> Visitor<'de> for ChangeVisitor {
            type Value = Change;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a CPU as a map of leaves")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Change, A::Error> {
                let mut change = Change::default();
                let wanted = wanted();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    if key.0 == "same_as" {
                        if change.same_as.replace(map.next_value()?).is_some() {
                            return Err(de::Error::duplicate_field("same_as"));
                        }
                        continue;
                    }
                    let id: LeafId = key.0.parse().map_err(de::Error::custom)?;
                    if wanted.binary_search(&id).is_err() {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let registers = match map.next_value::<Option<Text<'de>>>()? {
                        None => None,
                        Some(text) => Some(registers(&text.0).ok_or_else(|| {
                            de::Error::custom(format!(
                                "leaf {id} is not four registers of eight hexadecimal digits"
                            ))
                        })?),
                    };
                    // Leaves ascend as we write them, or nearly so.
                    let ascends = change.leaves.last().is_none_or(|(last, _)| *last < id);
                    if !ascends && change.leaves.iter().any(|(known, _)| *known == id) {
                        return Err(de::Error::custom(format!("leaf {id} is there twice")));
                    }
                    change.leaves.push((id, registers));
                }
                Ok(change)
            }
        }
        deserializer.deserialize_map(ChangeVisitor)
    }
}

/// The leaves with named features, and the first leaf of each range, which has its maximum.
fn wanted() -> &'static [LeafId] {
    static WANTED: OnceLock<Vec<LeafId>> = OnceLock::new();
    WANTED.get_or_init(|| {
        let mut ids: Vec<LeafId> = feature::all()
            .map(|feature| feature.leaf())
            .filter(|id| id.leaf >> 16 != 0x4000)
            .flat_map(|id| [id, LeafId::new(id.leaf, 0), LeafId::new(range_base(id.leaf), 0)])
            .chain([LeafId::new(0xd, 1)])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    })
}

/// `eax ebx ecx edx`, eight hexadecimal digits each, one space between.
fn registers(text: &str) -> Option<Registers> {
    let bytes = text.as_bytes();
    if bytes.len() != 35 || bytes[8] != b' ' || bytes[17] != b' ' || bytes[26] != b' ' {
        return None;
    }
    let word = |at: usize| {
        bytes[at..at + 8]
            .iter()
            .try_fold(0u32, |word, byte| Some(word << 4 | char::from(*byte).to_digit(16)?))
    };
    Some(Registers::new(word(0)?, word(9)?, word(18)?, word(27)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTEL: &str = r#""0x0.0":"0000000d 756e6547 6c65746e 49656e69""#;

    fn run(text: &str) -> Result<Fleet, ImportError> {
        let mut fleet = Fleet::default();
        add_ndjson(&mut fleet, "test", text.as_bytes())?;
        Ok(fleet)
    }

    #[test]
    fn machines_share_what_all_of_them_have() {
        let line = |host: &str, ecx: &str| {
            format!(
                "{{\"machine\":{{\"hostname\":\"{host}\"}},\"other\":[1,{{}}],\"cpuid\":{{\"cpus\":[{{{INTEL},\"0x1.0\":\"000306f0 00010800 {ecx} 0f8bfbff\"}},{{\"same_as\":0,\"0x14.0\":null}}]}}}}\n"
            )
        };
        // The second lacks AES (ecx bit 25).
        let report =
            run(&(line("a", "fffa3203") + "\n" + &line("b", "fdfa3203"))).unwrap().report();
        assert_eq!(report.machines, 2);
        let intel = &report.vendors[0];
        assert!(!intel.shared.contains(&"aes"));
        assert!(intel.shared.contains(&"avx"));
        let aes = intel.mixed.iter().find(|lack| lack.name == "aes").unwrap();
        assert_eq!((aes.machines, aes.examples.as_slice()), (1, &["b".to_owned()][..]));
    }

    #[test]
    fn a_bad_line_is_named_and_ends_the_stream() {
        for bad in [
            "{\"cpus\":[{\"0x1.0\":\"12\"}]}",
            "{\"cpus\":[{\"same_as\":3}]}",
            "{\"cpus\":[{\"zz\":\"\"}]}",
            "not json",
            "{\"cpus\":[",
            "{}",
            &format!("{{\"cpus\":[{{{INTEL},{INTEL}}}]}}"),
            "{\"cpus\":[{},{\"same_as\":0,\"same_as\":0}]}",
        ] {
            let error = run(&format!("\n{bad}\n")).unwrap_err().to_string();
            assert!(error.contains("native, line 2: "), "{bad}: {error}");
            assert!(!error.contains(" at line ") && !error.contains("at at"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_mode_says_what_not_every_machine_tells_of() {
        let full = format!(
            "{{\"cpus\":[{{{INTEL},\"0x1.0\":\"000306f0 00010800 fffa3203 0f8bfbff\",\"0x7.0\":\"00000000 ffffffff 00000000 00000000\",\"0x80000000.0\":\"80000001 00000000 00000000 00000000\",\"0x80000001.0\":\"00000000 00000000 ffffffff ffffffff\"}}]}}\n"
        );
        let whole = run(&full).unwrap().report();
        let short = full.replace("\"0x7.0\":\"00000000 ffffffff 00000000 00000000\",", "");
        let both = run(&(full.clone() + &short)).unwrap().report();
        assert!(!whole.vendors[0].unknown.contains(&"avx2"));
        assert!(both.vendors[0].unknown.contains(&"avx2"), "{:?}", both.vendors[0]);
    }

    #[test]
    fn an_endless_line_ends_in_bounded_memory() {
        let endless = std::io::BufReader::new(std::io::repeat(b'{'));
        let error = add_ndjson(&mut Fleet::default(), "endless", endless).unwrap_err();
        assert!(matches!(error, ImportError::TooLarge { .. }));
    }
}
