//! A file that is one document, read whole: JSON and XML.

use std::io::{BufRead, Read};

use super::{Format, ImportError};

/// The most bytes of a document; a dump of 8192 CPUs has fewer.
pub(super) const MAX_DOCUMENT: usize = 64 << 20;

/// The text of a document and where it began in its file.
pub(super) struct Document {
    format: Format,
    text: String,
    skipped: u64,
}

impl Document {
    /// Reads the rest of a file of which `skipped` line ends have been read already.
    pub(super) fn read(
        format: Format,
        input: &mut dyn BufRead,
        skipped: u64,
    ) -> Result<Self, ImportError> {
        let mut bytes = Vec::new();
        input.take(MAX_DOCUMENT as u64 + 1).read_to_end(&mut bytes)?;
        let too_large = bytes.len() > MAX_DOCUMENT;
        // Only the words of a comment can be in an old encoding.
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.as_bytes().iter().copied().map(char::from).collect(),
        };
        let document = Self { format, text, skipped };
        if too_large {
            let line = document.last_line();
            return Err(document.too_large(line, "too many bytes for a document", MAX_DOCUMENT));
        }
        Ok(document)
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The number of the last line, within the text.
    pub(super) fn last_line(&self) -> u64 {
        let line = self.text.trim_end().bytes().filter(|byte| *byte == b'\n').count() + 1;
        u64::try_from(line).unwrap_or(u64::MAX)
    }

    /// The document breaks its format at this line of the text.
    pub(super) fn malformed(
        &self,
        line: u64,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> ImportError {
        ImportError::Malformed {
            format: self.format,
            line: self.line(line),
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// A limit is passed at this line of the text.
    pub(super) fn too_large(&self, line: u64, what: &'static str, limit: usize) -> ImportError {
        ImportError::TooLarge { format: self.format, line: self.line(line), what, limit }
    }

    fn line(&self, line: u64) -> u64 {
        line.max(1).saturating_add(self.skipped)
    }
}
