//! `guestd check`.

use std::fs;

use super::support::{guestd, said};

#[test]
fn without_files_all_is_well() {
    let dir = tempfile::tempdir().unwrap();
    let output = guestd().args(["check", "--root"]).arg(dir.path()).output().unwrap();
    let well = "well: no configuration files, everything as compiled\n";
    assert_eq!(said(&output), (well.to_owned(), String::new(), Some(0)));
}

#[test]
fn a_slip_is_named_with_file_line_and_the_word_that_was_meant() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("etc/guestd/conf.d/10-site.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "[quiesce]\n\ndeadlin = 60\n").unwrap();
    let output = guestd().args(["check", "--root"]).arg(dir.path()).output().unwrap();
    let (stdout, stderr, code) = said(&output);
    assert_eq!((stdout.as_str(), code), ("", Some(1)));
    let begin =
        format!("guestd: {}:3: unknown key `deadlin`; did you mean `deadline`?", file.display());
    assert!(stderr.starts_with(&begin), "{stderr}");
}

#[test]
fn what_is_shown_can_be_the_configuration() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("etc/guestd")).unwrap();
    let file = dir.path().join("etc/guestd/guestd.toml");
    fs::write(&file, "[log]\nlevel = \"debug\"\n").unwrap();
    let show = |file: &std::path::Path| {
        let output = guestd().args(["check", "--show", "--config"]).arg(file).output().unwrap();
        said(&output).0
    };
    let shown = show(&file);
    let origin = format!("level = \"debug\"  # {}:2\n", file.display());
    assert!(shown.contains(&origin), "{shown}");
    fs::write(dir.path().join("again.toml"), &shown).unwrap();
    let again = show(&dir.path().join("again.toml"));
    let without = |text: &str| -> String {
        text.lines().map(|line| line.split("  # ").next().unwrap_or_default()).collect()
    };
    assert_eq!(without(&again), without(&shown));
}

#[test]
fn every_key_in_force_has_a_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("etc/guestd/conf.d/10-site.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "[channel.virtio-serial]\nblock = []\n[quiesce]\ndeadline = 60\n").unwrap();
    let output = guestd().args(["check", "--where", "--root"]).arg(dir.path()).output().unwrap();
    let (stdout, stderr, code) = said(&output);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
    for line in [
        format!("quiesce.deadline = 60  # {}:4", file.display()),
        format!("channel.virtio-serial.block = []  # {}:2", file.display()),
        "channel.unix.group = \"guestd\"  # default".to_owned(),
        "log.level = \"info\"  # default".to_owned(),
    ] {
        assert!(stdout.lines().any(|one| one == line), "{line}\n{stdout}");
    }
    assert!(stdout.lines().all(|line| line.contains("  # ")), "{stdout}");
}

#[test]
fn options_of_other_verbs_are_wrong() {
    let output = guestd().args(["check", "--all"]).output().unwrap();
    let (_, stderr, code) = said(&output);
    assert_eq!(code, Some(2));
    assert_eq!(stderr, "guestd: invalid option '--all'; `guestd --help` tells the options\n");
}
