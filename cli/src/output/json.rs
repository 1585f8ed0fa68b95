//! One JSON document: indented, keys in the order of the struct.

use std::io::{self, Write};

use serde::Serialize;

/// Writes the document and a newline.
pub(super) fn write(out: &mut dyn Write, answer: &impl Serialize) -> io::Result<()> {
    let document = serde_json::to_string_pretty(answer).map_err(io::Error::from)?;
    out.write_all(escape(&document).as_bytes())?;
    out.write_all(b"\n")
}

/// The same in one line.
pub(super) fn write_line(out: &mut dyn Write, answer: &impl Serialize) -> io::Result<()> {
    let document = serde_json::to_string(answer).map_err(io::Error::from)?;
    out.write_all(escape(&document).as_bytes())?;
    out.write_all(b"\n")
}

/// Writes everything beyond ASCII as `\u` escapes, so that a terminal shows the document
/// as it is. Such characters stand in strings only, where the escape means the same.
fn escape(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len());
    for c in document.chars() {
        if matches!(c, ' '..='~' | '\n') {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_reads_back_the_same() {
        let nasty = "\u{1b}[31m \u{7f}\u{9b} µ \u{202e} \u{1f980}";
        let mut out = Vec::new();
        write(&mut out, &nasty).unwrap();
        assert!(out.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')));
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), nasty);
    }
}
