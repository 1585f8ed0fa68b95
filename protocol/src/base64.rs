//! Base64 as QEMU's agent takes and gives it.
//!
//! It is looser than RFC 4648: line feeds may stand anywhere, groups of four are counted
//! over them, a last group that is not whole is dropped without an error, and `=` is
//! allowed anywhere (as observed on its agent 7.2). What a host could send to that agent
//! it can send to us, and the same bytes arrive.

use base64_simd::STANDARD;

use crate::Error;

/// Appends the text of some bytes. Texts of more than one piece can be put together if
/// every piece but the last is a multiple of three bytes.
pub fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    STANDARD.encode_append(bytes, out);
}

/// A text that can be decoded, and how far that has come.
#[derive(Debug, Clone)]
pub struct Decoder<'a> {
    /// Whole groups without line feeds and padding.
    plain: &'a [u8],
    /// All else.
    rest: &'a [u8],
    group: Group,
    len: usize,
}

impl<'a> Decoder<'a> {
    /// Looks at the whole text, so that nothing is done with the start of a bad one.
    ///
    /// # Errors
    /// `Base64 data contains invalid characters`, as QEMU says.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        let text = text.as_bytes();
        let (plain, rest) = text.split_at(plain(text) / 4 * 4);
        if !rest.iter().all(|&byte| is_plain(byte) || matches!(byte, b'=' | b'\n')) {
            return Err(Error::generic("Base64 data contains invalid characters"));
        }
        let mut counter = Group::default();
        let counted: usize = rest.iter().map(|&byte| counter.push(byte).len()).sum();
        Ok(Self { plain, rest, group: Group::default(), len: plain.len() / 4 * 3 + counted })
    }

    /// How many bytes are left.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when no bytes are left.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Decoder<'_> {
    /// Fills the buffer with what comes next, up to two bytes less than it could hold, and
    /// says with how much. It needs room for three bytes.
    pub fn decode(&mut self, buffer: &mut [u8]) -> usize {
        let decoded = if self.plain.is_empty() {
            self.decode_loose(buffer)
        } else {
            let (now, later) = self.plain.split_at(self.plain.len().min(buffer.len() / 3 * 4));
            self.plain = later;
            let out = base64_simd::Out::from_slice(&mut buffer[..now.len() / 4 * 3]);
            // It has been looked at; no error is left.
            STANDARD.decode(now, out).map_or(0, |bytes| bytes.len())
        };
        self.len -= decoded;
        decoded
    }

    fn decode_loose(&mut self, buffer: &mut [u8]) -> usize {
        let mut at = 0;
        while at + 3 <= buffer.len()
            && let Some((&byte, rest)) = self.rest.split_first()
        {
            self.rest = rest;
            for byte in self.group.push(byte).bytes() {
                buffer[at] = byte;
                at += 1;
            }
        }
        at
    }
}

/// The characters of a group that is not whole yet.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    bits: u32,
    count: usize,
    padding: [bool; 4],
}

/// The bytes of a group: `=` for the third or fourth character takes one away.
struct Bytes {
    bits: u32,
    there: [bool; 3],
}

impl Group {
    fn push(&mut self, byte: u8) -> Bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => 0,
            _ => return Bytes { bits: 0, there: [false; 3] },
        };
        self.bits = self.bits << 6 | u32::from(value);
        self.padding[self.count] = byte == b'=';
        self.count += 1;
        if self.count < 4 {
            return Bytes { bits: 0, there: [false; 3] };
        }
        let whole = std::mem::take(self);
        Bytes { bits: whole.bits, there: [true, !whole.padding[2], !whole.padding[3]] }
    }
}

impl Bytes {
    fn len(&self) -> usize {
        self.there.iter().filter(|&&there| there).count()
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        let [_, bytes @ ..] = self.bits.to_be_bytes();
        bytes.into_iter().zip(self.there).filter_map(|(byte, there)| there.then_some(byte))
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'+' | b'/')
}

/// How many characters at the start are of the alphabet.
fn plain(text: &[u8]) -> usize {
    const BLOCK: usize = 64;
    // Without a branch inside, the compiler takes a block as a few vectors.
    let whole = |block: &&[u8]| block.iter().fold(true, |whole, &byte| whole & is_plain(byte));
    let at = text.chunks_exact(BLOCK).take_while(whole).count() * BLOCK;
    at + text[at..].iter().take_while(|&&byte| is_plain(byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(text: &str) -> Result<Vec<u8>, Error> {
        in_pieces(text, 64)
    }

    fn in_pieces(text: &str, room: usize) -> Result<Vec<u8>, Error> {
        let mut decoder = Decoder::new(text)?;
        let (expected, mut bytes, mut buffer) = (decoder.len(), Vec::new(), vec![0; room]);
        while !decoder.is_empty() {
            let count = decoder.decode(&mut buffer);
            assert_ne!(count, 0, "{text:?}");
            bytes.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(bytes.len(), expected, "{text:?}");
        Ok(bytes)
    }

    /// Observed on qemu-ga 7.2.22.
    #[test]
    fn loose_text_is_taken_as_qemu_takes_it() {
        let cases: [(&str, &[u8]); 18] = [
            ("", b""),
            ("aGVsbG8=", b"hello"),
            ("aGVsbG8", b"hel"),
            ("aGVs\nbG8=", b"hello"),
            ("a\nG\nVs", b"hel"),
            ("aGVsbG8=\n", b"hello"),
            ("aGVsbG9=", b"hello"),
            ("aGVsbG8=aGVsbG8=", b"hellohello"),
            ("YQ==YQ==", b"aa"),
            ("aGVsbG8===", b"hello"),
            ("aGVsb=G8=", b"hel\x6c\x01\xbc"),
            ("aGVsbG=8", b"hell\x3c"),
            ("=aGVsbG8", b"\x01\xa1\x95\xb1\xb1\xbc"),
            ("====", b"\0"),
            ("=", b""),
            ("a", b""),
            ("aGV", b""),
            ("aA=", b""),
        ];
        for (text, expected) in cases {
            assert_eq!(decode(text).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused_wherever_it_stands() {
        let long = "aGVs".repeat(1000);
        for bad in [" ", "!", "-", "_", "\r", "\0", "ä"] {
            for text in [bad.to_owned(), format!("{long}{bad}"), format!("{bad}{long}")] {
                let error = decode(&text).unwrap_err();
                assert_eq!(error.desc, "Base64 data contains invalid characters");
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_in_pieces_comes_back(
            bytes in proptest::collection::vec(any::<u8>(), 0..1000),
            piece in 1_usize..70,
            break_at in 0_usize..2000,
        ) {
            let mut text = Vec::new();
            for piece in bytes.chunks(piece * 3) {
                encode(piece, &mut text);
            }
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(decode(&text).unwrap(), &bytes[..]);
            let (front, back) = text.split_at(break_at.min(text.len()));
            prop_assert_eq!(decode(&format!("{front}\n{back}")).unwrap(), &bytes[..]);
        }

        #[test]
        fn small_buffers_do(text in "[AQg=\n]{0,40}", room in 3_usize..9) {
            prop_assert_eq!(in_pieces(&text, room).unwrap(), decode(&text).unwrap());
        }
    }
}
