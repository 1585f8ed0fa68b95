//! `guest-file-*`: each step on a connection of its own, so handles outlive their clients.

use std::fs;

use anyhow::Result;
use serde_json::{Value, json};
use support::need;

use super::case::Case;
use super::pair::Pair;

/// The first handle of an agent with a fresh state directory.
const FIRST: u64 = 1000;

/// Modes of fopen(3), the first fifteen valid.
const MODES: [&str; 32] = [
    "r", "rb", "w", "wb", "a", "ab", "r+", "rb+", "r+b", "w+", "wb+", "w+b", "a+", "ab+", "a+b",
    "", "x", "rw", "wr", "rr", "rx", "wx", "w+x", "re", "R", "r ", " r", "rt", "b", "+r", "r++",
    "rb+ ",
];

fn request(command: &str, arguments: &Value) -> Case {
    Case::new(
        json!({"execute": format!("guest-file-{command}"), "arguments": arguments}).to_string(),
    )
}

fn open(path: &str, mode: &str) -> Case {
    request("open", &json!({"path": path, "mode": mode}))
}

fn read(handle: u64) -> Case {
    request("read", &json!({"handle": handle}))
}

fn write(handle: u64, base64: &str) -> Case {
    request("write", &json!({"handle": handle, "buf-b64": base64}))
}

fn seek(handle: u64, offset: i64, whence: impl Into<Value>) -> Case {
    request("seek", &json!({"handle": handle, "offset": offset, "whence": whence.into()}))
}

fn flush(handle: u64) -> Case {
    request("flush", &json!({"handle": handle}))
}

fn close(handle: u64) -> Case {
    request("close", &json!({"handle": handle}))
}

/// A pair whose working directories hold the file `text`.
fn pair() -> Result<Pair> {
    let pair = Pair::start(&[])?;
    for agent in pair.both() {
        fs::write(agent.files().join("text"), "Hello World!\n\0\u{e9}")?;
    }
    Ok(pair)
}

/// What is in the file of this name on both sides.
fn contents(pair: &mut Pair, name: &str) -> Result<()> {
    pair.ask(&format!("contents of {name}"), None, |_, dir| {
        Ok(vec![fs::read(dir.join(name))?.escape_ascii().to_string()])
    })
}

#[test]
fn modes_are_those_of_fopen() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    pair.run(MODES.iter().map(|mode| open("text", mode)))?;
    contents(&mut pair, "text")?;
    pair.run(MODES.iter().map(|mode| open(&format!("new-{}", mode.escape_debug()), mode)))?;
    pair.run(MODES.iter().map(|mode| open("$dir/none/x", mode)))?;
    pair.run([request("open", &json!({"path": "text"}))])?;
    pair.finish()
}

#[test]
fn paths_that_cannot_be_opened() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let long = "x".repeat(256);
    for path in ["", ".", "/", "/none/x", "text/x", "$dir/text", "/dev/null/x", "a\nb\"c", &long] {
        pair.run([open(path, "r"), open(path, "r+")])?;
    }
    pair.run([open("", "w"), open("/", "w"), open("/proc/version", "w"), open("\u{e9}", "w")])?;
    // A directory opens for reading, and can only not be read.
    pair.run([open("$dir", "r")])?;
    pair.finish()
}

#[test]
fn reads_tell_count_and_end() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let count = |count: i64| request("read", &json!({"handle": FIRST, "count": count}));
    pair.run([open("text", "r"), read(FIRST), read(FIRST), read(FIRST)])?;
    for at in [0, 5, 14, 16, 17, 1000] {
        pair.run([seek(FIRST, at, "set"), read(FIRST), seek(FIRST, 0, "cur")])?;
    }
    for size in [0, 1, 2, 15, 16, 17, 4096, 1 << 20, 48 << 20] {
        pair.run([seek(FIRST, 0, "set"), count(size), count(size)])?;
    }
    pair.run([-1, (48 << 20) + 1, i64::MAX, i64::MIN].map(count))?;
    pair.run([close(FIRST), read(FIRST), close(FIRST)])?;
    pair.run([open("text", "w"), read(FIRST + 1), open(".", "r"), read(FIRST + 2)])?;
    pair.run([open("/dev/zero", "r"), request("read", &json!({"handle": FIRST + 3, "count": 9}))])?;
    pair.run([open("/dev/null", "r"), read(FIRST + 4), seek(FIRST + 4, 5, "set")])?;
    pair.finish()
}

#[test]
fn writes_land_where_they_should() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    let part = |count: i64| {
        request("write", &json!({"handle": FIRST, "buf-b64": "SGVsbG8=", "count": count}))
    };
    pair.run([open("new", "w+"), write(FIRST, "SGVsbG8gV29ybGQhCgA="), write(FIRST, "")])?;
    pair.run([0, 1, 5, 6, -1, i64::MAX].map(part))?;
    pair.run([seek(FIRST, 0, "cur"), read(FIRST), seek(FIRST, 0, "set"), read(FIRST)])?;
    pair.run([seek(FIRST, 3, 0), write(FIRST, "WFla"), flush(FIRST), seek(FIRST, 0, 1)])?;
    pair.run([flush(FIRST), close(FIRST), write(FIRST, ""), flush(FIRST)])?;
    contents(&mut pair, "new")?;
    pair.run([open("text", "r"), write(FIRST + 1, "eA=="), flush(FIRST + 1), close(FIRST + 1)])?;
    pair.run([open("text", "a+"), write(FIRST + 2, "eA=="), seek(FIRST + 2, 0, "set")])?;
    pair.run([write(FIRST + 2, "eQ=="), seek(FIRST + 2, 0, "cur"), close(FIRST + 2)])?;
    contents(&mut pair, "text")?;
    pair.run([open("text", "r+"), read(FIRST + 3), write(FIRST + 3, "eg=="), close(FIRST + 3)])?;
    contents(&mut pair, "text")?;
    pair.run([
        open("text", "r+"),
        write(FIRST + 4, "SEVMTE8="),
        read(FIRST + 4),
        close(FIRST + 4),
    ])?;
    contents(&mut pair, "text")?;
    pair.finish()
}

#[test]
fn seeks_end_where_they_should() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    pair.run([open("text", "r")])?;
    for whence in [json!("set"), json!("cur"), json!("end"), json!(0), json!(1), json!(2)] {
        for offset in [0, 1, -1, 7, -7, -100, 100, i64::MAX, i64::MIN] {
            pair.run([seek(FIRST, offset, whence.clone()), seek(FIRST, 0, "cur")])?;
        }
    }
    for whence in [json!(3), json!(-1), json!(1_000_000)] {
        pair.run([seek(FIRST, 0, whence)])?;
    }
    pair.finish()
}

#[test]
fn base64_is_checked_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = pair()?;
    pair.run([open("new", "w")])?;
    for base64 in [
        "",
        "=",
        "==",
        "====",
        "e",
        "eA",
        "eA=",
        "eA==",
        "eA===",
        "eA====",
        "eHk",
        "eHk=",
        "eHl6",
        "eHl6eA",
        "eA==eA==",
        "eA=x",
        "e=A=",
        "=eA=",
        "eB==",
        "eH==",
        "eHl=",
        " eA==",
        "eA== ",
        "eA==\n",
        "e\nA==",
        "eHl6\neHl6",
        "eHl6\r\neHl6\r\n",
        "\n",
        " ",
        "e-_=",
        "+/+/",
        "-_-_",
        "!",
        "eA!=",
        "e$==",
        "\u{e9}",
        "eA\u{0}==",
        "*",
    ] {
        pair.run([write(FIRST, base64)])?;
    }
    pair.run([close(FIRST)])?;
    contents(&mut pair, "new")?;
    pair.finish()
}

#[test]
fn handles_that_were_never_given_out() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for handle in [json!(0), json!(-1), json!(999), json!(1000), json!(i64::MAX), json!(i64::MIN)] {
        for (command, more) in [
            ("close", json!({})),
            ("read", json!({})),
            ("read", json!({"count": -1})),
            ("flush", json!({})),
            ("write", json!({"buf-b64": "eA=="})),
            ("write", json!({"buf-b64": "!"})),
            ("seek", json!({"offset": 0, "whence": 7})),
        ] {
            let mut arguments = more.clone();
            arguments["handle"] = handle.clone();
            pair.run([request(command, &arguments)])?;
        }
    }
    pair.finish()
}
