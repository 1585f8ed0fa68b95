//! Arguments that do not fit: missing, unknown, of another type, for every command and in
//! every combination. No request of this table is a valid one, so none does anything.

use anyhow::{Result, ensure};
use support::need;

use super::answer::By;
use super::case::Case;
use super::deviation::Deviation;
use super::pair::{Pair, Version, call};

/// The type of an argument.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Int,
    Bool,
    Text,
    Texts,
    Vcpus,
    Blocks,
    /// `guest-file-seek`, a number or a word.
    Whence,
    /// `guest-exec`, a boolean or a word.
    Capture,
}

use Kind::{Blocks, Bool, Capture, Int, Text, Texts, Vcpus, Whence};

/// An argument; true where it may be left out.
type Argument = (&'static str, Kind, bool);

/// Every command of QEMU 7.2 to 10.2 with its arguments in their order (QEMU
/// `qga/qapi-schema.json`), but for those in [`NEWER`].
const COMMANDS: &[(&str, &[Argument])] = &[
    ("guest-sync-delimited", &[("id", Int, false)]),
    ("guest-sync", &[("id", Int, false)]),
    ("guest-ping", &[]),
    ("guest-info", &[]),
    ("guest-get-time", &[]),
    ("guest-set-time", &[("time", Int, true)]),
    ("guest-shutdown", &[("mode", Text, true)]),
    ("guest-file-open", &[("path", Text, false), ("mode", Text, true)]),
    ("guest-file-close", &[("handle", Int, false)]),
    ("guest-file-read", &[("handle", Int, false), ("count", Int, true)]),
    ("guest-file-write", &[("handle", Int, false), ("buf-b64", Text, false), ("count", Int, true)]),
    (
        "guest-file-seek",
        &[("handle", Int, false), ("offset", Int, false), ("whence", Whence, false)],
    ),
    ("guest-file-flush", &[("handle", Int, false)]),
    ("guest-fsfreeze-status", &[]),
    ("guest-fsfreeze-freeze", &[]),
    ("guest-fsfreeze-freeze-list", &[("mountpoints", Texts, true)]),
    ("guest-fsfreeze-thaw", &[]),
    ("guest-fstrim", &[("minimum", Int, true)]),
    ("guest-suspend-disk", &[]),
    ("guest-suspend-ram", &[]),
    ("guest-suspend-hybrid", &[]),
    ("guest-network-get-interfaces", &[]),
    ("guest-get-vcpus", &[]),
    ("guest-set-vcpus", &[("vcpus", Vcpus, false)]),
    ("guest-get-disks", &[]),
    ("guest-get-fsinfo", &[]),
    (
        "guest-set-user-password",
        &[("username", Text, false), ("password", Text, false), ("crypted", Bool, false)],
    ),
    ("guest-get-memory-blocks", &[]),
    ("guest-set-memory-blocks", &[("mem-blks", Blocks, false)]),
    ("guest-get-memory-block-info", &[]),
    ("guest-exec-status", &[("pid", Int, false)]),
    (
        "guest-exec",
        &[
            ("path", Text, false),
            ("arg", Texts, true),
            ("env", Texts, true),
            ("input-data", Text, true),
            ("capture-output", Capture, true),
        ],
    ),
    ("guest-get-host-name", &[]),
    ("guest-get-users", &[]),
    ("guest-get-timezone", &[]),
    ("guest-get-osinfo", &[]),
    ("guest-ssh-get-authorized-keys", &[("username", Text, false)]),
    (
        "guest-ssh-add-authorized-keys",
        &[("username", Text, false), ("keys", Texts, false), ("reset", Bool, true)],
    ),
    ("guest-ssh-remove-authorized-keys", &[("username", Text, false), ("keys", Texts, false)]),
    ("guest-get-diskstats", &[]),
    ("guest-get-cpustats", &[]),
];

/// Commands that are younger than 7.2, with the release that brought them; none takes
/// arguments.
const NEWER: [(&str, Version); 2] =
    [("guest-get-load", (10, 0)), ("guest-network-get-route", (9, 1))];

/// Values of every type, and of every range of numbers.
const VALUES: &[&str] = &[
    "null",
    "true",
    "5",
    "-1",
    "5.0",
    "5.5",
    "1e3",
    "9223372036854775808",
    "\"x\"",
    "\"\"",
    "[]",
    "[5]",
    "[\"x\"]",
    "[\"x\", 5]",
    "[\"x\", null]",
    "[[]]",
    "{}",
    "[{}]",
    "{\"a\": 1}",
];

impl Kind {
    fn good(self) -> &'static str {
        match self {
            Int => "1",
            Bool => "true",
            Text => "\"x\"",
            Texts => "[\"x\"]",
            Vcpus => r#"[{"logical-id": 99999, "online": true}]"#,
            Blocks => r#"[{"phys-index": 99999999, "online": true}]"#,
            Whence => "\"set\"",
            Capture => "true",
        }
    }

    /// Every value that is none of this type.
    fn bad(self) -> Vec<&'static str> {
        let fits = |value: &str| match self {
            Int => matches!(value, "5" | "-1"),
            Bool => value == "true",
            Text => value.starts_with('"'),
            Texts => matches!(value, "[]" | "[\"x\"]"),
            Vcpus | Blocks => value == "[]",
            Whence => matches!(value, "5" | "-1"),
            // A word is one since 8.0.
            Capture => value == "true" || value.starts_with('"'),
        };
        let more: &[&str] = match self {
            Vcpus => &[
                r#"[{"logical-id": 99999}]"#,
                r#"[{"online": true}]"#,
                r#"[{"logical-id": "x", "online": true}]"#,
                r#"[{"logical-id": 99999, "online": 1}]"#,
                r#"[{"logical-id": 99999, "online": true, "can-offline": 1}]"#,
                r#"[{"logical-id": 99999, "online": true, "x": 1}]"#,
                r#"[{"logical-id": 99999, "online": true}, {"logical-id": 99999}]"#,
                r#"[{"logical-id": 99999, "online": true}, 5]"#,
                r#"[{"logical-id": 99999, "online": true}, null]"#,
            ],
            Blocks => &[
                r#"[{"phys-index": 99999999}]"#,
                r#"[{"online": true}]"#,
                r#"[{"phys-index": "x", "online": true}]"#,
                r#"[{"phys-index": 99999999, "online": 1}]"#,
                r#"[{"phys-index": 99999999, "online": true, "can-offline": 1}]"#,
                r#"[{"phys-index": 99999999, "online": true, "x": 1}]"#,
                r#"[{"phys-index": 99999999, "online": true}, {}]"#,
            ],
            Whence => &["\"SET\"", "\"set \"", "\"seek\""],
            Int | Bool | Text | Texts | Capture => &[],
        };
        VALUES.iter().copied().filter(|value| !fits(value)).chain(more.iter().copied()).collect()
    }
}

/// What one argument of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Good,
    Bad,
}

fn request(command: &str, arguments: &[String]) -> String {
    let arguments = arguments.join(", ");
    format!(r#"{{"execute": "{command}", "arguments": {{{arguments}}}}}"#)
}

fn good(arguments: &[Argument]) -> Vec<String> {
    arguments.iter().map(|(name, kind, _)| member(name, kind.good())).collect()
}

fn member(name: &str, value: &str) -> String {
    format!("\"{name}\": {value}")
}

/// Each argument with each bad value, the others being good.
fn wrong_types(command: &str, arguments: &[Argument]) -> Vec<String> {
    let mut requests = Vec::new();
    for (index, (name, kind, _)) in arguments.iter().enumerate() {
        for value in kind.bad() {
            let mut members = good(arguments);
            members[index] = member(name, value);
            requests.push(request(command, &members));
        }
    }
    requests
}

/// Every combination of absent, good and bad arguments of which at least one is no good.
fn combinations(command: &str, arguments: &[Argument]) -> Vec<String> {
    let mut all: Vec<Vec<State>> = vec![Vec::new()];
    for _ in arguments {
        all = all
            .iter()
            .flat_map(|states| {
                [State::Absent, State::Good, State::Bad]
                    .map(|state| [states.as_slice(), &[state]].concat())
            })
            .collect();
    }
    let faulty = |states: &Vec<State>| {
        states.iter().zip(arguments).any(|(state, (_, _, optional))| {
            *state == State::Bad || (*state == State::Absent && !optional)
        })
    };
    let mut requests = Vec::new();
    for states in all.iter().filter(|states| faulty(states)) {
        let members: Vec<String> = states
            .iter()
            .zip(arguments)
            .filter_map(|(state, (name, kind, _))| match state {
                State::Absent => None,
                State::Good => Some(member(name, kind.good())),
                State::Bad => kind.bad().first().map(|value| member(name, value)),
            })
            .collect();
        requests.push(request(command, &members));
        // In another order, and with an unknown one before them.
        let mut turned: Vec<String> = members.iter().rev().cloned().collect();
        requests.push(request(command, &turned));
        turned.insert(0, member("foo", "1"));
        requests.push(request(command, &turned));
    }
    requests
}

/// One argument too many.
fn unknown(command: &str, arguments: &[Argument]) -> Vec<String> {
    ["foo", "", "Id", "a b", "\u{e9}", "execute-in-shell"]
        .iter()
        .map(|name| {
            let mut members = good(arguments);
            members.push(member(name, "1"));
            request(command, &members)
        })
        .collect()
}

/// guestd must refuse before a request goes to a command that would do something.
fn check_that_arguments_are_checked(pair: &Pair) -> Result<()> {
    let mut client = pair.ours().connect()?;
    for (request, expected) in [
        (r#"{"execute": "guest-ping", "arguments": {"foo": 1}}"#, "Parameter 'foo' is unexpected"),
        (r#"{"execute": "guest-sync", "arguments": {}}"#, "Parameter 'id' is missing"),
    ] {
        let answer = call(&mut client, request, By::Words)?;
        ensure!(answer.ends_with(expected), "guestd answers {request} with {answer}");
    }
    Ok(())
}

#[test]
fn arguments_of_the_wrong_type_are_refused_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    check_that_arguments_are_checked(&pair)?;
    for (command, arguments) in COMMANDS {
        pair.run(wrong_types(command, arguments).into_iter().map(Case::new))?;
    }
    pair.finish()
}

#[test]
fn of_several_faults_the_same_one_is_told() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    check_that_arguments_are_checked(&pair)?;
    for (command, arguments) in COMMANDS {
        pair.run(combinations(command, arguments).into_iter().map(Case::new))?;
    }
    pair.finish()
}

#[test]
fn unknown_arguments_are_refused_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    check_that_arguments_are_checked(&pair)?;
    for (command, arguments) in COMMANDS {
        pair.run(unknown(command, arguments).into_iter().map(Case::new))?;
    }
    for (command, since) in NEWER {
        let ours = "GenericError: Parameter 'foo' is unexpected";
        let request = request(command, &[member("foo", "1")]);
        pair.run([Case::new(request).differs(Deviation::Since(since), &[ours])])?;
    }
    pair.finish()
}
