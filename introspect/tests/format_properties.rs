//! Importers and exporters on input that nobody chose.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use introspect::cpuid::format::{NativeDump, export, import, import_as};
    use introspect::cpuid::{
        Capture, CpuDump, CpuInfo, Dump, Fms, Format, ImportError, LeafId, Processor, Registers,
    };
    use proptest::collection::{btree_map, btree_set, vec};
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    const READABLE: [Format; 10] = [
        Format::Native,
        Format::Etallen,
        Format::Instlatx64,
        Format::Libcpuid,
        Format::Libvirt,
        Format::RawCpuid,
        Format::VmwareLog,
        Format::Vmx,
        Format::VirtualboxLog,
        Format::Cpuinfo,
    ];

    /// First lines after which a text is taken for each of the formats.
    const TELLING: [&str; 10] = [
        "CPU 0:\n",
        "------[ Versions ]------\n",
        "basic_cpuid[0]=",
        "(0x0, 0x0) => CpuIdResult {",
        "Log for VMware ESX\n",
        "Gst: ",
        "guestCPUID.0 = \"",
        "processor\t: 0\n",
        "{\"guestd-cpuid\": 1, ",
        "<cpudata arch='x86'>",
    ];

    fn fixtures() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
    }

    /// All fixtures, and the native dump of each that is one.
    fn samples() -> Vec<Vec<u8>> {
        let mut samples = Vec::new();
        for directory in ["dumps", "cpuinfo"] {
            for entry in fs::read_dir(fixtures().join(directory)).unwrap() {
                let bytes = fs::read(entry.unwrap().path()).unwrap();
                if let Ok(capture) = import(bytes.as_slice()) {
                    let mut native = Vec::new();
                    export(&capture, Format::Native, &mut native).unwrap();
                    samples.push(native);
                }
                samples.push(bytes);
            }
        }
        samples
    }

    /// An error may repeat the file's text, but short and without control characters.
    fn check(result: Result<Capture, ImportError>) {
        if let Err(error) = result {
            let text = error.to_string();
            assert!(text.chars().count() < 500, "{text}");
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
    }

    fn check_all(bytes: &[u8]) {
        check(import(bytes));
        for format in READABLE {
            check(import_as(format, bytes));
        }
    }

    fn registers() -> impl Strategy<Value = Registers> {
        any::<[u32; 4]>().prop_map(|[eax, ebx, ecx, edx]| Registers::new(eax, ebx, ecx, edx))
    }

    fn leaf() -> impl Strategy<Value = LeafId> {
        let leaf = prop_oneof![0u32..0x30, 0x8000_0000u32..0x8000_0030, any::<u32>()];
        let subleaf = prop_oneof![0u32..8, any::<u32>()];
        (leaf, subleaf).prop_map(|(leaf, subleaf)| LeafId::new(leaf, subleaf))
    }

    fn cpu() -> impl Strategy<Value = CpuDump> {
        btree_map(leaf(), registers(), 0..40).prop_map(|leaves| leaves.into_iter().collect())
    }

    /// A dump as a machine has it: every CPU has leaf 0.
    fn dump(cpus: std::ops::Range<usize>) -> impl Strategy<Value = Dump> {
        vec((cpu(), registers()), cpus).prop_map(|cpus| {
            let cpus = cpus.into_iter().map(|(mut cpu, zero)| {
                cpu.insert(0, 0, zero);
                cpu
            });
            Dump { cpus: cpus.collect() }
        })
    }

    fn flags() -> impl Strategy<Value = BTreeSet<String>> {
        btree_set("[a-z0-9_]{1,12}", 0..6)
    }

    fn processor() -> impl Strategy<Value = Processor> {
        let fms =
            any::<[u32; 3]>().prop_map(|[family, model, stepping]| Fms { family, model, stepping });
        let names = (option::of("[!-~]{0,20}"), option::of("[!-~][ -~]{0,40}[!-~]"));
        let numbers = (any::<u32>(), any::<Option<u32>>(), any::<Option<u32>>());
        let sets = (flags(), flags(), flags());
        (option::of(fms), names, numbers, sets, any::<Option<(u32, u32)>>()).prop_map(
            |(fms, (vendor_id, model_name), numbers, (flags, vmx_flags, bugs), address_bits)| {
                let (number, microcode, cpuid_level) = numbers;
                Processor {
                    number,
                    vendor_id,
                    fms,
                    model_name,
                    microcode,
                    cpuid_level,
                    flags,
                    vmx_flags,
                    bugs,
                    address_bits,
                }
            },
        )
    }

    prop_compose! {
        fn capture()(
            guest in dump(1..4),
            host in option::of(vec(cpu(), 0..3)),
            processors in option::of(vec(processor(), 0..3)),
            hardware_version in any::<Option<u32>>(),
            notes in vec("[!-~éß][ -~éß]{0,40}[!-~éß]", 0..3),
        ) -> Capture {
            Capture {
                format: Format::Native,
                guest,
                host: host.map(|cpus| Dump { cpus }),
                cpuinfo: processors.map(|processors| CpuInfo { processors }),
                hardware_version,
                notes,
            }
        }
    }

    fn through(capture: &Capture, format: Format) -> Capture {
        let mut bytes = Vec::new();
        export(capture, format, &mut bytes).unwrap();
        import(bytes.as_slice())
            .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&bytes)))
    }

    fn config() -> ProptestConfig {
        ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn arbitrary_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..2000)) {
            check_all(&bytes);
        }

        #[test]
        fn arbitrary_text_behind_a_telling_line_is_read_or_refused(
            head in select(TELLING.to_vec()),
            text in "([ -~]|\n|0x[0-9a-f]{8} |CPUID|[^\\x00-\\x1f]){0,200}",
        ) {
            check_all(format!("{head}{text}").as_bytes());
        }

        #[test]
        fn damaged_and_joined_files_are_read_or_refused(
            pick in any::<Index>(),
            cut in any::<Index>(),
            changes in vec((any::<Index>(), any::<u8>()), 0..4),
            join in any::<bool>(),
        ) {
            let samples = samples();
            let mut bytes = pick.get(&samples).clone();
            bytes.truncate(cut.index(bytes.len()) + 1);
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if join {
                let other = cut.get(&samples);
                bytes.extend_from_slice(&other[..other.len() / 2]);
            }
            check(import(bytes.as_slice()));
        }

        #[test]
        fn a_file_cut_within_a_leaf_is_refused(cut in 4usize..79, cpu in 0usize..2) {
            let path = fixtures().join("dumps/emerald-rapids-kvm.etallen.txt");
            let text = fs::read_to_string(path).unwrap();
            let header = text.find(&format!("CPU {cpu}:")).unwrap();
            let line = text[header..].find("   0x00000007 0x00").unwrap() + header;
            let error = import(&text.as_bytes()[..line + cut]).unwrap_err().to_string();
            prop_assert!(error.contains("the end of the file"), "{}", error);
        }

        #[test]
        fn native_json_is_the_identity(capture in capture()) {
            prop_assert_eq!(&through(&capture, Format::Native), &capture);
            let native = NativeDump::from(&capture.guest);
            let report = serde_json::json!({ "schema": 1, "cpuid": native });
            let report = import(report.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&report.guest, &capture.guest);
            prop_assert_eq!(&Dump::from(native), &capture.guest);
        }

        #[test]
        fn etallen_is_the_identity(dump in dump(1..4)) {
            let capture = Capture::of_dump(Format::Etallen, dump);
            prop_assert_eq!(&through(&capture, Format::Etallen), &capture);
        }

        #[test]
        fn libvirt_is_the_identity_of_one_cpu(dump in dump(1..3)) {
            let first = Dump { cpus: vec![dump.cpus[0].clone()] };
            let capture = Capture::of_dump(Format::Libvirt, dump);
            prop_assert_eq!(through(&capture, Format::Libvirt).guest, first);
        }
    }
}
