//! What `cpu diff` answers, in its three forms.

use std::io;

use introspect::cpuid::diff::{FeatureDiff, RegisterDiff};
use introspect::cpuid::{LeafId, View};
use serde::Serialize;

use crate::command::cpu::state::State;
use crate::input::About;
use crate::output::{Answer, Cell, Page, Table, Text, Tone, count};

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    pub(super) a: Side,
    pub(super) b: Side,
    /// True when anything but a volatile field differs.
    pub(super) different: bool,
    pub(super) features: Vec<FeatureRow>,
    /// Features that one side has, or lacks, and the other does not tell.
    pub(super) unsure: Vec<&'static str>,
    pub(super) registers: Vec<RegisterRow>,
    /// Registers in which only volatile bits differ.
    pub(super) volatile: Vec<RegisterRow>,
    /// True when both sides tell of every named feature.
    pub(super) complete: bool,
    #[serde(skip)]
    pub(super) show_volatile: bool,
}

/// Which CPU it is.
#[derive(Debug, Serialize)]
pub(super) struct Side {
    source: About,
    vendor: Option<String>,
    /// Leaf 1 EAX.
    signature: Option<String>,
    /// Family, model and stepping in decimal.
    family_model_stepping: Option<String>,
    brand: Option<String>,
}

/// A feature that one CPU has and the other lacks.
#[derive(Debug, Serialize)]
pub(super) struct FeatureRow {
    name: &'static str,
    a: State,
    b: State,
    place: String,
    meaning: &'static str,
}

/// A register that is not the same.
#[derive(Debug, Serialize)]
pub(super) struct RegisterRow {
    leaf: String,
    subleaf: u32,
    register: &'static str,
    /// `None` where the side does not have the leaf.
    a: Option<String>,
    b: Option<String>,
    /// The bits that differ.
    bits: String,
    /// Their names, where they have one.
    features: Vec<&'static str>,
}

impl Side {
    pub(super) fn new(source: About, view: &View<'_>) -> Self {
        Self {
            source,
            vendor: view.vendor_id(),
            signature: view.signature().map(|signature| signature.to_string()),
            family_model_stepping: view.fms().map(|fms| fms.to_string()),
            brand: view.brand(),
        }
    }
}

impl FeatureRow {
    pub(super) fn new(diff: &FeatureDiff) -> Self {
        Self {
            name: diff.feature.name(),
            a: diff.a.into(),
            b: diff.b.into(),
            place: diff.feature.place(),
            meaning: diff.feature.meaning(),
        }
    }
}

impl RegisterRow {
    pub(super) fn new(diff: &RegisterDiff) -> Self {
        let hex = |value: u32| format!("{value:#010x}");
        let LeafId { leaf, subleaf } = diff.leaf;
        Self {
            leaf: format!("{leaf:#x}"),
            subleaf,
            register: diff.register.name(),
            a: diff.a.map(hex),
            b: diff.b.map(hex),
            bits: hex(diff.a.unwrap_or(0) ^ diff.b.unwrap_or(0)),
            features: diff.features.iter().map(|feature| feature.name()).collect(),
        }
    }
}

impl Answer for Difference {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let tone = if self.different { Tone::Strong } else { Tone::Good };
        text.line(tone, &self.verdict())?;
        self.remarks().try_for_each(|remark| text.line(Tone::Dim, &remark))?;
        text.gap()?;
        text.table(&self.sides())?;
        for (heading, table) in self.tables() {
            text.heading(heading)?;
            text.table(&table)?;
        }
        self.a.source.text(text)?;
        self.b.source.text(text)
    }

    fn page(&self) -> Option<Page> {
        let mut page = Page::new(&self.verdict());
        self.a.source.page(&mut page);
        self.b.source.page(&mut page);
        page.table(&self.sides());
        for (heading, table) in self.tables() {
            page.heading(heading);
            page.table(&table);
        }
        self.remarks().for_each(|remark| page.line(Tone::Dim, &remark));
        Some(page)
    }
}

impl Difference {
    fn sides(&self) -> Table {
        let mut table = Table::new(["", "a", "b"]);
        let mut row = |name: &str, of: fn(&Side) -> Option<&str>| {
            let (a, b) = (of(&self.a), of(&self.b));
            let is_fact = name != "source" && name != "format";
            let tone = if is_fact && a != b { Tone::Warn } else { Tone::Plain };
            let cell = |value: Option<&str>| Cell::new(tone, value.unwrap_or("unknown"));
            table.row([name.into(), cell(a), cell(b)]);
        };
        row("source", |side| Some(&side.source.name));
        row("format", |side| side.source.format.map(|format| format.name()));
        row("vendor", |side| side.vendor.as_deref());
        row("signature", |side| side.signature.as_deref());
        row("family/model/stepping", |side| side.family_model_stepping.as_deref());
        row("brand", |side| side.brand.as_deref());
        table
    }

    /// The tables that have something to show.
    fn tables(&self) -> impl Iterator<Item = (&'static str, Table)> {
        let mut features = Table::new(["feature", "a", "b", "place", "meaning"]).optional([3]);
        for row in &self.features {
            let state = |state: State| Cell::new(state.tone(), state.word());
            features.row([
                Cell::new(Tone::Strong, row.name).hint(row.meaning),
                state(row.a),
                state(row.b),
                Cell::new(Tone::Dim, &row.place),
                row.meaning.into(),
            ]);
        }
        let volatile: &[RegisterRow] = if self.show_volatile { &self.volatile } else { &[] };
        [
            ("Features", features),
            ("Registers", registers(&self.registers)),
            ("Registers with volatile fields", registers(volatile)),
        ]
        .into_iter()
        .filter(|(_, table)| !table.is_empty())
    }

    fn verdict(&self) -> String {
        let names = format!("{} and {}", self.a.source.name, self.b.source.name);
        if !self.different && !self.complete {
            return format!("{names} do not differ in anything that both tell");
        }
        if !self.different {
            return format!("{names} are the same CPU model with the same features");
        }
        let features = count(self.features.len(), "named feature");
        if self.partial() {
            return format!("{names} differ in {features}");
        }
        format!("{names} differ in {features} and {}", count(self.registers.len(), "register"))
    }

    /// True when a side has no registers.
    fn partial(&self) -> bool {
        self.a.source.partial || self.b.source.partial
    }

    fn remarks(&self) -> impl Iterator<Item = String> {
        let unsure = (!self.unsure.is_empty()).then(|| {
            format!(
                "{} cannot be compared, because one side does not tell; -o json lists them",
                count(self.unsure.len(), "named feature")
            )
        });
        let registers =
            self.partial().then(|| "registers cannot be compared with a /proc/cpuinfo".into());
        let volatile = (!self.volatile.is_empty() && !self.show_volatile).then(|| {
            format!(
                "{} with volatile fields only; --volatile shows them",
                count(self.volatile.len(), "more register")
            )
        });
        [unsure, registers, volatile].into_iter().flatten()
    }
}

fn registers(rows: &[RegisterRow]) -> Table {
    let mut table = Table::new(["register", "a", "b", "differing bits", "named bits"]);
    for row in rows {
        let value = |value: &Option<String>| value.as_deref().unwrap_or("no such leaf").into();
        table.row([
            Cell::new(Tone::Strong, format!("{}.{}.{}", row.leaf, row.subleaf, row.register)),
            value(&row.a),
            value(&row.b),
            Cell::new(Tone::Warn, &row.bits),
            Cell::new(Tone::Dim, row.features.join(" ")),
        ]);
    }
    table
}
