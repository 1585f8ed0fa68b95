//! A file as numbered lines of bounded length, one in memory at a time.

use std::io::{BufRead, Read};

use super::collect::Refusal;
use super::found::{found, found_at_end};
use super::{Format, ImportError};

/// The longest line of any capture: dumps stay under 200 bytes, the `flags` line of
/// /proc/cpuinfo under 4 KiB, log lines under 16 KiB.
pub(super) const MAX_LINE: usize = 64 << 10;
/// The most bytes read of one file. A vmware.log is rotated long before.
pub(super) const MAX_INPUT: usize = 1 << 30;

/// Reads lines; text that is not UTF-8 is taken as Latin-1, as old Windows tools write.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    format: Option<Format>,
    text: String,
    terminated: bool,
    held: bool,
    number: u64,
    total: usize,
}

/// One line without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Its number, counted from 1.
    pub(super) number: u64,
    /// False for a last line that has no line end, which may have been cut.
    pub(super) terminated: bool,
    format: Option<Format>,
}

impl<'a> Lines<'a> {
    /// Lines of a file; `skipped` line ends have been read of it already.
    pub(super) fn new(input: &'a mut dyn BufRead, skipped: u64) -> Self {
        Self {
            input,
            format: None,
            text: String::new(),
            terminated: true,
            held: false,
            number: skipped,
            total: 0,
        }
    }

    /// From now on errors name this format.
    pub(super) fn recognised_as(&mut self, format: Format) {
        self.format = Some(format);
    }

    /// How many bytes have been read.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// The next line gives the current one once more.
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    /// The next line, or `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, ImportError> {
        if !std::mem::take(&mut self.held) && !self.fill()? {
            return Ok(None);
        }
        Ok(Some(self.current()))
    }

    /// The line read last.
    pub(super) fn current(&self) -> Line<'_> {
        Line {
            text: &self.text,
            number: self.number,
            terminated: self.terminated,
            format: self.format,
        }
    }

    /// What the end of the file is an error for.
    pub(super) fn ended(&self, expected: impl Into<String>) -> ImportError {
        error(self.format, self.number.max(1), expected.into(), "the end of the file".to_owned())
    }

    /// Reads one line into `text`; false at the end of the file.
    fn fill(&mut self) -> Result<bool, ImportError> {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        // One byte more than the limit tells a line that is too long; two are its end.
        let read = self.input.take(MAX_LINE as u64 + 2).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        self.total = self.total.saturating_add(read);
        self.terminated = bytes.last() == Some(&b'\n');
        if self.terminated {
            bytes.pop();
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        // A file that is not recognised yet must look like text; a log may hold worse.
        if bytes.contains(&0) || (self.format.is_none() && bytes.iter().any(is_binary)) {
            return Err(self.fault("text", binary_kind(&bytes, self.number)));
        }
        if bytes.len() > MAX_LINE {
            return Err(self.too_large("a line of too many bytes", MAX_LINE));
        }
        if self.total > MAX_INPUT {
            return Err(self.too_large("too many bytes", MAX_INPUT));
        }
        self.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.as_bytes().iter().copied().map(char::from).collect(),
        };
        Ok(true)
    }

    fn fault(&self, expected: &str, found: &str) -> ImportError {
        error(self.format, self.number, expected.to_owned(), found.to_owned())
    }

    fn too_large(&self, what: &'static str, limit: usize) -> ImportError {
        too_large(self.format, self.number, what, limit)
    }
}

impl Line<'_> {
    /// This line breaks its format: what should have stood here.
    pub(super) fn malformed(&self, expected: impl Into<String>) -> ImportError {
        let found = if self.terminated { found(self.text) } else { found_at_end(self.text) };
        error(self.format, self.number, expected.into(), found)
    }

    /// The same line, of which errors are to show this part.
    pub(super) fn about<'a>(&'a self, text: &'a str) -> Line<'a> {
        Line { text, ..*self }
    }

    /// As [`Self::malformed`], with our own words for what was found.
    pub(super) fn malformed_as(
        &self,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> ImportError {
        error(self.format, self.number, expected.into(), found.into())
    }

    /// What this line adds is more than a capture may hold.
    pub(super) fn too_large(&self, what: &'static str, limit: usize) -> ImportError {
        too_large(self.format, self.number, what, limit)
    }

    /// The error behind a leaf that could not be stored.
    pub(super) fn refused(&self, refusal: Refusal) -> ImportError {
        match refusal {
            Refusal::Conflict(id) => {
                self.malformed(format!("the registers that leaf {id} had before"))
            }
            Refusal::TooMany { what, limit } => self.too_large(what, limit),
        }
    }

    /// True for a last line that ends in the middle of this word.
    pub(super) fn is_cut_within(&self, word: &str) -> bool {
        let text = self.text.trim_start();
        !self.terminated && !text.is_empty() && word.starts_with(text)
    }
}

fn error(format: Option<Format>, line: u64, expected: String, found: String) -> ImportError {
    match format {
        Some(format) => ImportError::Malformed { format, line, expected, found },
        None => ImportError::Unrecognised { found },
    }
}

fn too_large(format: Option<Format>, line: u64, what: &'static str, limit: usize) -> ImportError {
    match format {
        Some(format) => ImportError::TooLarge { format, line, what, limit },
        None => ImportError::Unrecognised { found: format!("{what} (over {limit})") },
    }
}

/// Control characters that no text file has; tabs, form feeds and colours it may have.
fn is_binary(byte: &u8) -> bool {
    *byte < b' ' && !matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | 0x1b)
}

/// A name for bytes that are not text.
fn binary_kind(bytes: &[u8], line: u64) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] if line == 1 => "UTF-16 text; save it as UTF-8",
        [0x1f, 0x8b, ..] if line == 1 => "gzip-compressed data; unpack it first",
        [0xfd, b'7', b'z', b'X', b'Z', ..] if line == 1 => "xz-compressed data; unpack it first",
        _ => "binary data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mut bytes: &[u8]) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(&mut bytes, 0);
        let mut texts = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            texts.push((line.number, line.text.to_owned(), line.terminated));
        }
        texts
    }

    #[test]
    fn line_ends_of_both_worlds_and_latin_1_are_read() {
        let lines = texts(b"a\r\n\nB\xfcro\nend");
        let expected = [(1, "a", true), (2, "", true), (3, "Büro", true), (4, "end", false)];
        assert_eq!(lines, expected.map(|(n, text, end)| (n, text.to_owned(), end)));
        assert!(texts(b"").is_empty());
    }

    #[test]
    fn the_longest_line_passes_and_one_byte_more_does_not() {
        let mut bytes = vec![b'x'; MAX_LINE];
        bytes.extend(b"\r\n");
        assert_eq!(texts(&bytes).len(), 1);
        bytes.insert(0, b'x');
        let mut input = bytes.as_slice();
        let mut lines = Lines::new(&mut input, 0);
        lines.recognised_as(Format::Etallen);
        let error = lines.next().err().unwrap();
        assert!(matches!(error, ImportError::TooLarge { line: 1, limit: MAX_LINE, .. }), "{error}");
    }

    #[test]
    fn nul_is_not_text() {
        let mut input: &[u8] = b"a\n\x7fELF\0\0";
        let mut lines = Lines::new(&mut input, 0);
        assert!(lines.next().is_ok());
        let error = lines.next().err().unwrap().to_string();
        assert!(error.contains("binary data"), "{error}");
    }

    #[test]
    fn a_held_line_comes_again() {
        let mut input: &[u8] = b"a\nb\n";
        let mut lines = Lines::new(&mut input, 3);
        lines.next().unwrap();
        lines.hold();
        assert_eq!(lines.next().unwrap().unwrap().text, "a");
        assert_eq!(lines.next().unwrap().unwrap().number, 5);
    }
}
