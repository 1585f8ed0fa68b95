//! What surrounds a command: the request itself, its id, and names that are no commands.

use anyhow::Result;
use support::need;

use super::case::Case;
use super::pair::Pair;

const REQUESTS: &[&str] = &[
    "{}",
    r#"{"execute": 5}"#,
    r#"{"execute": null}"#,
    r#"{"execute": true}"#,
    r#"{"execute": ["guest-ping"]}"#,
    r#"{"execute": {}}"#,
    r#"{"execute": ""}"#,
    r#"{"execute": "x y"}"#,
    r#"{"execute": "nope"}"#,
    r#"{"execute": "Guest-Ping"}"#,
    r#"{"execute": "guest_ping"}"#,
    r#"{"execute": " guest-ping"}"#,
    r#"{"execute": "guest-ping "}"#,
    r#"{"execute": "guest-ping\u0000"}"#,
    r#"{"execute": "\u0000"}"#,
    r#"{"execute": "a\u0000b"}"#,
    r#"{"execute": "é€😀"}"#,
    r#"{"execute": "a\nb\"c\\"}"#,
    r#"{"execute": "%s%n"}"#,
    r#"{"execute": "qmp_capabilities"}"#,
    r#"{"execute": "query-commands"}"#,
    r#"{"execute": "guest-ping", "arguments": {}}"#,
    r#"{"execute": "guest-ping", "arguments": null}"#,
    r#"{"execute": "guest-ping", "arguments": []}"#,
    r#"{"execute": "guest-ping", "arguments": 5}"#,
    r#"{"execute": "guest-ping", "arguments": "x"}"#,
    r#"{"execute": "guest-ping", "arguments": true}"#,
    r#"{"execute": "nope", "arguments": 5}"#,
    r#"{"execute": "nope", "arguments": {"a": 1}}"#,
    r#"{"execute": "nope", "foo": 1}"#,
    r#"{"execute": 5, "foo": 1}"#,
    r#"{"execute": 5, "arguments": 5}"#,
    r#"{"arguments": 5, "execute": 5}"#,
    r#"{"arguments": 5}"#,
    r#"{"arguments": {}}"#,
    r#"{"foo": 1}"#,
    r#"{"foo": 1, "execute": "guest-ping"}"#,
    r#"{"execute": "guest-ping", "foo": 1}"#,
    r#"{"execute": "guest-ping", "": 1}"#,
    r#"{"execute": "guest-ping", "a\nb": 1}"#,
    r#"{"execute": "guest-ping", "control": 1}"#,
    r#"{"Execute": "guest-ping"}"#,
    r#"{"exec-oob": "guest-ping"}"#,
    r#"{"execute": "guest-ping", "exec-oob": "guest-ping"}"#,
    r#"{"return": {}}"#,
    r#"{"error": {"class": "GenericError", "desc": "x"}}"#,
    r#"{"\u0065xecute": "guest-ping"}"#,
    r#"{"execute": "guest-ping", "execute": "guest-ping"}"#,
    r#"{"execute": "guest-sync", "arguments": {"id": 1, "id": 2}}"#,
    "[]",
    "[1]",
    "5 ",
    "\"hi\"",
    "null ",
];

/// Values of `id` by type; each comes back.
const IDS: &[&str] = &[
    "1",
    "-1",
    "0",
    "1.5",
    "\"x\"",
    "\"\"",
    "null",
    "true",
    "[]",
    "{}",
    r#"[1, {"a": null}]"#,
    r#"{"b": 1, "a": [2]}"#,
];

#[test]
fn requests_are_refused_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run(REQUESTS.iter().map(Case::new))?;
    // And the same with an id in front, which comes back with most errors.
    for request in REQUESTS.iter().filter(|request| request.starts_with("{\"")) {
        pair.run([Case::new(request.replacen('{', "{\"id\": 7, ", 1))])?;
    }
    pair.finish()
}

#[test]
fn the_id_comes_back_with_results_and_with_errors() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for id in IDS {
        for rest in [
            r#""execute": "guest-ping""#,
            r#""execute": "guest-sync", "arguments": {"id": 9}"#,
            r#""execute": "guest-sync-delimited", "arguments": {"id": 9}"#,
            r#""execute": "guest-sync-delimited", "arguments": {"id": []}"#,
            r#""execute": "guest-sync""#,
            r#""execute": "nope""#,
            r#""execute": 5"#,
            r#""foo": 1"#,
            r#""arguments": {}"#,
        ] {
            pair.run([
                Case::new(format!("{{\"id\": {id}, {rest}}}")),
                Case::new(format!("{{{rest}, \"id\": {id}}}")),
            ])?;
        }
    }
    pair.run([
        Case::new(r#"{"id": 1, "id": 2, "execute": "guest-ping"}"#),
        Case::new(r#"[{"id": 1, "execute": "guest-ping"}]"#),
        Case::new(r#"{"id": 1, "execute": "guest-ping", }"#),
    ])?;
    pair.finish()
}

#[test]
fn blocked_commands_are_unknown_ones() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&["-b", "guest-ping,guest-file-open,nope"])?;
    for command in ["guest-ping", "guest-file-open", "guest-file-close", "nope", "guest-get-time"] {
        pair.run([
            Case::new(format!(r#"{{"execute": "{command}", "arguments": {{"foo": 1}}}}"#)),
            Case::new(format!(r#"{{"execute": "{command}", "arguments": 1, "id": 1}}"#)),
        ])?;
    }
    pair.finish()
}
