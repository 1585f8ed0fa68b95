//! Bytes of a channel to messages.
//!
//! Nothing but the brackets says where a request ends. A byte 0xFF from the host throws
//! away all before it, in silence: qemu-ga answers it with an error line, which a client
//! has to skip.

use std::collections::VecDeque;

use crate::json::{Limits, Scanned, Scanner};
use crate::message::Error;

/// A byte that no JSON text holds: it divides what was before from what follows.
pub const SENTINEL: u8 = 0xFF;

/// Above this a buffer is given back when it is empty.
const KEEP: usize = 64 << 10;

/// Cuts a stream into messages. After a reconnect, begin with a new one.
#[derive(Debug)]
pub struct Decoder {
    scanner: Scanner,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are done with.
    done: usize,
}

/// What the stream holds next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The text of one message; for [`crate::message::Request::parse`].
    Message(Vec<u8>),
    /// Bytes that are no message; the reply to send for them.
    Error(Error),
}

impl Decoder {
    /// A decoder for a fresh stream.
    pub fn new(limits: Limits) -> Self {
        Self { scanner: Scanner::new(limits), buffer: Vec::new(), done: 0 }
    }

    /// Takes in what was read. Call [`Self::next`] until it has no more before the next
    /// call: that bounds the memory by the limit of one message and one read.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.done == self.buffer.len() {
            self.buffer.clear();
            self.done = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message or error, if a whole one has arrived.
    #[expect(clippy::should_implement_trait, reason = "None is not the end: more bytes may come")]
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let text = &self.buffer[self.done..];
            match self.scanner.scan(text) {
                Scanned::More { start } => {
                    self.done += start;
                    self.compact();
                    return None;
                }
                Scanned::Message { start, end } => {
                    return Some(Frame::Message(self.cut(start, end)));
                }
                Scanned::Bad { end, desc } => {
                    self.done += end;
                    return Some(Frame::Error(Error::generic(desc)));
                }
                Scanned::Reset { end } => self.done += end,
            }
        }
    }

    /// Takes a message out. A large one that is all the buffer holds goes without a copy.
    fn cut(&mut self, start: usize, end: usize) -> Vec<u8> {
        let (start, end) = (self.done + start, self.done + end);
        if start == 0 && end - start > KEEP / 4 && self.buffer.len() - end < KEEP / 4 {
            let rest = self.buffer[end..].to_vec();
            let mut message = std::mem::replace(&mut self.buffer, rest);
            message.truncate(end);
            self.done = 0;
            return message;
        }
        self.done = end;
        self.buffer[start..end].to_vec()
    }

    fn compact(&mut self) {
        if self.done == self.buffer.len() {
            self.buffer.clear();
            self.done = 0;
        } else if self.done > self.buffer.len() / 2 {
            self.buffer.drain(..self.done);
            self.done = 0;
        }
        if self.buffer.is_empty() && self.buffer.capacity() > KEEP {
            self.buffer = Vec::new();
        }
    }
}

/// Replies, as a client reads them: lines, each perhaps after a sentinel.
#[derive(Debug, Default)]
pub struct Lines {
    partial: Vec<u8>,
    lines: VecDeque<Line>,
}

/// One line of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// True when 0xFF stood before it.
    pub sentinel: bool,
    /// The text, without the newline.
    pub text: Vec<u8>,
}

impl Lines {
    /// Takes in what was read.
    ///
    /// # Errors
    /// A line has grown past `limit` bytes; the stream cannot be used any more.
    pub fn push(&mut self, bytes: &[u8], limit: usize) -> Result<(), LineTooLong> {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            if self.partial.len() + part.len() > limit {
                return Err(LineTooLong { limit });
            }
            self.partial.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let mut text = std::mem::take(&mut self.partial);
                text.pop();
                let sentinel = text.iter().rposition(|&byte| byte == SENTINEL);
                if let Some(at) = sentinel {
                    text.drain(..=at);
                }
                self.lines.push_back(Line { sentinel: sentinel.is_some(), text });
            }
        }
        Ok(())
    }

    /// The next whole line.
    pub fn pop(&mut self) -> Option<Line> {
        self.lines.pop_front()
    }
}

/// A reply is longer than a client cares to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the agent sent a line of more than {limit} bytes")]
pub struct LineTooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(chunks: &[&[u8]], limits: Limits) -> Vec<String> {
        let mut decoder = Decoder::new(limits);
        let mut found = Vec::new();
        for chunk in chunks {
            decoder.push(chunk);
            while let Some(frame) = decoder.next() {
                found.push(match frame {
                    Frame::Message(text) => String::from_utf8(text).unwrap(),
                    Frame::Error(error) => format!("! {error}"),
                });
            }
        }
        found
    }

    #[test]
    fn messages_need_nothing_between_them_and_may_come_byte_by_byte() {
        let stream = br#" {"a":"}\""}[1,{'b':2}] 5 true{"c":{}}"#;
        let expected = [r#"{"a":"}\""}"#, "[1,{'b':2}]", "5", "true", r#"{"c":{}}"#];
        assert_eq!(frames(&[stream], Limits::default()), expected);
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(frames(&bytes, Limits::default()), expected);
    }

    #[test]
    fn a_sentinel_throws_away_what_was_begun() {
        assert_eq!(
            frames(&[b"{\"a\": \"x", b"y\xff{}\xff\xff[]"], Limits::default()),
            ["{}", "[]"]
        );
    }

    #[test]
    fn a_message_past_a_limit_costs_one_error_and_the_rest_of_its_line() {
        let limits = Limits { bytes: 40, tokens: 8, depth: 3 };
        let long = format!("{{\"a\": \"{}\"}}\n{{}}", "x".repeat(1000));
        let too_long = ["! JSON token size limit exceeded", "{}"];
        assert_eq!(frames(&[long.as_bytes()], limits), too_long);
        let bytes: Vec<&[u8]> = long.as_bytes().chunks(1).collect();
        assert_eq!(frames(&bytes, limits), too_long);
        assert_eq!(
            frames(&[b"[[[[[[[[1]]]]]]]] {}"], limits),
            ["! JSON nesting depth limit exceeded", "{}"]
        );
        assert_eq!(
            frames(&[b"[1,2,3,4,5,6,7,{}]", b"\n{}"], limits),
            ["! JSON token count limit exceeded", "{}"]
        );
    }

    #[test]
    fn a_dropped_message_keeps_no_memory() {
        let mut decoder = Decoder::new(Limits { bytes: 1 << 20, ..Limits::default() });
        decoder.push(b"{\"a\": \"");
        for _ in 0..1000 {
            decoder.push(&[b'x'; 64 << 10]);
            while decoder.next().is_some() {}
        }
        assert!(decoder.buffer.capacity() <= KEEP * 2, "{}", decoder.buffer.capacity());
        decoder.push(b"\xff{}");
        assert_eq!(decoder.next(), Some(Frame::Message(b"{}".to_vec())));
    }

    #[test]
    fn a_reply_line_tells_of_its_sentinel() {
        let mut lines = Lines::default();
        lines.push(b"junk\xff{\"return\": 1}\n{\"ret", 100).unwrap();
        lines.push(b"urn\": 2}\n", 100).unwrap();
        assert_eq!(lines.pop(), Some(Line { sentinel: true, text: b"{\"return\": 1}".to_vec() }));
        assert_eq!(lines.pop(), Some(Line { sentinel: false, text: b"{\"return\": 2}".to_vec() }));
        assert_eq!(lines.pop(), None);
        assert_eq!(lines.push(&[0; 101], 100), Err(LineTooLong { limit: 100 }));
    }
}
