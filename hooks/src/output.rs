//! What a hook prints, bounded: the first half of the limit and the last half, because a
//! program says at its begin what it does and at its end what went wrong.

use std::collections::VecDeque;

/// Keeps the begin and the end of a stream.
#[derive(Debug)]
pub(crate) struct Output {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Output {
    /// Keeps about so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { half: limit / 2, head: Vec::new(), tail: VecDeque::new(), dropped: 0 }
    }

    /// Takes more of the stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(self.half - self.head.len()));
        self.head.extend_from_slice(first);
        let kept = &rest[rest.len().saturating_sub(self.half)..];
        let surplus = (self.tail.len() + kept.len()).saturating_sub(self.half);
        self.tail.drain(..surplus);
        self.tail.extend(kept);
        self.dropped += (rest.len() - kept.len() + surplus) as u64;
    }

    /// What was kept, fit for a terminal and a log: control characters other than line ends
    /// and tabs are replaced.
    pub(crate) fn text(&self) -> String {
        let mut bytes = self.head.clone();
        if self.dropped > 0 {
            bytes.extend(format!("\n[{} bytes left out]\n", self.dropped).into_bytes());
        }
        bytes.extend(&self.tail);
        let text = String::from_utf8_lossy(&bytes);
        let plain = |c: char| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c };
        text.chars().map(plain).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_output_is_kept_whole() {
        let mut output = Output::new(10);
        output.push(b"abc");
        output.push(b"defg\n");
        assert_eq!(output.text(), "abcdefg\n");
    }

    #[test]
    fn of_long_output_begin_and_end_are_kept() {
        let mut output = Output::new(8);
        for byte in b'a'..=b'z' {
            output.push(&[byte]);
        }
        assert_eq!(output.text(), "abcd\n[18 bytes left out]\nwxyz");
        let mut output = Output::new(8);
        output.push(b"abcdefghijklmnopqrstuvwxyz");
        assert_eq!(output.text(), "abcd\n[18 bytes left out]\nwxyz");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        let mut output = Output::new(100);
        output.push(b"a\x1b[2J\tb\xff\n");
        assert_eq!(output.text(), "a\u{fffd}[2J\tb\u{fffd}\n");
    }
}
