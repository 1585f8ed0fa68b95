//! What stood in a file, short and harmless enough for an error message.

/// The most characters of a file's own text that an error repeats.
const MAX_FOUND: usize = 60;

/// The start of a text, with every character that could steer a terminal replaced.
pub(super) fn found(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "an empty line".to_owned();
    }
    let mut shown: String = text.chars().take(MAX_FOUND).map(printable_char).collect();
    if text.chars().nth(MAX_FOUND).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// The end of a last line that was perhaps cut off, as [`found`] shows the start.
pub(super) fn found_at_end(text: &str) -> String {
    let text = text.trim();
    let count = text.chars().count();
    let shown: String =
        text.chars().skip(count.saturating_sub(MAX_FOUND)).map(printable_char).collect();
    let cut = if count > MAX_FOUND { "…" } else { "" };
    format!("\"{cut}{shown}\" and the end of the file")
}

/// Text of a file that is kept and shown later: no control characters, no
/// surrounding space, at most `limit` characters.
pub(super) fn printable(text: &str, limit: usize) -> String {
    text.trim().chars().take(limit).map(printable_char).collect()
}

/// Control characters, and the marks that turn the direction of writing round, can
/// make a terminal show something else than the file holds.
fn printable_char(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '?',
        '\u{feff}' => '?',
        c if c.is_control() => '?',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_without_its_escape() {
        assert_eq!(found("\x1b[2Jx\ty"), "\"?[2Jx y\"");
        assert_eq!(found("a\u{202e}b"), "\"a?b\"");
    }

    #[test]
    fn long_text_is_cut() {
        let text = found(&"é".repeat(1000));
        assert_eq!(text.chars().count(), MAX_FOUND + 3);
        assert_eq!(found("  "), "an empty line");
        let end = found_at_end(&"0123456789".repeat(9));
        assert!(end.starts_with("\"…012") && end.contains("789\" and"), "{end}");
    }

    #[test]
    fn kept_text_stays_as_it_is() {
        let text = printable(" Intel(R)\x07 Core ", 12);
        assert_eq!(text, "Intel(R)? Co");
        assert_eq!(printable(&text, 12), text);
    }
}
