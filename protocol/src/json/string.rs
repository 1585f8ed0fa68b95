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

/// The text of a string, from the bytes between its quotes; `quote` ends it.
///
/// # Errors
/// What is wrong, in QEMU's words.
pub(super) fn unescape(raw: &[u8], quote: u8) -> Result<Cow<'_, str>, String> {
    let (text, whole) = valid(raw);
    let text = escapes(text, raw, quote)?;
    if whole { Ok(text) } else { Err("invalid UTF-8 sequence in string".to_owned()) }
}

/// The start of `raw` that is text, and whether that is all of it.
fn valid(raw: &[u8]) -> (&str, bool) {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&raw[..error.valid_up_to()]).unwrap_or_default(),
    };
    let end = if text.is_ascii() { None } else { text.find(is_noncharacter) };
    let text = &text[..end.unwrap_or(text.len())];
    (text, text.len() == raw.len())
}

/// Resolves the escapes of `text`, with which `raw` begins.
fn escapes<'a>(text: &'a str, raw: &[u8], quote: u8) -> Result<Cow<'a, str>, String> {
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        // The byte behind the last backslash may be no text.
        let escape = chars.next().unwrap_or_default();
        rest = chars.as_str();
        match escape {
            '"' | '\'' | '\\' | '/' => out.push(escape),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let digits = &raw[text.len() - rest.len()..];
                let (char, length) =
                    unicode(rest).map_err(|shown| not_unicode(digits, shown, quote))?;
                out.push(char);
                rest = &rest[length..];
            }
            _ => return Err("invalid escape sequence in string".to_owned()),
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// U+FDD0 to U+FDEF, and the last two of every plane: QEMU takes none of them.
fn is_noncharacter(char: char) -> bool {
    char >= '\u{fdd0}' && (char <= '\u{fdef}' || u32::from(char) & 0xFFFE == 0xFFFE)
}

/// The character of `XXXX`, or of a surrogate pair `XXXX\uXXXX`, and the length of that.
///
/// # Errors
/// How much of the text an error shows.
fn unicode(text: &str) -> Result<(char, usize), usize> {
    let first = unit(text).ok_or(4_usize)?;
    let (code, length) = if (0xD800..0xDC00).contains(&first) {
        let low = text[4..]
            .strip_prefix("\\u")
            .and_then(unit)
            .filter(|low| (0xDC00..0xE000).contains(low));
        (0x10000 + ((first - 0xD800) << 10) + (low.ok_or(4_usize)? - 0xDC00), 10)
    } else {
        (first, 4)
    };
    let char = char::from_u32(code).filter(|&char| !is_noncharacter(char));
    char.map(|char| (char, length)).ok_or(length)
}

fn unit(text: &str) -> Option<u32> {
    let digits =
        text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// QEMU shows the bytes behind the backslash as they came, the closing quote too.
fn not_unicode(raw: &[u8], shown: usize, quote: u8) -> String {
    let bytes: Vec<u8> = raw.iter().copied().chain([quote]).take(shown).collect();
    format!("\\u{} is not a valid Unicode character", String::from_utf8_lossy(&bytes))
}
