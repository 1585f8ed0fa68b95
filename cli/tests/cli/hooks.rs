//! `guestctl hooks`, on a system in a directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{Answer, run};

/// Notes its argument; `$log` is beside the root.
const PROGRAM: &str = "#!/bin/sh\necho \"${0##*/} $1\" >>LOG\n";
/// Holds until it is told, and notes what it was told.
const SESSION: &str = "#!/bin/sh\necho ready\nread -r word\necho \"${0##*/} $word\" >>LOG\n";

struct System(TempDir);

impl System {
    fn new() -> Self {
        let system = Self(tempfile::tempdir().unwrap());
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(system.0.path(), open).unwrap();
        system
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str, mode: u32) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let log = self.root().join("log").display().to_string();
        fs::write(&path, text.replace("LOG", &log)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn hooks(&self, args: &[&str]) -> Answer {
        let root = self.root().to_str().unwrap();
        run(&[&["--root", root, "hooks"], args].concat())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.root().join("log")).unwrap_or_default()
    }
}

fn ok(answer: &Answer) {
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

#[test]
fn hooks_are_held_from_freeze_to_thaw() {
    let system = System::new();
    system.write("etc/guestd/hooks.d/10-one", PROGRAM, 0o755);
    system.write("etc/guestd/hooks.d/20-two.session", SESSION, 0o755);
    ok(&system.hooks(&["run", "freeze"]));
    assert_eq!(system.log(), "10-one freeze\n");
    let again = system.hooks(&["run", "freeze"]);
    assert_eq!(again.code, Some(4));
    assert!(again.err.contains("quiet already"), "{again:?}");
    ok(&system.hooks(&["run", "thaw"]));
    assert_eq!(system.log(), "10-one freeze\n20-two.session thaw\n10-one thaw\n");
    ok(&system.hooks(&["run", "thaw"]));
    assert_eq!(system.log().lines().count(), 3);
}

/// The hook waits until all have been started, so that they meet.
#[test]
fn of_two_freezes_at_once_one_has_it_and_the_other_hears_from_whom() {
    let system = System::new();
    let slow = format!("{PROGRAM}[ $1 != freeze ] || until [ -e LOG.go ]; do sleep 0.05; done\n");
    system.write("etc/guestd/hooks.d/10-slow", &slow, 0o755);
    let answers = thread::scope(|scope| {
        let all = [(); 6].map(|()| scope.spawn(|| system.hooks(&["run", "freeze"])));
        let end = Instant::now() + Duration::from_secs(60);
        while all.iter().filter(|one| one.is_finished()).count() < 5 {
            assert!(Instant::now() < end, "more than one has it");
            thread::sleep(Duration::from_millis(50));
        }
        system.write("log.go", "", 0o644);
        all.map(|one| one.join().unwrap())
    });
    let holder = fs::read_to_string(system.root().join("run/guestd/hooks.lock")).unwrap();
    let words =
        format!("are being made so, by process {}; run", holder.split(' ').next().unwrap_or(""));
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.code == Some(0));
    assert_eq!((won.len(), lost.len()), (1, 5), "{answers:?}");
    let named = |one: &&&Answer| one.err.contains(&words) || one.err.contains("by another process");
    assert!(lost.iter().all(|one| named(&one) && one.code == Some(4)), "{lost:?}");
    assert_eq!(system.log(), "10-slow freeze\n");
    let late = system.hooks(&["run", "freeze"]);
    assert!(late.err.contains(&words), "{late:?}");
    ok(&system.hooks(&["run", "thaw"]));
    ok(&system.hooks(&["run", "freeze"]));
    ok(&system.hooks(&["run", "thaw"]));
}

#[test]
fn guestd_toml_counts_as_it_does_for_the_agent() {
    let system = System::new();
    let slow = format!("{PROGRAM}[ $1 != freeze ] || exec sleep 1000\n");
    system.write("etc/guestd/hooks.d/10-one", PROGRAM, 0o755);
    system.write("etc/guestd/hooks.d/20-slow", &slow, 0o755);
    system.write("usr/local/sbin/pre_freeze", "#!/bin/sh\necho pre >>LOG\n", 0o755);
    let main = "watchdog = true\n[quiesce]\ndialects = [\"guestd\", \"nutanix\"]\n\
        [quiesce.hook.20-slow]\ntimeout = 1000\non-failure = \"continue\"\n";
    system.write("etc/guestd/guestd.toml", main, 0o644);
    let above = "[quiesce.hook.20-slow]\ntimeout = 1.5\n";
    system.write("etc/guestd/conf.d/10-site.toml", above, 0o644);
    let listed = system.hooks(&["list"]);
    assert!(listed.out.contains("pre_freeze"), "{listed:?}");
    ok(&system.hooks(&["run", "freeze"]));
    ok(&system.hooks(&["run", "thaw"]));
    let log = system.log();
    assert!(log.contains("20-slow freeze\n20-slow freeze-failed\n"), "{log}");
    assert!(log.contains("10-one thaw\n") && log.contains("pre\n"), "{log}");

    system.write("etc/guestd/guestd.toml", "[quiesce]\nhook-timeout = 0\n", 0o644);
    let wrong = system.hooks(&["run", "freeze"]);
    assert_eq!(wrong.code, Some(3));
    assert!(wrong.err.contains("quiesce.hook-timeout has to be more than 0"), "{wrong:?}");
    system.write("etc/guestd/guestd.toml", "[quiesce\n", 0o644);
    let wrong = system.hooks(&["run", "freeze"]);
    assert!(wrong.code == Some(3) && wrong.err.contains("guestd.toml: "), "{wrong:?}");
}

#[test]
fn a_hook_that_fails_is_named_and_nothing_is_held() {
    let system = System::new();
    system.write("etc/guestd/hooks.d/10-one", PROGRAM, 0o755);
    let bad = format!("{PROGRAM}[ $1 != freeze ] || {{ echo no disk; exit 7; }}\n");
    system.write("etc/guestd/hooks.d/20-bad", &bad, 0o755);
    let failed = system.hooks(&["run", "freeze"]);
    assert_eq!(failed.code, Some(4));
    assert!(failed.err.contains("20-bad (freeze): exit status 7: no disk"), "{failed:?}");
    let log = "10-one freeze\n20-bad freeze\n20-bad freeze-failed\n10-one freeze-failed\n";
    assert_eq!(system.log(), log);
    ok(&system.hooks(&["run", "freeze-failed"]));
    assert_eq!(system.log(), log);
}

#[test]
fn a_holder_lets_go_at_its_deadline_and_the_thaw_hears_of_it() {
    let system = System::new();
    system.write("etc/guestd/hooks.d/20-two.session", SESSION, 0o755);
    ok(&system.hooks(&["run", "freeze", "--deadline", "1"]));
    let end = Instant::now() + Duration::from_secs(60);
    while !system.root().join("run/guestd/hooks.ended").exists() {
        assert!(Instant::now() < end, "it holds for ever");
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(system.log(), "20-two.session thaw\n");
    let late = system.hooks(&["run", "thaw"]);
    assert_eq!(late.code, Some(4));
    assert!(late.err.contains("let go by itself after 1 seconds"), "{late:?}");
    ok(&system.hooks(&["run", "thaw"]));
}

#[test]
fn what_others_could_change_is_refused_and_named() {
    let system = System::new();
    system.write("etc/guestd/hooks.d/10-one", PROGRAM, 0o755);
    ok(&system.hooks(&["check"]));
    system.write("etc/guestd/hooks.d/20-open", PROGRAM, 0o777);
    let check = system.hooks(&["check"]);
    assert_eq!(check.code, Some(1));
    assert!(check.out.contains("refused: /etc/guestd/hooks.d/20-open"), "{check:?}");
    // As under guestd: no freeze without a hook that was meant to run.
    let freeze = system.hooks(&["run", "freeze"]);
    assert_eq!(freeze.code, Some(4));
    assert!(freeze.err.contains("20-open") && system.log().is_empty(), "{freeze:?}");
    ok(&system.hooks(&["list"]));
    assert!(system.hooks(&["list", "-o", "json"]).out.contains("\"10-one\""));
}

#[test]
fn a_shipped_hook_is_switched_on_and_off() {
    let system = System::new();
    system.write("usr/lib/guestd/hooks-available/20-db.session", SESSION, 0o755);
    let link = system.root().join("etc/guestd/hooks.d/20-db.session");
    ok(&system.hooks(&["enable", "db"]));
    ok(&system.hooks(&["enable", "20-db"]));
    let to = fs::read_link(&link).unwrap();
    assert_eq!(to, Path::new("/usr/lib/guestd/hooks-available/20-db.session"));
    ok(&system.hooks(&["disable", "db"]));
    assert!(fs::symlink_metadata(&link).is_err());
    assert_eq!(system.hooks(&["enable", "nothing"]).code, Some(3));
    assert_eq!(system.hooks(&["enable", "../x"]).code, Some(2));
}

#[test]
fn shims_come_and_go_and_foreign_files_stay() {
    for (agent, file) in [
        ("open-vm-tools", "etc/vmware-tools/backupScripts.d/50-guestd"),
        ("qemu-ga", "etc/guestd/qemu-ga-hook"),
        ("nutanix", "usr/local/sbin/post_thaw"),
        ("google", "etc/google/snapshots/pre.sh"),
        ("azure", "etc/azure/VMSnapshotScriptPluginConfig.json"),
    ] {
        let system = System::new();
        let path = system.root().join(file);
        for _ in 0..2 {
            ok(&system.hooks(&["install", "--for", agent]));
            assert!(path.exists(), "{agent}");
        }
        ok(&system.hooks(&["uninstall", "--for", agent]));
        assert!(!path.exists(), "{agent}");
        system.write(file, "mine", 0o700);
        for verb in ["install", "uninstall"] {
            assert_eq!(system.hooks(&[verb, "--for", agent]).code, Some(3), "{agent}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        }
    }
}
