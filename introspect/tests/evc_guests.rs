//! Verdicts on real VMware guests, and on guests of others that look alike.
//!
//! Signature, brand string, microcode revision and flags of guests whose /proc/cpuinfo
//! stands in JVM crash logs (the data sets of mgm3746/krashpad; the number is the set's).
//! None states its EVC mode: where the brand string is newer than the signature EVC is
//! proven, elsewhere it rests on a stepping that no CPU on sale has.

#[cfg(test)]
mod tests {
    use introspect::cpuid::format;
    use introspect::evc::reason::Reason;
    use introspect::evc::verdict::{Kind, Subject, Verdict, judge};

    struct Guest {
        /// Where it is from.
        set: &'static str,
        /// Family, model, stepping.
        fms: (u32, u32, u32),
        brand: &'static str,
        /// As the kernel printed it (old ones did so in decimal), or empty.
        microcode: &'static str,
        /// The flags beside `COMMON`.
        flags: &'static [&'static str],
        kind: Kind,
        mode: Option<&'static str>,
        host: Option<&'static str>,
        /// The highest mode whose deciding features are all there.
        fits: &'static str,
    }

    /// What all Intel guests below have.
    const COMMON: &str = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush \
    mmx fxsr sse sse2 ss syscall nx rdtscp lm constant_tsc arch_perfmon tsc_reliable nonstop_tsc pni \
    pclmulqdq ssse3 cx16 sse4_1 sse4_2 popcnt aes xsave avx hypervisor lahf_lm arat";
    /// What virtual hardware version 9 added.
    const V9: &str = "pcid x2apic f16c rdrand fsgsbase smep";
    /// What else a Haswell guest has.
    const HASWELL: &str = "fma movbe pdpe1gb abm bmi1 avx2 bmi2 invpcid xsaveopt";
    const SPECULATION: &str = "ssbd ibrs ibpb stibp flush_l1d arch_capabilities md_clear";
    const SKYLAKE: &str = "3dnowprefetch rdseed adx smap avx512f avx512dq clflushopt clwb avx512cd \
    avx512bw avx512vl xsavec";
    /// A kernel from 3.7 to 4.8, or RHEL 7.
    const EL7: &str = "eagerfpu nopl xtopology";
    const EL6: &str = "eagerfpu unfair_spinlock xtopology";

    impl Guest {
        fn judge(&self) -> Verdict {
            let (family, model, stepping) = self.fms;
            let (vendor, common) = match family {
                6 => ("GenuineIntel", if self.kind == Kind::NotVmware { "" } else { COMMON }),
                _ => ("AuthenticAMD", ""),
            };
            let microcode = match self.microcode {
                "" => String::new(),
                revision => format!("microcode\t: {revision}\n"),
            };
            let text = format!(
                "processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\n\
             model name\t: {}\nstepping\t: {stepping}\n{microcode}flags\t\t: {common} {}\n\n",
                self.brand,
                self.flags.join(" "),
            );
            let capture = format::import(text.as_bytes()).unwrap();
            judge(&Subject::of(&capture).unwrap())
        }
    }

    #[test]
    fn every_guest_is_judged_right() {
        for guest in GUESTS {
            let verdict = guest.judge();
            let set = guest.set;
            assert_eq!(verdict.verdict, guest.kind, "{set}: {verdict:#?}");
            if guest.kind != Kind::NotVmware {
                assert_eq!(verdict.mode, guest.mode, "{set}: {verdict:#?}");
            }
            assert_eq!(verdict.host_generation, guest.host, "{set}");
            assert_eq!(verdict.feature_mode, Some(guest.fits), "{set}: {:#?}", verdict.next);
            // Flags alone do not prove VMware, and never more than that.
            assert_eq!(verdict.confidence.name(), "inferred", "{set}");
        }
    }

    #[test]
    fn a_masked_guest_has_its_hosts_generation_shown_by_brand_and_microcode() {
        let verdict = guest("46").judge();
        for fact in ["is a Skylake-SP CPU, newer than its signature", "0x2000065 is of Skylake-SP"]
        {
            assert!(verdict.evidence.iter().any(|e| e.fact.contains(fact)), "{fact}");
        }
        assert_eq!(reason(&verdict, "avx512f"), Some(Reason::NotInMode));
        assert_eq!(reason(&verdict, "erms"), Some(Reason::KernelCleared));
    }

    #[test]
    fn an_old_virtual_hardware_version_explains_what_is_missing_with_and_without_evc() {
        for set in ["29", "47", "92"] {
            let verdict = guest(set).judge();
            for name in ["abm", "avx2", "bmi1", "bmi2", "invpcid", "xsaveopt"] {
                assert_eq!(reason(&verdict, name), Some(Reason::HardwareVersion), "{set}: {name}");
            }
            assert!(
                verdict.hidden.iter().all(|h| h.reason != Reason::Unknown),
                "{set}: {verdict:#?}"
            );
        }
        let verdict = guest("60").judge();
        for name in ["f16c", "fsgsbase", "pcid", "rdrand", "smep"] {
            assert_eq!(reason(&verdict, name), Some(Reason::HardwareVersion), "60: {name}");
        }
    }

    #[test]
    fn a_signature_of_skylake_is_not_taken_for_cascade_lakes_mode() {
        let verdict = guest("30").judge();
        assert_eq!(verdict.signature_mode, None);
        assert!(
            verdict.summary.contains("the signature of Skylake-SP itself"),
            "{}",
            verdict.summary
        );
    }

    #[test]
    fn a_flag_that_an_old_kernel_does_not_print_costs_no_mode() {
        for (set, name) in [("35", "smap"), ("40", "xsaves")] {
            assert_eq!(reason(&guest(set).judge(), name), Some(Reason::KernelCleared), "{set}");
        }
    }

    fn guest(set: &str) -> &'static Guest {
        GUESTS.iter().find(|guest| guest.set == set).unwrap()
    }

    fn reason(verdict: &Verdict, name: &str) -> Option<Reason> {
        let all = verdict.hidden.iter().chain(&verdict.missing);
        all.filter(|withheld| withheld.name == name).map(|withheld| withheld.reason).next()
    }

    const fn active(
        set: &'static str,
        fms: (u32, u32, u32),
        mode: &'static str,
        (host, brand, microcode): (&'static str, &'static str, &'static str),
        fits: &'static str,
        flags: &'static [&'static str],
    ) -> Guest {
        let kind = Kind::Active;
        Guest { set, fms, brand, microcode, flags, kind, mode: Some(mode), host: Some(host), fits }
    }

    const fn without(
        kind: Kind,
        set: &'static str,
        fms: (u32, u32, u32),
        (host, brand, microcode): (Option<&'static str>, &'static str, &'static str),
        fits: &'static str,
        flags: &'static [&'static str],
    ) -> Guest {
        Guest { set, fms, brand, microcode, flags, kind, mode: None, host, fits }
    }

    const GUESTS: &[Guest] = &[
        active(
            "67",
            (6, 45, 2),
            "intel-sandybridge",
            ("Ivy Bridge", "Intel(R) Xeon(R) CPU E5-2697 v2 @ 2.70GHz", "0x42e"),
            "intel-sandybridge",
            &[EL7, "pcid x2apic dts pebs bts ht ssbd ibrs ibpb stibp flush_l1d arch_capabilities"],
        ),
        active(
            "59",
            (6, 58, 0),
            "intel-ivybridge",
            ("Haswell", "Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz", "0x43"),
            "intel-ivybridge",
            &[V9, SPECULATION, "nopl xtopology cpuid dts pebs bts tsc_deadline_timer pti"],
        ),
        active(
            "60",
            (6, 58, 0),
            "intel-ivybridge",
            ("Broadwell", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "0xb00003a"),
            "intel-westmere",
            &["eagerfpu nopl dts pebs bts"],
        ),
        active(
            "29",
            (6, 63, 0),
            "intel-haswell",
            ("Haswell", "Intel(R) Xeon(R) CPU E5-2670 v3 @ 2.30GHz", "67"),
            "intel-westmere",
            &["eagerfpu unfair_spinlock fma movbe dts pebs bts pti retpoline"],
        ),
        active(
            "44",
            (6, 63, 0),
            "intel-haswell",
            ("Haswell", "Intel(R) Xeon(R) CPU E5-2695 v3 @ 2.30GHz", "0x43"),
            "intel-haswell",
            &[V9, HASWELL, SPECULATION, EL7, "ht dts pebs bts spec_ctrl intel_stibp"],
        ),
        active(
            "68",
            (6, 63, 0),
            "intel-haswell",
            ("Broadwell", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "0xb000038"),
            "intel-haswell",
            &[V9, HASWELL, EL7, "ht dts pebs bts ibrs ibpb stibp arch_capabilities"],
        ),
        active(
            "46",
            (6, 63, 0),
            "intel-haswell",
            ("Skylake-SP", "Intel(R) Xeon(R) Gold 6150 CPU @ 2.70GHz", "0x2000065"),
            "intel-haswell",
            &[V9, HASWELL, SPECULATION, EL7, "dts pebs bts"],
        ),
        active(
            "63",
            (6, 63, 0),
            "intel-haswell",
            ("Cascade Lake", "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", ""),
            "intel-haswell",
            &[V9, HASWELL, SPECULATION, EL7],
        ),
        active(
            "75",
            (6, 63, 0),
            "intel-haswell",
            ("Cascade Lake", "Intel(R) Xeon(R) Gold 6258R CPU @ 2.70GHz", "0x5003005"),
            "intel-haswell",
            &[V9, HASWELL, SPECULATION, "nopl xtopology cpuid ht cpuid_fault pti"],
        ),
        active(
            "35",
            (6, 79, 0),
            "intel-broadwell",
            ("Broadwell", "Intel(R) Xeon(R) CPU E5-2699 v4 @ 2.20GHz", "184549432"),
            "intel-broadwell",
            &[V9, HASWELL, EL6, "3dnowprefetch rdseed adx hle rtm ssbd ibrs ibpb stibp flush_l1d"],
        ),
        active(
            "92",
            (6, 79, 0),
            "intel-broadwell",
            ("Broadwell", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "0xb00003e"),
            "intel-ivybridge",
            &[V9, SPECULATION, EL7, "fma movbe pdpe1gb 3dnowprefetch"],
        ),
        active(
            "40",
            (6, 85, 0),
            "intel-skylake",
            ("Skylake-SP", "Intel(R) Xeon(R) Gold 6140 CPU @ 2.30GHz", "0x2000065"),
            "intel-skylake",
            &[V9, HASWELL, SKYLAKE, EL7, "pku ospke ssbd ibrs ibpb stibp flush_l1d"],
        ),
        without(
            Kind::None,
            "47",
            (6, 79, 1),
            (Some("Broadwell"), "Intel(R) Xeon(R) CPU E7-4850 v4 @ 2.10GHz", "0xb00002e"),
            "intel-ivybridge",
            &[V9, EL7, "fma movbe pdpe1gb 3dnowprefetch epb dtherm ida ssbd ibrs ibpb stibp"],
        ),
        without(
            Kind::None,
            "76",
            (6, 79, 1),
            (Some("Broadwell"), "Intel(R) Xeon(R) CPU E5-4660 v4 @ 2.20GHz", "0xb00002e"),
            "intel-broadwell",
            &[V9, HASWELL, EL7, "3dnowprefetch rdseed adx smap hle rtm dts pebs bts"],
        ),
        without(
            Kind::None,
            "30",
            (6, 85, 4),
            (Some("Skylake-SP"), "Intel(R) Xeon(R) Gold 6140 CPU @ 2.30GHz", "0x200004d"),
            "intel-skylake",
            &[V9, HASWELL, SKYLAKE, EL7, "hle rtm mpx dts pebs bts"],
        ),
        without(
            Kind::NotVmware,
            "84, Azure",
            (6, 85, 7),
            (Some("Cascade Lake"), "Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz", "0xffffffff"),
            "intel-broadwell",
            &[
                "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr",
                "sse sse2 ss syscall nx pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology cpuid pni",
                "pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand hypervisor",
                "lahf_lm abm 3dnowprefetch invpcid_single pti fsgsbase bmi1 hle avx2 smep bmi2 erms invpcid",
                "rtm avx512f avx512dq rdseed adx smap clflushopt avx512cd avx512bw avx512vl xsaveopt xsavec",
                "xsaves md_clear",
            ],
        ),
        without(
            Kind::NotVmware,
            "94, EC2",
            (25, 1, 1),
            (Some("Zen 3"), "AMD EPYC 7R13 Processor", "0xa0011de"),
            "amd-greyhound-no3dnow",
            &[
                "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr",
                "sse sse2 ht syscall nx mmxext fxsr_opt pdpe1gb rdtscp lm constant_tsc rep_good nopl",
                "nonstop_tsc cpuid extd_apicid tsc_known_freq pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2",
                "x2apic movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm cmp_legacy cr8_legacy abm",
                "sse4a misalignsse 3dnowprefetch topoext ssbd ibrs ibpb stibp vmmcall fsgsbase bmi1 avx2 smep",
                "bmi2 invpcid rdseed adx smap clflushopt clwb sha_ni xsaveopt xsavec xgetbv1 clzero",
                "xsaveerptr rdpru wbnoinvd arat npt nrip_save vaes vpclmulqdq rdpid",
            ],
        ),
    ];
}
