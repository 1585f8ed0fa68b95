use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::Dialect;

/// Hooks of shell that note what they are called with in one file.
struct Hooks {
    dir: TempDir,
    hooks: Vec<Hook>,
    settings: Settings,
}

impl Hooks {
    fn new() -> Self {
        let settings = Settings { timeout: Duration::from_secs(20), ..Settings::default() };
        Self { dir: tempfile::tempdir().unwrap(), hooks: Vec::new(), settings }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Adds a hook; `$log` is the file.
    fn add(mut self, name: &str, order: u32, kind: Kind, script: &str) -> Self {
        let path = self.file(name);
        let log = self.file("log").display().to_string();
        fs::write(&path, format!("#!/bin/sh\nlog={log}\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let program = kind == Kind::Program;
        let call = |word: &str| Call::new(&path, &[word]);
        self.hooks.push(Hook {
            name: name.to_owned(),
            path: path.clone(),
            order,
            kind,
            origin: Dialect::Guestd,
            timeout: self.settings.timeout,
            on_failure: OnFailure::Abort,
            user: None,
            freeze: Some(call("freeze")),
            thaw: program.then(|| call("thaw")),
            undo: program.then(|| call("freeze-failed")),
        });
        self
    }

    fn program(self, name: &str, order: u32, script: &str) -> Self {
        let script = format!("echo {name} $1 >> $log\n{script}");
        self.add(name, order, Kind::Program, &script)
    }

    fn session(self, name: &str, order: u32, script: &str) -> Self {
        self.add(name, order, Kind::Session, script)
    }

    /// The last hook added, to change it.
    fn last(mut self, change: impl FnOnce(&mut Hook)) -> Self {
        change(self.hooks.last_mut().unwrap());
        self
    }

    fn run(&self) -> Run {
        Run::new(self.hooks.clone(), Context::default(), &self.settings)
    }

    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.file("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

fn cancel() -> Cancel {
    Cancel::new().unwrap()
}

const HOLD: &str = "echo ready; read word; echo session $word >> $log";

#[test]
fn hooks_freeze_by_number_and_thaw_backwards() {
    let hooks = Hooks::new().program("b", 20, "").program("a", 10, "").program("c", 30, "");
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    run.thaw().unwrap();
    assert_eq!(hooks.log(), ["a freeze", "b freeze", "c freeze", "c thaw", "b thaw", "a thaw"]);
    assert_eq!(run.outcomes().len(), 6);
    assert!(run.outcomes().iter().all(|outcome| outcome.result.is_ok()));
}

#[test]
fn a_failure_calls_back_what_ran_the_failed_one_included() {
    let fails = "[ $1 != freeze ] || { echo the disk is full >&2; exit 3; }";
    let hooks = Hooks::new().program("a", 10, "").program("b", 20, fails).program("c", 30, "");
    let mut run = hooks.run();
    let failed = run.freeze(&cancel()).unwrap_err();
    assert_eq!(failed.to_string(), "hook b (freeze): exit status 3: the disk is full");
    assert_eq!(hooks.log(), ["a freeze", "b freeze", "b freeze-failed", "a freeze-failed"]);
    // Nothing is called back twice.
    run.thaw().unwrap();
    assert_eq!(hooks.log().len(), 4);
}

#[test]
fn a_failure_that_does_not_matter_is_called_back_and_the_rest_goes_on() {
    let hooks = Hooks::new()
        .program("a", 10, "[ $1 != freeze ]")
        .last(|hook| hook.on_failure = OnFailure::Continue)
        .program("b", 20, "");
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    run.thaw().unwrap();
    assert_eq!(hooks.log(), ["a freeze", "a freeze-failed", "b freeze", "b thaw"]);
}

#[test]
fn side_by_side_costs_the_slowest() {
    let hooks = Hooks::new().program("a", 10, "sleep 1").program("b", 10, "sleep 1");
    let mut run = hooks.run();
    let start = Instant::now();
    run.freeze(&cancel()).unwrap();
    let together = start.elapsed();
    let [a, b] = [0, 1].map(|index| &run.outcomes()[index]);
    // Each took a second; they overlapped.
    assert!(a.start < b.start + b.duration && b.start < a.start + a.duration);
    assert!(together >= Duration::from_secs(1));
}

#[test]
fn a_hook_that_hangs_and_ignores_sigterm_is_killed_with_its_children() {
    let script = "trap '' TERM; sleep 600 & echo $! > $log.child; wait; sleep 600";
    let hooks = Hooks::new()
        .program("a", 10, script)
        .last(|hook| hook.timeout = Duration::from_millis(500));
    let mut run = hooks.run();
    // What calls it back hangs as well.
    let failed = run.freeze(&cancel()).unwrap_err();
    assert_eq!(failed.errors[0].result, RunResult::TimedOut);
    let child = fs::read_to_string(hooks.file("log.child")).unwrap();
    let state = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "{state}");
}

#[test]
fn a_daemon_that_holds_the_pipe_is_not_waited_for() {
    let hooks = Hooks::new().program("a", 10, "sleep 600 & echo $! > $log.child");
    let mut run = hooks.run();
    let start = Instant::now();
    run.freeze(&cancel()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    let child = fs::read_to_string(hooks.file("log.child")).unwrap();
    let pid = nix::unistd::Pid::from_raw(child.trim().parse().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    run.undo();
}

#[test]
fn a_gigabyte_of_output_is_read_and_not_kept() {
    let hooks = Hooks::new().program(
        "a",
        10,
        "[ $1 = thaw ] || { echo first; head -c 200000000 /dev/zero; echo last; }",
    );
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    let output = &run.outcomes()[0].output;
    assert!(output.len() < 64 << 10, "{}", output.len());
    assert!(output.starts_with("first\n") && output.ends_with("last\n"));
    run.thaw().unwrap();
}

#[test]
fn what_cannot_be_started_is_told_and_not_called_back() {
    let hooks = Hooks::new().program("a", 10, "").last(|hook| {
        hook.freeze = Some(Call::new("/no/such/program", &["freeze"]));
    });
    let failed = hooks.run().freeze(&cancel()).unwrap_err();
    assert!(failed.to_string().contains("cannot be started: No such file"), "{failed}");
    assert!(hooks.log().is_empty());
}

#[test]
fn a_session_is_held_from_ready_to_thaw() {
    let hooks = Hooks::new().session("s", 10, HOLD);
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    assert!(hooks.log().is_empty() && run.lost().is_empty());
    run.thaw().unwrap();
    assert_eq!(hooks.log(), ["session thaw"]);
}

#[test]
fn a_session_lets_go_when_the_freeze_comes_to_nothing() {
    let hooks = Hooks::new().session("s", 10, HOLD).program("b", 20, "exit 1");
    assert!(hooks.run().freeze(&cancel()).is_err());
    assert_eq!(hooks.log(), ["b freeze", "b freeze-failed", "session"]);
}

#[test]
fn a_session_that_is_dropped_is_over() {
    let hooks = Hooks::new().session("s", 10, "echo $$ > $log; echo ready; read word");
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    let pid = hooks.log()[0].clone();
    drop(run);
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "{state}");
}

#[test]
fn a_session_that_ends_too_early_fails_the_thaw() {
    // Not before the freeze stands: one that ends at once may be found dead before it is ready.
    let wait = "echo ready; while [ ! -e $0.end ]; do sleep 0.01; done";
    let hooks = Hooks::new().session("s", 10, wait);
    let mut run = hooks.run();
    run.freeze(&cancel()).unwrap();
    fs::write(hooks.file("s.end"), "").unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while run.lost().is_empty() {
        assert!(Instant::now() < end);
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(run.lost(), ["s"]);
    let errors = run.thaw().unwrap_err();
    assert_eq!(errors[0].result, RunResult::Lost);
}

#[test]
fn a_session_that_is_never_ready_fails() {
    let hooks = Hooks::new().session("s", 10, "echo not yet; echo already");
    let failed = hooks.run().freeze(&cancel()).unwrap_err();
    assert!(failed.to_string().contains("ended without saying ready"), "{failed}");
    let hooks = Hooks::new()
        .session("s", 10, "sleep 600")
        .last(|hook| hook.timeout = Duration::from_millis(300));
    let failed = hooks.run().freeze(&cancel()).unwrap_err();
    assert_eq!(failed.errors[0].result, RunResult::TimedOut);
}

#[test]
fn a_freeze_that_is_given_up_ends_at_once() {
    let hooks = Hooks::new().program("a", 10, "[ $1 != freeze ] || sleep 600");
    let mut run = hooks.run();
    let cancel = cancel();
    thread::scope(|scope| {
        let freeze = scope.spawn(|| run.freeze(&cancel));
        let end = Instant::now() + Duration::from_secs(20);
        while hooks.log().is_empty() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        cancel.cancel();
        let failed = freeze.join().unwrap().unwrap_err();
        assert_eq!(failed.errors[0].result, RunResult::Cancelled);
    });
    assert_eq!(hooks.log(), ["a freeze", "a freeze-failed"]);
}

#[test]
fn hooks_know_what_the_freeze_is_about() {
    let script = "env | grep ^GUESTD_ | sort; pwd";
    let hooks = Hooks::new().program("a", 10, script);
    let context = Context {
        operation_id: "id".to_owned(),
        deadline: Some(Duration::from_secs(300)),
        channel: "unix".to_owned(),
        mounts: vec!["/".to_owned(), "/srv".to_owned()],
    };
    let mut run = Run::new(hooks.hooks.clone(), context, &hooks.settings);
    run.freeze(&cancel()).unwrap();
    let output = &run.outcomes()[0].output;
    assert!(
        output.contains("GUESTD_CHANNEL=unix\nGUESTD_DEADLINE=300\nGUESTD_MOUNTS=/\n"),
        "{output}"
    );
    assert!(output.contains("GUESTD_OPERATION_ID=id\n") && output.ends_with("/\n"), "{output}");
}

#[test]
fn who_comes_after_a_crash_thaws_programs() {
    let hooks = Hooks::new().program("a", 10, "").session("s", 20, HOLD);
    let mut run = hooks.run();
    run.assume_frozen();
    run.thaw().unwrap();
    assert_eq!(hooks.log(), ["a thaw"]);
}
