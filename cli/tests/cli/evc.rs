use serde_json::Value;

use crate::support::{CPUINFO, DUMP, NO_EVC, file, json, run, run_on};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

fn flags(cpuinfo: &str) -> Vec<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("flags")).unwrap();
    line.split_once(':').unwrap().1.split_whitespace().collect()
}

#[test]
fn the_captured_guest_in_haswell_mode_is_active_and_hides_exactly_the_difference() {
    let evc = json(CPUINFO, &["evc", "--from", "-", "-o", "json"]);
    assert_eq!((&evc["verdict"], &evc["mode"]), (&"active".into(), &"intel-haswell".into()));
    assert_eq!(evc["signature"], "000306f0");
    let here = flags(CPUINFO);
    let mut lost: Vec<_> = flags(NO_EVC).into_iter().filter(|flag| !here.contains(flag)).collect();
    lost.sort_unstable();
    let mut hidden = names(&evc["hidden"]);
    hidden.sort_unstable();
    assert_eq!(hidden, lost);
    assert_eq!(hidden.len(), 8);
}

#[test]
fn the_captured_guest_without_evc_is_itself() {
    let evc = json(NO_EVC, &["evc", "--from", "-", "-o", "json"]);
    assert_eq!((&evc["verdict"], &evc["mode"]), (&"none".into(), &Value::Null));
    assert_eq!(evc["fms"], "6/142/9");
    assert_eq!(evc["hidden"], Value::Array(Vec::new()));
    assert_eq!(evc["partial"], true);
}

#[test]
fn a_kvm_guest_is_no_vmware_guest() {
    let evc = json(DUMP, &["evc", "--from", "-", "-o", "json"]);
    assert_eq!(evc["verdict"], "not-vmware");
    assert_eq!(evc["mode"], evc["feature_mode"]);
    assert_eq!(evc["partial"], false);
}

#[test]
fn a_vmware_log_has_both_sides() {
    let log = include_str!("../../../tests/fixtures/dumps/kabylake-evc-haswell.vmware.log");
    let evc = json(log, &["evc", "--from", "-", "-o", "json"]);
    assert_eq!((&evc["verdict"], &evc["mode"]), (&"active".into(), &"intel-haswell".into()));
    let rows = evc["hidden"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(row("adx")["reason"], "not-in-mode");
    assert_eq!(row("adx")["confidence"], "observed");
    assert_eq!(row("vmx")["reason"], "setting");
    let virtualbox = include_str!("../../../tests/fixtures/dumps/kabylake.VBox.log");
    assert_eq!(json(virtualbox, &["evc", "--from", "-", "-o", "json"])["verdict"], "not-vmware");
}

#[test]
fn modes_are_listed_shown_and_crossed() {
    let list = json("", &["evc", "list", "-o", "json"]);
    assert_eq!(list["modes"].as_array().unwrap().len(), 25);
    let haswell = json("", &["evc", "show", "intel-haswell", "-o", "json"]);
    assert_eq!(haswell["features"].as_array().unwrap().len(), 41);
    let wrong = run(&["evc", "show", "haswell"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("did you mean intel-haswell?"), "{}", wrong.err);
    let matrix = json("", &["evc", "matrix", "-o", "json"]);
    assert_eq!(matrix["vendors"][0]["modes"].as_array().unwrap().len(), 13);
    assert_eq!(matrix["vendors"][1]["modes"].as_array().unwrap().len(), 12);
    let page = run(&["evc", "matrix", "-o", "html"]).out;
    assert!(page.contains("Sapphire Rapids") && page.contains("avx512f"), "{page:.300}");
    for line in run(&["evc", "matrix", "--vendor", "intel", "--width", "100"]).out.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn check_says_what_forbids_a_move() {
    let (_keep, haswell) = file(CPUINFO);
    let (_keep2, kaby) = file(NO_EVC);
    let (haswell, kaby) = (haswell.to_str().unwrap(), kaby.to_str().unwrap());
    let up = run(&["evc", "check", "--from", haswell, "--to", kaby]);
    assert_eq!(up.code, Some(0), "{up:?}");
    assert!(up.out.starts_with("possible"), "{}", up.out);
    let down = run(&["evc", "check", "--from", kaby, "--to", haswell, "-o", "json"]);
    assert_eq!(down.code, Some(1));
    let down: Value = serde_json::from_str(&down.out).unwrap();
    assert_eq!(down["answer"], "forbidden");
    assert_eq!(names(&down["forbids"]).len(), 8);
    // CPUID against flags: what Linux does not print cannot be told.
    let (_keep3, dump) = file(DUMP);
    let same =
        run(&["evc", "check", "--from", dump.to_str().unwrap(), "--to", dump.to_str().unwrap()]);
    assert_eq!(same.code, Some(0));
    assert_eq!(run(&["evc", "check", "--from", "-", "--to", "-"]).code, Some(2));
}

#[test]
fn check_promises_nothing_that_a_capture_leaves_open() {
    let (_keep, haswell) = file(CPUINFO);
    let haswell = haswell.to_str().unwrap();
    let partial = run(&["evc", "check", "--from", haswell, "--to", haswell]);
    assert!(partial.out.contains("every feature that the kernel shows"), "{}", partial.out);
    let vmx = include_str!("../../../tests/fixtures/dumps/kabylake-evc-haswell.vmx");
    let (_keep2, vmx) = file(vmx);
    let vmx = vmx.to_str().unwrap();
    let short = run(&["evc", "check", "--from", vmx, "--to", vmx]);
    assert_eq!(short.code, Some(3), "{short:?}");
    assert!(short.out.starts_with("undecided"), "{}", short.out);
    let live = run(&["evc", "check", "--from", "live", "--to", "live"]);
    assert_eq!(live.code, Some(0), "{live:?}");
}

#[test]
fn a_fleet_whose_captures_do_not_say_enough_is_not_said_to_share_nothing() {
    let line = r#"{"guestd-cpuid":1,"cpus":[{"0x0.0":"0000001f 756e6547 6c65746e 49656e69"}]}"#;
    let fleet = run_on(&format!("{line}\n"), &["evc", "fleet"]);
    assert_eq!(fleet.code, Some(1));
    assert!(fleet.out.starts_with("no mode can be told"), "{}", fleet.out);
}

#[test]
fn a_fleet_shares_what_its_poorest_machine_has() {
    let (_keep, haswell) = file(CPUINFO);
    let (_keep2, kaby) = file(NO_EVC);
    let fleet =
        run(&["evc", "fleet", haswell.to_str().unwrap(), kaby.to_str().unwrap(), "-o", "json"]);
    let fleet: Value = serde_json::from_str(&fleet.out).unwrap();
    assert_eq!((&fleet["machines"], &fleet["mode"]), (&2.into(), &"intel-haswell".into()));
    let held = &fleet["vendors"][0]["held_back"][0];
    assert_eq!(held["mode"], "intel-broadwell");
    assert_eq!(names(&held["by"]), ["3dnowprefetch", "adx", "rdseed", "smap"]);
    assert_eq!(held["by"][0]["examples"][0], haswell.to_str().unwrap());
}

#[test]
fn a_fleet_reads_reports_and_dumps_one_a_line() {
    let report = run_on(DUMP, &["report", "--line", "--from", "-"]).out;
    assert_eq!(report.lines().count(), 1);
    let partial = run_on(CPUINFO, &["report", "--line", "--from", "-"]).out;
    let lines = format!("{report}\n{report}{partial}");
    let fleet = json(&lines, &["evc", "fleet", "-o", "json"]);
    assert_eq!(fleet["machines"], 3);
    assert_eq!(fleet["vendors"][0]["partial"], 1);
    assert_eq!(fleet["mode"], "intel-haswell");
    let bad = run_on(&format!("{report}{{\n"), &["evc", "fleet"]);
    assert_eq!(bad.code, Some(3));
    assert!(bad.err.contains("line 2"), "{}", bad.err);
    assert_eq!(run_on("", &["evc", "fleet"]).code, Some(3));
}
