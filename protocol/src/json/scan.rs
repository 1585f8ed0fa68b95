//! Where one message of a JSON stream ends.
//!
//! Messages need no separator: one is complete when its braces and brackets are, which
//! is why bytes are looked at once as they arrive, and the whole is parsed after that.

use super::string;

/// How large a message may be. The errors past a limit are QEMU's (`qobject/json-streamer.c`:
/// 64 MiB, 2 Mi tokens, 1024 levels); the defaults are smaller, so that no message can
/// make an agent larger than a guest would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message.
    pub bytes: usize,
    /// Tokens of one message: brackets, commas, colons, strings, numbers, words.
    pub tokens: usize,
    /// Levels of nesting.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, tokens: 256 << 10, depth: 1024 }
    }
}

/// What a scan came to. `end` counts bytes of the text given; they are done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// Nothing but an incomplete message is left; what lies before `start` can go.
    More {
        /// Where that message begins.
        start: usize,
    },
    /// A message with balanced brackets, or one that has a bracket too many.
    Message {
        /// Where it begins.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// What cannot be a message, and why.
    Bad {
        /// Where it ends.
        end: usize,
        /// QEMU's words for it.
        desc: String,
    },
    /// The byte 0xFF: the host starts afresh.
    Reset {
        /// Behind that byte.
        end: usize,
    },
}

/// The state of the scan between two reads.
#[derive(Debug)]
pub struct Scanner {
    limits: Limits,
    state: State,
    /// How far the text has been looked at.
    at: usize,
    message: Option<usize>,
    /// Where the token at hand begins, and with which byte.
    token: usize,
    first: u8,
    tokens: usize,
    braces: isize,
    brackets: isize,
    /// A limit was passed and told; the rest of the message is dropped.
    dropping: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    String(u8),
    Escape(u8),
    Word,
    Minus,
    Zero,
    Digits,
    Dot,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// After a stray character: on to the next that could begin something.
    Recover,
}

/// What one byte did.
enum Step {
    Go(State),
    /// The token ends with this byte.
    End,
    /// The token ended before this byte.
    EndBefore,
    Stray,
}

impl Scanner {
    /// A scanner at the start of a stream.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Between,
            at: 0,
            message: None,
            token: 0,
            first: 0,
            tokens: 0,
            braces: 0,
            brackets: 0,
            dropping: false,
        }
    }

    /// True when a message has begun and not ended.
    pub fn is_inside(&self) -> bool {
        self.message.is_some()
    }

    /// Looks on. `text` begins where the last answer said that the rest begins, and has
    /// grown since, if it was [`Scanned::More`].
    pub fn scan(&mut self, text: &[u8]) -> Scanned {
        while let Some(&byte) = text.get(self.at) {
            if byte == 0xFF {
                let end = self.at + 1;
                *self = Self::new(self.limits);
                return Scanned::Reset { end };
            }
            if let State::String(quote) = self.state {
                let plain = string::plain(&text[self.at..], quote);
                if plain > 0 {
                    self.at += plain;
                    if let Some(desc) = self.too_large() {
                        return self.drop_message(desc);
                    }
                    continue;
                }
            }
            if self.dropping && byte == b'\n' {
                let end = self.at + 1;
                *self = Self::new(self.limits);
                self.at = end;
                continue;
            }
            if self.state == State::Between {
                self.token = self.at;
                self.first = byte;
            }
            match step(self.state, byte) {
                Step::Go(state) => {
                    if self.state == State::Between && state != State::Between {
                        self.message.get_or_insert(self.at);
                    }
                    self.state = state;
                    self.at += 1;
                }
                Step::End => {
                    self.message.get_or_insert(self.at);
                    self.at += 1;
                    if let Some(found) = self.token_ended() {
                        return found;
                    }
                }
                Step::EndBefore if self.state == State::Recover => self.state = State::Between,
                Step::EndBefore => {
                    if let Some(found) = self.token_ended() {
                        return found;
                    }
                }
                Step::Stray => {
                    let end = self.at + 1;
                    let desc = stray(&text[self.token..end]);
                    let dropping = self.dropping;
                    self.restart(State::Recover);
                    if dropping {
                        self.at = end;
                        continue;
                    }
                    return Scanned::Bad { end, desc };
                }
            }
            if let Some(desc) = self.too_large() {
                return self.drop_message(desc);
            }
        }
        self.more(text)
    }

    /// What is left can be cut off before the message, or altogether while dropping.
    fn more(&mut self, text: &[u8]) -> Scanned {
        let start = if self.dropping || self.state == State::Recover {
            text.len().min(self.at)
        } else {
            self.message.unwrap_or(self.at)
        };
        self.at -= start;
        self.token = self.token.saturating_sub(start);
        self.message = self.message.map(|_| 0);
        Scanned::More { start }
    }

    /// Tells of a limit that was passed, and keeps nothing more of the message.
    fn drop_message(&mut self, desc: String) -> Scanned {
        self.dropping = true;
        self.token = 0;
        self.message = Some(0);
        Scanned::Bad { end: std::mem::take(&mut self.at), desc }
    }

    /// Back to no message; `at` is counted from the end of this one.
    fn restart(&mut self, state: State) {
        *self = Self { state, ..Self::new(self.limits) };
    }

    fn token_ended(&mut self) -> Option<Scanned> {
        self.state = State::Between;
        self.tokens += 1;
        match self.first {
            b'{' => self.braces += 1,
            b'}' => self.braces -= 1,
            b'[' => self.brackets += 1,
            b']' => self.brackets -= 1,
            _ => {}
        }
        let open = self.braces > 0 || self.brackets > 0;
        if open && self.braces >= 0 && self.brackets >= 0 {
            return None;
        }
        let (start, end, dropping) = (self.message.unwrap_or(0), self.at, self.dropping);
        self.restart(State::Between);
        if dropping {
            self.at = end;
            return None;
        }
        Some(Scanned::Message { start, end })
    }

    fn too_large(&self) -> Option<String> {
        let begun = self.message?;
        let depth = self.braces.saturating_add(self.brackets).unsigned_abs();
        if self.dropping {
            None
        } else if self.at - begun > self.limits.bytes {
            Some("JSON token size limit exceeded".to_owned())
        } else if self.tokens > self.limits.tokens {
            Some("JSON token count limit exceeded".to_owned())
        } else if depth > self.limits.depth {
            Some("JSON nesting depth limit exceeded".to_owned())
        } else {
            None
        }
    }
}

fn step(state: State, byte: u8) -> Step {
    match (state, byte) {
        (State::Between, b' ' | b'\t' | b'\r' | b'\n') => Step::Go(State::Between),
        (State::Between, b'{' | b'}' | b'[' | b']' | b':' | b',') => Step::End,
        (State::Between, b'"' | b'\'') => Step::Go(State::String(byte)),
        (State::Between, b'a'..=b'z') | (State::Word, b'a'..=b'z') => Step::Go(State::Word),
        (State::Between, b'-') => Step::Go(State::Minus),
        (State::Between | State::Minus, b'0') => Step::Go(State::Zero),
        (State::Between | State::Minus, b'1'..=b'9') => Step::Go(State::Digits),
        (State::Word, _) => Step::EndBefore,

        (State::String(quote), _) if byte == quote => Step::End,
        (State::String(quote), b'\\') => Step::Go(State::Escape(quote)),
        (State::String(quote) | State::Escape(quote), 0x20..=0xFD) => {
            Step::Go(State::String(quote))
        }

        (State::Digits, b'0'..=b'9') => Step::Go(State::Digits),
        (State::Zero | State::Digits, b'.') => Step::Go(State::Dot),
        (State::Dot | State::Fraction, b'0'..=b'9') => Step::Go(State::Fraction),
        // As QEMU's lexer has it: no digit and no exponent right after a leading zero.
        (State::Zero, b'0'..=b'9') => Step::Stray,
        (State::Digits | State::Fraction, b'e' | b'E') => Step::Go(State::Exponent),
        (State::Exponent, b'+' | b'-') => Step::Go(State::ExponentSign),
        (State::Exponent | State::ExponentSign | State::ExponentDigits, b'0'..=b'9') => {
            Step::Go(State::ExponentDigits)
        }
        (State::Zero | State::Digits | State::Fraction | State::ExponentDigits, _) => {
            Step::EndBefore
        }

        (State::Recover, b'\t') => Step::Go(State::Recover),
        (State::Recover, 0..=0x1F | 0xFE | b'{' | b'}' | b'[' | b']' | b':' | b',') => {
            Step::EndBefore
        }
        (State::Recover, _) => Step::Go(State::Recover),
        _ => Step::Stray,
    }
}

/// How much of a stray token an error shows.
const SHOWN: usize = 256;

fn stray(token: &[u8]) -> String {
    // QEMU holds it as a C string.
    let text = token.split(|&byte| byte == 0).next().unwrap_or_default();
    let shown = &text[..text.len().min(SHOWN)];
    let cut = if text.len() > SHOWN { "..." } else { "" };
    format!("JSON parse error, stray '{}{cut}'", String::from_utf8_lossy(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the agent would say to each message or error of a stream.
    fn lines(input: &str) -> Vec<String> {
        let mut scanner = Scanner::new(Limits::default());
        let (mut text, mut found) = (input.as_bytes(), Vec::new());
        loop {
            match scanner.scan(text) {
                Scanned::More { .. } => return found,
                Scanned::Reset { end } => text = &text[end..],
                Scanned::Message { start, end } => {
                    let parsed = super::super::parse(&text[start..end]);
                    found.push(parsed.map_or_else(|desc| desc, |_| "ok".to_owned()));
                    text = &text[end..];
                }
                Scanned::Bad { end, desc } => {
                    found.push(desc);
                    text = &text[end..];
                }
            }
        }
    }

    /// Observed on qemu-ga 7.2.22; x is "expecting value".
    #[test]
    fn garbage_is_answered_as_qemu_answers_it() {
        let (x, separator) = ("expecting value", "expected separator in dict");
        let cases: [(&str, &[&str]); 44] = [
            ("{]}", &[x, x]),
            ("[1}2] ", &["expected separator in list", "ok", x]),
            (",:}", &[x, x, x]),
            ("{\"a\":{\"b\":1]}", &[separator, x]),
            ("'\n", &["stray ''\n'"]),
            ("-\n", &["stray '-\n'"]),
            ("--1", &["stray '--'"]),
            ("01", &["stray '01'"]),
            ("{\"a\":01}", &["stray '01'", x]),
            ("1.\n", &["stray '1.\n'"]),
            (".5", &["stray '.'"]),
            ("+1", &["stray '+'"]),
            ("1e5x\n", &["ok", "invalid keyword 'x'"]),
            ("1-2\n", &["ok", "ok"]),
            ("0e1\n", &["ok", "invalid keyword 'e'", "ok"]),
            ("{\"a\":0x10}", &[separator]),
            ("nUll\n", &["invalid keyword 'n'", "stray 'U'"]),
            ("true1\n", &["ok", "ok"]),
            ("//x\n", &["stray '/'"]),
            ("! !\n!", &["stray '!'", "stray '!'"]),
            ("!\t!", &["stray '!'"]),
            ("!\u{1}", &["stray '!'", "stray '\u{1}'"]),
            ("!x!y\"z\n5 ", &["stray '!'", "ok"]),
            ("\u{feff}{}", &["stray '\u{fffd}'", "ok"]),
            ("hello world\n", &["invalid keyword 'hello'", "invalid keyword 'world'"]),
            ("{\"execute\":guest-ping}", &["stray '-p'", x]),
            ("[1!\n2]", &["stray '!'", "ok", x]),
            ("{\"execute\":\"gu\nest-ping\"}", &["stray '\"gu\n'", x]),
            ("{\"a\"}", &["missing : in object pair"]),
            ("{\"a\":}", &[x]),
            ("{\"a\":1,}", &[x]),
            ("{1:2}", &["key is not a string in object"]),
            ("{foo:1}", &["invalid keyword 'foo'"]),
            ("{\"a\":1,\"a\":2}", &["duplicate key"]),
            ("{\"a\":1,\"a\":}", &[x]),
            ("\"\\x41\"", &["invalid escape sequence in string"]),
            ("\"\\u12\"", &["\\u12\" is not a valid Unicode character"]),
            ("\"\\ud83d\\u0041\"", &["\\ud83d is not a valid Unicode character"]),
            ("\"\\udbff\\udfff\"", &["\\udbff\\udfff is not a valid Unicode character"]),
            ("'\u{fffe}'", &["invalid UTF-8 sequence in string"]),
            ("'\\a\u{fffe}'", &["invalid escape sequence in string"]),
            ("'\u{fffe}\\a'", &["invalid UTF-8 sequence in string"]),
            ("{\"a\":1-2}", &[separator]),
            ("[0e1]", &["expected separator in list"]),
        ];
        for (input, expected) in cases {
            let said = lines(input);
            let said: Vec<&str> = said
                .iter()
                .map(|line| line.strip_prefix("JSON parse error, ").unwrap_or(line))
                .collect();
            assert_eq!(said, expected, "{input:?}");
        }
    }
}
