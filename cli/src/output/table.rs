//! Rows and columns, for a terminal and for a page.

use std::io::{self, Write};

use super::style::{Palette, Tone};
use super::text::{printable, wrap};

/// What stands between two columns.
const GAP: &str = "  ";
/// A word longer than this may be broken; registers, places and names are shorter.
const LONGEST_WORD: usize = 24;
/// The last column is prose and wants at least this much, if it has as much to say.
const PROSE: usize = 20;

/// One field of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
    pub(super) hint: Option<String>,
}

impl Cell {
    /// Text with a meaning.
    pub(crate) fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self { text: printable(text.as_ref()), tone, hint: None }
    }

    /// What a page shows when the pointer rests on the field.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl AsRef<str>) -> Self {
        self.hint = Some(printable(hint.as_ref()));
        self
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// A table; the first column names the row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(super) head: Vec<Cell>,
    pub(super) rows: Vec<Vec<Cell>>,
    optional: Vec<usize>,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new<T: Into<Cell>>(head: impl IntoIterator<Item = T>) -> Self {
        Self {
            head: head.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
            optional: Vec::new(),
        }
    }

    /// A table without a head line, such as a list of names and values.
    pub(crate) fn headless() -> Self {
        Self::default()
    }

    /// Columns that a narrow terminal does without, the last of them first. A page and a
    /// pipe have them all.
    #[must_use]
    pub(crate) fn optional(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.optional.extend(columns);
        self
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// True when there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Lays the table out in at most `width` columns: optional columns go first, then
    /// the widest is wrapped, until all fit or all are as narrow as can be.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        palette: Palette,
        width: usize,
    ) -> io::Result<()> {
        let columns = self.layout(width);
        if !self.head.is_empty() {
            let head: Vec<Cell> =
                self.head.iter().map(|cell| Cell::new(Tone::Strong, &cell.text)).collect();
            write_row(out, palette, &head, &columns)?;
        }
        self.rows.iter().try_for_each(|row| write_row(out, palette, row, &columns))
    }

    fn layout(&self, width: usize) -> Vec<Column> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.head.len());
        let mut columns: Vec<Column> = (0..count).map(|index| self.column(index)).collect();
        let mut optional = self.optional.clone();
        while total(&columns, |column| column.least) > width
            && let Some(dropped) = optional.pop()
        {
            columns.retain(|column| column.index != dropped);
        }
        let mut excess = total(&columns, |column| column.width).saturating_sub(width);
        while excess > 0 {
            let squeezable = columns.iter_mut().filter(|column| column.width > column.least);
            let Some(widest) = squeezable.max_by_key(|column| column.width) else { break };
            // All at once where one column is far wider than its least.
            let step = excess.min((widest.width - widest.least).div_ceil(2));
            widest.width -= step;
            excess -= step;
        }
        columns
    }

    /// A column at its natural width, and how narrow it may become.
    fn column(&self, index: usize) -> Column {
        let cells =
            || std::iter::once(&self.head).chain(&self.rows).filter_map(|row| row.get(index));
        let width = cells().map(Cell::width).max().unwrap_or(0);
        let word = cells().flat_map(|cell| cell.text.split(' ')).map(|word| word.chars().count());
        let word = word.max().unwrap_or(0).min(LONGEST_WORD);
        let is_last = index + 1 == self.head.len();
        let least = if is_last { width.min(PROSE).max(word) } else { word };
        Column { index, width, least }
    }
}

/// A column as it is going to be laid out.
#[derive(Debug)]
struct Column {
    /// Its place in the rows.
    index: usize,
    width: usize,
    least: usize,
}

/// The width of all columns together.
fn total(columns: &[Column], width: impl Fn(&Column) -> usize) -> usize {
    columns.iter().map(width).sum::<usize>() + GAP.len() * columns.len().saturating_sub(1)
}

fn write_row(
    out: &mut dyn Write,
    palette: Palette,
    row: &[Cell],
    columns: &[Column],
) -> io::Result<()> {
    let fields: Vec<(&Cell, usize, Vec<String>)> = columns
        .iter()
        .filter_map(|column| Some((row.get(column.index)?, column.width)))
        .map(|(cell, width)| (cell, width, wrap(&cell.text, width)))
        .collect();
    let height = fields.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
    for line in 0..height {
        let mut owed = 0;
        for (cell, width, lines) in &fields {
            let text = lines.get(line).map_or("", String::as_str);
            if !text.is_empty() {
                // Spaces are owed until something follows, so that no line ends in them.
                write!(out, "{:owed$}{}", "", palette.paint(cell.tone, text))?;
                owed = 0;
            }
            owed += width.saturating_sub(text.chars().count()) + GAP.len();
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay_out(table: &Table, width: usize) -> Vec<String> {
        let mut out = Vec::new();
        table.write(&mut out, Palette::Mono, width).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    fn sample() -> Table {
        let mut table = Table::new(["name", "place", "meaning"]);
        table.row(["avx2".into(), "0x7.0.ebx[5]".into(), "AVX2 instructions".into()]);
        table.row(["é".into(), "".into(), "".into()]);
        table
    }

    #[test]
    fn columns_line_up_and_no_line_ends_in_a_space() {
        assert_eq!(
            lay_out(&sample(), usize::MAX),
            ["name  place         meaning", "avx2  0x7.0.ebx[5]  AVX2 instructions", "é"]
        );
    }

    #[test]
    fn the_widest_column_is_wrapped_and_words_stay_whole() {
        let mut table = Table::new(["name", "meaning"]);
        table.row(["avx2".into(), "AVX2 instructions, 256 bit wide integers".into()]);
        assert_eq!(
            lay_out(&table, 38),
            ["name  meaning", "avx2  AVX2 instructions, 256 bit wide", "      integers"]
        );
        let mut table = Table::new(["eax", "ebx"]);
        table.row(["00000001".into(), "756e6547".into()]);
        assert_eq!(lay_out(&table, 5), ["eax       ebx", "00000001  756e6547"]);
    }

    #[test]
    fn optional_columns_go_when_there_is_no_room() {
        let table = sample().optional([1]);
        assert_eq!(lay_out(&table, 30), ["name  meaning", "avx2  AVX2 instructions", "é"]);
        assert_eq!(lay_out(&table, 40)[0], "name  place         meaning");
    }

    #[test]
    fn no_width_and_no_text_makes_it_hang() {
        let mut table = Table::new(["name", "meaning"]);
        table.row(["x".repeat(5000).into(), "word ".repeat(5000).into()]);
        for width in [0, 1, 10, 60, 5000] {
            let lines = lay_out(&table, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width.max(56)), "{width}");
        }
        assert!(lay_out(&Table::headless(), 10).is_empty());
    }
}
