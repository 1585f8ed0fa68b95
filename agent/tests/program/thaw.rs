//! `guestd thaw`, where nothing is frozen: what really freezes is tested in guests.

use std::fs;

use super::support::{guestd, said};

fn config(state: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("guestd.toml");
    fs::create_dir(dir.path().join("state")).unwrap();
    let state = dir.path().join(state);
    fs::write(&file, format!("state-dir = {:?}\n", state.display().to_string())).unwrap();
    (dir, file)
}

#[test]
fn where_nothing_was_left_frozen_that_is_said() {
    let (_dir, file) = config("state");
    let output = guestd().args(["thaw", "--config"]).arg(&file).output().unwrap();
    let nothing = "guestd has left nothing frozen\n";
    assert_eq!(said(&output), (nothing.to_owned(), String::new(), Some(0)));
}

#[test]
fn a_mark_of_an_agent_that_is_gone_becomes_one_of_a_broken_freeze() {
    let (dir, file) = config("state");
    let mark = |name: &str| dir.path().join("state").join(name);
    fs::write(mark("qga.state.isfrozen"), "").unwrap();
    let output = guestd().args(["thaw", "--config"]).arg(&file).output().unwrap();
    let (stdout, stderr, _) = said(&output);
    // Nothing of this machine is frozen, whatever could be opened.
    assert_eq!(stdout, "thawed 0 filesystems\n", "{stderr}");
    assert!(!mark("qga.state.isfrozen").exists());
    assert!(mark("qga.state.isfrozen.broken").exists());
}
