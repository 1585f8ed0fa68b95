//! The array of CPUs in our JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use crate::cpuid::dump::{CpuDump, Dump, MAX_LEAVES};
use crate::cpuid::format::collect::{Collector, Refusal, TOO_MANY_LEAVES};
use crate::cpuid::format::scan::Scan;
use crate::cpuid::registers::{LeafId, Registers};

/// The key that names the CPU a CPU is the same as.
const SAME_AS: &str = "same_as";

/// What a CPU has other than the one it is compared with; `None` is a missing leaf.
type Changes = BTreeMap<LeafId, Option<Registers>>;

/// Writes all CPUs; one that mostly equals the first is written as its differences.
pub(super) fn serialize<S: Serializer>(dump: &Dump, serializer: S) -> Result<S::Ok, S::Error> {
    let mut cpus = serializer.serialize_seq(Some(dump.cpus.len()))?;
    let first = dump.first();
    for (index, cpu) in dump.cpus.iter().enumerate() {
        let changes = first.filter(|_| index > 0).map(|first| changes(first, cpu));
        match changes.filter(|changes| changes.len() < cpu.len()) {
            Some(changes) => cpus.serialize_element(&Differing(&changes))?,
            None => cpus.serialize_element(&Whole(cpu))?,
        }
    }
    cpus.end()
}

/// Reads all CPUs within the limits of a dump.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Dump, D::Error> {
    deserializer.deserialize_seq(CpusVisitor)
}

/// The same for a dump that may be missing.
pub(super) mod optional {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        dump: &Option<Dump>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match dump {
            Some(dump) => super::serialize(dump, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Dump>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}

/// Reads a list of at most `limit` entries.
pub(super) fn bounded<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    limit: usize,
    too_many: &'static str,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(BoundedVisitor { limit, too_many, entry: PhantomData })
}

fn changes(base: &CpuDump, cpu: &CpuDump) -> Changes {
    let new = cpu.iter().filter(|(id, registers)| base.get(*id) != Some(*registers));
    let missing = base.iter().filter(|(id, _)| cpu.get(*id).is_none());
    new.map(|(id, registers)| (id, Some(registers)))
        .chain(missing.map(|(id, _)| (id, None)))
        .collect()
}

struct Whole<'a>(&'a CpuDump);

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, r)| (id.to_string(), r.to_string())))
    }
}

struct Differing<'a>(&'a Changes);

impl Serialize for Differing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len() + 1))?;
        map.serialize_entry(SAME_AS, &0)?;
        for (id, registers) in self.0 {
            map.serialize_entry(&id.to_string(), &registers.map(|r| r.to_string()))?;
        }
        map.end()
    }
}

struct CpusVisitor;

impl<'de> Visitor<'de> for CpusVisitor {
    type Value = Dump;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of CPUs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dump, A::Error> {
        let mut cpus = Collector::default();
        while let Some(cpu) = seq.next_element_seed(CpuSeed(cpus.cpus()))? {
            cpus.add_cpu(cpu).map_err(refused)?;
        }
        Ok(cpus.into_dump())
    }
}

/// Reads one CPU, given the ones before it.
struct CpuSeed<'a>(&'a [CpuDump]);

impl<'de> DeserializeSeed<'de> for CpuSeed<'_> {
    type Value = CpuDump;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<CpuDump, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CpuSeed<'_> {
    type Value = CpuDump;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of leaves")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CpuDump, A::Error> {
        let mut base = None;
        let mut changes = Changes::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == SAME_AS {
                let index: usize = map.next_value()?;
                let known = self
                    .0
                    .get(index)
                    .ok_or_else(|| de::Error::custom("\"same_as\" does not name an earlier CPU"))?;
                if base.replace(known).is_some() {
                    return Err(de::Error::duplicate_field(SAME_AS));
                }
                continue;
            }
            let id: LeafId = key.parse().map_err(de::Error::custom)?;
            let registers = map.next_value::<Option<String>>()?;
            let registers = registers.map(|text| registers_of(id, &text)).transpose()?;
            if changes.insert(id, registers).is_some() {
                return Err(de::Error::custom(format!("leaf {id} is there twice")));
            }
            if changes.len() > 2 * MAX_LEAVES {
                return Err(de::Error::custom(TOO_MANY_LEAVES));
            }
        }
        apply(base, changes)
    }
}

fn apply<E: de::Error>(base: Option<&CpuDump>, changes: Changes) -> Result<CpuDump, E> {
    let mut cpu = base.cloned().unwrap_or_default();
    for (id, registers) in changes {
        match registers {
            Some(registers) => cpu.insert(id.leaf, id.subleaf, registers),
            None if cpu.remove(id).is_none() => {
                return Err(E::custom(format!("null takes away leaf {id}, which is not there")));
            }
            None => {}
        }
    }
    if cpu.len() > MAX_LEAVES {
        return Err(E::custom(TOO_MANY_LEAVES));
    }
    Ok(cpu)
}

fn registers_of<E: de::Error>(id: LeafId, text: &str) -> Result<Registers, E> {
    let registers = || {
        let (registers, rest) = Scan(text).registers("", "")?;
        rest.end()?;
        Some(registers)
    };
    registers().ok_or_else(|| {
        E::custom(format!("leaf {id} is not \"eax ebx ecx edx\" of 8 hexadecimal digits each"))
    })
}

fn refused<E: de::Error>(refusal: Refusal) -> E {
    match refusal {
        Refusal::Conflict(id) => E::custom(format!("leaf {id} is there twice")),
        Refusal::TooMany { what, .. } => E::custom(what),
    }
}

struct BoundedVisitor<T> {
    limit: usize,
    too_many: &'static str,
    entry: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for BoundedVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = seq.next_element()? {
            if entries.len() >= self.limit {
                return Err(de::Error::custom(self.too_many));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}
