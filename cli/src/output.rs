//! How an answer looks: text, JSON or HTML, to one writer.

mod html;
mod json;
mod patient;
mod style;
mod table;
mod text;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::args::{Common, Format};
use crate::failure::Failure;

pub(crate) use html::{Page, escape};
pub(crate) use patient::Patient;
pub(crate) use style::{Palette, Tone};
pub(crate) use table::{Cell, Table};
pub(crate) use text::{Text, count, printable};

/// An answer: its fields are the JSON document, and it knows how to tell a person.
pub(crate) trait Answer: Serialize {
    /// The answer in words and tables.
    ///
    /// # Errors
    /// What the writer says.
    fn text(&self, text: &mut Text<'_>) -> io::Result<()>;

    /// The answer as a page, where it has one.
    fn page(&self) -> Option<Page> {
        None
    }

    /// The answer as a drawing in SVG, where it has one.
    fn drawing(&self) -> Option<String> {
        None
    }
}

/// Where answers go, and how they are to look.
pub(crate) struct Screen<'a> {
    out: &'a mut dyn Write,
    format: Format,
    palette: Palette,
    width: usize,
}

impl<'a> Screen<'a> {
    /// Writes to `out` as the options and, for standard output, the terminal ask for.
    pub(crate) fn new(out: &'a mut dyn Write, options: &Common) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let palette = Palette::choose(options.color, terminal, |name| std::env::var_os(name));
        let width = match options.width {
            Some(width) => usize::from(width),
            None if options.output == Format::Text && terminal => {
                terminal_size::terminal_size_of(&stdout).map_or(80, |(width, _)| width.0.into())
            }
            // What is piped is searched and cut by other tools: one row, one line.
            None => usize::MAX,
        };
        Self { out, format: options.output, palette, width }
    }

    /// Writes the answer in the form that was asked for.
    ///
    /// # Errors
    /// `Output` where the writer fails, `Usage` where the answer has no such form.
    pub(crate) fn show(&mut self, answer: &impl Answer) -> Result<(), Failure> {
        match self.format {
            Format::Text => answer.text(&mut self.text())?,
            Format::Json => json::write(self.out, answer)?,
            Format::Html => match answer.page() {
                Some(page) => page.write(self.out)?,
                None => return Err(no_page()),
            },
            Format::Svg => match answer.drawing() {
                Some(drawing) => self.out.write_all(drawing.as_bytes())?,
                None => return Err(no_drawing()),
            },
        }
        Ok(())
    }

    /// Writes one JSON document, whatever form was asked for.
    ///
    /// # Errors
    /// What the writer says.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        json::write(self.out, document)
    }

    /// Writes one JSON document in one line, whatever form was asked for.
    ///
    /// # Errors
    /// What the writer says.
    pub(crate) fn json_line(&mut self, document: &impl Serialize) -> io::Result<()> {
        json::write_line(self.out, document)
    }

    /// The form that was asked for.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The writer itself, for what is a file format rather than an answer.
    pub(crate) fn raw(&mut self) -> &mut dyn Write {
        self.out
    }

    fn text(&mut self) -> Text<'_> {
        Text::new(self.out, self.palette, self.width)
    }
}

/// The refusal of `-o html` by a verb that has no page.
pub(crate) fn no_page() -> Failure {
    Failure::Usage(
        "-o html: only `cpu diff`, `evc matrix` and `quiesce show` have a page; use -o text or -o json"
            .to_owned(),
    )
}

/// The refusal of `-o svg` by a verb that has no drawing.
fn no_drawing() -> Failure {
    let why = "-o svg: only `quiesce show` has a drawing; use -o text or -o json";
    Failure::Usage(why.to_owned())
}
