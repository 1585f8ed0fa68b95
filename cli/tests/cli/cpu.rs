use std::path::Path;

use crate::support::{CPUINFO, DUMP, file, json, run, run_on};

/// Another machine: the same dump with AVX-512F and AVX2 (leaf 7 EBX bits 16 and 5) masked.
fn masked() -> String {
    let leaf7 = "0x00000007 0x00: eax=0x00000002 ebx=0xf1bf2ffb";
    assert!(DUMP.contains(leaf7));
    DUMP.replace(leaf7, "0x00000007 0x00: eax=0x00000002 ebx=0xf1be2fdb")
}

fn names(list: &serde_json::Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn the_live_machine_answers() {
    for args in [&["cpu"][..], &["cpu", "--raw"], &["cpu", "--leaf", "1"], &["cpu", "--cpu", "0"]] {
        let answer = run(args);
        assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(answer.out.lines().count() > 1);
    }
    assert_eq!(run(&["cpu", "--cpu", "8000"]).code, Some(4));
}

#[test]
fn raw_prints_the_registers_of_the_dump() {
    let answer = run_on(DUMP, &["cpu", "--raw", "--leaf", "1", "--from", "-"]);
    assert_eq!(
        answer.out,
        "leaf      sub  eax       ebx       ecx       edx\n\
         00000001  0    000c06f2  01020800  fffa3203  1f8bfbff\n"
    );
    let raw = json(DUMP, &["cpu", "--raw", "--leaf", "4", "--from", "-", "-o", "json"]);
    assert_eq!(raw["leaves"].as_array().unwrap().len(), DUMP.matches("0x00000004 0x").count());
    assert_eq!(raw["leaves"][0]["eax"], "0x04000121");
}

#[test]
fn a_leaf_or_a_cpu_that_is_not_there_is_exit_code_3() {
    for args in [["--leaf", "0x7777"], ["--cpu", "1"]] {
        let answer = run_on(DUMP, &["cpu", args[0], args[1], "--from", "-"]);
        assert_eq!((answer.code, answer.out.as_str()), (Some(3), ""), "{args:?}");
        assert!(answer.err.contains(&args.join(" ")), "{}", answer.err);
    }
}

#[test]
fn features_are_found_by_part_of_a_name_and_by_glob() {
    let present = json(DUMP, &["cpu", "features", "--from", "-", "-o", "json", "avx512dq"]);
    assert_eq!(names(&present["features"]), ["avx512dq"]);
    assert_eq!(present["features"][0]["evc"], "cpuid.AVX512DQ");
    assert_eq!(present["features"][0]["state"], "present");

    let all = json(&masked(), &["cpu", "features", "--all", "--from", "-", "-o", "json", "avx?"]);
    assert_eq!(names(&all["features"]), ["avx2"]);
    assert_eq!(all["features"][0]["state"], "absent");
}

#[test]
fn a_pattern_makes_features_a_question_of_yes_or_no() {
    let code =
        |dump: &str, pattern| run_on(dump, &["cpu", "features", "--from", "-", pattern]).code;
    assert_eq!(code(DUMP, "avx2"), Some(0));
    assert_eq!(code(&masked(), "avx2"), Some(1));
    assert_eq!(code(DUMP, "no-such-feature"), Some(1));
}

#[test]
fn what_cpuinfo_cannot_know_is_said() {
    let answer = run_on(CPUINFO, &["cpu", "features", "--from", "-"]);
    assert_eq!(answer.code, Some(0));
    assert!(answer.out.contains("\n\nnote: standard input: partial:"), "{}", answer.out);
    let list = json(CPUINFO, &["cpu", "features", "--all", "--from", "-", "-o", "json"]);
    assert_eq!(list["source"]["partial"], true);
    assert!(list["count"]["unknown"].as_u64() > Some(0));
    assert_eq!(run_on(CPUINFO, &["cpu", "--raw", "--from", "-"]).code, Some(3));
}

#[test]
fn cpuinfo_is_decoded_as_far_as_it_goes() {
    let answer = run_on(CPUINFO, &["cpu", "--from", "-"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for fact in ["partial", "i3-7100U", "000306f0", "model 63", "Haswell"] {
        assert!(answer.out.contains(fact), "{fact}: {}", answer.out);
    }
}

#[test]
fn a_dump_is_decoded() {
    let cpu = json(DUMP, &["cpu", "--from", "-", "-o", "json"]);
    assert_eq!(cpu["source"]["format"], "etallen");
    assert_eq!(cpu["identity"]["signature"], "0xc06f2");
    assert_eq!(cpu["identity"]["model"], 207);
    assert_eq!(cpu["caches"][0]["size"], 48 << 10);
    assert_eq!(cpu["hypervisors"][0]["signature"], "KVMKVMKVM");
    let features: Vec<&str> =
        cpu["features"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(features.contains(&"avx512f") && !features.contains(&"svm"));
}

#[test]
fn a_leaf_is_decoded_field_by_field_and_bit_by_bit() {
    let answer = run_on(DUMP, &["cpu", "--leaf", "1", "--from", "-"]).out;
    for line in ["eax[3:0]    stepping", "ecx[31]     hypervisor", "clear: dtes64"] {
        assert!(answer.contains(line), "{line}: {answer}");
    }
    let leaf = json(DUMP, &["cpu", "--leaf", "7.1", "--from", "-", "-o", "json"]);
    let leaves = leaf["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), 1);
    assert_eq!((&leaves[0]["leaf"], &leaves[0]["subleaf"]), (&"0x7".into(), &1.into()));
    assert!(names(&leaves[0]["bits"]).contains(&"avx_vnni"));
}

#[test]
fn a_captured_tree_is_asked_instead_of_the_live_cpu() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("proc")).unwrap();
    std::fs::write(root.path().join("proc/cpuinfo"), CPUINFO).unwrap();
    let root = root.path().to_str().unwrap();
    let list = json("", &["cpu", "features", "--root", root, "-o", "json"]);
    assert_eq!(list["source"]["format"], "cpuinfo");
}

#[test]
fn a_dump_is_read_back_the_same_in_every_format() {
    let native = run_on(DUMP, &["cpu", "dump", "--from", "-"]).out;
    for format in ["native", "etallen", "libvirt"] {
        let written = run_on(DUMP, &["cpu", "dump", "--from", "-", "--format", format]);
        assert_eq!((written.code, written.err.as_str()), (Some(0), ""), "{format}");
        let (_dir, path) = file(&written.out);
        let diff = run_on(&native, &["cpu", "diff", "-", path.to_str().unwrap()]);
        assert_eq!(diff.code, Some(0), "{format}: {diff:?}");
    }
}

fn diff(args: &[&str], a: &str, b: &Path) -> (Option<i32>, String) {
    let mut all = vec!["cpu", "diff", "-", b.to_str().unwrap()];
    all.extend(args);
    let answer = run_on(a, &all);
    assert_eq!(answer.err, "");
    (answer.code, answer.out)
}

#[test]
fn a_diff_names_features_and_registers() {
    let (_dir, path) = file(masked());
    let (code, out) = diff(&["-o", "json"], DUMP, &path);
    assert_eq!(code, Some(1));
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(names(&answer["features"]), ["avx2", "avx512f"]);
    assert_eq!(answer["features"][0]["a"], "present");
    assert_eq!(answer["features"][0]["b"], "absent");
    assert_eq!(answer["registers"].as_array().unwrap().len(), 1);
    assert_eq!(answer["registers"][0]["a"], "0xf1bf2ffb");
    assert_eq!(answer["registers"][0]["bits"], "0x00010020");
}

#[test]
fn machines_that_differ_in_volatile_fields_only_are_the_same() {
    // The initial APIC id in leaf 1 EBX is another on every CPU.
    let other = DUMP.replace("ebx=0x01020800", "ebx=0x00020800");
    assert_ne!(other, DUMP);
    let (_dir, path) = file(&other);
    let (code, out) = diff(&[], DUMP, &path);
    assert_eq!(code, Some(0), "{out}");
    assert!(!out.contains("01020800"));
    let (code, out) = diff(&["--volatile"], DUMP, &path);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("01020800"), "{out}");
}

#[test]
fn a_diff_is_also_a_page() {
    let (_dir, path) = file(masked());
    let (code, out) = diff(&["-o", "html"], DUMP, &path);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("<!doctype html>") && out.trim_end().ends_with("</html>"));
    assert!(out.contains("avx512f"));
}

#[test]
fn a_diff_with_cpuinfo_compares_flags_and_says_so() {
    let (_dir, path) = file(CPUINFO);
    let (code, out) = diff(&[], DUMP, &path);
    assert_eq!(code, Some(1));
    assert!(out.contains("partial"), "{out}");
    assert!(out.contains("avx512f"), "{out}");
}

#[test]
fn check_explains_every_difference() {
    let live = json("", &["cpu", "check", "-o", "json"]);
    assert!(live["against_kernel"].is_array(), "{live}");
    assert_eq!(run(&["cpu", "check"]).code, Some(0));
    let one = run_on(DUMP, &["cpu", "check", "--from", "-"]);
    assert!(one.out.contains("One CPU"), "{}", one.out);
    let two = format!("{}\n{}", DUMP.replace("CPU:", "CPU 0:"), masked().replace("CPU:", "CPU 1:"));
    let two = run_on(&two, &["cpu", "check", "--from", "-"]);
    assert_eq!(two.code, Some(1));
    assert!(two.out.contains("0x7.0.ebx") && two.out.contains("avx2 avx512f"), "{}", two.out);
    assert_eq!(run(&["cpu", "check", "--cpu", "0"]).code, Some(2));
}

#[test]
fn a_diff_of_what_cannot_be_compared_is_no_claim() {
    let (_keep, cpuinfo) = file(CPUINFO);
    let cpuinfo = cpuinfo.to_str().unwrap();
    let same = run(&["cpu", "diff", cpuinfo, cpuinfo]);
    assert_eq!(same.code, Some(0));
    assert!(same.out.contains("in anything that both tell"), "{}", same.out);
}
