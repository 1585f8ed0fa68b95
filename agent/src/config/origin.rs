//! Where keys are from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file.
    pub(super) path: PathBuf,
    /// The line, counted from 1.
    pub(super) line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// Keys, as `quiesce.deadline`, and where they are from.
pub(crate) type Origins = BTreeMap<String, Origin>;

/// Every key of a file that has a value and is no table. What is no TOML has none.
pub(super) fn of(path: &Path, text: &str) -> Origins {
    let mut origins = Origins::new();
    if let Ok(table) = DeTable::parse(text) {
        collect(table.get_ref(), "", &mut |key, start| {
            origins.insert(key, Origin { path: path.to_owned(), line: line(text, start) });
        });
    }
    origins
}

fn collect(table: &DeTable<'_>, prefix: &str, found: &mut dyn FnMut(String, usize)) {
    for (key, value) in table {
        let name = key.get_ref();
        let full = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        match value.get_ref() {
            DeValue::Table(table) => collect(table, &full, found),
            _ => found(full, key.span().start),
        }
    }
}

/// The line that a byte is in, counted from 1.
pub(super) fn line(text: &str, start: usize) -> usize {
    let before = &text.as_bytes()[..start.min(text.len())];
    before.iter().filter(|&&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_the_line_that_it_stands_in() {
        let text = "a = 1\n[t]\n# b = 0\nb = [\n1,\n]\nc.\"d e\" = 2\n[t.\"50-x.y\"]\ne = 1\n";
        let origins = of(Path::new("/f"), text);
        let lines: Vec<_> = origins.iter().map(|(key, at)| (key.as_str(), at.line)).collect();
        assert_eq!(lines, [("a", 1), ("t.50-x.y.e", 9), ("t.b", 4), ("t.c.d e", 7)]);
        assert_eq!(origins["t.b"].to_string(), "/f:4");
        assert!(of(Path::new("/f"), "[").is_empty());
    }
}
