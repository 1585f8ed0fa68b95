//! The registers that hold named features, so that a machine is a short row of words.

use std::collections::BTreeMap;

use crate::cpuid::feature::{self, Feature, Scope, known_registers};
use crate::cpuid::{Cpuid, LeafId, Register, Vendor, View};
use crate::evc::baseline::kernel_hides;

use super::machine::Machine;

/// Which registers are looked at, and which features lie in them.
#[derive(Debug)]
pub(super) struct Words {
    places: Vec<(LeafId, Register)>,
    features: Vec<(Feature, usize)>,
    /// Per vendor the bits that are named for it.
    named: BTreeMap<u8, Vec<u32>>,
}

/// One machine as words.
#[derive(Debug)]
pub(super) struct Bits {
    pub(super) vendor: Vendor,
    pub(super) signature: Option<u32>,
    pub(super) partial: bool,
    pub(super) set: Vec<u32>,
    pub(super) known: Vec<u32>,
}

const VENDORS: [Vendor; 6] =
    [Vendor::Intel, Vendor::Amd, Vendor::Hygon, Vendor::Centaur, Vendor::Zhaoxin, Vendor::Other];

fn number(vendor: Vendor) -> u8 {
    match vendor {
        Vendor::Intel => 0,
        Vendor::Amd => 1,
        Vendor::Hygon => 2,
        Vendor::Centaur => 3,
        Vendor::Zhaoxin => 4,
        Vendor::Other => 5,
    }
}

impl Words {
    /// The words of every named feature outside the hypervisor leaves.
    pub(super) fn of_features() -> Self {
        let mut places = Vec::new();
        let mut features = Vec::new();
        for feature in feature::all().filter(|f| !matches!(f.scope(), Scope::Kvm | Scope::HyperV)) {
            let place = (feature.leaf(), feature.register());
            let at = places.iter().position(|known| *known == place).unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            });
            features.push((feature, at));
        }
        let named = VENDORS
            .iter()
            .map(|vendor| {
                let mut masks = vec![0; places.len()];
                for (feature, at) in features.iter().filter(|(f, _)| f.applies_to(*vendor)) {
                    masks[*at] |= feature.mask();
                }
                (number(*vendor), masks)
            })
            .collect();
        Self { places, features, named }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Every bit that is named for a vendor.
    pub(super) fn all_bits(&self, vendor: Vendor) -> &[u32] {
        self.named.get(&number(vendor)).map_or(&[], Vec::as_slice)
    }

    /// The features that a vendor defines, each with its word.
    pub(super) fn features(&self, vendor: Vendor) -> impl Iterator<Item = (Feature, usize)> + '_ {
        self.features.iter().filter(move |(f, _)| f.applies_to(vendor)).copied()
    }

    /// The word a feature lies in.
    pub(super) fn place(&self, feature: &Feature) -> Option<usize> {
        self.places.iter().position(|place| *place == (feature.leaf(), feature.register()))
    }

    /// A machine as words; of several CPUs what all of them have.
    pub(super) fn bits(&self, machine: &Machine<'_>) -> Bits {
        let first = &machine.cpus[0];
        let mut bits = Bits {
            vendor: first.vendor(),
            signature: first.signature().map(|signature| signature.0),
            partial: first.is_partial(),
            set: vec![u32::MAX; self.len()],
            known: vec![0; self.len()],
        };
        for cpu in &machine.cpus {
            match cpu {
                View::Cpuid(cpu) => self.of_cpuid(*cpu, &mut bits),
                View::Kernel(_) => self.of_kernel(cpu, &mut bits),
            }
        }
        for (set, known) in bits.set.iter_mut().zip(&bits.known) {
            *set &= known;
        }
        bits
    }

    fn of_cpuid(&self, cpu: &dyn Cpuid, bits: &mut Bits) {
        let mut last = None;
        for (at, (id, register)) in self.places.iter().enumerate() {
            // Places are in the table's order, so registers of one leaf follow each other.
            let registers = match last {
                Some((known, registers)) if known == *id => registers,
                _ => known_registers(cpu, *id),
            };
            last = Some((*id, registers));
            if let Some(registers) = registers {
                bits.set[at] &= registers.register(*register);
                bits.known[at] = u32::MAX;
            }
        }
    }

    fn of_kernel(&self, view: &View<'_>, bits: &mut Bits) {
        for (feature, at) in self.features(bits.vendor) {
            let presence = view.presence(&feature);
            let is_hidden = || kernel_hides(view, &feature).is_some();
            if presence.is_present() || (presence.is_absent() && !is_hidden()) {
                bits.known[at] |= feature.mask();
            }
            if presence.is_absent() {
                bits.set[at] &= !feature.mask();
            }
        }
    }
}
