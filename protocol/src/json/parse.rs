//! One message to a value.

use super::number;
use super::string;
use super::value::{Object, Value};

/// Above this many members a duplicate key is looked for by sorting.
const FEW: usize = 16;

/// Parses one message, as cut out by [`super::Scanner`].
///
/// # Errors
/// QEMU's words for what is wrong with it.
pub fn parse(text: &[u8]) -> Result<Value<'_>, String> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value().map_err(|wrong| format!("JSON parse error, {wrong}"))?;
    Ok(value)
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// The first byte of the next token.
    fn peek(&mut self) -> Option<u8> {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.at += self.text[self.at..].iter().take_while(blank).count();
        self.text.get(self.at).copied()
    }

    /// Steps over the next token if it is this bracket or separator.
    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Cuts off the bytes that belong on.
    fn take(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.iter().take_while(|&&byte| belongs(byte)).count();
        self.at += length;
        std::str::from_utf8(&rest[..length]).unwrap_or_default()
    }

    fn value(&mut self) -> Result<Value<'a>, String> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            Some(b'-' | b'0'..=b'9') => Ok(self.number()),
            Some(b'a'..=b'z') => match self.take(|byte| byte.is_ascii_lowercase()) {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" => Ok(Value::Null),
                other => Err(format!("invalid keyword '{}'", clip(other))),
            },
            Some(_) => Err("expecting value".to_owned()),
            None => Err("premature EOI".to_owned()),
        }
    }

    fn object(&mut self) -> Result<Value<'a>, String> {
        self.at += 1;
        let mut members = Vec::new();
        if !self.eat(b'}') {
            loop {
                if self.peek().is_none() {
                    return Err("premature EOI".to_owned());
                }
                let Value::String(key) = self.value()? else {
                    return Err("key is not a string in object".to_owned());
                };
                if !self.eat(b':') {
                    return Err("missing : in object pair".to_owned());
                }
                let value = self.value()?;
                let seen = members.len() < FEW && members.iter().any(|(name, _)| *name == key);
                if seen {
                    return Err("duplicate key".to_owned());
                }
                members.push((key, value));
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return Err("expected separator in dict".to_owned());
                }
            }
        }
        if members.len() > FEW {
            let mut keys: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err("duplicate key".to_owned());
            }
        }
        Ok(Value::Object(Object(members)))
    }

    fn list(&mut self) -> Result<Value<'a>, String> {
        self.at += 1;
        let mut items = Vec::new();
        if !self.eat(b']') {
            loop {
                items.push(self.value()?);
                if self.eat(b']') {
                    break;
                }
                if !self.eat(b',') {
                    return Err("expected separator in list".to_owned());
                }
            }
        }
        Ok(Value::List(items))
    }

    fn string(&mut self, quote: u8) -> Result<Value<'a>, String> {
        let body = &self.text[self.at + 1..];
        let mut end = 0;
        loop {
            end += string::plain(&body[end..], quote);
            match body.get(end) {
                Some(&byte) if byte == quote => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
                None => return Err("premature EOI".to_owned()),
            }
            if end > body.len() {
                return Err("premature EOI".to_owned());
            }
        }
        self.at += end + 2;
        string::unescape(&body[..end], quote).map(Value::String)
    }

    fn number(&mut self) -> Value<'static> {
        let rest = &self.text[self.at..];
        let length = number::length(rest);
        self.at += length;
        number::number(std::str::from_utf8(&rest[..length]).unwrap_or_default())
    }
}

/// A word cut to a length that fits an error.
fn clip(text: &str) -> &str {
    text.get(..256).unwrap_or(text)
}
