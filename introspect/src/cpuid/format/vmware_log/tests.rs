use super::*;
use crate::cpuid::format::testing::{capture_of, error_of};
use crate::cpuid::registers::Registers;

const OLD: &str = "\
Aug 20 20:09:04.1: vmx| Log for VMware Workstation pid=10584 version=7.1.1
Aug 20 20:09:04.2: vmx| CPUID[1] level 00000001, 0: 0x0001067a 0x01020800 0x0c08e39d 0xbfebfbff
Aug 20 20:09:04.2: vmx| hostCPUID vendor: GenuineIntel
Aug 20 20:09:04.2: vmx| hostCPUID level 00000001, 0: 0x0001067a 0x00020800 0x0c08e39d 0xbfebfbff
Aug 20 20:09:04.2: vmx| hostCPUID level 0000000d, 2e: 0x00000000 0x00000000 0x00000000 0x00000000
Aug 20 20:09:04.3: vmx| DICT         virtualHW.version = 7
Aug 20 20:09:05.0: vmx| guestCPUID level 00000001, 0: 0x0001067a 0x00010800 0x80080201 0x0febfbff
Aug 20 20:09:05.1: vmx| vmx-99 and CPUID are passed over here
";

const NEW: &str = "\
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID guest family: 0x6 model: 0x9e stepping: 0xa
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID       level eaxIn, ecxIn:        eax        ebx        ecx        edx
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID guest level 00000000,  0: 0x00000016 0x756e6547 0x6c65746e 0x49656e69
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID guest level 00000001,  0: 0x000906ea 0x00040800 0xf7fa3203 0x1f8bfbff
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID *host level 00000001,  0: 0x000906ea 0x00100800 0xfefaf387 0xbfebfbff
2021-02-05T17:52:27.7+08:00| vmx| I005: guest vs. host CPUID guest level 40000000,  0: 0x40000010 0x61774d56 0x4d566572 0x65726177
";

#[test]
fn the_old_form_has_two_full_dumps() {
    let capture = capture_of(Format::VmwareLog, OLD);
    let leaf1 = LeafId::new(1, 0);
    assert_eq!(capture.guest.cpus[0].len(), 1);
    assert_eq!(capture.guest.cpus[0].get(leaf1).unwrap().ecx, 0x8008_0201);
    let host = capture.host.unwrap();
    assert_eq!(host.cpus[0].get(leaf1).unwrap().ebx, 0x0002_0800);
    assert_eq!(host.cpus[0].get(LeafId::new(0xd, 0x2e)), Some(Registers::default()));
    assert_eq!(capture.hardware_version, Some(7));
}

#[test]
fn a_host_line_left_out_means_the_same_registers() {
    let capture = capture_of(Format::VmwareLog, NEW);
    let host = &capture.host.unwrap().cpus[0];
    assert_eq!(host.get(LeafId::new(0, 0)).unwrap().eax, 0x16);
    assert_eq!(host.get(LeafId::new(1, 0)).unwrap().edx, 0xbfeb_fbff);
    assert_eq!(host.get(LeafId::new(0x4000_0000, 0)), None, "the guest's hypervisor only");
    assert_eq!(capture.guest.cpus[0].len(), 3);
}

#[test]
fn a_second_power_on_replaces_the_first() {
    let second = NEW.replace("0x00000016", "0x0000000d");
    let capture = capture_of(Format::VmwareLog, &format!("{NEW}{second}"));
    assert_eq!(capture.guest.cpus[0].get(LeafId::new(0, 0)).unwrap().eax, 0xd);
    assert_eq!(capture.host.unwrap().cpus[0].get(LeafId::new(0, 0)).unwrap().eax, 0xd);
    assert!(capture.notes[0].contains("2 power-ons"), "{:?}", capture.notes);
}

#[test]
fn the_hardware_version_is_found_where_it_stands() {
    for (text, version) in [
        ("x| DICT virtualHW.version = \"19\"\n", Some(19)),
        ("x| Hardware version is vmx-11.\n", Some(11)),
        ("x| vmx-11x vmx-debug\nthread vmx-0\npid-vmx-12\nvmx-13-14\n", None),
        ("x| vmx-08 is old\nDICT virtualHW.version = \"9\"\n", Some(9)),
    ] {
        let capture = capture_of(Format::VmwareLog, &format!("{NEW}{text}"));
        assert_eq!(capture.hardware_version, version, "{text}");
    }
}

#[test]
fn damage_is_named_with_its_line() {
    for (text, line) in [
        (NEW.replace("0x1f8bfbff", "0x1f8bfbf"), 4),
        (NEW.replace("*host level", "*host leve1"), 5),
        (NEW.replace(",  0:", " 0:"), 3),
        (NEW[..NEW.len() - 30].to_owned(), 6),
        (format!("{NEW}2021| vmx| guest vs. host CPUID gue"), 7),
        (OLD.replace("CPUID[1] level 00000001, 0: 0x0001067a", "CPUID[1] level 00000001, 0: x"), 2),
        (format!("{OLD}x| DICT virtualHW.version = seven\n"), 9),
        (OLD.replace("guestCPUID", "guestcpu"), 8),
    ] {
        let error = error_of(&text);
        assert!(error.contains(&format!("vmware-log, line {line}:")), "{text}{error}");
        assert!(!error.contains("| vmx|"), "the time says nothing: {error}");
    }
}
