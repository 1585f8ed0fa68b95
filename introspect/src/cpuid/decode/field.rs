//! The multi-bit fields of a leaf, register by register, for a person who reads one leaf.
//!
//! Single bits are named in the feature table ([`crate::cpuid::feature`]).

mod basic;
mod extended;
mod hypervisor;

use serde::Serialize;

use super::bits::field;
use crate::cpuid::vendor::ascii;
use crate::cpuid::{LeafId, Register, Registers, Signature, Vendor};

/// One field and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The register it lies in.
    pub register: Register,
    /// Its highest bit.
    pub high: u32,
    /// Its lowest bit.
    pub low: u32,
    /// What it is.
    pub name: &'static str,
    /// The bits as they are.
    pub value: u32,
    /// What they mean, where that is not simply the number.
    pub text: Option<String>,
}

/// The fields of this leaf that `vendor` defines, in the order of registers and bits;
/// empty for a leaf without a table.
pub fn fields(id: LeafId, registers: Registers, vendor: Vendor) -> Vec<Field> {
    // Interfaces stand at 0x40000000 + n * 0x100.
    let leaf = if id.leaf >> 16 == 0x4000 { id.leaf & 0xffff_00ff } else { id.leaf };
    let mut found: Vec<Field> = [basic::TABLES, extended::TABLES, hypervisor::TABLES]
        .into_iter()
        .flatten()
        .filter(|table| table.leaf == leaf)
        .filter(|table| table.subleaf.holds(id.subleaf) && table.scope.holds(vendor))
        .flat_map(|table| table.rows.iter().map(|row| row.read(registers)))
        .collect();
    if leaf == 1 {
        found.extend(display(registers, vendor));
    }
    found.sort_by_key(|field| (field.register, field.low, field.high));
    found
}

/// The rows of one leaf.
#[derive(Debug)]
struct Table {
    leaf: u32,
    subleaf: Subleaves,
    scope: Scope,
    rows: &'static [Row],
}

/// Which subleaves a table is for.
#[derive(Debug, Clone, Copy)]
enum Subleaves {
    All,
    Only(u32),
    From(u32),
}

impl Subleaves {
    fn holds(self, subleaf: u32) -> bool {
        match self {
            Self::All => true,
            Self::Only(number) => subleaf == number,
            Self::From(number) => subleaf >= number,
        }
    }
}

/// Whose manual a table follows.
#[derive(Debug, Clone, Copy)]
enum Scope {
    Any,
    Intel,
    Amd,
    /// AMD's definition, which Centaur took over.
    AmdAndCentaur,
}

impl Scope {
    /// A vendor that nobody knows gets every table: the reader judges.
    fn holds(self, vendor: Vendor) -> bool {
        match self {
            Self::Any => true,
            Self::Intel => !vendor.is_amd_like(),
            Self::Amd => !vendor.is_intel_like(),
            Self::AmdAndCentaur => vendor != Vendor::Intel,
        }
    }
}

/// One field of a table.
#[derive(Debug)]
struct Row {
    register: Register,
    high: u32,
    low: u32,
    name: &'static str,
    shown: Shown,
}

/// How a value is put into words.
#[derive(Debug, Clone, Copy)]
enum Shown {
    /// The number itself.
    Plain,
    /// In hexadecimal.
    Hex,
    /// One more than the number.
    PlusOne,
    /// So many of a unit.
    Unit(u32, &'static str),
    /// Two to that power, of a unit.
    Power(&'static str),
    /// A word for each number.
    Names(&'static [(u32, &'static str)]),
    /// Four letters.
    Letters,
}

const fn row(register: Register, high: u32, low: u32, name: &'static str, shown: Shown) -> Row {
    Row { register, high, low, name, shown }
}

impl Row {
    fn read(&self, registers: Registers) -> Field {
        let value = field(registers.register(self.register), self.high, self.low);
        Field {
            register: self.register,
            high: self.high,
            low: self.low,
            name: self.name,
            value,
            text: self.shown.text(value),
        }
    }
}

impl Shown {
    fn text(self, value: u32) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Hex => Some(format!("{value:#x}")),
            Self::PlusOne => Some((u64::from(value) + 1).to_string()),
            Self::Unit(factor, unit) => {
                Some(format!("{} {unit}", u64::from(value) * u64::from(factor)))
            }
            Self::Power(unit) => Some(format!("{} {unit}", 1_u64.checked_shl(value)?)),
            Self::Names(names) => names
                .iter()
                .find(|(number, _)| *number == value)
                .map(|(_, name)| (*name).to_owned()),
            Self::Letters => Some(format!("\"{}\"", ascii(&[value]))),
        }
    }
}

/// Family and model as people name them: each is put together from two fields, whose
/// outer bits are given.
fn display(registers: Registers, vendor: Vendor) -> [Field; 2] {
    let fms = Signature(registers.eax).fms(vendor);
    let joined = |name, (high, low), value: u32| Field {
        register: Register::Eax,
        high,
        low,
        name,
        value,
        text: Some(format!("{value:#x}")),
    };
    [joined("display model", (19, 4), fms.model), joined("display family", (27, 8), fms.family)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::Cpuid;
    use crate::cpuid::decode::explain;
    use crate::cpuid::decode::sample;

    fn text(cpu: &dyn Cpuid, vendor: Vendor, leaf: u32, subleaf: u32, name: &str) -> String {
        let registers = cpu.registers(leaf, subleaf).unwrap();
        let found = fields(LeafId::new(leaf, subleaf), registers, vendor);
        let field = found.iter().find(|field| field.name == name).unwrap();
        field.text.clone().unwrap_or_else(|| field.value.to_string())
    }

    #[test]
    fn leaves_read_as_cpuid_prints_them() {
        let cpu = &sample::EMERALD_RAPIDS.first();
        for (leaf, subleaf, name, expected) in [
            (0, 0, "vendor, part 1", "\"Genu\""),
            (1, 0, "stepping", "2"),
            (1, 0, "display model", "0xcf"),
            (1, 0, "CLFLUSH line", "64 bytes"),
            (4, 0, "type", "data"),
            (4, 3, "ways", "20"),
            (4, 3, "sets", "212992"),
            (0xb, 1, "domain type", "core"),
            (0xb, 1, "shift to the next domain", "5"),
            (0xd, 0, "maximum size", "11008 bytes"),
            (0x8000_0008, 0, "linear address bits", "57"),
            (0x4000_0000, 0, "signature, part 1", "\"KVMK\""),
        ] {
            assert_eq!(text(cpu, Vendor::Intel, leaf, subleaf, name), expected, "{leaf:#x} {name}");
        }
    }

    #[test]
    fn the_vendor_chooses_the_table() {
        let zen = &sample::ZEN3_VERMEER.first();
        assert_eq!(text(zen, Vendor::Amd, 0x8000_001f, 0, "C-bit position"), "51");
        assert_eq!(text(zen, Vendor::Amd, 0x8000_001e, 0, "threads per core"), "2");
        let registers = zen.leaf(0x8000_001e).unwrap();
        assert!(fields(LeafId::new(0x8000_001e, 0), registers, Vendor::Intel).is_empty());
    }

    #[test]
    fn every_table_is_sound() {
        for table in [basic::TABLES, extended::TABLES, hypervisor::TABLES].into_iter().flatten() {
            let subleaf = match table.subleaf {
                Subleaves::All => 0,
                Subleaves::Only(number) | Subleaves::From(number) => number,
            };
            assert!(explain(LeafId::new(table.leaf, subleaf)).is_some(), "{:#x}", table.leaf);
            for (place, row) in table.rows.iter().enumerate() {
                assert!(row.low <= row.high && row.high < 32, "{row:?}");
                for other in &table.rows[..place] {
                    let apart = other.register != row.register
                        || other.high < row.low
                        || row.high < other.low;
                    assert!(apart, "{:#x}: {row:?} overlaps {other:?}", table.leaf);
                }
            }
        }
    }

    #[test]
    fn an_impossible_power_has_no_text() {
        assert_eq!(Shown::Power("bytes").text(64), None);
        assert_eq!(Shown::Power("bytes").text(36), Some("68719476736 bytes".to_owned()));
    }
}
