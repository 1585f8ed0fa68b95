//! `guestctl evc matrix`: features by modes.

use std::collections::BTreeMap;
use std::io;

use clap::ValueEnum;
use introspect::cpuid::Vendor;
use introspect::evc::mode::{Grade, Mode, catalogue};
use serde::Serialize;

use crate::output::{Answer, Cell, Page, Table, Text, Tone};

/// Show which mode has which feature; `-o html` is made for it
#[derive(Debug, clap::Args)]
pub(super) struct Matrix {
    /// Only this vendor's modes
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<Make>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Make {
    Intel,
    Amd,
}

impl Matrix {
    pub(super) fn answer(&self) -> Grid {
        let vendors: &[Vendor] = match self.vendor {
            None => &[Vendor::Intel, Vendor::Amd],
            Some(Make::Intel) => &[Vendor::Intel],
            Some(Make::Amd) => &[Vendor::Amd],
        };
        Grid { vendors: vendors.iter().map(|vendor| Part::new(*vendor)).collect() }
    }
}

/// The answer: one grid per vendor, because no mode spans both.
#[derive(Debug, Serialize)]
pub(super) struct Grid {
    vendors: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Part {
    vendor: &'static str,
    modes: Vec<Column>,
    features: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Column {
    key: &'static str,
    label: &'static str,
    level: Option<&'static str>,
    #[serde(skip)]
    short: &'static str,
}

#[derive(Debug, Serialize)]
struct Row {
    key: &'static str,
    name: &'static str,
    meaning: &'static str,
    /// The grade by mode; a mode that does not have the feature is not in it.
    modes: BTreeMap<&'static str, &'static str>,
}

impl Part {
    fn new(vendor: Vendor) -> Self {
        let modes: Vec<&Mode> = catalogue().of_vendor(vendor).collect();
        let mut features: Vec<Row> = catalogue()
            .keys
            .iter()
            .map(|key| Row {
                key: key.name,
                name: key.feature.name(),
                meaning: key.feature.meaning(),
                modes: modes
                    .iter()
                    .filter_map(|mode| Some((mode.key, grade(mode, key.name)?)))
                    .collect(),
            })
            .filter(|row| !row.modes.is_empty())
            .collect();
        // In the order in which they came, so that the grid reads as stairs.
        let first = |row: &Row| modes.iter().position(|mode| row.modes.contains_key(mode.key));
        features.sort_by_key(|row| (first(row), row.key));
        let columns = modes.iter().map(|mode| Column {
            key: mode.key,
            label: mode.label,
            level: mode.level,
            short: mode.short(),
        });
        Self { vendor: vendor.name(), modes: columns.collect(), features }
    }

    fn table(&self, head: impl Fn(usize, &Column) -> String, mark: impl Fn(&str) -> Cell) -> Table {
        let columns = self
            .modes
            .iter()
            .enumerate()
            .map(|(at, mode)| Cell::from(head(at, mode)).hint(mode.label));
        let mut table = Table::new(std::iter::once(Cell::from("feature")).chain(columns));
        for row in &self.features {
            let cells = self.modes.iter().map(|mode| {
                row.modes.get(mode.key).map_or_else(Cell::default, |grade| mark(grade))
            });
            table.row(
                std::iter::once(Cell::from(row.name).hint(format!("{}: {}", row.key, row.meaning)))
                    .chain(cells),
            );
        }
        table
    }
}

fn grade(mode: &Mode, key: &str) -> Option<&'static str> {
    if let Some(known) = mode.patch_dependent.iter().find(|known| **known == key) {
        return (!known.is_empty()).then_some("patch");
    }
    Some(match mode.features.grade(key)? {
        Grade::Mask => "mask",
        Grade::Observed => "observed",
        Grade::Inferred => "inferred",
    })
}

/// The letter and its tone: how sure it is shows at a glance.
fn mark(grade: &str) -> Cell {
    match grade {
        "mask" => Cell::new(Tone::Good, "M"),
        "observed" => Cell::new(Tone::Good, "o"),
        "inferred" => Cell::new(Tone::Plain, "i"),
        _ => Cell::new(Tone::Warn, "p"),
    }
}

const LEGEND: &str = "M listed in a feature mask of the mode, o observed in a guest or a requirement list, i inferred from hardware of that generation (not confirmed), p had by some hosts and lost by others to updates";

impl Answer for Grid {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        for part in &self.vendors {
            text.heading(part.vendor)?;
            // Names do not fit over one letter; numbers do, and the names stand above.
            let names: Vec<String> = part
                .modes
                .iter()
                .enumerate()
                .map(|(at, mode)| format!("{at}={}", mode.key))
                .collect();
            text.line(Tone::Dim, &names.join(" "))?;
            text.table(&part.table(|at, _| at.to_string(), mark))?;
        }
        text.line(Tone::Dim, LEGEND)
    }

    fn page(&self) -> Option<Page> {
        let mut page = Page::new("VMware EVC modes and their features");
        page.line(Tone::Dim, LEGEND);
        for part in &self.vendors {
            page.heading(part.vendor);
            page.matrix(
                &part.table(|_, mode| mode.short.to_owned(), |grade| mark(grade).hint(grade)),
            );
        }
        Some(page)
    }
}
