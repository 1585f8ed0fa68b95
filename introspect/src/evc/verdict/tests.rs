//! Verdicts on captured guests and on guests built from the modes themselves.

use super::super::reason::Reason;
use super::*;
use crate::cpuid::{CpuDump, Dump, Registers, format};

const NO_EVC: &[u8] = include_bytes!("../../../../tests/fixtures/cpuinfo/kabylake-no-evc.cpuinfo");
const HASWELL: &[u8] =
    include_bytes!("../../../../tests/fixtures/cpuinfo/kabylake-evc-haswell.cpuinfo");

fn verdict_of(bytes: &[u8]) -> Verdict {
    let capture = format::import(bytes).unwrap();
    judge(&Subject::of(&capture).unwrap())
}

fn names(list: &[Withheld]) -> Vec<&str> {
    list.iter().map(|withheld| withheld.name).collect()
}

#[test]
fn the_captured_guest_without_evc_shows_its_native_self() {
    let verdict = verdict_of(NO_EVC);
    assert_eq!(verdict.verdict, Kind::None, "{verdict:#?}");
    assert_eq!(verdict.mode, None);
    assert_eq!(verdict.fms.as_deref(), Some("6/142/9"));
    assert_eq!(verdict.host_generation, Some("Kaby Lake"));
    assert!(verdict.brand.as_deref().unwrap().contains("i3-7100U"));
    assert_eq!(names(&verdict.hidden), [""; 0]);
    assert_eq!(verdict.feature_mode, Some("intel-broadwell"));
    assert!(verdict.partial);
}

#[test]
fn the_captured_guest_under_haswell_evc_hides_exactly_what_the_other_shows() {
    let verdict = verdict_of(HASWELL);
    assert_eq!(verdict.verdict, Kind::Active, "{verdict:#?}");
    assert_eq!(verdict.mode, Some("intel-haswell"));
    assert_eq!(verdict.feature_mode, Some("intel-haswell"));
    assert_eq!(verdict.agree, Some(true));
    assert_eq!(verdict.signature.as_deref(), Some("000306f0"));

    let flags = |bytes| format::import(bytes).unwrap().cpuinfo.unwrap().processors[0].flags.clone();
    let mut differ: Vec<String> = flags(NO_EVC).difference(&flags(HASWELL)).cloned().collect();
    differ.sort();
    let mut hidden = names(&verdict.hidden);
    hidden.sort_unstable();
    assert_eq!(hidden, differ);
    assert!(verdict.hidden.iter().all(|h| h.reason == Reason::NotInMode));
}

/// A guest's CPUID with all features of a mode, under the given letters.
fn guest(mode: &str, eax: u32, letters: &[u8; 12], brand: &str) -> CpuDump {
    let mut cpu = CpuDump::default();
    let word = |at: usize| u32::from_le_bytes(letters[at..at + 4].try_into().unwrap());
    let intel = mode.starts_with("intel");
    let vendor = if intel {
        (0x756e_6547, 0x6c65_746e, 0x4965_6e69)
    } else {
        (0x6874_7541, 0x444d_4163, 0x6974_6e65)
    };
    cpu.insert(0, 0, Registers::new(0x1f, vendor.0, vendor.1, vendor.2));
    cpu.insert(1, 0, Registers::new(eax, 0, 1 << 31, 0));
    cpu.insert(0x4000_0000, 0, Registers::new(0x4000_0010, word(0), word(4), word(8)));
    cpu.insert(0x8000_0000, 0, Registers::new(0x8000_0021, 0, 0, 0));
    let mut text = [0; 48];
    text[..brand.len()].copy_from_slice(brand.as_bytes());
    for (leaf, part) in (0x8000_0002..).zip(text.chunks(16)) {
        let word = |at: usize| u32::from_le_bytes(part[at..at + 4].try_into().unwrap());
        cpu.insert(leaf, 0, Registers::new(word(0), word(4), word(8), word(12)));
    }
    for leaf in [7, 0xd, 0x8000_0001, 0x8000_0008, 0x8000_000a, 0x8000_0021] {
        cpu.insert(leaf, 0, cpu_register(&cpu, leaf, 0));
    }
    for key in catalogue().keys.iter().filter(|key| catalogue().mode(mode).unwrap().has(key.name)) {
        let (id, register) = (key.feature.leaf(), key.feature.register());
        let before = cpu_register(&cpu, id.leaf, id.subleaf);
        cpu.insert(
            id.leaf,
            id.subleaf,
            before.with(register, before.register(register) | key.feature.mask()),
        );
    }
    // Subleaf counts share a register with nothing that is named.
    let seven = cpu_register(&cpu, 7, 0);
    cpu.insert(7, 0, seven.with(crate::cpuid::Register::Eax, 2));
    cpu
}

fn cpu_register(cpu: &CpuDump, leaf: u32, subleaf: u32) -> Registers {
    cpu.get(crate::cpuid::LeafId::new(leaf, subleaf)).unwrap_or_default()
}

fn judge_dump(cpu: CpuDump) -> Verdict {
    let capture = Capture::of_dump(Format::Native, Dump { cpus: vec![cpu] });
    judge(&Subject::of(&capture).unwrap())
}

const VMWARE: &[u8; 12] = b"VMwareVMware";

#[test]
fn every_intel_mode_with_a_known_signature_is_recognised() {
    for mode in catalogue().of_vendor(Vendor::Intel).filter(|mode| mode.fms().is_some()) {
        let eax = mode.fms().and_then(|fms| fms.signature(Vendor::Intel)).unwrap().0;
        let verdict = judge_dump(guest(mode.key, eax, VMWARE, "Intel(R) Xeon(R) Platinum 8480+"));
        assert_eq!((verdict.verdict, verdict.mode), (Kind::Active, Some(mode.key)), "{verdict:#?}");
        assert_eq!(verdict.confidence, Confidence::Listed);
        assert!(!verdict.hidden.is_empty());
    }
}

#[test]
fn stepping_zero_of_a_cloud_is_not_evc() {
    let verdict = judge_dump(guest(
        "intel-broadwell",
        0x0004_06f0,
        b"KVMKVMKVM\0\0\0",
        "Intel(R) Xeon(R) CPU @ 2.20GHz",
    ));
    assert_eq!(verdict.verdict, Kind::NotVmware);
    assert_eq!(verdict.mode, Some("intel-broadwell"), "the highest baseline it would fit");
    assert!(verdict.hidden.is_empty());
}

#[test]
fn cascade_lake_is_told_from_skylake_by_its_features() {
    let verdict = judge_dump(guest(
        "intel-cascadelake",
        0x0005_0650,
        VMWARE,
        "Intel(R) Xeon(R) Gold 6348 CPU @ 2.60GHz",
    ));
    assert_eq!((verdict.verdict, verdict.mode), (Kind::Active, Some("intel-cascadelake")));
    let verdict = judge_dump(guest(
        "intel-skylake",
        0x0005_0650,
        VMWARE,
        "Intel(R) Xeon(R) Gold 6348 CPU @ 2.60GHz",
    ));
    assert_eq!(verdict.mode, Some("intel-skylake"));
}

#[test]
fn features_beyond_the_signatures_mode_are_a_custom_baseline() {
    let verdict = judge_dump(guest(
        "intel-icelake",
        0x0003_06f0,
        VMWARE,
        "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz",
    ));
    assert_eq!((verdict.verdict, verdict.mode), (Kind::Custom, None));
}

#[test]
fn a_signature_older_than_the_brand_and_of_no_mode_is_custom() {
    let verdict = judge_dump(guest(
        "intel-haswell",
        0x0003_06f2,
        VMWARE,
        "Intel(R) Xeon(R) Gold 6348 CPU @ 2.60GHz",
    ));
    assert_eq!(verdict.verdict, Kind::Custom, "{verdict:#?}");
}

#[test]
fn amd_at_the_hosts_own_generation_cannot_be_told() {
    let verdict =
        judge_dump(guest("amd-zen2", 0x0083_0f10, VMWARE, "AMD EPYC 7742 64-Core Processor"));
    assert_eq!((verdict.verdict, verdict.mode), (Kind::Compatible, Some("amd-zen2")));
    let verdict =
        judge_dump(guest("amd-zen2", 0x0083_0f10, VMWARE, "AMD EPYC 7763 64-Core Processor"));
    assert_eq!((verdict.verdict, verdict.mode), (Kind::Active, Some("amd-zen2")));
    assert!(names(&verdict.hidden).contains(&"vaes"));
}

#[test]
fn an_old_virtual_hardware_version_is_ruled_out_before_evc() {
    let mut capture = Capture::of_dump(
        Format::VmwareLog,
        Dump {
            cpus: vec![guest(
                "intel-ivybridge",
                0x0004_06f1,
                VMWARE,
                "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz",
            )],
        },
    );
    capture.hardware_version = Some(10);
    let verdict = judge(&Subject::of(&capture).unwrap());
    assert_eq!(verdict.verdict, Kind::None);
    let avx2 = verdict.hidden.iter().find(|h| h.name == "avx2").unwrap();
    assert_eq!(avx2.reason, Reason::HardwareVersion);
    let abm = verdict.hidden.iter().find(|h| h.name == "abm").unwrap();
    assert_eq!((abm.reason, abm.confidence), (Reason::HardwareVersion, Confidence::Inferred));
}

#[test]
fn with_a_host_dump_both_sides_are_compared() {
    let mut capture = Capture::of_dump(
        Format::VmwareLog,
        Dump { cpus: vec![guest("intel-haswell", 0x0003_06f0, VMWARE, "x")] },
    );
    let host = guest("intel-broadwell", 0x0004_06f1, b"\0\0\0\0\0\0\0\0\0\0\0\0", "x");
    capture.host = Some(Dump { cpus: vec![host] });
    let verdict = judge(&Subject::of(&capture).unwrap());
    assert_eq!(verdict.mode, Some("intel-haswell"));
    let mut hidden = names(&verdict.hidden);
    hidden.sort_unstable();
    assert_eq!(hidden, ["3dnowprefetch", "adx", "rdseed", "smap"]);
}

#[test]
fn a_capture_of_three_leaves_does_not_tell_of_every_feature() {
    let vmx = include_bytes!("../../../../tests/fixtures/dumps/kabylake-evc-haswell.vmx");
    let capture = crate::cpuid::format::import(&vmx[..]).unwrap();
    let verdict = judge(&Subject::of(&capture).unwrap());
    assert_eq!(verdict.feature_mode, Some("intel-haswell"));
    assert!(verdict.feature_unknown.contains(&"avx2"), "{:?}", verdict.feature_unknown);
    assert!(!verdict.feature_unknown.contains(&"avx"));
}

#[test]
fn an_empty_or_absurd_guest_gets_an_answer() {
    let mut cpu = CpuDump::default();
    cpu.insert(0, 0, Registers::new(u32::MAX, 0, 0, 0));
    assert_eq!(judge_dump(cpu.clone()).verdict, Kind::Unknown);
    cpu.insert(1, 0, Registers::new(u32::MAX, u32::MAX, u32::MAX, u32::MAX));
    assert_eq!(judge_dump(cpu).verdict, Kind::Unknown);
}
