//! `guest-exec` and `guest-exec-status`: the same programs under both agents.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use support::agent::Client;
use support::need;

use super::answer::By;
use super::case::Case;
use super::deviation::Deviation;
use super::pair::{Pair, call};

/// Between two looks at a process, and how many there are at most.
const LOOK: (Duration, u32) = (Duration::from_millis(3), 5000);

/// Starts a program and waits for its end. The pid is left out, the output kept.
fn run(client: &mut Client, dir: &Path, arguments: &Value) -> Result<Vec<String>> {
    let text = arguments.to_string().replace("$dir", &dir.to_string_lossy());
    client.send(format!(r#"{{"execute": "guest-exec", "arguments": {text}}}"#).as_bytes())?;
    let line = client.line()?;
    let started: Value = serde_json::from_slice(&line)?;
    let Some(pid) = started["return"]["pid"].as_u64() else {
        let text = super::answer::text(&line, By::Words)?;
        return Ok(vec![text.replace(&*dir.to_string_lossy(), "$dir")]);
    };
    let members = started["return"].as_object().map(serde_json::Map::len);
    ensure!(members == Some(1), "'{started}' has more than a pid");
    let status = format!(r#"{{"execute": "guest-exec-status", "arguments": {{"pid": {pid}}}}}"#);
    for _ in 0..LOOK.1 {
        let state = call(client, &status, By::Words)?;
        if state != r#"{"exited":false}"# {
            // What was told once is told no more.
            return Ok(vec![state, call(client, &status, By::Class)?]);
        }
        thread::sleep(LOOK.0);
    }
    bail!("the program does not end")
}

fn sh(script: &str) -> Value {
    json!({"path": "/bin/sh", "arg": ["-c", script], "capture-output": true})
}

fn with(mut arguments: Value, key: &str, value: Value) -> Value {
    arguments[key] = value;
    arguments
}

fn pair() -> Result<Pair> {
    let pair = Pair::start(&[])?;
    for agent in pair.both() {
        let file = |name: &str, text: &str, mode| -> Result<()> {
            let path = agent.files().join(name);
            fs::write(&path, text)?;
            Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
        };
        file("a-script", "#!/bin/sh\necho script \"$@\"\n", 0o755)?;
        file("plain", "echo plain \"$@\"\n", 0o755)?;
        file("closed", "#!/bin/sh\n", 0o644)?;
        file("broken", "#!/none/interpreter\n", 0o755)?;
        file("a b", "#!/bin/sh\necho spaces\n", 0o755)?;
    }
    Ok(pair)
}

/// Runs each under both agents.
fn compare(pair: &mut Pair, all: impl IntoIterator<Item = Value>) -> Result<()> {
    for arguments in all {
        let name = arguments.to_string();
        pair.ask(&name, None, |client, dir| run(client, dir, &arguments))?;
    }
    Ok(())
}

#[test]
fn output_is_captured_as_asked() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let both = sh("echo out; echo err >&2; exit 3");
    compare(
        &mut pair,
        [
            both.clone(),
            with(both.clone(), "capture-output", json!(false)),
            json!({"path": "/bin/true"}),
            json!({"path": "/bin/true", "capture-output": true}),
            json!({"path": "/bin/true", "capture-output": false}),
            sh("echo out"),
            sh("echo err >&2"),
            sh("printf 'a\\000b\\377c'"),
            sh("head -c 100000 /dev/zero; head -c 70000 /dev/zero >&2"),
            sh("exec >&- 2>&-; sleep 0.05"),
        ],
    )?;
    pair.finish()
}

#[test]
fn output_is_captured_in_every_mode() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let out = r#""out-data":"b3V0Cg==","out-truncated":false"#;
    let err = r#""err-data":"ZXJyCg==","err-truncated":false"#;
    let end = r#""exitcode":0,"exited":true"#;
    for (mode, status) in [
        ("none", format!("{{{end}}}")),
        ("stdout", format!("{{{end},{out}}}")),
        ("stderr", format!("{{{err},{end}}}")),
        ("separated", format!("{{{err},{end},{out}}}")),
        ("merged", format!("{{{end},{}}}", out.replace("b3V0Cg==", "b3V0CmVycgo="))),
    ] {
        // One pair for each: qemu-ga 10.2 loses output after a process of mode "stdout".
        let mut pair = pair()?;
        let arguments = with(sh("echo out; echo err >&2"), "capture-output", json!(mode));
        let lines = vec![status, "GenericError".to_owned()];
        let since = Some((Deviation::Since((8, 0)), lines));
        pair.ask(&arguments.to_string(), since, |client, dir| run(client, dir, &arguments))?;
        pair.finish()?;
    }
    let mut pair = pair()?;
    for mode in ["", "x", "STDOUT", "true"] {
        let text =
            format!("GenericError: Parameter 'capture-output' does not accept value '{mode}'");
        let request = json!({
            "execute": "guest-exec",
            "arguments": {"path": "/bin/true", "capture-output": mode},
        });
        pair.run([Case::new(request.to_string()).differs(Deviation::Since((8, 0)), &[&text])])?;
    }
    pair.finish()
}

#[test]
fn programs_end_in_every_way() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let exits = [0, 1, 2, 77, 126, 127, 128, 255].map(|code| sh(&format!("exit {code}")));
    let signals = ["TERM", "KILL", "SEGV", "ABRT", "PIPE", "HUP"];
    compare(&mut pair, exits)?;
    compare(&mut pair, signals.map(|signal| sh(&format!("echo x; kill -{signal} $$"))))?;
    pair.finish()
}

#[test]
fn programs_that_cannot_start() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let paths = [
        "",
        " ",
        "/bin/none",
        "none-of-that-name",
        "/",
        ".",
        "/etc/passwd",
        "$dir/closed",
        "$dir/broken",
        "closed",
        "sh/x",
        "/bin/sh/x",
        "\u{e9}",
        "a\nb",
    ];
    for path in paths {
        compare(
            &mut pair,
            [
                json!({"path": path}),
                json!({"path": path, "capture-output": true}),
                json!({"path": path, "capture-output": true, "input-data": "eA=="}),
            ],
        )?;
    }
    pair.finish()
}

#[test]
fn programs_are_found_and_given_their_arguments() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let paths = ["echo", "/bin/echo", "$dir/a-script", "$dir/plain", "./a-script", "$dir/a b"];
    let arguments = [
        json!([]),
        json!(["a"]),
        json!(["a b", "", "\"", "'", "$HOME", "*", "\\n", "\u{e9}", "-n"]),
    ];
    for path in paths {
        for arguments in &arguments {
            compare(&mut pair, [json!({"path": path, "arg": arguments, "capture-output": true})])?;
        }
    }
    // Neither in the PATH.
    compare(&mut pair, ["a-script", "plain"].map(|path| json!({"path": path})))?;
    pair.finish()
}

#[test]
fn the_environment_is_the_agents_or_the_one_given() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let inherited = sh("env | grep -vE '^(_|PWD|OLDPWD)=' | sort");
    let exact = json!({"path": "/usr/bin/env", "capture-output": true});
    compare(&mut pair, [inherited])?;
    for env in [
        json!([]),
        json!(["A=1"]),
        json!(["A=1", "B=", "C=x=y", "A=2"]),
        json!(["PATH=/none"]),
        json!(["A"]),
        json!(["=x"]),
        json!([""]),
        json!(["A=\u{e9} \n"]),
    ] {
        compare(&mut pair, [with(exact.clone(), "env", env)])?;
    }
    // A program without a slash is looked for in the PATH that is given.
    compare(
        &mut pair,
        [
            json!({"path": "echo", "arg": ["x"], "env": ["PATH=/none"], "capture-output": true}),
            json!({"path": "a-script", "env": ["PATH=$dir"], "capture-output": true}),
        ],
    )?;
    pair.finish()
}

#[test]
fn input_reaches_the_program() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let cat = json!({"path": "cat", "capture-output": true});
    for input in ["", "aGVsbG8K", "AAH/", "!", "e", "eA", "eA=", "eA==\n", " eA=="] {
        compare(&mut pair, [with(cat.clone(), "input-data", json!(input))])?;
    }
    let large = "QUJD".repeat(100_000);
    compare(
        &mut pair,
        [
            cat,
            with(sh("wc -c"), "input-data", json!(large)),
            with(sh("exit 4"), "input-data", json!(large)),
            with(sh("head -c 3"), "input-data", json!(large)),
            json!({"path": "/bin/true", "input-data": "eA=="}),
        ],
    )?;
    pair.finish()
}

#[test]
fn the_process_is_set_up_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    compare(
        &mut pair,
        [
            sh("umask"),
            sh("basename \"$PWD\""),
            sh("ls -C /proc/self/fd"),
            sh("readlink /proc/self/fd/0"),
            sh("readlink /proc/self/fd/1 | cut -d: -f1"),
            // Up to signal 28: glibc's posix_spawn, which starts the agents here, leaves its
            // own two (32, 33) ignored, and its start-up takes one of them back.
            sh("grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status | sed 's/[^:]*\\(.......\\)$/\\1/'"),
            sh("ulimit -n; ulimit -c; nice"),
            with(sh("readlink /proc/self/fd/0 | cut -d: -f1"), "input-data", json!("eA==")),
            with(
                sh("for n in 1 2; do readlink /proc/$$/fd/$n; done >&2"),
                "capture-output",
                json!(false),
            ),
        ],
    )?;
    pair.finish()
}

#[test]
fn processes_that_were_never_started() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for pid in [0, 1, -1, i64::from(i32::MAX), i64::MAX, i64::MIN] {
        let request = json!({"execute": "guest-exec-status", "arguments": {"pid": pid}});
        pair.run([Case::new(request.to_string()).by(By::Class)])?;
    }
    pair.finish()
}
