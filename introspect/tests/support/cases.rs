//! The captured machines of fixtures/roots.

use std::fs;
use std::path::{Path, PathBuf};

use introspect::cpuid::{CpuDump, Registers};
use serde_json::{Map, Value};

/// One directory of fixtures/roots.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) json: Value,
}

/// All of them, by name.
pub(crate) fn cases() -> Vec<Case> {
    let roots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/roots");
    let mut cases: Vec<Case> = fs::read_dir(&roots)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(path.join("case.json")).unwrap();
            let json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            Case { name, path, json }
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

impl Case {
    /// What we are expected to say.
    pub(crate) fn expect(&self) -> &Map<String, Value> {
        self.json["expect"].as_object().unwrap()
    }

    /// The letters at each base, in ascending order.
    pub(crate) fn letters(&self) -> Vec<String> {
        let interfaces = self.json["cpu"]["interfaces"].as_array();
        let letters = |one: &Value| one["letters"].as_str().unwrap().to_owned();
        interfaces.map(|all| all.iter().map(letters).collect()).unwrap_or_default()
    }

    /// The machine's CPUID, if the case has one.
    pub(crate) fn cpu(&self) -> Option<CpuDump> {
        let cpu = self.json["cpu"].as_object()?;
        let mut dump = CpuDump::default();
        let vendor = words(cpu["vendor"].as_str().unwrap());
        dump.insert(0, 0, Registers::new(0xd, vendor[0], vendor[2], vendor[1]));
        let bit = u32::from(cpu["hypervisor_bit"].as_bool().unwrap());
        dump.insert(1, 0, Registers::new(0x0003_06f2, 0, bit << 31, 0));
        for one in cpu["interfaces"].as_array().unwrap() {
            let letters = words(one["letters"].as_str().unwrap());
            let max = number(&one["max"]);
            let registers = Registers::new(max, letters[0], letters[1], letters[2]);
            dump.insert(number(&one["base"]), 0, registers);
        }
        for row in cpu.get("leaves").and_then(Value::as_array).into_iter().flatten() {
            let word = |column: usize| number(&row[column]);
            dump.insert(word(0), 0, Registers::new(word(1), word(2), word(3), word(4)));
        }
        Some(dump)
    }
}

/// Twelve letters as three words, padded with NULs.
fn words(text: &str) -> [u32; 3] {
    let mut bytes = [0; 12];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    let mut words = [0; 3];
    for (word, four) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*four);
    }
    words
}

fn number(value: &Value) -> u32 {
    let text = value.as_str().unwrap();
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).unwrap(),
        None => text.parse().unwrap(),
    }
}
