//! Markdown tables, aligned so that they read well before they are rendered.

use std::fmt::{self, Display};
use std::time::Duration;

/// Rows under a heading; the first column is text, the others are numbers.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    }
}

impl Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                if column == 0 {
                    write!(out, "| {cell:<width$} ")?;
                } else {
                    write!(out, "| {cell:>width$} ")?;
                }
            }
            writeln!(out, "|")?;
            if number > 0 {
                continue;
            }
            for column in 0..row.len() {
                let dashes = "-".repeat(self.width(column));
                write!(
                    out,
                    "{}",
                    if column == 0 { format!("| {dashes} ") } else { format!("| {dashes}:") }
                )?;
            }
            writeln!(out, "|")?;
        }
        Ok(())
    }
}

/// Milliseconds with two digits after the point.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// Mebibytes with one digit after the point.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    let tenths = (kibibytes * 10 + 512) / 1024;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&["what", "ms"]);
        table.row(["a longer cell".to_owned(), milliseconds(Duration::from_micros(12_340))]);
        let expected = "\
| what          |    ms |
| ------------- | -----:|
| a longer cell | 12.34 |
";
        assert_eq!(table.to_string(), expected);
        assert_eq!(mebibytes(1536), "1.5");
    }
}
