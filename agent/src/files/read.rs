//! Bytes of a file as base64, piece by piece: what a reply holds at a time does not grow
//! with what was asked for.

use std::fs::File;
use std::io::{self, Read};

use protocol::base64;

use super::cached;

/// Bytes of one piece; a multiple of three, so that the texts of pieces can be put together.
pub(crate) const PIECE: usize = 192 << 10;

/// Room for what a reply has besides.
pub(crate) const AROUND: usize = 128;

/// Reads and encodes, up to a number of bytes.
#[derive(Debug)]
pub(crate) struct Encoder {
    buffer: Vec<u8>,
    left: usize,
    done: usize,
}

/// How far a piece came.
#[derive(Debug)]
pub(crate) enum End {
    /// There may be more.
    No,
    /// All that was asked for.
    Count,
    /// The file ended before that.
    File,
    /// The source failed; what came before is in the piece.
    Failed(io::Error),
}

impl Encoder {
    /// For this many bytes.
    pub(crate) fn new(count: usize) -> Self {
        Self { buffer: Vec::new(), left: count, done: 0 }
    }

    /// Bytes that were read so far.
    pub(crate) fn done(&self) -> usize {
        self.done
    }

    /// Appends the text of the next piece. A piece that is not whole is the last one.
    pub(crate) fn piece(&mut self, source: &mut impl Read, out: &mut Vec<u8>) -> End {
        let want = self.left.min(PIECE);
        if self.buffer.len() < want {
            self.buffer.resize(want, 0);
        }
        out.reserve(want.div_ceil(3) * 4 + AROUND);
        let (filled, end) = fill(source, &mut self.buffer[..want]);
        base64::encode(&self.buffer[..filled], out);
        self.left -= filled;
        self.done += filled;
        match end {
            End::No if self.left == 0 => End::Count,
            end => end,
        }
    }

    /// The same with a smaller piece of a file that is in memory; else `None`, and nothing has
    /// changed.
    pub(crate) fn piece_now(&mut self, file: &File, out: &mut Vec<u8>) -> Option<End> {
        let want = self.left.min(cached::PIECE);
        out.reserve(want.div_ceil(3) * 4 + AROUND);
        let read = cached::read(file, want, |bytes| base64::encode(bytes, out))?;
        self.left -= read;
        self.done += read;
        Some(match self.left {
            _ if read < want => End::File,
            0 => End::Count,
            _ => End::No,
        })
    }
}

fn fill(source: &mut impl Read, buffer: &mut [u8]) -> (usize, End) {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => return (filled, End::File),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, End::Failed(error)),
        }
    }
    (filled, End::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives these, and then fails.
    struct Source<'a>(&'a [&'a [u8]], bool);

    impl Read for Source<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return if self.1 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(0) };
            };
            self.0 = rest;
            buffer[..first.len()].copy_from_slice(first);
            Ok(first.len())
        }
    }

    #[test]
    fn a_piece_waits_for_all_its_bytes() {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(5);
        let end = encoder.piece(&mut Source(&[b"h", b"el", b"lo", b"!"], true), &mut out);
        assert!(matches!(end, End::Count), "{end:?}");
        assert_eq!((&out[..], encoder.done()), (&b"aGVsbG8="[..], 5));
    }

    #[test]
    fn what_came_before_an_end_or_an_error_is_kept() {
        for fails in [false, true] {
            let mut out = Vec::new();
            let mut encoder = Encoder::new(100);
            let end = encoder.piece(&mut Source(&[b"hel", b"lo"], fails), &mut out);
            assert!(
                matches!((fails, &end), (false, End::File) | (true, End::Failed(_))),
                "{end:?}"
            );
            assert_eq!((&out[..], encoder.done()), (&b"aGVsbG8="[..], 5));
        }
    }

    #[test]
    fn pieces_make_one_text() {
        let bytes: Vec<u8> = (0..=255).cycle().take(2 * PIECE + 100).collect();
        let (mut out, mut source) = (Vec::new(), &bytes[..]);
        let mut encoder = Encoder::new(bytes.len());
        assert!(matches!(encoder.piece(&mut source, &mut out), End::No));
        assert!(matches!(encoder.piece(&mut source, &mut out), End::No));
        assert!(matches!(encoder.piece(&mut source, &mut out), End::Count));
        let mut whole = Vec::new();
        base64::encode(&bytes, &mut whole);
        assert_eq!(out, whole);
    }
}
