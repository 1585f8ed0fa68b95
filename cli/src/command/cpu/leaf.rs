//! `guestctl cpu --leaf`: one leaf, field by field and bit by bit.

use std::io;

use introspect::cpuid::decode::{Field, explain, fields};
use introspect::cpuid::{Cpuid, LeafId, Register, Registers, Vendor, feature};
use serde::Serialize;

use super::raw::LeafChoice;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Table, Text, Tone};

/// The answer: a leaf with its subleaves.
#[derive(Debug, Serialize)]
pub(super) struct Leaves {
    source: About,
    leaves: Vec<Leaf>,
}

#[derive(Debug, Serialize)]
struct Leaf {
    leaf: String,
    subleaf: u32,
    /// What the leaf is about, where a manual says so.
    title: Option<&'static str>,
    registers: Vec<Value>,
    fields: Vec<Field>,
    bits: Vec<Bit>,
}

#[derive(Debug, Serialize)]
struct Value {
    register: Register,
    value: String,
}

/// A named bit.
#[derive(Debug, Serialize)]
struct Bit {
    register: Register,
    bit: u8,
    name: &'static str,
    set: bool,
    meaning: &'static str,
}

impl Leaves {
    /// Reads a leaf.
    ///
    /// # Errors
    /// Those of the source, and `Input` where it has no such leaf.
    pub(super) fn of(
        source: &Source,
        cpu: Option<usize>,
        choice: LeafChoice,
    ) -> Result<Self, Failure> {
        let subject = source.subject(cpu)?;
        let (cpuid, vendor) = (subject.cpuid()?, subject.view()?.vendor());
        let leaves = choice.among(&subject)?;
        let leaves = leaves.into_iter().map(|(id, r)| Leaf::new(cpuid, vendor, id, r)).collect();
        Ok(Self { source: subject.about(), leaves })
    }
}

impl Leaf {
    fn new(cpu: &dyn Cpuid, vendor: Vendor, id: LeafId, registers: Registers) -> Self {
        let value = |register| registers.register(register);
        let bits = Register::ALL.into_iter().flat_map(|register| {
            feature::at(cpu, id, register, u32::MAX).into_iter().map(move |feature| Bit {
                register,
                bit: feature.bit(),
                name: feature.name(),
                set: value(register) & feature.mask() != 0,
                meaning: feature.meaning(),
            })
        });
        Self {
            leaf: format!("{:#x}", id.leaf),
            subleaf: id.subleaf,
            title: explain(id),
            registers: Register::ALL
                .into_iter()
                .map(|register| Value { register, value: format!("{:#010x}", value(register)) })
                .collect(),
            fields: fields(id, registers, vendor),
            bits: bits.collect(),
        }
    }

    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let title = self.title.unwrap_or("not defined in any manual");
        text.heading(&format!("{}.{}  {title}", self.leaf, self.subleaf))?;
        let values: Vec<String> =
            self.registers.iter().map(|one| format!("{} {}", one.register, one.value)).collect();
        text.line(Tone::Plain, &values.join("  "))?;
        let mut table = Table::headless();
        for field in &self.fields {
            let value = field.text.clone().unwrap_or_else(|| field.value.to_string());
            let place = match field.high == field.low {
                true => format!("{}[{}]", field.register, field.low),
                false => format!("{}[{}:{}]", field.register, field.high, field.low),
            };
            table.row([Cell::new(Tone::Dim, place), field.name.into(), value.into()]);
        }
        for bit in self.bits.iter().filter(|bit| bit.set) {
            table.row([
                Cell::new(Tone::Dim, format!("{}[{}]", bit.register, bit.bit)),
                Cell::new(Tone::Good, bit.name),
                bit.meaning.into(),
            ]);
        }
        if !table.is_empty() {
            text.table(&table)?;
        }
        let clear: Vec<&str> =
            self.bits.iter().filter(|bit| !bit.set).map(|bit| bit.name).collect();
        if !clear.is_empty() {
            text.line(Tone::Dim, &format!("clear: {}", clear.join(" ")))?;
        }
        Ok(())
    }
}

impl Answer for Leaves {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        self.leaves.iter().try_for_each(|leaf| leaf.text(text))?;
        self.source.text(text)
    }
}
