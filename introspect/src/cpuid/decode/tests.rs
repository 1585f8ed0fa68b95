//! The whole decoder over captured and over hostile CPUs.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::cpuid::source::SUBLEAF_CAP;
use crate::cpuid::{CpuDump, LeafId, Registers};

#[test]
fn captured_cpus_are_named() {
    for (sample, name, codename) in [
        (&sample::EMERALD_RAPIDS, "Emerald Rapids", "Emerald Rapids-SP"),
        (&sample::HASWELL_E, "Haswell", "Haswell-EP/-EX/-E"),
        (&sample::SKYLAKE_SP, "Skylake", "Skylake-SP/-X/-W/-D"),
        (&sample::ICE_LAKE_D, "Ice Lake", "Ice Lake-D"),
        (&sample::ALDER_LAKE_H, "Alder Lake", "Alder Lake-P/-H/-U"),
        (&sample::CORE2_CONROE, "Merom", "Merom / Conroe / Woodcrest / Clovertown / Tigerton"),
        (&sample::ATHLON_X2, "K8", "Manchester (rev. E)"),
        (&sample::ZEN2_ROME, "Zen 2", "Rome / Castle Peak"),
        (&sample::ZEN3_VERMEER, "Zen 3", "Vermeer"),
        (&sample::ZEN4_RAPHAEL, "Zen 4", "Raphael / Dragon Range"),
        (&sample::ZHAOXIN_YONGFENG, "Yongfeng", "KH-40000"),
    ] {
        let decoded = decode(&sample.first());
        let design = decoded.identity.and_then(|identity| identity.microarchitecture).unwrap();
        assert_eq!((design.name, design.codename), (name, Some(codename)), "{}", sample.name);
    }
}

#[test]
fn json_has_masks_as_strings_and_absence_as_null() {
    let json = serde_json::to_value(decode(&sample::EMERALD_RAPIDS.first())).unwrap();
    assert_eq!(json["vendor"], "GenuineIntel");
    assert_eq!(json["identity"]["signature"], "0xc06f2");
    assert_eq!(json["identity"]["model"], 207);
    assert_eq!(json["caches"][3]["size"], 272_629_760);
    assert_eq!(json["hypervisors"][0]["details"]["kvm"]["features"], "0x1007efb");
    assert_eq!(json["perfmon"], serde_json::Value::Null);
    assert_eq!(json["frequency"], serde_json::Value::Null);
    assert_eq!(json["xsave"]["xcr0"], "0xe7");
}

#[test]
fn an_empty_dump_decodes_to_nothing() {
    let json = serde_json::to_value(decode(&CpuDump::default())).unwrap();
    let json = json.as_object().unwrap();
    for (key, value) in json.iter().filter(|(key, _)| *key != "topology") {
        assert!(value.is_null() || value.as_array().is_some_and(Vec::is_empty), "{key}: {value}");
    }
}

/// The largest list there can be: one entry per subleaf, with one byte of leaf 2 or one
/// bit of XCR0 being fewer.
fn assert_bounded(decoded: &Decoded) {
    let cap = usize::try_from(SUBLEAF_CAP).unwrap();
    assert!(decoded.caches.len() <= cap);
    assert!(decoded.tlbs.len() <= cap);
    assert!(decoded.topology.domains.len() <= cap);
    assert!(decoded.hypervisors.len() <= 256);
    assert!(decoded.xsave.as_ref().is_none_or(|xsave| xsave.components.len() <= cap));
    assert!(decoded.sgx.as_ref().is_none_or(|sgx| sgx.sections.len() <= cap));
    let text = serde_json::to_string(decoded).unwrap();
    assert!(!text.contains('\u{1b}'), "a terminal escape got through");
}

/// Every leaf answers, with the same registers: the worst a source can do to a loop.
struct Stuck(Registers);

impl Cpuid for Stuck {
    fn registers(&self, _: u32, _: u32) -> Option<Registers> {
        Some(self.0)
    }
}

#[test]
fn a_source_that_never_ends_is_decoded_at_once() {
    let start = Instant::now();
    for word in [0, 1, 0x0000_0121, 0x4000_00ff, 0x8000_0021, 0x1b1b_1b1b, u32::MAX] {
        let stuck = Stuck(Registers::new(word, word, word, word));
        assert_bounded(&decode(&stuck));
        for leaf in 0..0x30 {
            fields(LeafId::new(leaf, 1), stuck.0, Vendor::Other);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

const VENDORS: [Registers; 5] = [
    Registers::new(0x29, 0x756e_6547, 0x6c65_746e, 0x4965_6e69),
    Registers::new(0x29, 0x6874_7541, 0x444d_4163, 0x6974_6e65),
    Registers::new(0x29, 0x6f67_7948, 0x656e_6975, 0x6e65_476e),
    Registers::new(0x29, 0x746e_6543, 0x736c_7561, 0x4872_7561),
    Registers::new(0x29, 0x4948_5320, 0, 0),
];

fn registers() -> impl Strategy<Value = Registers> {
    // Small and extreme words reach the edges that uniform ones never meet.
    let word =
        prop_oneof![any::<u32>(), 0_u32..64, Just(u32::MAX), (0_u32..32).prop_map(|bit| 1 << bit),];
    (word.clone(), word.clone(), word.clone(), word)
        .prop_map(|(eax, ebx, ecx, edx)| Registers::new(eax, ebx, ecx, edx))
}

/// A leaf that some decoder reads.
fn leaf() -> impl Strategy<Value = u32> {
    prop_oneof![
        0_u32..0x30,
        0x4000_0000_u32..0x4000_0014,
        0x4000_0100_u32..0x4000_0108,
        0x8000_0000_u32..0x8000_0028,
    ]
}

fn dump() -> impl Strategy<Value = CpuDump> {
    let near = (leaf(), 0_u32..80, registers());
    let far = (any::<u32>(), any::<u32>(), registers());
    let lines = proptest::collection::vec(prop_oneof![9 => near, 1 => far], 0..150);
    (lines, 0_usize..=VENDORS.len(), any::<bool>()).prop_map(|(lines, vendor, ranges)| {
        let mut cpu: CpuDump = lines
            .into_iter()
            .map(|(leaf, subleaf, registers)| (LeafId::new(leaf, subleaf), registers))
            .collect();
        if let Some(leaf0) = VENDORS.get(vendor) {
            cpu.insert(0, 0, *leaf0);
        }
        if ranges {
            cpu.insert(
                0x4000_0000,
                0,
                Registers::new(0x4000_00ff, 0x7263_694d, 0x666f_736f, 0x7648_2074),
            );
            cpu.insert(0x8000_0000, 0, Registers::new(0x8000_0028, 0, 0, 0));
        }
        cpu
    })
}

proptest! {
    // A dump of many leaves is slow to make up.
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_dump_is_decoded(cpu in dump()) {
        assert_bounded(&decode(&cpu));
    }
}

proptest! {
    #[test]
    fn any_change_to_a_real_cpu_is_decoded(
        sample in 0..sample::ALL.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), registers()), 1..12),
    ) {
        let mut cpu = sample::ALL[sample].first();
        let leaves: Vec<LeafId> = cpu.iter().map(|(id, _)| id).collect();
        for (place, registers) in changes {
            let id = leaves[place.index(leaves.len())];
            cpu.insert(id.leaf, id.subleaf, registers);
        }
        assert_bounded(&decode(&cpu));
        package_layout(&crate::cpuid::Dump { cpus: vec![cpu.clone(), cpu] });
    }

    #[test]
    fn any_registers_have_fields(leaf in leaf(), subleaf in 0_u32..4, registers in registers()) {
        for vendor in [Vendor::Intel, Vendor::Amd, Vendor::Centaur, Vendor::Other] {
            for field in fields(LeafId::new(leaf, subleaf), registers, vendor) {
                prop_assert!(field.text.is_none_or(|text| !text.contains(char::is_control)));
            }
        }
    }

    #[test]
    fn any_signature_has_a_name_or_none(vendor in 0_usize..VENDORS.len(), eax in any::<u32>()) {
        let vendor = Vendor::from_leaf0(VENDORS[vendor]);
        if let Some(design) = microarchitecture(vendor, crate::cpuid::Signature(eax)) {
            prop_assert!(!design.name.is_empty());
        }
    }
}
