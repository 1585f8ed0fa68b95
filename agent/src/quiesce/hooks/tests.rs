use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use tempfile::TempDir;

use super::link::{Link, Received};
use super::wire::Hello;
use super::*;
use crate::config::settings::HooksUnit;

/// A guest with hooks that note what they are called with, and something that starts a unit
/// for each connection, as systemd does.
struct Guest {
    dir: TempDir,
    settings: Freeze,
    /// The units' ends of their connections.
    units: Arc<Mutex<Vec<UnixStream>>>,
}

impl Guest {
    /// `config` is what units are told of the command line.
    fn new(config: Option<PathBuf>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hooks = dir.path().join("etc/guestd/hooks.d");
        fs::create_dir_all(&hooks).unwrap();
        let socket = dir.path().join("socket");
        let unit = HooksUnit { socket: socket.clone(), config: None };
        let settings = Freeze { hooks_unit: Some(unit), ..Freeze::default() };
        let listener = UnixListener::bind(socket).unwrap();
        let units = Arc::new(Mutex::new(Vec::new()));
        let (kept, root) = (Arc::clone(&units), Root::at(dir.path()));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                kept.lock().unwrap().push(stream.try_clone().unwrap());
                let (root, config) = (root.clone(), config.clone());
                thread::spawn(move || {
                    serve(stream, &root, Ok::<_, String>(Settings::default()), config)
                });
            }
        });
        Self { dir, settings, units }
    }

    fn hook(self, name: &str, script: &str) -> Self {
        let path = self.dir.path().join("etc/guestd/hooks.d").join(name);
        let log = self.dir.path().join("log");
        let text = format!("#!/bin/sh\necho {name} $1 >>{}\n{script}\n", log.display());
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn hooks(&self) -> Hooks {
        let context = Context { operation_id: "7".to_owned(), ..Context::default() };
        Hooks::new(&Root::at(self.dir.path()), &self.settings, context, cancel().unwrap())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default().replace('\n', ", ")
    }

    #[track_caller]
    fn comes_to(&self, log: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        while self.log() != log {
            assert!(Instant::now() < end, "{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn units(&self) -> usize {
        self.units.lock().unwrap().len()
    }
}

fn refused(hooks: &mut Hooks) -> String {
    hooks.freeze().unwrap_err().desc
}

#[test]
fn one_unit_makes_quiet_and_lets_go_and_all_is_in_the_record() {
    let guest =
        Guest::new(None).hook("10-a", "[ \"$GUESTD_OPERATION_ID\" = 7 ] && echo said").hook(
            "20-b.session",
            "echo ready; read -r word; echo told $word >>$(dirname $0)/../../../log",
        );
    let before = clock::now();
    let mut hooks = guest.hooks();
    hooks.freeze().unwrap();
    assert_eq!(guest.log(), "10-a freeze, 20-b.session freeze, ");
    assert!(hooks.thaw().is_empty());
    assert_eq!(guest.log(), "10-a freeze, 20-b.session freeze, told thaw, 10-a thaw, ");
    assert_eq!(guest.units(), 1);
    let runs = hooks.runs(before);
    let names: Vec<_> = runs.iter().map(|run| run.name.as_str()).collect();
    assert_eq!(names, ["10-a", "20-b.session", "20-b.session", "10-a"]);
    assert!(runs.iter().all(|run| run.ok));
    assert_eq!(runs[0].output.as_deref(), Some("said\n"));
    // Nobody is called back twice.
    assert!(hooks.thaw().is_empty() && hooks.undo().is_empty());
    assert_eq!(hooks.runs(before).len(), 4);
}

#[test]
fn without_hooks_no_unit_is_started() {
    let guest = Guest::new(None);
    let mut hooks = guest.hooks();
    hooks.freeze().unwrap();
    assert!(hooks.thaw().is_empty());
    assert_eq!(guest.units(), 0);
}

#[test]
fn a_hook_that_fails_is_named_and_all_are_called_back_once() {
    let guest = Guest::new(None).hook("10-a", "").hook("20-b", "[ $1 != freeze ] || exit 3");
    let mut hooks = guest.hooks();
    assert_eq!(refused(&mut hooks), "hook 20-b (freeze): exit status 3");
    assert!(hooks.undo().is_empty());
    let all = "10-a freeze, 20-b freeze, 20-b freeze-failed, 10-a freeze-failed, ";
    assert_eq!(guest.log(), all);
    assert_eq!(hooks.runs(0).len(), 4);
}

#[test]
fn an_undone_freeze_is_told_as_such() {
    let guest = Guest::new(None).hook("10-a", "[ $1 != freeze-failed ] || exit 4");
    let mut hooks = guest.hooks();
    hooks.freeze().unwrap();
    assert_eq!(hooks.undo(), ["hook 10-a (freeze-failed): exit status 4"]);
    assert_eq!(guest.log(), "10-a freeze, 10-a freeze-failed, ");
}

#[test]
fn where_the_agent_dies_applications_go_on() {
    let guest = Guest::new(None).hook("10-a", "");
    let mut hooks = guest.hooks();
    hooks.freeze().unwrap();
    drop(hooks);
    guest.comes_to("10-a freeze, 10-a thaw, ");

    // Also in the midst of it.
    let guest = guest.hook("20-slow", "[ $1 != freeze ] || exec sleep 1000");
    let mut hooks = guest.hooks();
    thread::spawn(move || hooks.freeze());
    guest.comes_to("10-a freeze, 10-a thaw, 10-a freeze, 20-slow freeze, ");
    let last = guest.units.lock().unwrap().pop().unwrap();
    last.shutdown(Shutdown::Read).unwrap();
    let back = "20-slow freeze-failed, 10-a freeze-failed, ";
    guest.comes_to(&format!("10-a freeze, 10-a thaw, 10-a freeze, 20-slow freeze, {back}"));
}

#[test]
fn where_the_unit_ends_another_lets_applications_go_on() {
    let guest = Guest::new(None).hook("10-a", "");
    let mut hooks = guest.hooks();
    hooks.freeze().unwrap();
    guest.units.lock().unwrap()[0].shutdown(Shutdown::Both).unwrap();
    guest.comes_to("10-a freeze, 10-a thaw, ");
    let errors = hooks.thaw();
    assert!(errors.len() == 1 && errors[0].contains("unit of the hooks has ended"), "{errors:?}");
    assert_eq!(guest.log(), "10-a freeze, 10-a thaw, 10-a thaw, ");
    assert_eq!(guest.units(), 2);
}

#[test]
fn a_freeze_that_is_given_up_ends_what_runs() {
    let guest = Guest::new(None).hook("10-slow", "[ $1 != freeze ] || exec sleep 1000");
    let mut hooks = guest.hooks();
    let cancel = hooks.cancel.clone();
    let given_up = thread::spawn(move || refused(&mut hooks));
    guest.comes_to("10-slow freeze, ");
    cancel.cancel();
    assert_eq!(given_up.join().unwrap(), "given up: a thaw was asked for");
    assert_eq!(guest.log(), "10-slow freeze, 10-slow freeze-failed, ");
}

#[test]
fn what_an_agent_before_this_one_left_quiet_goes_on() {
    let guest = Guest::new(None).hook("10-a", "");
    assert_eq!(problem(&guest.settings), None);
    let errors = Hooks::thaw_after_another(&Root::at(guest.dir.path()), &guest.settings);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(guest.log(), "10-a thaw, ");
}

#[test]
fn a_unit_that_cannot_be_had_is_told_with_what_to_do() {
    let other = Guest::new(Some("/etc/other.toml".into())).hook("10-a", "");
    let error = refused(&mut other.hooks());
    assert!(
        error.starts_with(
            "the agent runs with no --config, its hooks with --config /etc/other.toml"
        )
    );

    let writable = Guest::new(None).hook("10-a", "");
    let hook = writable.dir.path().join("etc/guestd/hooks.d/10-a");
    let mut hooks = writable.hooks();
    fs::set_permissions(hook, fs::Permissions::from_mode(0o777)).unwrap();
    // The unit looks for itself.
    let error = refused(&mut hooks);
    assert!(error.contains("10-a can be written to by others"), "{error}");
    let writable = writable.hook("20-b", "");
    let errors = Hooks::thaw_after_another(&Root::at(writable.dir.path()), &writable.settings);
    assert!(errors.is_empty() && writable.log() == "20-b thaw, ", "{errors:?}, {}", writable.log());

    let mut gone = Guest::new(None).hook("10-a", "");
    gone.settings.hooks_unit =
        Some(HooksUnit { socket: gone.dir.path().join("none"), config: None });
    let mut hooks = gone.hooks();
    let error = refused(&mut hooks);
    assert!(hooks.undo().is_empty(), "told twice");
    assert!(
        error.contains("none: No such file") && error.contains("guestd-hooks.socket"),
        "{error}"
    );
    assert_eq!(other.log() + &gone.log(), "");
}

#[test]
fn a_configuration_that_is_wrong_is_told_by_the_unit() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let dir = tempfile::tempdir().unwrap();
    serve(theirs, &Root::at(dir.path()), Err("guestd.toml:3: no"), None).unwrap();
    let hello = Link::new(ours).unwrap().receive(Some(Duration::from_secs(5)), None).unwrap();
    assert_eq!(hello, Received::Message(Hello::Refused("guestd.toml:3: no".to_owned())));
}

#[test]
fn a_message_that_is_none_or_has_no_end_is_an_error() {
    let receive = |bytes: &[u8]| {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let mut link = Link::new(theirs).unwrap();
        let bytes = bytes.to_vec();
        let writer = thread::spawn(move || drop(ours.write_all(&bytes)));
        let error = link.receive::<Hello>(Some(Duration::from_secs(20)), None).unwrap_err();
        drop(link);
        writer.join().unwrap();
        error.to_string()
    };
    assert!(receive(b"{\"ready\"\n").contains("EOF while parsing"));
    assert!(receive(b"\"ready\"\n").contains("invalid type"));
    assert!(receive(b"{\"refused\":\"cut").contains("end of file"));
    assert_eq!(receive(&vec![b'x'; 17 << 20]), "a message without end");
}

#[test]
fn an_agent_that_says_nonsense_gets_nothing_run() {
    let guest = Guest::new(None).hook("10-a", "");
    let mut stream = UnixStream::connect(guest.dir.path().join("socket")).unwrap();
    stream.write_all(b"{\"freeze\":{\"path\":\"/bin/sh\"}}\n{\"run\":\"/bin/sh\"}\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut said = BufReader::new(stream);
    let mut hello = String::new();
    said.read_line(&mut hello).unwrap();
    assert!(hello.starts_with("{\"ready\""), "{hello}");
    // It hangs up: nobody else holds its end.
    guest.units.lock().unwrap().clear();
    assert_eq!(said.read_line(&mut hello).unwrap(), 0, "{hello}");
    assert_eq!(guest.log(), "");
}
