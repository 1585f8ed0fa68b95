use std::fs::File;
use std::process::Stdio;

use crate::support::{DUMP, answer, file, guestctl, run, run_on};

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
fn a_full_disk_is_exit_code_4() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let answer = answer(guestctl(&["cpu", "features", "--all"]).stdout(Stdio::from(full)));
    assert_eq!(answer.code, Some(4));
    assert!(answer.err.starts_with("guestctl: cannot write the answer: "), "{}", answer.err);
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
