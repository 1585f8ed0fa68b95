//! What stands between the quotes of a string.

use std::borrow::Cow;

/// How many bytes at the start of `text` are of a string and need no look: neither the
/// quote, nor a backslash, nor what a string may not contain. Looks at many at once.
pub(super) fn plain(text: &[u8], quote: u8) -> usize {
    const BLOCK: usize = 32;
    let special = |byte: u8| (byte == quote) | (byte == b'\\') | !(0x20..0xFE).contains(&byte);
    let mut at = 0;
    for block in text.chunks_exact(BLOCK) {
        // Without a branch inside, the compiler takes the block as one vector.
        if block.iter().fold(false, |found, &byte| found | special(byte)) {
            break;
        }
        at += BLOCK;
    }
    at + text[at..].iter().position(|&byte| special(byte)).unwrap_or(text.len() - at)
}

/// The text of a string, from the bytes between its quotes.
///
/// # Errors
/// What is wrong, in QEMU's words.
pub(super) fn unescape(raw: &[u8]) -> Result<Cow<'_, str>, String> {
    let text =
        std::str::from_utf8(raw).map_err(|_| "invalid UTF-8 sequence in string".to_owned())?;
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        let escape = chars.next().unwrap_or('\\');
        rest = chars.as_str();
        match escape {
            '"' | '\'' | '\\' | '/' => out.push(escape),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (char, after) = unicode(rest)?;
                out.push(char);
                rest = after;
            }
            _ => return Err("invalid escape sequence in string".to_owned()),
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// The character of `\uXXXX`, or of a surrogate pair of them, and what follows.
fn unicode(text: &str) -> Result<(char, &str), String> {
    let (first, rest) = unit(text)?;
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(first).map(|char| (char, rest)).ok_or_else(|| bad_unicode(text));
    }
    let (second, rest) =
        rest.strip_prefix("\\u").and_then(|low| unit(low).ok()).unwrap_or((0, rest));
    if !(0xDC00..0xE000).contains(&second) {
        return Err(bad_unicode(text));
    }
    let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    char::from_u32(code).map(|char| (char, rest)).ok_or_else(|| bad_unicode(text))
}

fn unit(text: &str) -> Result<(u32, &str), String> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    code.map(|code| (code, &text[4..])).ok_or_else(|| bad_unicode(text))
}

fn bad_unicode(text: &str) -> String {
    let shown: String = text.chars().take(4).collect();
    format!("\\u{shown} is not a valid Unicode character")
}
