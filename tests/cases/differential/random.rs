//! Streams put together at random, always the same ones.

use anyhow::Result;
use support::need;

use super::case::Case;
use super::pair::Pair;

const STREAMS: usize = 3000;

/// What the streams are made of. 0xFF has a line of its own: qemu-ga takes a number or word
/// before it as ended, and skips what follows up to the next line.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b" ",
    b" ",
    b"\n",
    b"\t",
    b"\r",
    b"\"",
    b"'",
    b"\\",
    b"\\u",
    b"\\u00e9",
    b"\\ud83d",
    b"\\ude00",
    b"\\n",
    b"\\x",
    b"-",
    b"+",
    b".",
    b"e",
    b"E",
    b"0",
    b"1",
    b"12",
    b"1.5",
    b"-1e5",
    b"true",
    b"false",
    b"null",
    b"nul",
    b"x",
    b"abc",
    b"!",
    b"%",
    b"A",
    b"_",
    b"\x00",
    b"\x01",
    b"\x1f",
    b"\x7f",
    b"\x80",
    b"\xc3\xa9",
    b"\xc3",
    b"\xfe",
    b"\n\xff\n",
    b"\"a\"",
    b"'b'",
    b"\"a\":1",
    b"\"a\":",
    b"\"execute\":",
    b"\"id\":",
    b"\"arguments\":",
    b"\"guest-ping\"",
    b"{\"execute\":\"guest-ping\"}",
    b"{'execute':'guest-sync','arguments':{'id':3}}",
    b"{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":4},\"id\":5}",
];

/// xorshift64*, so that the streams are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> Result<usize> {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        Ok(usize::try_from(value)? % limit)
    }
}

#[test]
fn random_streams_are_answered_alike() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let mut random = Random(1);
    for _ in 0..STREAMS {
        let length = 1 + random.below(24)?;
        let mut stream = Vec::new();
        for _ in 0..length {
            stream.extend_from_slice(PIECES[random.below(PIECES.len())?]);
        }
        stream.push(b'\n');
        pair.run([Case::new(stream).open()])?;
    }
    pair.finish()
}
