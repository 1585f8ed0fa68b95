//! Strings, numbers and words, seen in the id that an agent sends back.

use anyhow::Result;
use support::need;

use super::case::Case;
use super::deviation::Deviation;
use super::pair::Pair;

/// What stands between the quotes of a string.
const STRINGS: &[&[u8]] = &[
    b"",
    b"a",
    b"\x7f",
    b"\xc3\xa9",
    b"\xe2\x82\xac",
    b"\xf0\x9f\x98\x80",
    b"\xef\xbb\xbf",
    b"\xef\xbf\xbd",
    b"\x80",
    b"a\x80b",
    b"\xc3",
    b"\xc3(",
    b"\xe0\x80\x80",
    b"\xed\xa0\x80",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xef\xbf\xbe",
    b"\xef\xbf\xbf",
    b"\xef\xb7\x90",
    b"\xf0\x9f\xbf\xbf",
    b"\xf4\x8f\xbf\xbd",
    b"\xf4\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xfc",
    b"\xfd",
    b"\xfe",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\x00",
    b"a\x00b",
    b"\x01",
    b"a\tb",
    b"a\nb",
    b"\x1f",
    b"%s %d %p %% %",
    b"{}[]:,'",
    b"\xc3\n",
    b"\xe2\x82\n",
    b"\xc3\xa9\n",
    b"\xf0\x9f\x98\x80\n",
    b"\x80\x80\x80\n",
];

/// Escapes in a string.
const ESCAPES: &[&[u8]] = &[
    br#"\""#,
    br"\'",
    br"\\",
    br"\/",
    br"\b\f\n\r\t",
    br"\a",
    br"\x41",
    br"\v",
    br"\0",
    br"\e",
    br"\1",
    br"\U0041",
    b"\\ ",
    b"\\\xc3\xa9",
    b"\\\x80",
    b"\\\n",
    br"\u0000",
    br"\u0001",
    br"\u001f",
    br"\u0041",
    br"\u00e9",
    br"\u00E9",
    br"\u20ac",
    br"\ud83d\ude00",
    br"\udbff\udffd",
    br"\ud800",
    br"\udc00",
    br"\ud83dx",
    br"\ud83d\u0041",
    br"\ud83d\ud83d",
    br"\ude00\ud83d",
    br"\ufffd",
    br"\ufffe",
    br"\uffff",
    br"\ufdd0",
    br"\udbff\udfff",
    br"\ud83f\udfff",
    br"\u",
    br"\u1",
    br"\u12",
    br"\u123",
    br"\u12g4",
    br"\u 041",
    br"\u+041",
    br"\u{41}",
];

/// Values that come back as they were.
const VALUES: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "12345678901234567",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "1.5",
    "-0.5",
    "0.5",
    "0.1",
    "0.30000000000000004",
    "123456789.123456789",
    "1.5e300",
    "1e-300",
    "1.5E+5",
    "1.25e-3",
    "3.141592653589793",
    "true",
    "false",
    "null",
    "{}",
    "[]",
    "[1, 2]",
    r#"{"a": 1}"#,
    r#"{"b": 1, "a": [2, {}], "c": null}"#,
    "[null, true, \"x\", 1.5]",
    "\"x\"",
    "''",
    r#"'a"b'"#,
    r"'a\'b'",
    r#"'a\"b'"#,
    r#""a'b""#,
    r"'\u0041'",
];

/// What looks like a value and is none.
const FAULTS: &[&str] = &[
    "00",
    "007",
    "01",
    "-01",
    "-00",
    "-",
    "--1",
    "- 1",
    "-a",
    "-.5",
    ".5",
    "+1",
    "1.",
    "1..2",
    "1.x",
    "1e",
    "1e+",
    "1ex",
    "1.5ex",
    "1e5x",
    "1e5.5",
    "1.0.0",
    "1-2",
    "1+2",
    "1_0",
    "0x10",
    "0e1",
    "0E1",
    "-0e1",
    "0.0e",
    "0.0x",
    "Infinity",
    "-Infinity",
    "NaN",
    "inf",
    "nan",
    "truex",
    "tru",
    "nulll",
    "a",
    "_",
    "%d",
    "%",
    "(1)",
    "1;",
    "`1`",
    "\\n",
    "=1",
    "1 2",
    "\"a\" \"b\"",
    "\"a\"b",
    "",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1:2]",
    "{1:2}",
    "{null:2}",
    "{[]:2}",
    "{{}:2}",
    "{true:1}",
    "{a:1}",
    "{'a'}",
    "{'a' 1}",
    "{'a':}",
    "{'a',}",
    "{'a':1,}",
    "{,}",
    "{:}",
    "{'a':1,,'b':2}",
    "{'a':1 'b':2}",
    "{'a':1:'b':2}",
    "{'a':1 b}",
    "{'a'b}",
    "{'a':1,'a':2}",
    "{'a':1,'a':}",
    "{'a':1,'a':x}",
    "{'a':x,'a':1}",
    r"{'a':1,'\u0061':2}",
    r"{'\x':1}",
    "{'a':[1,{'b':[x]}]}",
    "[[[x]]]",
    "[1,x,2,y]",
];

fn ping(id: &[u8]) -> Vec<u8> {
    [b"{\"execute\": \"guest-ping\", \"id\": ", id, b"}"].concat()
}

fn quoted(text: &[u8]) -> Vec<u8> {
    [b"\"", text, b"\""].concat()
}

#[test]
fn strings_are_taken_and_refused_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for text in STRINGS.iter().chain(ESCAPES) {
        pair.run([Case::new(ping(&quoted(text))), Case::new(quoted(text)).open()])?;
        let key = [b"{\"", *text, b"\": 1, \"execute\": \"guest-ping\"}"].concat();
        pair.run([Case::new(key), Case::new([b"{'execute': '", *text, b"'}"].concat())])?;
    }
    pair.finish()
}

#[test]
fn values_come_back_in_the_id() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.run(VALUES.iter().map(|value| Case::new(ping(value.as_bytes()))))?;
    pair.finish()
}

#[test]
fn faults_are_told_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for fault in FAULTS {
        pair.run([
            Case::new(ping(fault.as_bytes())).open(),
            Case::new(format!("[{fault}]")).open(),
            Case::new(format!("{fault}\n")).open(),
            Case::new(format!("{{'a': {fault}, 'b': 1}}")).open(),
        ])?;
    }
    pair.finish()
}

#[test]
fn long_words_and_texts_are_told_in_part() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let ends = |length: usize| [format!("\"{}\n", "s".repeat(length)), "k".repeat(length) + "\n"];
    pair.run([10, 100, 200].into_iter().flat_map(ends).map(Case::new))?;
    let name = |length| format!("{{'execute': '{}'}}", "c".repeat(length));
    pair.run([10, 100, 200].into_iter().map(name).map(Case::new))?;
    pair.finish()
}

#[test]
fn nesting_ends_at_the_same_depth() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    pair.run([
        Case::new(nested(1000)),
        Case::new(nested(1024)),
        Case::new(ping(nested(1023).as_bytes())),
        Case::new("{'a':".repeat(1024) + "1" + &"}".repeat(1024)),
        Case::new("[{'a':".repeat(512) + "1" + &"}]".repeat(512)),
    ])?;
    pair.finish()
}

#[test]
fn past_a_limit_comes_one_error() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let ping = r#"{"execute": "guest-ping"}"#;
    let lists = |depth| "[".repeat(depth);
    pair.run([Case::new(format!("{}\n{ping}", lists(1025)))])?;
    let depth = "GenericError: JSON nesting depth limit exceeded";
    for message in [
        lists(1030) + &"]".repeat(1030),
        "{'a':".repeat(1025) + "1" + &"}".repeat(1025),
        "{'a':".repeat(1025) + "\n",
    ] {
        let case = Case::new(message + ping);
        pair.run([case.differs(Deviation::LimitDropsTheMessage, &[depth, "{}"])])?;
    }
    let many = format!("[{}1]{ping}", "1,".repeat(300_000));
    let count = "GenericError: JSON token count limit exceeded";
    let long = format!(r#"{{"foo": "{}"}}{ping}"#, "x".repeat(17 << 20));
    let size = "GenericError: JSON token size limit exceeded";
    pair.run([
        Case::new(many).differs(Deviation::SmallerLimits, &[count, "{}"]),
        Case::new(long).differs(Deviation::SmallerLimits, &[size, "{}"]),
    ])?;
    pair.finish()
}

#[test]
fn what_guestd_shows_otherwise() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for (bytes, shown) in
        [("\u{d7ff}".as_bytes(), 1), (b"\xed\xa0\x80", 3), (b"\xf8\x88\x80\x80\x80", 5)]
    {
        let case = Case::new([b"'", bytes, b"\n"].concat());
        let text = "\u{fffd}".repeat(shown);
        let ours = format!("GenericError: JSON parse error, stray ''{text}\n'");
        pair.run([match shown {
            1 => case,
            _ => case.differs(Deviation::ReplacementCharacters, &[&ours]),
        }])?;
    }
    for (stream, text) in [
        (
            format!("\"{}\n", "s".repeat(1000)),
            format!("JSON parse error, stray '\"{}...'", "s".repeat(255)),
        ),
        (
            "k".repeat(1000) + "\n",
            format!("JSON parse error, invalid keyword '{}'", "k".repeat(256)),
        ),
    ] {
        let ours = format!("GenericError: {text}");
        pair.run([Case::new(stream).differs(Deviation::LongTextsAreCut, &[&ours])])?;
    }
    let unknown = format!("{{'execute': '{}'}}", "c".repeat(1000));
    let ours = format!("CommandNotFound: The command {} has not been found", "c".repeat(256));
    pair.run([Case::new(unknown).differs(Deviation::LongTextsAreCut, &[&ours])])?;
    for number in ["1e400", "-1e400"] {
        pair.run([
            Case::new(ping(number.as_bytes())).differs(Deviation::FiniteNumbers, &["{} id null"])
        ])?;
    }
    pair.run([
        Case::new(b"\xff7 ").differs(
            Deviation::ResetIsComplete,
            &["GenericError: QMP input must be a JSON object"],
        ),
        Case::new(b"\xff!\n")
            .differs(Deviation::ResetIsComplete, &["GenericError: JSON parse error, stray '!'"]),
    ])?;
    pair.finish()
}
