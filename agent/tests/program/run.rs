//! `guestd run` with a configuration.

use std::fs;
use std::time::Instant;

use nix::sys::signal::Signal;

use super::support::{Agent, guestd, said, until};

#[test]
fn a_channel_may_ask_for_what_its_groups_say() {
    let agent = Agent::start("groups = [\"info\"]\nblock = [\"guest-get-users\"]", "");
    assert_eq!(agent.ask("guest-ping"), "{\"return\": {}}");
    assert!(agent.ask("guest-get-host-name").starts_with("{\"return\": "));
    for refused in ["guest-fsfreeze-freeze", "guest-get-users", "guest-exec"] {
        let reply = agent.ask(refused);
        assert!(reply.contains("CommandNotFound"), "{reply}");
    }
    let reply = agent.ask("guestd-exec");
    assert!(reply.contains("CommandNotFound") && reply.contains("guest's log names"), "{reply}");
    let log = agent.log();
    for line in [
        "guest-fsfreeze-freeze refused: group quiesce is not allowed on this channel; to allow it, \
         add \"quiesce\" to `groups` of [channel.unix]",
        "guest-get-users refused: blocked by name on this channel; to allow it, \
         take \"guest-get-users\" out of `block` of [channel.unix]",
    ] {
        let line = log.lines().find(|one| one.contains(line)).unwrap_or_else(|| panic!("{log}"));
        assert!(line.contains(" channel=unix ") && line.contains(" peer="), "{line}");
    }
}

#[test]
fn requests_are_counted_by_command_and_result() {
    let agent = Agent::start("groups = [\"info\"]", "");
    for request in ["guest-ping", "guest-ping", "guest-exec", "guest-pong"] {
        agent.ask(request);
    }
    agent.send("{\"execute\": \"guest-sync\", \"arguments\": {\"id\": \"x\"}}");
    let reply: serde_json::Value = serde_json::from_str(&agent.ask("guestd-metrics")).unwrap();
    let text = reply["return"]["text"].as_str().unwrap();
    for line in [
        "guestd_frozen 0",
        "guestd_requests_total{command=\"guest-ping\",result=\"ok\"} 2",
        "guestd_requests_total{command=\"guest-exec\",result=\"refused\"} 1",
        "guestd_requests_total{command=\"guest-sync\",result=\"failed\"} 1",
        "guestd_requests_invalid_total 1",
        "guestd_freezes_total{result=\"succeeded\"} 0",
        "guestd_freeze_window_seconds_count 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    assert!(text.contains("guestd_machine_info{evc_verdict=\""), "{text}");
}

#[test]
fn what_is_counted_is_in_a_file_until_the_agent_ends() {
    let mut agent = Agent::start("groups = [\"info\"]", "");
    let file = agent.dir.path().join("state/metrics.prom");
    let holds = |line: &str| fs::read_to_string(&file).is_ok_and(|text| text.contains(line));
    until("the first writing", || holds("guestd_start_time_seconds "));
    agent.ask("guest-ping");
    until("the second", || holds("{command=\"guest-ping\",result=\"ok\"} 1\n"));
    agent.signal(Signal::SIGTERM);
    assert_eq!(agent.ends(), Some(0));
    assert!(!file.exists());
}

#[test]
fn the_log_tells_what_was_changed_and_no_secret() {
    let agent =
        Agent::start("groups = [\"exec\", \"accounts\", \"files\"]", "[log]\nlevel = \"trace\"\n");
    // Each of them fails before it does anything: no program, no base64, no directory.
    for request in [
        r#"{"execute": "guest-exec", "arguments":
            {"path": "/nonexistent/one", "arg": ["hunter2"], "env": ["P=hunter2"], "input-data": "hunter2!"}}"#,
        r#"{"execute": "guestd-exec", "arguments":
            {"argv": ["/nonexistent/two", "hunter2"], "env": ["P=hunter2"]}}"#,
        r#"{"execute": "guest-set-user-password", "arguments":
            {"username": "nobody-three", "password": "hunter2!", "crypted": false}}"#,
        r#"{"execute": "guest-ssh-add-authorized-keys", "arguments":
            {"username": "nobody-four", "keys": ["ssh-x hunter2"]}}"#,
        r#"{"execute": "guestd-file-put", "arguments":
            {"path": "/nonexistent/five", "buf-b64": "hunter2!"}}"#,
    ] {
        let reply = agent.send(&request.replace('\n', " "));
        assert!(reply.starts_with("{\"error\": "), "{reply}");
    }
    let log = agent.log();
    for line in [
        "guest-exec called: \"/nonexistent/one\"",
        "guestd-exec called: \"/nonexistent/two\"",
        "guest-set-user-password called: \"nobody-three\"",
        "guest-ssh-add-authorized-keys called: \"nobody-four\"",
        "guestd-file-put called: \"/nonexistent/five\"",
    ] {
        assert!(log.contains(line), "{line}\n{log}");
    }
    assert!(!log.contains("hunter2"), "{log}");
}

#[test]
fn a_hangup_takes_over_what_can_change_and_names_the_rest() {
    let agent = Agent::start("groups = [\"info\"]", "");
    assert!(agent.ask("guest-fsfreeze-status").contains("CommandNotFound"));
    agent.reload("groups = [\"info\", \"quiesce\"]", "[quiesce]\ndeadline = 5\n");
    until("the new policy", || agent.ask("guest-fsfreeze-status") == "{\"return\": \"thawed\"}");
    until("the warning", || agent.log().contains("needs a restart: quiesce"));

    agent.reload("groups = [\"inof\"]", "");
    until("the error", || agent.log().contains("everything stays as it was: "));
    assert!(agent.log().contains("did you mean `info`?"));
    assert_eq!(agent.ask("guest-fsfreeze-status"), "{\"return\": \"thawed\"}");
}

#[test]
fn a_broken_configuration_is_one_line_and_no_agent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("guestd.toml");
    fs::write(&file, "[channel.unix]\nmax-clients = 0\n").unwrap();
    let output = guestd().args(["run", "--config"]).arg(&file).output().unwrap();
    let (stdout, stderr, code) = said(&output);
    assert_eq!((stdout.as_str(), code), ("", Some(2)));
    assert!(stderr.starts_with(&format!("guestd: {}:2: ", file.display())), "{stderr}");
    assert_eq!(stderr.lines().count(), 1);
}

#[test]
fn it_ends_within_a_second_of_being_told_to() {
    let mut agent = Agent::start("", "");
    assert_eq!(agent.ask("guest-ping"), "{\"return\": {}}");
    let start = Instant::now();
    agent.signal(Signal::SIGTERM);
    assert_eq!(agent.ends(), Some(0));
    // A machine with much else to do gets some more.
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
