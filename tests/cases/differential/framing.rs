//! Where messages begin and end, and how an agent finds its way back after garbage.

use anyhow::Result;
use support::need;

use super::case::Case;
use super::pair::Pair;

const PING: &str = r#"{"execute":"guest-ping"}"#;

/// Whole messages, one or many.
const WHOLE: &[&[u8]] = &[
    br#"{"execute":"guest-ping"}"#,
    br#"{"execute":"guest-ping"}{"execute":"guest-ping"}"#,
    b"{'execute':'guest-ping'}",
    b"\r\n{\"execute\":\"guest-ping\"}\r\n",
    b"\t{\t\"execute\"\t:\t\"guest-ping\"\t}\t",
    b"{\n\"execute\"\n:\r\"guest-ping\" }",
    b"{} {}\n{}",
    b"[] [1] [[]] [1, 2.5, true, false, null, \"x\", {}]",
    b"1 2 3",
    b"true false null",
    b"\"a\"'b'\"c\"",
    b"5 ",
    b"-0 ",
    b"1.5 ",
    b"1e5 ",
    b"{}[]\"\"5",
    b"",
    b"\n\n\r\t   ",
];

/// Brackets and separators that fit nothing.
const BRACKETS: &[&[u8]] = &[
    b"{]",
    b"{]}",
    b"}",
    b"}}",
    b"]",
    b",",
    b":",
    b",,,",
    b"[}",
    b"[1}",
    b"[1}2]",
    b"[}2]",
    b"[[[}",
    b"[[[}}}}",
    b"{{{]]]]",
    b"[]]",
    b"[{]}",
    b"{}}",
    br#"{"a":{"b":1]}"#,
    br#"{"a":1]"#,
    br#"{"a":[1}]"#,
    br#"{"a":[1}}"#,
    br#"{"a":1}}}}"#,
    br#"{"execute":"guest-ping"]"#,
    br#"{"execute":"guest-ping"}}"#,
    br#"{"execute":"guest-ping"},{"execute":"guest-ping"}"#,
    br#"[{"execute":"guest-ping"}]"#,
    br#"]{"execute":"guest-ping"}"#,
    b":5",
    br#""a":5"#,
    br#""a","b""#,
    b"1,2",
    b"true,false",
];

/// Words and signs that are no JSON.
const GARBAGE: &[&[u8]] = &[
    b"hello world",
    b"hello, world",
    b"hello-world",
    b"hello_world",
    b"foo1",
    b"_a",
    b"a.b",
    b"a1b2",
    b"nul",
    b"nullnull",
    b"nUll",
    b"true1",
    b"True",
    b"NULL",
    b"true{}",
    b"{}true",
    b"//x",
    b"/*x*/",
    b"#x",
    b"!",
    b"!!!a",
    b"! !\n!",
    b"!x!y\"z",
    b"!'{\"execute\":\"guest-ping\"}",
    b"!\t!",
    b"!\t7 ",
    b"!\r7 ",
    b"!,7 ",
    b"! 7 \n 8 ",
    b"!\x01 7 \n",
    b"[1!2]",
    b"[1!\n2]",
    br#"{"a":1!,"b":2}"#,
    br#"{"a":!}"#,
    br#"{"execute":guest-ping}"#,
    br#"{"execute":%s}"#,
    br#"{"execute":"guest-ping"}garbage{"execute":"guest-ping"}"#,
    br#"{"execute":"guest-ping"}!{"execute":"guest-ping"}"#,
    br#"xx{"execute":"guest-ping"}xx"#,
    b"AT\r",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"login: root\r\nPassword: \r\n",
    b"\x1b[A",
    b"\x00{\"execute\":\"guest-ping\"}\x00",
    b"\x0b{\"execute\":\"guest-ping\"}",
    b"\x0c",
    b"\x7f",
    b"\xc3\xa9",
    b"\xef\xbb\xbf{\"execute\":\"guest-ping\"}",
    b"\xfe",
    b"\x80\x81",
];

/// Streams that end within a message or a token.
const OPEN: &[&[u8]] = &[
    b"{",
    b"[",
    b"[1,2",
    br#"{"execute":"guest-ping""#,
    br#"{"execute":["guest-ping"}"#,
    br#"{"execute":"guest-ping","id":"#,
    b"{\"a\":1,\n\"b\":[",
    b"[[[[",
    b"\"abc",
    b"'abc",
    b"{\"a",
    b"\"a\\",
    b"\"\\u12",
    b"-",
    b"1.",
    b"1e",
    b"1e+",
];

/// Streams with the byte 0xFF.
const RESETS: &[&[u8]] = &[
    b"\xff",
    b"\xff\xff",
    b"\xff\n\xff\n",
    b"\xff{\"execute\":\"guest-ping\"}",
    b"\xff{\"execute\":\"guest-ping\"}\xff",
    b"\xff\xff{\"execute\":\"guest-ping\"}",
    b"{\"execute\":\"guest-ping\"}\xff{\"execute\":\"guest-ping\"}",
    b"{\"execute\":\"guest-p\xff{\"execute\":\"guest-ping\"}",
    b"{\"a\":[1,{\xff{\"execute\":\"guest-ping\"}",
    b"[[[\xff\n7 ",
    b"\"abc\xff",
    b"'abc\xff",
    b"\"a\\\xff",
    b"-\xff",
    b"1.\xff",
    b"!abc\xff",
    b"\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":5}}",
    b"\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":5}}{\"execute\":\"guest-ping\"}",
];

#[test]
fn messages_end_where_qemu_ga_ends_them() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run(WHOLE.iter().map(Case::new))?;
    pair.run(BRACKETS.iter().map(Case::new))?;
    pair.finish()
}

#[test]
fn garbage_brings_as_many_errors_and_the_way_back_is_the_same() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run(GARBAGE.iter().map(Case::new))?;
    pair.finish()
}

#[test]
fn every_byte_does_the_same_in_every_place() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for place in ["", "!", "a", "0", "1", "-", "1.", "1.5", "1e", "1e5", "\"", "'", "\"\\"] {
        for byte in 0..=0xFE {
            let mut stream = place.as_bytes().to_vec();
            stream.extend_from_slice(&[byte, b' ', b'7', b' ']);
            pair.run([Case::new(stream).open()])?;
        }
    }
    pair.finish()
}

#[test]
fn what_is_left_open_ends_at_0xff() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run(OPEN.iter().map(|stream| Case::new(stream).open()))?;
    pair.run(RESETS.iter().map(Case::new))?;
    pair.finish()
}

#[test]
fn a_stream_may_be_cut_anywhere() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let request =
        br#" {"execute": "guest-sync", "arguments": {"id": -50}, "id": ["\u00e9", null]}7 "#;
    for at in 1..request.len() {
        pair.run([Case::pieces([&request[..at], &request[at..]])])?;
    }
    pair.run([
        Case::pieces(request.chunks(1)),
        Case::pieces(b"{'execute': 'guest-ping'}!nul 01 {'a' 1}".chunks(1)),
        Case::pieces(
            ["{'a': '\u{e9}', 'b': 1}".as_bytes(), "\u{e9}".as_bytes()].concat().chunks(1),
        ),
        Case::pieces(b"{\"execute\": \"guest-p\xff{'execute': 'guest-ping'}".chunks(1)),
    ])?;
    pair.finish()
}

#[test]
fn many_requests_in_one_write_are_answered_in_order() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let sync = |id| format!("{{'execute':'guest-sync','arguments':{{'id':{id}}}}}");
    let mixed: String = (0..300).map(|id| sync(id) + PING + "!\n" + "{}" + "7 ").collect();
    let delimited = r#"{"execute":"guest-sync-delimited","arguments":{"id":5}}"#;
    pair.run([
        Case::new((0..1000).map(sync).collect::<String>()),
        Case::new(mixed),
        Case::new(delimited.repeat(2)),
        Case::new(format!("{delimited}{PING}{delimited}{PING}")),
        Case::new(format!("{}{PING}", delimited.replace('5', "'x'"))),
        Case::new(delimited.replace("}}", "},\"id\":6}")),
        Case::new(format!("{delimited}!\n{PING}")),
    ])?;
    pair.finish()
}
