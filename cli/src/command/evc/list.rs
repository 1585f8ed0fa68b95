//! `guestctl evc list`: the modes in one table.

use std::io;

use introspect::evc::mode::{Grade, Mode, Presents, catalogue};
use serde::Serialize;

use crate::output::{Answer, Table, Text, Tone};

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct List {
    modes: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    key: &'static str,
    label: &'static str,
    vendor: &'static str,
    order: u32,
    level: Option<&'static str>,
    presents: Presents,
    features: usize,
    /// How many of the features are listed in a mask, seen in a guest, inferred.
    mask: usize,
    observed: usize,
    inferred: usize,
}

impl List {
    pub(super) fn new() -> Self {
        Self { modes: catalogue().modes.iter().map(Row::new).collect() }
    }
}

impl Row {
    fn new(mode: &Mode) -> Self {
        let count = |wanted| mode.features.grades().filter(|grade| *grade == wanted).count();
        Self {
            key: mode.key,
            label: mode.label,
            vendor: mode.vendor.name(),
            order: mode.order,
            level: mode.level,
            presents: mode.presents.clone(),
            features: mode.features.len(),
            mask: count(Grade::Mask),
            observed: count(Grade::Observed),
            inferred: count(Grade::Inferred),
        }
    }
}

impl Answer for List {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table =
            Table::new(["key", "label", "EVC level", "presents", "features", "known by"])
                .optional([1, 2]);
        for row in &self.modes {
            table.row([
                row.key.into(),
                row.label.into(),
                row.level.unwrap_or("-").into(),
                presents(&row.presents).into(),
                row.features.to_string().into(),
                known_by(row).into(),
            ]);
        }
        text.table(&table)?;
        text.line(Tone::Dim, "presents: family/model/stepping in decimal, ? where it is not known. mask: listed in a feature mask of the mode; observed: seen in a guest or a requirement list; inferred: from hardware of that generation, not confirmed.")
    }
}

/// Family/model/stepping with `?` for what is not known.
pub(super) fn presents(presents: &Presents) -> String {
    let part = |number: Option<u32>| number.map_or("?".to_owned(), |number| number.to_string());
    format!("{}/{}/{}", presents.family, part(presents.model), part(presents.stepping))
}

fn known_by(row: &Row) -> String {
    [(row.mask, "mask"), (row.observed, "observed"), (row.inferred, "inferred")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect::<Vec<_>>()
        .join(", ")
}
