//! Writing JSON in QEMU's form.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

/// Writes a value as QEMU's agent writes it: `": "` and `", "` between, ASCII only.
///
/// # Errors
/// The writer's.
pub fn write(out: &mut impl io::Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Qemu)).map_err(io::Error::from)
}

/// A value as text.
pub fn to_vec(value: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(128);
    if write(&mut text, value).is_err() {
        // Unreachable for our types: a Vec takes every byte and no map has keys that are
        // not strings. A half-written reply must not go out all the same.
        text.clear();
    }
    text
}

struct Qemu;

impl Formatter for Qemu {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    /// A float without a fraction goes as an integer, as C's `%.17g` writes it.
    fn write_f64<W: ?Sized + io::Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() < 1e17 {
            return write!(out, "{value:.0}");
        }
        CompactFormatter.write_f64(out, value)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii() || byte == 0x7F) {
            let (plain, special) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut chars = special.chars();
            for unit in chars.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04X}")?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_is_as_qemu_writes_it() {
        let value = json!({"return": [1, 2.5, 3.0, -0.0, 1e300, null, true, {}, [], "a\"\n\u{1}\u{7f}é😀z"]});
        assert_eq!(
            String::from_utf8(to_vec(&value)).unwrap(),
            r#"{"return": [1, 2.5, 3, -0, 1e+300, null, true, {}, [], "a\"\n\u0001\u007F\u00E9\uD83D\uDE00z"]}"#
        );
    }
}
