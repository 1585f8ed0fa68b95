//! What is claimed of a generation against the registers of real CPUs of it.
//!
//! The feature leaves of twelve machines as they were read without a hypervisor. Source of
//! the numbers: public CPUID dumps (InstLatx64's collection and libcpuid's tests).

#[cfg(test)]
mod tests {
    use introspect::cpuid::{CpuDump, Presence, Registers, View};
    use introspect::evc::baseline::fit;
    use introspect::evc::check::check;
    use introspect::evc::{brand, catalogue, generation};

    struct Host {
        brand: &'static str,
        /// By the signature; the brand string says the same or nothing.
        generation: &'static str,
        /// The highest mode whose deciding features it has.
        fits: &'static str,
        /// Leaf, subleaf, EAX to EDX.
        leaves: &'static [(u32, u32, [u32; 4])],
    }

    impl Host {
        fn dump(&self) -> CpuDump {
            let vendor = if self.brand.contains("AMD") {
                [0x6874_7541, 0x444d_4163, 0x6974_6e65]
            } else {
                [0x756e_6547, 0x6c65_746e, 0x4965_6e69]
            };
            let mut cpu = CpuDump::default();
            cpu.insert(0, 0, Registers::new(0x20, vendor[0], vendor[1], vendor[2]));
            cpu.insert(0x8000_0000, 0, Registers::new(0x8000_0021, 0, 0, 0));
            for (leaf, subleaf, [eax, ebx, ecx, edx]) in self.leaves {
                cpu.insert(*leaf, *subleaf, Registers::new(*eax, *ebx, *ecx, *edx));
            }
            cpu
        }
    }

    fn host(of: &str) -> CpuDump {
        HOSTS.iter().find(|host| host.brand.contains(of)).unwrap().dump()
    }

    #[test]
    fn signature_and_brand_string_name_the_same_generation() {
        for host in HOSTS {
            let cpu = host.dump();
            let view = View::Cpuid(&cpu);
            let native = generation::native(view.vendor(), view.fms().unwrap());
            assert_eq!(native.map(|g| g.name), Some(host.generation), "{}", host.brand);
            let by_brand = brand::generation(host.brand);
            assert!(by_brand.is_none() || by_brand == native, "{}: {by_brand:?}", host.brand);
        }
    }

    #[test]
    fn a_real_cpu_has_every_feature_that_is_claimed_of_its_generation() {
        for host in HOSTS.iter().filter(|host| brand::generation(host.brand).is_some()) {
            let cpu = host.dump();
            let generation = generation::by_name(host.generation).unwrap();
            let missing: Vec<_> = catalogue()
                .keys
                .iter()
                .filter(|key| generation.has(key, catalogue()))
                .filter(|key| View::Cpuid(&cpu).presence(&key.feature) == Presence::Absent)
                .map(|key| key.name)
                .collect();
            assert!(missing.is_empty(), "{} has no {missing:?}", host.brand);
        }
    }

    #[test]
    fn each_fits_the_mode_of_its_kind() {
        for host in HOSTS {
            let cpu = host.dump();
            let mode = fit(&View::Cpuid(&cpu), catalogue()).mode;
            assert_eq!(mode.map(|mode| mode.key), Some(host.fits), "{}", host.brand);
        }
    }

    #[test]
    fn moves_between_generations_are_forbidden_by_what_the_older_lacks() {
        let forbids = |from: &str, to: &str| -> Vec<&str> {
            let checked = check(&View::Cpuid(&host(from)), &View::Cpuid(&host(to)));
            checked.forbids.iter().map(|obstacle| obstacle.name).collect()
        };
        let down = forbids("Platinum 8280", "i9-7900X");
        assert!(down.contains(&"avx512_vnni") && down.contains(&"pku"), "{down:?}");
        assert!(!down.contains(&"syscall"), "it depends on the mode of the program that asked");
        // The rows have the feature leaves only, so a move may stay undecided.
        assert!(forbids("i9-7900X", "Platinum 8280").is_empty());
        assert!(forbids("EPYC 7551P", "EPYC 7742").is_empty());
        // x2APIC is off in the one's firmware and AVIC in the other's; no guest is bound by it.
        assert!(forbids("EPYC 7742", "EPYC 7713").is_empty());
        assert!(forbids("EPYC 7713", "EPYC 7742").contains(&"vaes"));
        assert!(forbids("EPYC 9655", "EPYC 7713").contains(&"avx512f"));
        // MPX is gone.
        assert_eq!(forbids("Platinum 8280", "w7-2475X"), ["mpx", "xcr0_bndregs", "xcr0_bndcsr"]);
    }

    /// Oldest first, AMD before Intel. Ryzen has no PCID and Skylake-X no protection keys, so
/// these two fit older modes than the servers of their time.
#[rustfmt::skip]
const HOSTS: &[Host] = &[
    Host {
        brand: "Dual Core AMD Opteron(tm) Processor 165",
        generation: "K8",
        fits: "amd-rev-e",
        leaves: &[
            (0x1, 0, [0x0002_0f32, 0x0102_0800, 0x0000_0001, 0x178b_fbff]),
            (0x8000_0001, 0, [0x0002_0f32, 0x0000_0b04, 0x0000_0003, 0xe3d3_fbff]),
            (0x8000_0008, 0, [0x0000_3028, 0x0000_0000, 0x0000_0001, 0x0000_0000]),
        ],
    },
    Host {
        brand: "AMD Opteron(tm) Processor 6168",
        generation: "K10",
        fits: "amd-greyhound",
        leaves: &[
            (0x1, 0, [0x0010_0f91, 0x000c_0800, 0x0080_2009, 0x178b_fbff]),
            (0x8000_0001, 0, [0x0010_0f91, 0x3000_045f, 0x0008_37ff, 0xefd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x0000_0000, 0x0000_400b, 0x0000_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_0040, 0x0000_0000, 0x0000_040f]),
        ],
    },
    Host {
        brand: "AMD Opteron(TM) Processor 6238",
        generation: "Bulldozer",
        fits: "amd-bulldozer",
        leaves: &[
            (0x1, 0, [0x0060_0f12, 0x000c_0800, 0x1e98_220b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_0007, 0x0000_0340, 0x0000_03c0, 0x4000_0000]),
            (0xd, 1, [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0x8000_0001, 0, [0x0060_0f12, 0x3000_0000, 0x01c9_bfff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x0000_0000, 0x0000_500b, 0x0000_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0001_0000, 0x0000_0000, 0x0000_14ff]),
        ],
    },
    Host {
        brand: "AMD Opteron(tm) Processor 6380",
        generation: "Piledriver",
        fits: "amd-piledriver",
        leaves: &[
            (0x1, 0, [0x0060_0f20, 0x0010_0800, 0x3e98_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0000, 0x0000_0008, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_0007, 0x0000_0340, 0x0000_03c0, 0x4000_0000]),
            (0xd, 1, [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0x8000_0001, 0, [0x0060_0f20, 0x3000_0000, 0x01eb_3fff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x0000_1000, 0x0000_500f, 0x0000_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0001_0000, 0x0000_0000, 0x0000_1cff]),
        ],
    },
    Host {
        brand: "AMD EPYC 7551P 32-Core Processor",
        generation: "Zen",
        fits: "amd-zen",
        leaves: &[
            (0x1, 0, [0x0080_0f12, 0x0040_0800, 0x7ed8_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0000, 0x209c_01a9, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_0007, 0x0000_0340, 0x0000_0340, 0x0000_0000]),
            (0x8000_0001, 0, [0x0080_0f12, 0x4000_0000, 0x35c2_33ff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x0000_0007, 0x0000_603f, 0x0000_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_8000, 0x0000_0000, 0x0001_bcff]),
        ],
    },
    Host {
        brand: "AMD EPYC 7742 64-Core Processor",
        generation: "Zen 2",
        fits: "amd-zen2",
        leaves: &[
            (0x1, 0, [0x0083_0f10, 0x0080_0800, 0x7ef8_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0000, 0x219c_91a9, 0x0040_0004, 0x0000_0000]),
            (0xd, 0, [0x0000_0207, 0x0000_0340, 0x0000_0380, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0340, 0x0000_0000, 0x0000_0000]),
            (0x8000_0001, 0, [0x0083_0f10, 0x4000_0000, 0x75c2_37ff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x018e_f757, 0x0000_707f, 0x0001_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_8000, 0x0000_0000, 0x0013_bcff]),
        ],
    },
    Host {
        brand: "AMD EPYC 7713 64-Core Processor",
        generation: "Zen 3",
        fits: "amd-zen3",
        leaves: &[
            (0x1, 0, [0x00a0_0f11, 0x0080_0800, 0x7eda_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0000, 0x219c_97a9, 0x0040_068c, 0x0000_0010]),
            (0xd, 0, [0x0000_0207, 0x0000_0340, 0x0000_0988, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0350, 0x0000_1800, 0x0000_0000]),
            (0x8000_0001, 0, [0x00a0_0f11, 0x4000_0000, 0x75c2_37ff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x91be_f75f, 0x0000_707f, 0x0001_0007]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_8000, 0x0000_0000, 0x119b_9cff]),
            (0x8000_0021, 0, [0x0000_204d, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
        ],
    },
    Host {
        brand: "AMD Ryzen 7 8700G w/ Radeon 780M Graphics",
        generation: "Zen 4 client",
        fits: "amd-zen2",
        leaves: &[
            (0x1, 0, [0x00a7_0f52, 0x0010_0800, 0x7ed8_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0001, 0xf1bf_97a9, 0x0040_5fce, 0x1000_0010]),
            (0x7, 1, [0x0000_0020, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_02e7, 0x0000_0980, 0x0000_0988, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0990, 0x0000_1800, 0x0000_0000]),
            (0x8000_0001, 0, [0x00a7_0f52, 0x0000_0000, 0x75c2_37ff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3030, 0x191e_f257, 0x0000_400f, 0x0001_0000]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_8000, 0x0000_0000, 0x1ebf_bcff]),
            (0x8000_0021, 0, [0x0006_2fcf, 0x0000_015c, 0x0000_0000, 0x0000_0000]),
        ],
    },
    Host {
        brand: "AMD EPYC 9655 96-Core Processor",
        generation: "Zen 5",
        fits: "amd-zen5",
        leaves: &[
            (0x1, 0, [0x00b0_0f21, 0x0040_0800, 0x7efa_320b, 0x178b_fbff]),
            (0x7, 0, [0x0000_0001, 0xf1bf_97ab, 0x1941_5fce, 0x1000_0110]),
            (0x7, 1, [0x0000_0030, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_02e7, 0x0000_0980, 0x0000_0988, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0990, 0x0000_1800, 0x0000_0000]),
            (0x8000_0001, 0, [0x00b0_0f21, 0x4000_0000, 0x75c2_37ff, 0x2fd3_fbff]),
            (0x8000_0008, 0, [0x0000_3934, 0x79be_f25f, 0x0000_703f, 0x0001_0007]),
            (0x8000_000a, 0, [0x0000_0001, 0x0000_8000, 0x0000_0000, 0xffbf_bdff]),
            (0x8000_0021, 0, [0xd93f_ffcf, 0x0008_0382, 0x0000_0000, 0x0000_0000]),
        ],
    },
    Host {
        brand: "Intel(R) Core(TM) i9-7900X CPU @ 3.30GHz",
        generation: "Skylake-SP",
        fits: "intel-broadwell",
        leaves: &[
            (0x1, 0, [0x0005_0654, 0x0020_0800, 0x7ffe_fbbf, 0xbfeb_fbff]),
            (0x7, 0, [0x0000_0000, 0xd39f_fffb, 0x0000_0000, 0x0000_0000]),
            (0xd, 0, [0x0000_00ff, 0x0000_0a80, 0x0000_0a80, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0a00, 0x0000_0100, 0x0000_0000]),
            (0x8000_0001, 0, [0x0000_0000, 0x0000_0000, 0x0000_0121, 0x2c10_0000]),
            (0x8000_0008, 0, [0x0000_302e, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
        ],
    },
    Host {
        brand: "Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz",
        generation: "Cascade Lake",
        fits: "intel-cascadelake",
        leaves: &[
            (0x1, 0, [0x0005_0657, 0x0040_0800, 0x7ffe_fbff, 0xbfeb_fbff]),
            (0x7, 0, [0x0000_0000, 0xd39f_fffb, 0x0000_0808, 0xbc00_0400]),
            (0xd, 0, [0x0000_02ff, 0x0000_0a80, 0x0000_0a88, 0x0000_0000]),
            (0xd, 1, [0x0000_000f, 0x0000_0a80, 0x0000_0100, 0x0000_0000]),
            (0x8000_0001, 0, [0x0000_0000, 0x0000_0000, 0x0000_0121, 0x2c10_0800]),
            (0x8000_0008, 0, [0x0000_302e, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
        ],
    },
    Host {
        brand: "Intel(R) Xeon(R) w7-2475X",
        generation: "Sapphire Rapids",
        fits: "intel-sapphirerapids",
        leaves: &[
            (0x1, 0, [0x0008_06f8, 0x0080_0800, 0x7ffe_fbff, 0xbfeb_fbff]),
            (0x7, 0, [0x0000_0002, 0xf3bf_bffb, 0xbb41_7fee, 0xffdd_4430]),
            (0x7, 1, [0x0000_1c30, 0x0000_0000, 0x0000_0000, 0x0000_0000]),
            (0x7, 2, [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0017]),
            (0xd, 0, [0x0006_02e7, 0x0000_2b00, 0x0000_2b00, 0x0000_0000]),
            (0xd, 1, [0x0000_001f, 0x0000_2a80, 0x0000_dd00, 0x0000_0000]),
            (0x8000_0001, 0, [0x0000_0000, 0x0000_0000, 0x0000_0121, 0x2c10_0000]),
            (0x8000_0008, 0, [0x0000_3934, 0x0000_0200, 0x0000_0000, 0x0000_0000]),
        ],
    },
];
}
