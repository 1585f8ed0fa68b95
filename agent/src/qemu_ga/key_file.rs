//! Key files, the format of qemu-ga's configuration and state: groups, `key=value` lines,
//! comments, backslash escapes (freedesktop.org "Desktop Entry" basic format, as GLib
//! reads it; measured beside qemu-ga 7.2 and 10.0 where the two differ).

use std::collections::HashMap;

/// A key file, read.
#[derive(Debug, Default)]
pub(super) struct KeyFile {
    /// The raw value of each group and key; the last one counts.
    values: HashMap<(Vec<u8>, Vec<u8>), Vec<u8>>,
}

/// What is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// A line of no known form.
    #[error("line {line}: '{text}' is no key=value pair, no [group] and no comment")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A pair before the first group.
    #[error("line {0}: a key=value pair before the first [group]")]
    NoGroup(usize),
    /// A group's name with brackets or control characters, or none.
    #[error("line {line}: '{name}' cannot be the name of a group")]
    Group {
        /// Its number, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// A key's name with brackets that hold no locale.
    #[error("line {line}: '{name}' cannot be the name of a key")]
    Key {
        /// Its number, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// The file says that it is not UTF-8.
    #[error("line {line}: the encoding '{encoding}' is not supported, only UTF-8")]
    Encoding {
        /// Its number, from 1.
        line: usize,
        /// What it says.
        encoding: String,
    },
    /// A value that its key cannot have.
    #[error("key '{key}': '{value}' is not {wanted}")]
    Value {
        /// The key.
        key: String,
        /// The value as it is in the file.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
}

impl KeyFile {
    /// Reads a key file.
    ///
    /// # Errors
    /// The first line that has no right form.
    pub(super) fn parse(text: &[u8]) -> Result<Self, KeyFileError> {
        let mut file = Self::default();
        let mut first_group: Option<Vec<u8>> = None;
        let mut group: Option<Vec<u8>> = None;
        for (index, raw) in text.split(|&byte| byte == b'\n').enumerate() {
            let number = index + 1;
            let line = line(raw);
            if line.is_empty() || line[0] == b'#' {
                continue;
            }
            if let Some(name) = group_of(line) {
                if !is_group_name(name) {
                    return Err(KeyFileError::Group { line: number, name: lossy(name) });
                }
                first_group.get_or_insert_with(|| name.to_vec());
                group = Some(name.to_vec());
                continue;
            }
            let Some((key, value)) = pair_of(line) else {
                return Err(KeyFileError::Line { line: number, text: lossy(line) });
            };
            let Some(group) = &group else { return Err(KeyFileError::NoGroup(number)) };
            if !is_key_name(key) {
                return Err(KeyFileError::Key { line: number, name: lossy(key) });
            }
            if key == b"Encoding"
                && first_group.as_ref() == Some(group)
                && !value.eq_ignore_ascii_case(b"UTF-8")
            {
                return Err(KeyFileError::Encoding { line: number, encoding: lossy(value) });
            }
            file.values.insert((group.clone(), key.to_vec()), value.to_vec());
        }
        Ok(file)
    }

    /// The value of a key as text, escapes resolved. `None` where the key is not there.
    ///
    /// # Errors
    /// The value is no UTF-8, or has an escape that is none.
    pub(super) fn text(&self, group: &str, key: &str) -> Result<Option<String>, KeyFileError> {
        let Some(raw) = self.raw(group, key) else { return Ok(None) };
        let wrong = |wanted| KeyFileError::Value { key: key.to_owned(), value: lossy(raw), wanted };
        let text = std::str::from_utf8(raw).map_err(|_| wrong("UTF-8"))?;
        unescape(text)
            .map(Some)
            .ok_or_else(|| wrong("text: an escape is one of \\s \\n \\t \\r \\\\"))
    }

    /// The value of a key as true or false. `None` where the key is not there.
    ///
    /// # Errors
    /// The value is neither.
    pub(super) fn boolean(&self, group: &str, key: &str) -> Result<Option<bool>, KeyFileError> {
        let Some(raw) = self.raw(group, key) else { return Ok(None) };
        match raw.trim_ascii_end() {
            b"true" | b"1" => Ok(Some(true)),
            b"false" | b"0" => Ok(Some(false)),
            _ => Err(KeyFileError::Value {
                key: key.to_owned(),
                value: lossy(raw),
                wanted: "one of true, false, 1, 0",
            }),
        }
    }

    fn raw(&self, group: &str, key: &str) -> Option<&[u8]> {
        self.values.get(&(group.into(), key.into())).map(Vec::as_slice)
    }
}

/// A value as it has to be written so that it reads back. What is not UTF-8 stays as it is.
pub(super) fn escape(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut leading = true;
    for &byte in value {
        let escaped: &[u8] = match byte {
            b' ' if leading => b"\\s",
            b'\t' if leading => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\\' => b"\\\\",
            _ => &[byte],
        };
        leading = leading && matches!(byte, b' ' | b'\t');
        out.extend_from_slice(escaped);
    }
    out
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next()? {
                's' => ' ',
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}

/// A line as GLib sees it: a C string without the ends of lines and without what leads it.
fn line(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
    let end = raw.iter().position(|&byte| byte == 0).unwrap_or(raw.len());
    raw[..end].trim_ascii_start()
}

/// The name in `[name]`, with nothing but space behind.
fn group_of(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"[")?;
    let end = rest.iter().position(|&byte| byte == b']')?;
    rest[end + 1..].trim_ascii().is_empty().then_some(&rest[..end])
}

fn is_group_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.iter().any(|&byte| byte == b'[' || byte.is_ascii_control())
}

fn pair_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|&byte| byte == b'=').filter(|&at| at > 0)?;
    Some((line[..at].trim_ascii_end(), line[at + 1..].trim_ascii_start()))
}

/// A name, or `name[locale]`.
fn is_key_name(key: &[u8]) -> bool {
    let Some(at) = key.iter().position(|&byte| matches!(byte, b'[' | b']')) else { return true };
    let (name, rest) = key.split_at(at);
    let locale = rest.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let of_locale = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'@')
            || !byte.is_ascii()
    };
    !name.is_empty()
        && !name.ends_with(b" ")
        && locale.is_some_and(|locale| locale.iter().all(of_locale))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(file: &str, key: &str) -> Option<String> {
        KeyFile::parse(file.as_bytes()).unwrap().text("general", key).unwrap()
    }

    #[test]
    fn values_are_found_by_group_and_key_and_the_last_one_counts() {
        let file = " [other]\npath=no\n[general] \n# x\n\n  path =  /a b \npath[de]=/de\n\
                    [x]\n[general]\nmethod=one\nmethod=two\r\n";
        assert_eq!(text(file, "path").as_deref(), Some("/a b "));
        assert_eq!(text(file, "method").as_deref(), Some("two"));
        assert_eq!(text(file, "logfile"), None);
    }

    #[test]
    fn escapes_are_resolved_and_written_again() {
        assert_eq!(
            text("[general]\npath=\\s\\ta\\\\b\\n\\r", "path").as_deref(),
            Some(" \ta\\b\n\r")
        );
        assert_eq!(escape(b" \ta\\b\n\r "), b"\\s\\ta\\\\b\\n\\r ");
        assert_eq!(escape(b"\xff\ta"), b"\xff\ta");
        let file = KeyFile::parse(b"[general]\na=x\\q\nb=x\\\nc=\xff").unwrap();
        for key in ["a", "b", "c"] {
            assert!(file.text("general", key).is_err(), "{key}");
        }
    }

    #[test]
    fn booleans_are_four_words() {
        let file = KeyFile::parse(b"[g]\na=true \nb=0\nc=yes\nd=\ne=TRUE\nf=t\\srue").unwrap();
        assert_eq!(file.boolean("g", "a"), Ok(Some(true)));
        assert_eq!(file.boolean("g", "b"), Ok(Some(false)));
        assert_eq!(file.boolean("g", "none"), Ok(None));
        for key in ["c", "d", "e", "f"] {
            assert!(file.boolean("g", key).is_err(), "{key}");
        }
    }

    #[test]
    fn a_line_of_no_right_form_is_named() {
        let wrong = |text: &str| KeyFile::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            wrong("[general]\nnonsense"),
            "line 2: 'nonsense' is no key=value pair, no [group] and no comment"
        );
        assert!(wrong("a=b").contains("line 1: a key=value pair before"));
        assert!(wrong("[general] x\n").contains("'[general] x'"));
        assert!(wrong("[]").contains("name of a group"));
        assert!(wrong("[a[b]").contains("name of a group"));
        assert!(wrong("[g]\na[b=c").contains("name of a key"));
        assert!(wrong("[g]\na [de]=c").contains("name of a key"));
        assert!(wrong("[g]\n=c").contains("line 2"));
        assert!(wrong("[g]\nEncoding=latin1").contains("latin1"));
        assert!(KeyFile::parse(b"[a]\n[g]\nEncoding=latin1").is_ok());
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        const BYTES: &[u8] = b"[]=#\\\n\r\0 gen\xff";
        let mut seed: usize = 7;
        for length in 0..2000 {
            let mut byte = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                BYTES[(seed >> 33) % BYTES.len()]
            };
            let bytes: Vec<u8> = (0..length % 80).map(|_| byte()).collect();
            if let Ok(file) = KeyFile::parse(&bytes) {
                drop(file.text("gen", "e"));
            }
        }
    }
}
