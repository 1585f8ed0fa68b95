use crate::support::{CPUINFO, DUMP, json, run, run_on};

#[test]
fn alone_it_is_one_screen() {
    let live = run(&["--width", "100"]);
    assert_eq!((live.code, live.err.as_str()), (Some(0), ""));
    assert!(live.out.lines().count() <= 24, "{}", live.out);
    for word in ["hypervisor", "CPU", "signature", "EVC", "level"] {
        assert!(live.out.lines().any(|line| line.starts_with(word)), "{word}: {}", live.out);
    }
    let captured = run_on(CPUINFO, &["--from", "-"]).out;
    assert!(captured.contains("EVC is active: intel-haswell"), "{captured}");
    assert!(captured.contains("partial"), "{captured}");
}

#[test]
fn virt_has_the_words_of_both_peers() {
    let virt = json(DUMP, &["virt", "--from", "-", "-o", "json"]);
    assert_eq!(virt["systemd"], "kvm");
    assert_eq!(virt["virt_what"], serde_json::json!(["kvm"]));
    assert_eq!(virt["vendor"], "KVM");
    assert_eq!(virt["layers"][1]["value"], "KVMKVMKVM");
}

#[test]
fn a_captured_tree_answers_without_the_live_machine() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../introspect/tests/fixtures/roots/vmware");
    let virt = json("", &["virt", "--root", root, "-o", "json"]);
    assert_eq!(virt["systemd"], "vmware", "{virt:#}");
    assert_eq!(virt["vendor"], "VMware", "{virt:#}");
}

#[test]
fn a_report_becomes_labels_of_a_node() {
    let answer = run_on(CPUINFO, &["report", "--nfd", "--from", "-"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for line in [
        "guestd-evc.verdict=active",
        "guestd-evc.mode=intel-haswell",
        "guestd-evc.hidden.adx=true",
        "guestd-cpu.level=x86-64-v3",
        "guestd-virt.vm=vm-other",
    ] {
        assert!(answer.out.lines().any(|other| other == line), "{line}: {answer:?}");
    }
    let both = run(&["report", "--nfd", "--line"]);
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[test]
fn a_report_is_read_back_as_the_same_machine() {
    let report = json(DUMP, &["report", "--from", "-"]);
    assert_eq!(
        (&report["schema"], &report["schema_version"]),
        (&"guestd-report".into(), &1.into())
    );
    assert_eq!(report["cpu"]["signature"], "000c06f2");
    assert_eq!(report["cpu"]["level"]["highest"], "x86-64-v4");
    assert_eq!(report["evc"]["verdict"], "not-vmware");
    assert_eq!(report["virt"]["systemd"], "kvm");
    let again = json(&report.to_string(), &["report", "--from", "-"]);
    assert_eq!(again["cpuid"], report["cpuid"]);
    assert_eq!(again["cpu"], report["cpu"]);
}

#[test]
fn the_live_report_finds_no_unexplained_flag() {
    let report = json("", &["report"]);
    let differences = report["consistency"]["against_kernel"].as_array();
    for difference in differences.expect("a live Linux machine has /proc/cpuinfo") {
        assert_ne!(difference["explanation"], "no reason known", "{difference}");
    }
}
