use std::collections::BTreeSet;

use super::*;
use crate::cpuid::{CpuDump, Registers};

/// The EVC keys that are one bit, with their places.
const EVC_KEYS: &str = include_str!("../../../tests/fixtures/evc-keys.txt");

#[test]
fn the_table_names_at_least_400_bits() {
    assert!(all().count() >= 400, "{}", all().count());
}

#[test]
fn groups_and_their_bits_ascend_so_no_bit_is_named_twice() {
    let mut before = None;
    for feature in all() {
        let place = (feature.leaf(), feature.register(), feature.bit());
        assert!(feature.bit() < 32, "{}", feature.name());
        assert!(before < Some(place), "{} at {place:x?}", feature.name());
        before = Some(place);
    }
}

#[test]
fn names_are_unique_and_plain() {
    let mut names = BTreeSet::new();
    for feature in all() {
        let name = feature.name();
        assert!(names.insert(name), "{name} stands twice");
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.-".contains(&b);
        assert!(!name.is_empty() && name.bytes().all(plain), "{name}");
        assert_eq!(by_name(name), Some(feature));
    }
    assert_eq!(by_name("nonsense"), None);
}

#[test]
fn meanings_are_one_short_line() {
    for feature in all() {
        let meaning = feature.meaning();
        assert!((1..=90).contains(&meaning.len()), "{}: {meaning}", feature.name());
        assert!(!meaning.contains('\n') && !meaning.ends_with('.'), "{}", feature.name());
    }
}

#[test]
fn every_evc_key_is_at_its_place() {
    let mut keys = BTreeSet::new();
    for line in EVC_KEYS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        let [key, leaf, subleaf, register, bit] = fields[..] else { panic!("{line}") };
        let feature = by_evc_key(key).unwrap_or_else(|| panic!("{key} has no row"));
        let place = LeafId::new(hex(leaf), subleaf.parse().unwrap());
        assert_eq!(feature.leaf(), place, "{key}");
        assert_eq!(feature.register().name(), register, "{key}");
        assert_eq!(feature.bit(), bit.parse::<u8>().unwrap(), "{key}");
        keys.insert(key);
    }
    assert_eq!(keys.len(), 143);
    let mapped: BTreeSet<_> = all().filter_map(|feature| feature.evc()).collect();
    assert_eq!(mapped, keys, "a row has a key that VMware does not");
}

fn hex(text: &str) -> u32 {
    u32::from_str_radix(text.strip_prefix("0x").unwrap(), 16).unwrap()
}

#[test]
fn a_flag_with_two_rows_has_one_for_each_vendor() {
    let flags: BTreeSet<_> = all().filter_map(|feature| feature.linux()).collect();
    for flag in flags {
        for vendor in [Vendor::Intel, Vendor::Amd] {
            let rows = by_linux_flag(flag).filter(|feature| feature.applies_to(vendor)).count();
            assert!(rows <= 1, "{flag} has {rows} rows for {vendor}");
        }
    }
    assert_eq!(by_linux_flag("ibrs").count(), 2);
    assert_eq!(by_linux_flag("pni").next(), by_name("sse3"));
}

#[test]
fn a_row_may_belong_to_one_vendor_in_a_shared_register() {
    let svm = by_name("svm").unwrap();
    assert_eq!(svm.scope(), Scope::Amd);
    assert!(!svm.applies_to(Vendor::Intel));
    assert!(by_name("lahf_lm").unwrap().applies_to(Vendor::Intel));
    assert!(by_name("wbnoinvd").unwrap().applies_to(Vendor::Intel));
    assert!(!by_name("spec_ctrl").unwrap().applies_to(Vendor::Hygon));
}

/// The leaves of this project's first machine, a KVM guest on Emerald Rapids.
fn emerald_rapids() -> CpuDump {
    [
        (0, Registers::new(0x1c, 0x756e_6547, 0x6c65_746e, 0x4965_6e69)),
        (1, Registers::new(0x000c_06f2, 0x0002_0800, 0xfffa_3203, 0x1f8b_fbff)),
        (7, Registers::new(2, 0xf1bf_2ffb, 0x1a41_5f46, 0x2081_4010)),
        (0x4000_0000, Registers::new(0x4000_0001, 0x4b4d_564b, 0x564b_4d56, 0x4d)),
        (0x4000_0001, Registers::new(0x0100_7efb, 0, 0, 0)),
        (0x8000_0000, Registers::new(0x8000_0021, 0, 0, 0)),
        (0x8000_0001, Registers::new(0, 0, 0x121, 0x2c10_0800)),
    ]
    .into_iter()
    .map(|(leaf, registers)| (LeafId::new(leaf, 0), registers))
    .collect()
}

#[test]
fn presence_says_what_a_dump_knows() {
    let cpu = emerald_rapids();
    let presence = |name: &str| by_name(name).unwrap().presence(&cpu);
    for name in ["sse3", "avx512f", "la57", "serialize", "lm", "kvm_clock", "kvm_clock_stable"] {
        assert_eq!(presence(name), Presence::Present, "{name}");
    }
    for name in ["vmx", "pku", "kvm_mmu_op", "hv_hypercall", "avx10_512", "perfmon_v2", "ace"] {
        assert_eq!(presence(name), Presence::Absent, "{name}");
    }
    for name in ["avx_vnni", "xsavec", "arat"] {
        assert_eq!(presence(name), Presence::Unknown, "{name}: the leaf was not dumped");
    }
}

#[test]
fn asking_for_all_is_asking_for_each() {
    let cpu = emerald_rapids();
    assert_eq!(presences(&cpu).count(), all().count());
    for (feature, presence) in presences(&cpu) {
        assert_eq!(presence, feature.presence(&cpu), "{}", feature.name());
    }
}

#[test]
fn a_subleaf_that_subleaf_0_rules_out_is_absent() {
    let mut cpu = emerald_rapids();
    cpu.insert(7, 0, Registers::new(0, 0, 0, 0));
    cpu.insert(0x10, 0, Registers::new(0, 2, 0, 0));
    let presence = |name: &str| by_name(name).unwrap().presence(&cpu);
    assert_eq!(presence("avx_vnni"), Presence::Absent);
    assert_eq!(presence("cdp_l2"), Presence::Absent);
    assert_eq!(presence("cdp_l3"), Presence::Unknown);
}

#[test]
fn bits_are_named_by_the_vendor_and_hypervisor_of_the_dump() {
    let names = |cpu: &CpuDump, leaf, register, mask| -> Vec<&str> {
        at(cpu, LeafId::new(leaf, 0), register, mask).iter().map(Feature::name).collect()
    };
    let mut cpu = emerald_rapids();
    assert_eq!(names(&cpu, 7, Register::Ebx, 0x21), ["fsgsbase", "avx2"]);
    assert_eq!(names(&cpu, 0x8000_0001, Register::Ecx, 0xff), ["lahf_lm", "abm"]);
    assert_eq!(names(&cpu, 0x4000_0001, Register::Eax, 8), ["kvm_clock"]);

    let hyperv = Registers::new(0x4000_0005, 0x7263_694d, 0x666f_736f, 0x7648_2074);
    let kvm = cpu.remove(LeafId::new(0x4000_0000, 0)).unwrap();
    cpu.insert(0x4000_0000, 0, hyperv);
    cpu.insert(0x4000_0100, 0, kvm.with(Register::Eax, 0x4000_0101));
    assert_eq!(names(&cpu, 0x4000_0101, Register::Eax, 8), ["kvm_clock"]);
    assert!(names(&cpu, 0x4000_0001, Register::Eax, 8).is_empty());
    assert_eq!(names(&cpu, 0x4000_0003, Register::Eax, 0x20), ["hv_hypercall"]);
}

#[test]
fn a_dump_without_the_hypervisors_leaves_does_not_tell_of_its_interface() {
    let kvm_clock = by_name("kvm_clock").unwrap();
    let mut cpu = emerald_rapids();
    assert_eq!(kvm_clock.presence(&cpu), Presence::Present);
    cpu.remove(LeafId::new(0x4000_0000, 0));
    cpu.remove(LeafId::new(0x4000_0001, 0));
    assert_eq!(kvm_clock.presence(&cpu), Presence::Unknown);
    assert!(presences(&cpu).any(|(f, p)| f.name() == "kvm_clock" && p == Presence::Unknown));
    let leaf1 = cpu.remove(LeafId::new(1, 0)).unwrap();
    cpu.insert(1, 0, leaf1.with(Register::Ecx, leaf1.ecx & !(1 << 31)));
    assert_eq!(kvm_clock.presence(&cpu), Presence::Absent, "no guest, so no interface");
}
