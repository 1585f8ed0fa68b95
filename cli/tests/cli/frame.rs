use std::fs::File;
use std::process::{Command, Stdio};

use crate::support::{DUMP, NO_EVC, answer, file, guestctl, run, run_on};

#[test]
fn help_and_version_are_answers() {
    for option in ["--help", "-h", "--version"] {
        let answer = run(&[option]);
        assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""), "{option}");
        assert!(answer.out.starts_with(if option == "--version" { "guestctl 0" } else { "What" }));
    }
    assert!(run(&["--help"]).out.contains("Exit codes:\n  0  the question"));
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    for args in [
        &["cpux"][..],
        &["cpu", "--leaf", "zz"],
        &["cpu", "--raw", "features"],
        &["cpu", "features", "-o", "html"],
        &["cpu", "diff", "-", "-"],
        &["cpu", "diff", "a", "b", "--from", "c"],
        &["cpu", "dump", "-o", "json", "--format", "etallen"],
        &["virt", "--from", "a", "--root", "b"],
        &["evc", "list", "--from", "a"],
        &["evc", "show", "intel-haswell", "--root", "/"],
    ] {
        let answer = run(args);
        assert_eq!((answer.code, answer.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(!answer.err.is_empty());
    }
    assert!(run(&["cpux"]).err.contains("'cpu'"), "the nearest verb is named");
}

#[test]
fn a_missing_file_is_exit_code_3_and_names_itself() {
    let answer = run(&["cpu", "--from", "/no/such/dump"]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(3), ""));
    assert!(answer.err.starts_with("guestctl: /no/such/dump: cannot open"), "{}", answer.err);
}

#[test]
fn garbage_is_exit_code_3_and_cannot_steer_the_terminal() {
    for garbage in [&b""[..], b"\x1b]0;owned\x07\n", &[0xff; 4096], b"{\"a\": 1}", b"<x/>"] {
        let (_dir, path) = file(garbage);
        let answer = run(&["cpu", "--from", path.to_str().unwrap()]);
        assert_eq!((answer.code, answer.out.as_str()), (Some(3), ""), "{answer:?}");
        assert!(answer.err.contains(path.to_str().unwrap()), "{}", answer.err);
        assert!(!answer.err.contains(['\u{1b}', '\u{7}']), "{:?}", answer.err);
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let answer = answer(guestctl(&["cpu", "features", "--all"]).stdout(Stdio::from(writer)));
    assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""));
}

#[test]
fn a_no_is_a_no_although_nobody_reads_it() {
    let (_keep, dump) = file(DUMP);
    let dump = dump.to_str().unwrap();
    // Little and much output: with and without filling the buffer.
    for args in [
        &["cpu", "features", "no-such-bit"][..],
        &["cpu", "diff", dump, "-", "-o", "html", "--volatile"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (_keep, cpuinfo) = file(NO_EVC);
        let input = File::open(cpuinfo).unwrap();
        let answer = answer(guestctl(args).stdin(input).stdout(Stdio::from(writer)));
        assert_eq!((answer.code, answer.err.as_str()), (Some(1), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_exit_code_4() {
    for args in [&["cpu", "features", "--all"][..], &["--help"], &["--version"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let answer = answer(guestctl(args).stdout(Stdio::from(full)));
        assert_eq!(answer.code, Some(4), "{args:?}");
        assert!(answer.err.starts_with("guestctl: cannot write the answer: "), "{}", answer.err);
    }
}

#[test]
fn a_tree_with_a_pipe_in_it_does_not_hang() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("proc")).unwrap();
    std::fs::create_dir_all(dir.path().join("sys/class/dmi/id")).unwrap();
    let cpuinfo = dir.path().join("proc/cpuinfo");
    let mkfifo = |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    std::fs::write(&cpuinfo, NO_EVC).unwrap();
    mkfifo(dir.path().join("sys/class/dmi/id/sys_vendor"));
    let root = dir.path().to_str().unwrap();
    assert_eq!(run(&["virt", "--root", root]).code, Some(0));
    std::fs::remove_file(&cpuinfo).unwrap();
    mkfifo(cpuinfo);
    let answer = run(&["virt", "--root", root]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("it is no regular file"), "{}", answer.err);
}

#[test]
fn a_hostile_host_name_cannot_steer_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("proc/sys/kernel")).unwrap();
    std::fs::write(dir.path().join("proc/cpuinfo"), NO_EVC).unwrap();
    std::fs::write(dir.path().join("proc/sys/kernel/hostname"), "a\u{202e}\u{1b}[31mb").unwrap();
    for form in [&["report", "--line"][..], &["report"]] {
        let answer = run(&[form, &["--root", dir.path().to_str().unwrap()]].concat());
        assert!(answer.out.contains("\\u202e"), "{}", answer.out);
        assert!(answer.out.is_ascii() && !answer.out.contains('\u{1b}'), "{}", answer.out);
    }
}

#[test]
fn colour_is_for_those_who_ask() {
    let has_colour = |args: &[&str], env: &[(&str, &str)]| {
        let answer = answer(guestctl(args).envs(env.iter().copied()));
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.out.contains('\u{1b}')
    };
    let plain = ["cpu", "features"];
    assert!(!has_colour(&plain, &[]), "a pipe is no terminal");
    assert!(has_colour(&plain, &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colour(&plain, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(has_colour(&["cpu", "features", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!has_colour(&["cpu", "features", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn text_keeps_to_the_width_and_a_pipe_gets_whole_rows() {
    let narrow = run_on(DUMP, &["cpu", "features", "--all", "--from", "-", "--width", "80"]);
    assert!(narrow.out.lines().all(|line| line.chars().count() <= 80), "{}", narrow.out);
    let piped = run_on(DUMP, &["cpu", "features", "--all", "--from", "-"]);
    assert!(piped.out.lines().count() < narrow.out.lines().count());
}
