//! Words for a terminal: wrapped to its width, and free of what could steer it.

use std::fmt::Display;
use std::io::{self, Write};

use super::style::{Palette, Tone};
use super::table::Table;

/// Writes lines and tables for a person.
pub(crate) struct Text<'a> {
    out: &'a mut dyn Write,
    palette: Palette,
    width: usize,
    begun: bool,
    noting: bool,
}

impl<'a> Text<'a> {
    /// Text for a terminal of `width` columns.
    pub(crate) fn new(out: &'a mut dyn Write, palette: Palette, width: usize) -> Self {
        Self { out, palette, width, begun: false, noting: false }
    }

    /// A heading, with an empty line above unless it is the first thing said.
    pub(crate) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.gap()?;
        self.line(Tone::Strong, text)
    }

    /// An empty line, unless nothing is said yet.
    pub(crate) fn gap(&mut self) -> io::Result<()> {
        if self.begun { writeln!(self.out) } else { Ok(()) }
    }

    /// A paragraph.
    pub(crate) fn line(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        self.begun = true;
        self.noting = false;
        for line in wrap(&printable(text), self.width) {
            writeln!(self.out, "{}", self.palette.paint(tone, &line))?;
        }
        Ok(())
    }

    /// Something the reader must know before trusting the answer. Notes stand together,
    /// apart from what is above.
    pub(crate) fn note(&mut self, text: &str) -> io::Result<()> {
        if !self.noting {
            self.gap()?;
        }
        self.line(Tone::Warn, &format!("note: {text}"))?;
        self.noting = true;
        Ok(())
    }

    /// A table.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        self.begun = true;
        self.noting = false;
        table.write(self.out, self.palette, self.width)
    }
}

/// The text with everything replaced by `?` that is not ASCII or Latin: dumps are
/// untrusted, and a control character, a right-to-left mark or a double-width letter
/// would steer the terminal or break the columns. Every character left is one column wide.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{24f}' => c,
            '\t' | '\n' | '\u{a0}' => ' ',
            _ => '?',
        })
        .collect()
}

/// `1 core`, `2 cores`.
pub(crate) fn count<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Breaks text into lines of at most `width` columns, at spaces where there are any.
/// There is at least one line.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            if used == width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += 1;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        assert_eq!(printable("a\u{1b}[31mb\u{9b}\u{202e}\u{ad}c"), "a?[31mb???c");
        assert_eq!(printable("Intel® Xeon\tµ"), "Intel® Xeon µ");
    }

    #[test]
    fn only_one_is_singular() {
        assert_eq!([count(0_u32, "core"), count(1, "core")], ["0 cores", "1 core"]);
        assert_eq!(count(2_usize, "core"), "2 cores");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_break_anywhere() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("x", 0), ["x"]);
    }

    #[test]
    fn no_line_is_longer_than_the_width() {
        let text = "the quick brown foxjumpsoverthelazydog and ran";
        for width in 1..50 {
            assert!(wrap(text, width).iter().all(|line| line.chars().count() <= width), "{width}");
        }
    }
}
