//! What a whole fleet shares: the highest mode, the exact features, and who holds it back.

pub mod machine;
pub mod stream;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cpuid::{Presence, Vendor};

use super::baseline::fit_with;
use super::mode::{Key, catalogue};
pub use machine::Machine;
use words::Words;

/// How many machines are named where something is missing; the rest are counted.
const EXAMPLES: usize = 5;
/// How many different signatures are listed; the rest are counted as others.
const SIGNATURES: usize = 32;

/// Collects machines one by one, in memory that does not grow with their number.
#[derive(Debug)]
pub struct Fleet {
    words: Words,
    vendors: Vec<Group>,
}

/// What the machines of one vendor have in common so far.
#[derive(Debug)]
struct Group {
    vendor: Vendor,
    machines: u64,
    /// Bits set in every machine.
    shared: Vec<u32>,
    /// Per word and bit: in how many machines it is known to be clear, and unknown.
    lacking: Vec<[u64; 32]>,
    unknown: Vec<[u64; 32]>,
    /// Per word and bit: names of the first machines that lack it.
    examples: BTreeMap<(usize, u8), Vec<String>>,
    /// Bits seen set anywhere.
    somewhere: Vec<u32>,
    signatures: BTreeMap<u32, u64>,
    other_signatures: u64,
    partial: u64,
}

/// The sum over a fleet.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How many machines were looked at.
    pub machines: u64,
    /// The mode that all of them share; `None` across vendors or when none fits.
    pub mode: Option<&'static str>,
    /// The same per vendor.
    pub vendors: Vec<VendorReport>,
}

/// What the machines of one vendor share.
#[derive(Debug, Serialize)]
pub struct VendorReport {
    /// The vendor's name.
    pub vendor: &'static str,
    /// How many machines.
    pub machines: u64,
    /// How many of them were known by /proc/cpuinfo only.
    pub partial: u64,
    /// The highest mode whose features all of them have.
    pub mode: Option<&'static str>,
    /// Deciding features of that mode that some machines' captures are silent about.
    pub unknown: Vec<&'static str>,
    /// Leaf 1 EAX and how many machines show it.
    pub signatures: BTreeMap<String, u64>,
    /// Machines with further signatures, beyond those listed.
    pub other_signatures: u64,
    /// Every named feature that all of them have.
    pub shared: Vec<&'static str>,
    /// The modes above, each with what keeps the fleet from it.
    pub held_back: Vec<HeldBack>,
    /// Features that some machines have and others lack, outside the modes above too.
    pub mixed: Vec<Lack>,
}

/// What keeps a fleet from a mode.
#[derive(Debug, Serialize)]
pub struct HeldBack {
    /// The mode.
    pub mode: &'static str,
    /// The deciding features that some machines lack.
    pub by: Vec<Lack>,
}

/// A feature and the machines without it.
#[derive(Debug, Serialize)]
pub struct Lack {
    /// Our name of the feature.
    pub name: &'static str,
    /// VMware's key.
    pub key: Option<&'static str>,
    /// How many machines lack it.
    pub machines: u64,
    /// How many cannot tell.
    pub unknown: u64,
    /// The first of them.
    pub examples: Vec<String>,
}

impl Default for Fleet {
    fn default() -> Self {
        Self { words: Words::of_features(), vendors: Vec::new() }
    }
}

impl Fleet {
    /// Adds a machine.
    pub fn add(&mut self, machine: &Machine<'_>) {
        let bits = self.words.bits(machine);
        let at = self.vendors.iter().position(|group| group.vendor == bits.vendor).unwrap_or_else(
            || {
                self.vendors.push(Group::new(bits.vendor, &self.words));
                self.vendors.len() - 1
            },
        );
        self.vendors[at].add(machine.name, &bits, &self.words);
    }

    /// The sum so far.
    pub fn report(&self) -> Report {
        let mut vendors: Vec<_> =
            self.vendors.iter().map(|group| group.report(&self.words)).collect();
        vendors.sort_by_key(|vendor| std::cmp::Reverse(vendor.machines));
        Report {
            machines: vendors.iter().map(|vendor| vendor.machines).sum(),
            mode: if let [only] = vendors.as_slice() { only.mode } else { None },
            vendors,
        }
    }
}

impl Group {
    fn new(vendor: Vendor, words: &Words) -> Self {
        Self {
            vendor,
            machines: 0,
            shared: words.all_bits(vendor).to_vec(),
            lacking: vec![[0; 32]; words.len()],
            unknown: vec![[0; 32]; words.len()],
            examples: BTreeMap::new(),
            somewhere: vec![0; words.len()],
            signatures: BTreeMap::new(),
            other_signatures: 0,
            partial: 0,
        }
    }

    fn add(&mut self, name: &str, bits: &words::Bits, words: &Words) {
        self.machines += 1;
        self.partial += u64::from(bits.partial);
        if let Some(signature) = bits.signature {
            if self.signatures.len() < SIGNATURES || self.signatures.contains_key(&signature) {
                *self.signatures.entry(signature).or_default() += 1;
            } else {
                self.other_signatures += 1;
            }
        }
        for (at, named) in words.all_bits(self.vendor).iter().enumerate() {
            let (set, known) = (bits.set[at], bits.known[at]);
            self.shared[at] &= set;
            self.somewhere[at] |= set;
            for bit in ones(named & !known) {
                self.unknown[at][usize::from(bit)] += 1;
            }
            for bit in ones(named & known & !set) {
                let count = &mut self.lacking[at][usize::from(bit)];
                *count += 1;
                if *count <= EXAMPLES as u64 {
                    self.examples.entry((at, bit)).or_default().push(name.to_owned());
                }
            }
        }
    }

    fn report(&self, words: &Words) -> VendorReport {
        let catalogue = catalogue();
        let fit = fit_with(catalogue, self.vendor, |key| self.presence(key, words));
        let reached = fit.mode.map_or(-1, |mode| i64::from(mode.order));
        let held_back = catalogue
            .of_vendor(self.vendor)
            .filter(|mode| i64::from(mode.order) > reached)
            .map(|mode| {
                let keys = catalogue.keys.iter().filter(|key| mode.needs(key));
                let by = keys.filter_map(|key| self.lack(&key.feature, words)).collect();
                HeldBack { mode: mode.key, by }
            })
            .collect();
        let (mut shared, mut mixed) = (Vec::new(), Vec::new());
        for (feature, at) in words.features(self.vendor) {
            if self.shared[at] & feature.mask() != 0 {
                shared.push(feature.name());
            } else if self.somewhere[at] & feature.mask() != 0 {
                mixed.extend(self.lack(&feature, words));
            }
        }
        VendorReport {
            vendor: self.vendor.name(),
            machines: self.machines,
            partial: self.partial,
            mode: fit.mode.map(|mode| mode.key),
            unknown: fit.unknown.iter().map(|key| key.feature.name()).collect(),
            signatures: self.signatures.iter().map(|(eax, n)| (format!("{eax:08x}"), *n)).collect(),
            other_signatures: self.other_signatures,
            shared,
            held_back,
            mixed,
        }
    }

    /// Present only where every machine has it; a machine that cannot tell leaves it unknown.
    fn presence(&self, key: &Key, words: &Words) -> Presence {
        let Some(at) = words.place(&key.feature) else { return Presence::Unknown };
        if self.lacking[at][usize::from(key.feature.bit())] > 0 {
            Presence::Absent
        } else if self.shared[at] & key.feature.mask() != 0 {
            Presence::Present
        } else {
            Presence::Unknown
        }
    }

    fn lack(&self, feature: &crate::cpuid::Feature, words: &Words) -> Option<Lack> {
        let at = words.place(feature)?;
        let bit = feature.bit();
        let machines = self.lacking[at][usize::from(bit)];
        let unknown = self.unknown[at][usize::from(bit)];
        (machines > 0).then(|| Lack {
            name: feature.name(),
            key: feature.evc(),
            machines,
            unknown,
            examples: self.examples.get(&(at, bit)).cloned().unwrap_or_default(),
        })
    }
}

/// The numbers of the bits set in a word, lowest first.
fn ones(mut word: u32) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (word != 0).then(|| word &= word - 1)?;
        u8::try_from(bit).ok()
    })
}
