use super::*;
use crate::cpuid::{CpuDump, LeafId, Registers};

fn processor(vendor: &str, flags: &str) -> Processor {
    Processor {
        vendor_id: Some(vendor.into()),
        flags: flags.split_whitespace().map(str::to_owned).collect(),
        ..Processor::default()
    }
}

/// A KVM guest on Emerald Rapids, by `cpuid -r`; its zero leaves left out.
fn emerald_rapids() -> CpuDump {
    [
        (0, 0, [0x1c, 0x756e_6547, 0x6c65_746e, 0x4965_6e69]),
        (1, 0, [0x000c_06f2, 0x0002_0800, 0xfffa_3203, 0x1f8b_fbff]),
        (6, 0, [4, 0, 0, 0]),
        (7, 0, [2, 0xf1bf_2ffb, 0x1a41_5f46, 0x2081_4010]),
        (7, 1, [0x1c30, 0, 0, 0]),
        (7, 2, [0, 0, 0, 1]),
        (0xd, 0, [0xe7, 0xa80, 0x2b00, 0]),
        (0xd, 1, [0x1f, 0x980, 0, 0]),
        (0xf, 0, [0; 4]),
        (0x10, 0, [0; 4]),
        (0x4000_0000, 0, [0x4000_0001, 0x4b4d_564b, 0x564b_4d56, 0x4d]),
        (0x4000_0001, 0, [0x0100_7efb, 0, 0, 0]),
        (0x8000_0000, 0, [0x8000_0021, 0, 0, 0]),
        (0x8000_0001, 0, [0, 0, 0x121, 0x2c10_0800]),
        (0x8000_0007, 0, [0, 0, 0, 0x100]),
        (0x8000_0008, 0, [0x0030_3930, 0, 0, 0]),
        (0x8000_0021, 0, [0x244, 0, 0x86, 0]),
        (0xc000_0000, 0, [0; 4]),
    ]
    .into_iter()
    .map(|(leaf, subleaf, [a, b, c, d])| (LeafId::new(leaf, subleaf), Registers::new(a, b, c, d)))
    .collect()
}

/// The flags of that guest under Linux 6.18.
const EMERALD_RAPIDS: &str = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat \
    pse36 clflush mmx fxsr sse sse2 ss ht syscall nx pdpe1gb rdtscp lm constant_tsc rep_good \
    nopl xtopology nonstop_tsc cpuid tsc_known_freq pni pclmulqdq ssse3 fma cx16 pcid sse4_1 \
    sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand hypervisor lahf_lm \
    abm 3dnowprefetch cpuid_fault fsgsbase tsc_adjust bmi1 hle avx2 smep bmi2 erms invpcid rtm \
    avx512f avx512dq rdseed adx smap avx512ifma clflushopt clwb avx512cd sha_ni avx512bw \
    avx512vl xsaveopt xsavec xgetbv1 xsaves avx_vnni avx512_bf16 arat avx512vbmi umip \
    avx512_vbmi2 gfni vaes vpclmulqdq avx512_vnni avx512_bitalg avx512_vpopcntdq rdpid cldemote \
    movdiri movdir64b fsrm serialize tsxldtrk avx512_fp16 arch_capabilities";

fn explained(differences: &[FlagDifference]) -> Vec<(&str, Side, &Explanation)> {
    differences.iter().map(|d| (d.flag.as_str(), d.side, &d.explanation)).collect()
}

#[test]
fn a_modern_guest_differs_in_known_ways_only() {
    let differences =
        against_kernel(&emerald_rapids(), &processor("GenuineIntel", EMERALD_RAPIDS), None);
    let flags: Vec<_> = differences.iter().map(|d| (d.flag.as_str(), d.side)).collect();
    assert_eq!(
        flags,
        [
            ("la57", Side::CpuidOnly),
            ("constant_tsc", Side::KernelOnly),
            ("cpuid", Side::KernelOnly),
            ("cpuid_fault", Side::KernelOnly),
            ("nopl", Side::KernelOnly),
            ("rep_good", Side::KernelOnly),
            ("tsc_known_freq", Side::KernelOnly),
            ("xtopology", Side::KernelOnly),
        ]
    );
    assert!(matches!(differences[0].explanation, Explanation::Cleared(_)));
    assert!(differences[1..].iter().all(|d| matches!(d.explanation, Explanation::Synthetic(_))));
}

#[test]
fn a_guest_under_evc_shows_synthetic_flags_only() {
    // The flags of a VMware guest under Haswell EVC, and the leaf that is known of it.
    let flags = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush \
        mmx fxsr sse sse2 ss syscall nx pdpe1gb rdtscp lm constant_tsc arch_perfmon nopl \
        xtopology tsc_reliable nonstop_tsc cpuid pni pclmulqdq ssse3 fma cx16 pcid sse4_1 \
        sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand hypervisor \
        lahf_lm abm cpuid_fault invpcid_single pti ibrs ibpb stibp fsgsbase tsc_adjust bmi1 \
        avx2 smep bmi2 invpcid xsaveopt arat arch_capabilities";
    let mut cpu = CpuDump::default();
    cpu.insert(1, 0, Registers::new(0x0003_06f0, 0x0001_0800, 0xfffa_3203, 0x0f8b_fbff));
    let differences = against_kernel(&cpu, &processor("GenuineIntel", flags), None);
    let names: Vec<_> = differences.iter().map(|d| d.flag.as_str()).collect();
    assert_eq!(
        names,
        [
            "arch_perfmon",
            "constant_tsc",
            "cpuid",
            "cpuid_fault",
            "ibpb",
            "invpcid_single",
            "nopl",
            "pti",
            "tsc_reliable",
            "xtopology"
        ]
    );
    assert!(differences.iter().all(|d| matches!(d.explanation, Explanation::Synthetic(_))));
}

#[test]
fn hidden_bits_are_explained_in_the_order_of_certainty() {
    let without = |drop: &[&str]| -> String {
        EMERALD_RAPIDS
            .split_whitespace()
            .filter(|f| !drop.contains(f))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let explain = |drop: &[&str], cmdline: &str, flag: &str| -> Explanation {
        let processor = processor("GenuineIntel", &without(drop));
        let differences = against_kernel(&emerald_rapids(), &processor, Some(cmdline));
        differences.into_iter().find(|d| d.flag == flag).unwrap().explanation
    };
    let masked = Explanation::Masked("clearcpuid=umip".into());
    assert_eq!(explain(&["umip"], "quiet clearcpuid=umip", "umip"), masked);
    assert!(matches!(explain(&["umip"], "quiet", "umip"), Explanation::Cleared(_)));
    assert_eq!(explain(&["avx", "fma"], "", "fma"), Explanation::Needs("avx"));
    assert!(matches!(
        explain(&["avx_vnni", "avx512_bf16"], "", "avx_vnni"),
        Explanation::TooOld(_)
    ));
    assert!(matches!(explain(&["serialize", "cpuid"], "", "serialize"), Explanation::TooOld(_)));
    assert_eq!(explain(&["serialize"], "", "serialize"), Explanation::Unknown);
}

#[test]
fn a_flag_without_its_bit_is_forced_or_unknown_and_made_printable() {
    let mut cpu = CpuDump::default();
    let amd = Registers::new(0xd, 0x6874_7541, 0x444d_4163, 0x6974_6e65);
    cpu.insert(0, 0, amd);
    cpu.insert(0x8000_0000, 0, Registers::new(0x8000_0001, 0, 0, 0));
    cpu.insert(0x8000_0001, 0, Registers::new(0, 0, 1, 0));
    let cpuinfo = processor("AuthenticAMD", "lahf_lm svm topoext vnmi w\u{1b}[31m");
    let differences = against_kernel(&cpu, &cpuinfo, None);
    let topoext = "firmware had switched it off and the kernel on again";
    assert_eq!(
        explained(&differences),
        [
            ("svm", Side::KernelOnly, &Explanation::Unknown),
            ("topoext", Side::KernelOnly, &Explanation::Forced(topoext)),
            ("vnmi", Side::KernelOnly, &Explanation::Unknown),
            ("w?[31m", Side::KernelOnly, &Explanation::Unknown),
        ]
    );
    assert!(against_kernel(&cpu, &Processor::default(), None).is_empty());
}

#[test]
fn explanations_read_as_sentences() {
    assert_eq!(
        Explanation::Needs("avx").to_string(),
        "the kernel does not use avx, which this needs"
    );
    assert_eq!(
        Explanation::Masked("nosmap".into()).to_string(),
        "masked by nosmap on the kernel command line"
    );
}
