use super::*;
use crate::cpuid::dump::CpuDump;
use crate::cpuid::format::testing::{capture_of, error_of};
use crate::cpuid::format::{export as export_as, import as import_any};
use crate::cpuid::registers::{LeafId, Registers};

const DUMP: &str = r#"{
  "guestd-cpuid": 1,
  "cpus": [
    {"0x1.0": "000306f0 00010800 fffa3203 0f8bfbff", "0x14.0": "00000001 00000000 00000000 00000000"},
    {"0x1.0": "000306f0 01010800 fffa3203 0f8bfbff", "0x14.0": null, "same_as": 0}
  ],
  "hardware_version": 11,
  "notes": ["bad \u001b[2J"]
}"#;

#[test]
fn a_dump_is_read() {
    let capture = capture_of(Format::Native, DUMP);
    assert_eq!(capture.hardware_version, Some(11));
    assert_eq!(capture.notes, ["bad ?[2J"]);
    let second = &capture.guest.cpus[1];
    assert_eq!(second.get(LeafId::new(1, 0)).unwrap().ebx, 0x0101_0800);
    assert_eq!(second.len(), 1);
}

#[test]
fn a_report_holds_a_dump_under_the_key_cpuid() {
    let report = format!("\u{feff}\n\n{{\"schema\": 1, \"virt\": [{{}}], \"cpuid\": {DUMP}}}");
    assert_eq!(capture_of(Format::Native, &report), capture_of(Format::Native, DUMP));
}

#[test]
fn equal_cpus_are_written_once() {
    let cpu: CpuDump = (0..50).map(|n| (LeafId::new(n, 0), Registers::new(n, 0, 0, 0))).collect();
    let mut other = cpu.clone();
    other.insert(1, 0, Registers::default());
    other.remove(LeafId::new(2, 0));
    let dump = Dump { cpus: vec![cpu.clone(), cpu, other] };
    let capture = Capture::of_dump(Format::Native, dump);
    let mut text = Vec::new();
    export_as(&capture, Format::Native, &mut text).unwrap();
    let shown = String::from_utf8(text.clone()).unwrap();
    assert_eq!(shown.matches("same_as").count(), 2);
    assert_eq!(shown.matches("null").count(), 1);
    assert_eq!(shown.matches("0x3.0").count(), 1);
    assert_eq!(import_any(text.as_slice()).unwrap(), capture);
}

#[test]
fn damage_is_named_with_its_line() {
    for (text, line, words) in [
        (DUMP.replace("0f8bfbff", "0f8bfbf"), 4, "leaf 0x1.0"),
        (DUMP.replace("0x14.0\": null", "0x15.0\": null"), 5, "not there"),
        (DUMP.replace("same_as\": 0", "same_as\": 1"), 5, "earlier CPU"),
        (DUMP.replace("\"notes\"", "\"nodes\""), 8, "unknown field"),
        (DUMP.replace("cpuid\": 1", "cpuid\": 2"), 2, "version 2"),
        (DUMP.replace("0x14.0\": null", "0x1.0\": null"), 5, "twice"),
        (DUMP.replace("0x14.0", "x14"), 4, "x14"),
        (DUMP[..DUMP.len() - 1].to_owned(), 9, "EOF"),
        (format!("{DUMP}\nCPU 0:\n"), 10, "trailing characters"),
        ("{\"guestd-cpuid\": 1, \"cpus\": [{}]}".to_owned(), 1, "neither"),
        (format!("\n\n{}", DUMP.replace("null", "nul")), 7, "native"),
    ] {
        let error = error_of(&text);
        assert!(error.contains(&format!("native, line {line}:")), "{error}");
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_small_file_cannot_name_a_huge_dump() {
    let leaves: Vec<String> =
        (0..4096).map(|n| format!("\"{n:#x}.0\":\"{}\"", Registers::default())).collect();
    let same = ",{\"same_as\":0}".repeat(8000);
    let text = format!("{{\"guestd-cpuid\":1,\"cpus\":[{{{}}}{same}]}}", leaves.join(","));
    let error = error_of(&text);
    assert!(error.contains(TOO_MANY_IN_ALL), "{error}");
    let cpus = vec!["{}"; MAX_CPUS + 1].join(",");
    let error = error_of(&format!("{{\"guestd-cpuid\":1,\"cpus\":[{cpus}]}}"));
    assert!(error.contains("too many CPUs; the limit is 8192"), "{error}");
}
