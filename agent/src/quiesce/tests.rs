use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use protocol::guestd::quiesce::Outcome;
use tempfile::TempDir;

use super::*;

/// A guest without a single filesystem that could be frozen, and a hook that notes what
/// it is called with. What really freezes is tested in a namespace of its own, where none
/// of this machine's filesystems can be reached.
struct Guest {
    dir: TempDir,
    freezer: Freezer,
}

impl Guest {
    /// `hook` is what the hook does besides; its argument is `$1`.
    fn new(mounts: &str, hook: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hook");
        let log = dir.path().join("log");
        fs::write(&path, format!("#!/bin/sh\necho $1 >>{}\n{hook}\n", log.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir_all(dir.path().join("proc/self")).unwrap();
        fs::write(dir.path().join("proc/self/mountinfo"), mounts).unwrap();
        let freezer = freezer(dir.path(), Some("/hook".into()));
        Self { dir, freezer }
    }

    fn root(&self) -> Root {
        Root::at(self.dir.path())
    }

    fn freeze(&self) -> Result<usize, String> {
        freeze(&self.freezer, &self.root()).map_err(|error| error.to_string())
    }

    fn thaw(&self) -> Result<usize, String> {
        let thawed = self.freezer.thaw(&self.root()).map_err(|error| error.to_string());
        thawed.map(|thawed| thawed.count)
    }

    /// What the hook was called with.
    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default().replace('\n', " ")
    }

    fn flag(&self) -> std::path::PathBuf {
        self.dir.path().join("qga.state.isfrozen")
    }

    #[track_caller]
    fn is_thawed(&self) {
        assert!(!self.freezer.is_frozen() && !self.flag().exists());
        assert_eq!(self.freezer.status(), FsfreezeStatus::Thawed);
    }
}

/// A freezer whose guards are threads: this is no program that could be started as one.
fn freezer(dir: &Path, hook: Option<PathBuf>) -> Freezer {
    let mut hooks = ::hooks::Settings::default();
    if hook.is_some() {
        hooks.dialects.insert(::hooks::Dialect::QemuGa);
        hooks.qemu_ga_hook = hook;
    }
    let freeze = Freeze { hooks, ..Freeze::default() };
    let settings = Settings { state_dir: dir.to_owned(), freeze, ..Settings::default() };
    Freezer::with(&settings, Launch::Thread)
}

fn freeze(freezer: &Freezer, root: &Root) -> Result<usize, Error> {
    freezer.freeze(root, Request::default()).map(|frozen| frozen.count)
}

const PROC: &str = "22 1 0:20 / /proc rw - proc proc rw\n";
const ABSENT: &str = "22 1 7:0 / /absent rw - ext4 /dev/loop0 rw\n";

#[test]
fn where_nothing_can_be_frozen_the_hook_is_thawed_at_once() {
    let guest = Guest::new(PROC, "");
    assert_eq!(guest.freeze(), Ok(0));
    assert_eq!(guest.log(), "freeze thaw ");
    guest.is_thawed();
    assert_eq!(guest.thaw(), Ok(0));
    assert_eq!(guest.log(), "freeze thaw thaw ");
}

#[test]
fn a_filesystem_that_cannot_be_opened_ends_the_freeze_and_is_named() {
    let guest = Guest::new(ABSENT, "");
    assert_eq!(guest.freeze(), Err("failed to open /absent: No such file or directory".to_owned()));
    assert_eq!(guest.log(), "freeze thaw ");
    guest.is_thawed();
}

#[test]
fn a_hook_that_fails_ends_the_freeze_and_is_thawed_too() {
    let guest = Guest::new(ABSENT, "[ $1 = thaw ] || { echo sorry; exit 3; }");
    let error = "child process has failed to execute fsfreeze hook: sorry";
    assert_eq!(guest.freeze(), Err(error.to_owned()));
    assert_eq!(guest.log(), "freeze thaw ");
    guest.is_thawed();
}

#[test]
fn all_that_goes_wrong_is_told() {
    let guest = Guest::new(ABSENT, "[ $1 = freeze ] || { echo worse; exit 3; }");
    let worse = "child process has failed to execute fsfreeze hook: worse";
    assert_eq!(
        guest.freeze(),
        Err(format!("failed to open /absent: No such file or directory; then: {worse}"))
    );
    guest.is_thawed();
    assert_eq!(guest.thaw(), Err(worse.to_owned()));
    guest.is_thawed();
}

#[test]
fn a_hook_that_is_missing_is_named() {
    let guest = Guest::new(PROC, "");
    fs::remove_file(guest.dir.path().join("hook")).unwrap();
    let error = guest.freeze().unwrap_err();
    assert!(error.contains("/hook: No such file or directory"), "{error}");
    guest.is_thawed();
}

#[test]
fn an_agent_takes_over_what_qemu_ga_has_frozen() {
    let guest = Guest::new(ABSENT, "");
    fs::write(guest.flag(), "").unwrap();
    let freezer = freezer(guest.dir.path(), None);
    assert!(freezer.is_frozen());
    assert_eq!(freezer.status(), FsfreezeStatus::Frozen);
    let error = freeze(&freezer, &guest.root()).unwrap_err().to_string();
    assert_eq!(error, "filesystems are frozen already, by an earlier agent; thaw them first");
    // What that froze cannot be found any more: said, and not held against the guest.
    let error = freezer.thaw(&guest.root()).unwrap_err().to_string();
    assert_eq!(error, "failed to open /absent: No such file or directory");
    assert!(!freezer.is_frozen() && !guest.flag().exists());
    assert_eq!(freezer.thaw(&guest.root()), Ok(Thawed::default()));
}

#[test]
fn the_flag_of_an_earlier_boot_is_removed() {
    let guest = Guest::new(PROC, "");
    fs::write(guest.flag(), "00000000-0000-4000-8000-000000000000\n").unwrap();
    assert!(!freezer(guest.dir.path(), None).is_frozen());
    assert!(!guest.flag().exists());
}

#[test]
fn a_freeze_that_an_agent_did_not_survive_fails_the_next_thaw_once() {
    let guest = Guest::new(PROC, "");
    state::set_frozen(&guest.flag()).unwrap();
    // As the guard does.
    state::mark_broken(&guest.flag()).unwrap();
    let freezer = freezer(guest.dir.path(), None);
    assert!(!freezer.is_frozen());
    assert!(freezer.full_status().broken.is_some());
    let error = freezer.thaw(&guest.root()).unwrap_err().to_string();
    assert!(error.starts_with("the filesystems did not stay frozen: the agent ended"), "{error}");
    assert_eq!(freezer.thaw(&guest.root()), Ok(Thawed::default()));
}

#[test]
fn what_guestd_left_frozen_with_its_guard_is_thawed_at_once() {
    let guest = Guest::new(PROC, "");
    state::set_frozen(&guest.flag()).unwrap();
    let freezer = freezer(guest.dir.path(), None);
    assert!(freezer.is_frozen());
    freezer.look_after_inherited(guest.root());
    until(|| !freezer.is_frozen() && freezer.full_status().broken.is_some());
    assert!(!guest.flag().exists());
    assert!(freezer.thaw(&guest.root()).is_err());
}

#[test]
fn an_agent_that_ends_thaws_only_what_is_frozen() {
    let guest = Guest::new(PROC, "");
    assert_eq!(guest.freezer.thaw_all(&guest.root()), Ok(0));
    assert_eq!(guest.log(), "");
    fs::write(guest.flag(), "").unwrap();
    let freezer = freezer(guest.dir.path(), Some("/hook".into()));
    assert_eq!(freezer.thaw_all(&guest.root()), Ok(0));
    assert_eq!(guest.log(), "thaw ");
    assert!(!freezer.is_frozen() && !guest.flag().exists());
    let error = freeze(&freezer, &guest.root()).unwrap_err().to_string();
    assert_eq!(error, "the agent is ending, and freezes no more");
}

#[test]
fn status_answers_while_the_hook_runs_and_a_thaw_gives_the_freeze_up() {
    let go = tempfile::tempdir().unwrap();
    let wait =
        format!("[ $1 = thaw ] || until [ -e {}/go ]; do sleep 0.01; done", go.path().display());
    let guest = Guest::new(PROC, &wait);
    thread::scope(|scope| {
        let freeze = scope.spawn(|| guest.freeze());
        until(|| !guest.log().is_empty());
        assert_eq!(guest.freezer.status(), FsfreezeStatus::Thawed);
        assert_eq!(guest.freezer.full_status().phase, Phase::Hooks);
        let operation = guest.freezer.operation();
        assert!(operation.is_some());
        let error = guest.freeze().unwrap_err();
        assert!(error.starts_with("another freeze is under way (Hooks)"), "{error}");
        let thaw = scope.spawn(|| guest.thaw());
        // The hook, which would wait for ever, is ended.
        assert_eq!(freeze.join().unwrap(), Err("given up: a thaw was asked for".to_owned()));
        assert_eq!(thaw.join().unwrap(), Ok(0));
        // A freeze that was refused meanwhile is not what a thaw was about.
        let record = &guest.freezer.records().latest(1)[0];
        assert_eq!(operation.unwrap().id, record.id);
    });
    assert_eq!(guest.freezer.operation(), None);
    assert_eq!(guest.log(), "freeze thaw ");
    let record = &guest.freezer.records().latest(1)[0];
    assert_eq!(record.outcome, Outcome::Aborted);
    assert_eq!(record.hooks.len(), 2);
}

fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_list_of_mounts_has_to_be_there() {
    let guest = Guest::new(PROC, "");
    fs::remove_file(guest.dir.path().join("proc/self/mountinfo")).unwrap();
    let error = "cannot read /proc/self/mountinfo: No such file or directory";
    assert_eq!(guest.freeze(), Err(error.to_owned()));
    guest.is_thawed();
    assert!(Path::new("/proc/self/mountinfo").exists());
}
