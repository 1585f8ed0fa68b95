use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

fn own() -> u32 {
    nix::unistd::getuid().as_raw()
}

/// A system with these files, all of them programs.
fn system(files: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for file in files {
        write(&dir, file, 0o755);
    }
    dir
}

fn write(dir: &TempDir, file: &str, mode: u32) {
    let path = dir.path().join(file.trim_start_matches('/'));
    let mut parent = path.parent().unwrap();
    fs::create_dir_all(parent).unwrap();
    while parent != dir.path() {
        fs::set_permissions(parent, fs::Permissions::from_mode(0o755)).unwrap();
        parent = parent.parent().unwrap();
    }
    fs::write(&path, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

fn found(dir: &TempDir, dialects: &[Dialect]) -> Found {
    let dialects = dialects.iter().copied().collect();
    discover(dir.path(), &Settings { dialects, ..Settings::default() }, own())
}

fn names(found: &Found) -> Vec<&str> {
    found.hooks.iter().map(|hook| hook.name.as_str()).collect()
}

#[test]
fn own_hooks_go_by_number_and_later_directories_mask() {
    let dir = system(&[
        "/usr/lib/guestd/hooks.d/50-db",
        "/usr/lib/guestd/hooks.d/10-off",
        "/etc/guestd/hooks.d/50-db",
        "/etc/guestd/hooks.d/20-lock.session",
        "/etc/guestd/hooks.d/last",
        "/etc/guestd/hooks.d/README",
        "/etc/guestd/hooks.d/30-x.bak",
    ]);
    symlink("/dev/null", dir.path().join("etc/guestd/hooks.d/10-off")).unwrap();
    let found = found(&dir, &[Dialect::Guestd]);
    assert_eq!(names(&found), ["20-lock.session", "50-db", "last"]);
    assert_eq!(found.hooks[0].kind, Kind::Session);
    assert_eq!(found.hooks[1].path, Path::new("/etc/guestd/hooks.d/50-db"));
    assert_eq!(found.hooks[1].undo.as_ref().unwrap().arguments, ["freeze-failed"]);
    assert_eq!(found.hooks[2].order, UNNUMBERED);
    assert!(found.problems.iter().all(|problem| problem.weight == Weight::Left));
    assert_eq!(found.problems.len(), 3);
}

#[test]
fn what_others_could_change_is_refused_and_named() {
    let dir = system(&["/etc/guestd/hooks.d/10-good"]);
    write(&dir, "/etc/guestd/hooks.d/20-open", 0o777);
    write(&dir, "/etc/guestd/hooks.d/30-plain", 0o644);
    symlink("/nowhere", dir.path().join("etc/guestd/hooks.d/40-gone")).unwrap();
    let result = found(&dir, &[Dialect::Guestd]);
    assert_eq!(names(&result), ["10-good"]);
    let told: Vec<String> = result.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "/etc/guestd/hooks.d/20-open: /etc/guestd/hooks.d/20-open can be written to by others: \
             chmod go-w /etc/guestd/hooks.d/20-open",
            "/etc/guestd/hooks.d/30-plain: cannot be executed: chmod +x /etc/guestd/hooks.d/30-plain",
            "/etc/guestd/hooks.d/40-gone: No such file or directory (os error 2)",
        ]
    );
    assert!(result.problems.iter().all(|problem| problem.weight == Weight::Refused));

    let etc = dir.path().join("etc/guestd");
    fs::set_permissions(&etc, fs::Permissions::from_mode(0o775)).unwrap();
    let result = found(&dir, &[Dialect::Guestd]);
    assert!(result.hooks.is_empty());
    assert!(result.problems[0].what.starts_with("/etc/guestd can be written to by others"));
}

#[test]
fn a_directory_that_is_a_link_is_refused() {
    let dir = system(&["/srv/hooks/10-x"]);
    fs::create_dir_all(dir.path().join("etc/guestd")).unwrap();
    symlink("/srv/hooks", dir.path().join("etc/guestd/hooks.d")).unwrap();
    let result = found(&dir, &[Dialect::Guestd]);
    assert!(result.hooks.is_empty());
    assert_eq!(result.problems[0].what, "is no directory, or a link to one");
}

#[test]
fn each_platform_is_spoken_to_in_its_own_words() {
    let dir = system(&[
        "/etc/qemu/fsfreeze-hook.d/b",
        "/etc/qemu/fsfreeze-hook.d/a",
        "/usr/sbin/post-thaw-script",
        "/etc/vmware-tools/backupScripts.d/10-x.sh",
        "/etc/vmware-tools/backupScripts.d/20-y.sh",
        "/usr/local/sbin/pre_freeze",
        "/etc/google/snapshots/pre.sh",
        "/etc/google/snapshots/post.sh",
    ]);
    let result = found(&dir, &Dialect::ALL);
    assert_eq!(
        names(&result),
        [
            "open-vm-tools/pre-freeze-script",
            "nutanix/pre_freeze",
            "google/pre.sh",
            "open-vm-tools/10-x.sh",
            "open-vm-tools/20-y.sh",
            "qemu-ga/a",
            "qemu-ga/b",
        ]
    );
    let by_name = |name: &str| result.hooks.iter().find(|hook| hook.name == name).unwrap();
    let old = by_name("open-vm-tools/pre-freeze-script");
    assert!(old.freeze.is_none());
    assert_eq!(old.undo.as_ref().unwrap().arguments, ["freezeFail"]);
    assert!(by_name("nutanix/pre_freeze").thaw.is_none());
    let google = by_name("google/pre.sh");
    assert_eq!(google.thaw.as_ref().unwrap().path, dir.path().join("etc/google/snapshots/post.sh"));
    assert_eq!(google.undo, google.thaw);
    assert_eq!(by_name("qemu-ga/a").undo.as_ref().unwrap().arguments, ["thaw"]);
}

#[test]
fn a_shim_of_ours_is_not_called_by_us() {
    let dir = system(&["/etc/qemu/fsfreeze-hook"]);
    let path = dir.path().join("etc/qemu/fsfreeze-hook");
    fs::write(&path, format!("#!/bin/sh\n{SHIM_MARK}\n")).unwrap();
    let result = found(&dir, &[Dialect::QemuGa]);
    assert!(result.hooks.is_empty());
    assert_eq!(result.problems[0].weight, Weight::Left);
}

#[test]
fn settings_change_single_hooks() {
    let dir = system(&["/etc/guestd/hooks.d/10-a", "/etc/guestd/hooks.d/20-b"]);
    let special = crate::HookSettings { order: Some(30), ..crate::HookSettings::default() };
    let per_hook = [("10-a".to_owned(), special)].into_iter().collect();
    let settings = Settings { per_hook, ..Settings::default() };
    assert_eq!(names(&discover(dir.path(), &settings, own())), ["20-b", "10-a"]);
}
