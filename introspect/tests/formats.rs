//! The importers on whole files, and the exporters against the tools that read them.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;
    use std::process::{Command, Stdio};

    use introspect::cpuid::format::{export, import, import_as};
    use introspect::cpuid::{Capture, CpuDump, ExportError, Format, LeafId};

    fn fixtures() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
    }

    fn fixture(name: &str) -> Capture {
        let bytes = fs::read(fixtures().join(name)).unwrap();
        import(bytes.as_slice()).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn exported(capture: &Capture, format: Format) -> Vec<u8> {
        let mut bytes = Vec::new();
        export(capture, format, &mut bytes).unwrap();
        bytes
    }

    /// Every leaf of one dump is the same in another.
    fn assert_within(part: &CpuDump, whole: &CpuDump) {
        for (id, registers) in part.iter() {
            assert_eq!(whole.get(id), Some(registers), "{id}");
        }
    }

    #[test]
    fn one_cpu_is_the_same_in_every_format() {
        let whole = fixture("dumps/emerald-rapids-kvm.etallen.txt");
        assert_eq!(whole.format, Format::Etallen);
        assert_eq!(whole.guest.cpus.len(), 2);
        let all = whole.guest.cpus[0].len();
        for (name, format, cpus, leaves) in [
            ("instlatx64.txt", Format::Instlatx64, 2, all),
            ("libcpuid.txt", Format::Libcpuid, 2, 60),
            ("libvirt.xml", Format::Libvirt, 1, all),
            ("raw-cpuid.txt", Format::RawCpuid, 1, 50),
        ] {
            let capture = fixture(&format!("dumps/emerald-rapids-kvm.{name}"));
            assert_eq!(capture.format, format);
            assert_eq!(capture.guest.cpus.len(), cpus, "{name}");
            assert!(capture.guest.cpus[0].len() >= leaves, "{name}");
            for (part, whole) in capture.guest.cpus.iter().zip(&whole.guest.cpus) {
                // libcpuid's arrays have zeros where cpuid(1) stops.
                let real = part.iter().filter(|(id, r)| whole.get(*id).is_some() || !r.is_zero());
                assert_within(&real.collect(), whole);
            }
        }
    }

    #[test]
    fn both_sides_of_a_hypervisors_log_are_read() {
        for (name, format, version) in [
            ("kabylake-evc-haswell.vmware.log", Format::VmwareLog, Some(14)),
            ("kabylake-evc-haswell-old.vmware.log", Format::VmwareLog, Some(14)),
            ("kabylake-evc-haswell.vmx", Format::Vmx, Some(14)),
            ("kabylake.VBox.log", Format::VirtualboxLog, None),
        ] {
            let capture = fixture(&format!("dumps/{name}"));
            assert_eq!((capture.format, capture.hardware_version), (format, version), "{name}");
            let leaf1 = LeafId::new(1, 0);
            let guest = capture.guest.cpus[0].get(leaf1).unwrap();
            let host = capture.host.unwrap().cpus[0].get(leaf1).unwrap();
            assert_eq!((guest.eax, host.eax), (0x000306f0, 0x000806e9), "{name}");
        }
        let old = fixture("dumps/kabylake-evc-haswell-old.vmware.log");
        assert_eq!(
            old,
            fixture("dumps/kabylake-evc-haswell.vmware.log"),
            "both forms say the same"
        );
    }

    #[test]
    fn the_two_captured_guests_are_read() {
        for (name, fms, level) in
            [("kabylake-no-evc", "6/142/9", 22), ("kabylake-evc-haswell", "6/63/0", 13)]
        {
            let capture = fixture(&format!("cpuinfo/{name}.cpuinfo"));
            assert!(capture.is_partial());
            let cpuinfo = capture.cpuinfo.unwrap();
            let processor = cpuinfo.first().unwrap();
            assert_eq!(processor.fms.unwrap().to_string(), fms);
            assert_eq!(processor.cpuid_level, Some(level));
            assert_eq!(processor.has_flag("rdseed"), level == 22);
            assert_eq!(processor.address_bits, Some((45, 48)));
        }
    }

    #[test]
    fn our_json_holds_all_of_every_fixture() {
        let mut seen = 0;
        for directory in ["dumps", "cpuinfo"] {
            for entry in fs::read_dir(fixtures().join(directory)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "md") {
                    continue;
                }
                let mut capture = import(fs::read(&path).unwrap().as_slice()).unwrap();
                let again = import(exported(&capture, Format::Native).as_slice()).unwrap();
                capture.format = Format::Native;
                assert_eq!(again, capture, "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen >= 11, "only {seen} fixtures");
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let partial = fixture("cpuinfo/kabylake-no-evc.cpuinfo");
        let mut out = Vec::new();
        let error = export(&partial, Format::Etallen, &mut out).unwrap_err();
        assert!(matches!(error, ExportError::Partial { .. }));
        assert!(error.to_string().contains("/proc/cpuinfo"), "{error}");
        let whole = fixture("dumps/emerald-rapids-kvm.etallen.txt");
        let error = export(&whole, Format::Vmx, &mut out).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write vmx; CPUID can be written as native, etallen or libvirt"
        );
        assert!(out.is_empty());
    }

    #[test]
    fn a_wrong_format_is_an_error_not_a_guess() {
        let text = fs::read(fixtures().join("dumps/kabylake.VBox.log")).unwrap();
        for format in [Format::Etallen, Format::Libvirt, Format::Native, Format::Live] {
            assert!(import_as(format, text.as_slice()).is_err(), "{format}");
        }
        assert!(import_as(Format::VirtualboxLog, text.as_slice()).is_ok());
    }

    /// What `cpuid` prints, given a dump on its standard input, or `None` without cpuid.
    fn cpuid(arguments: &[&str], input: &[u8]) -> Option<String> {
        let mut child = Command::new("cpuid")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        // cpuid without -f reads nothing, so the pipe may have closed.
        let _ = writer.join().unwrap();
        assert!(output.status.success(), "cpuid {arguments:?}");
        Some(String::from_utf8(output.stdout).unwrap())
    }

    #[test]
    fn etallens_cpuid_reads_what_we_write() {
        let Some(live) = cpuid(&["-r"], b"") else {
            let reason = "cpuid(1) is not installed, so our etallen text is not compared";
            return testing::skip::announce(module_path!(), reason);
        };
        let one = cpuid(&["-1", "-r"], b"").unwrap();
        let path = fixtures().join("dumps/emerald-rapids-kvm.etallen.txt");
        let original = fs::read_to_string(path).unwrap();
        for raw in [live, one, original] {
            let capture = import(raw.as_bytes()).unwrap();
            let written = exported(&capture, Format::Etallen);
            let decoded = cpuid(&["-f", "-"], &written).unwrap();
            assert!(decoded.lines().count() > 500, "{decoded}");
            assert_eq!(decoded, cpuid(&["-f", "-"], raw.as_bytes()).unwrap());
            let from_json = import(exported(&capture, Format::Native).as_slice()).unwrap();
            assert_eq!(exported(&from_json, Format::Etallen), written);
        }
    }
}
