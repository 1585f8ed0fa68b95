//! `guestctl evc show`: one mode, key by key.

use std::io;

use introspect::evc::Class;
use introspect::evc::mode::{Catalogue, Grade, Mode, Presents, catalogue};
use serde::Serialize;

use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Table, Text, Tone};

use super::list::presents;

/// Show what one mode presents, and how that is known
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// A mode's key, such as intel-haswell; `guestctl evc list` has them all
    key: String,
}

impl Show {
    pub(super) fn run(&self, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        let wanted = self.key.to_ascii_lowercase();
        let mode = catalogue().mode(&wanted).ok_or_else(|| unknown(&wanted))?;
        screen.show(&One::new(mode, catalogue()))?;
        Ok(ExitCode::Ok)
    }
}

fn unknown(wanted: &str) -> Failure {
    // People say "haswell" as often as "intel-haswell".
    let near: Vec<_> = catalogue()
        .modes
        .iter()
        .map(|mode| mode.key)
        .filter(|key| !wanted.is_empty() && key.contains(wanted))
        .collect();
    let hint = match near.as_slice() {
        [] => "`guestctl evc list` has the keys".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    Failure::Usage(format!("\"{wanted}\" is no EVC mode; {hint}"))
}

/// The answer.
#[derive(Debug, Serialize)]
struct One {
    key: &'static str,
    label: &'static str,
    level: Option<&'static str>,
    presents: Presents,
    /// The mode before it, whose set `adds` and `drops` compare with.
    previous: Option<&'static str>,
    features: Vec<Row>,
    drops: Vec<&'static str>,
    patch_dependent: Vec<&'static str>,
    candidates: Vec<&'static str>,
    sources: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Row {
    key: &'static str,
    name: &'static str,
    place: String,
    grade: Grade,
    class: Class,
    hardware_version: u32,
    /// True when the mode before does not have it.
    added: bool,
    meaning: &'static str,
}

impl One {
    fn new(mode: &Mode, catalogue: &Catalogue) -> Self {
        let previous = catalogue.of_vendor(mode.vendor).rfind(|other| other.order < mode.order);
        let features = catalogue
            .keys
            .iter()
            .filter_map(|key| {
                let grade = mode.features.grade(key.name)?;
                Some(Row {
                    key: key.name,
                    name: key.feature.name(),
                    place: key.feature.place(),
                    grade,
                    class: key.class,
                    hardware_version: key.hardware_version,
                    added: previous.is_none_or(|previous| !previous.has(key.name)),
                    meaning: key.feature.meaning(),
                })
            })
            .collect();
        Self {
            key: mode.key,
            label: mode.label,
            level: mode.level,
            presents: mode.presents.clone(),
            previous: previous.map(|mode| mode.key),
            features,
            drops: previous.map(|previous| previous.adds(Some(mode))).unwrap_or_default(),
            patch_dependent: mode.patch_dependent.clone(),
            candidates: mode.candidates.clone(),
            sources: mode
                .sources
                .iter()
                .filter_map(|id| catalogue.sources.get(id))
                .copied()
                .collect(),
        }
    }
}

impl Answer for One {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        text.line(Tone::Strong, &format!("{}: {}", self.key, self.label))?;
        let mut head = Table::headless();
        let leaf = self
            .presents
            .max_leaf
            .map(|leaf| format!(", highest leaf {leaf:#x}"))
            .unwrap_or_default();
        head.row([
            "presents".into(),
            format!("{}{leaf} ({})", presents(&self.presents), self.presents.evidence).into(),
        ]);
        if let Some(level) = self.level {
            head.row(["EVC level".into(), level.into()]);
        }
        text.table(&head)?;
        text.heading(&match self.previous {
            Some(previous) => {
                format!("Features ({}); + is new since {previous}", self.features.len())
            }
            None => format!("Features ({})", self.features.len()),
        })?;
        let mut table = Table::new([
            "",
            "EVC key",
            "feature",
            "place",
            "grade",
            "class",
            "HW version",
            "meaning",
        ])
        .optional([5, 3, 6]);
        for row in &self.features {
            table.row([
                if row.added && self.previous.is_some() { "+" } else { "" }.into(),
                row.key.into(),
                row.name.into(),
                row.place.as_str().into(),
                format!("{:?}", row.grade).to_lowercase().into(),
                format!("{:?}", row.class).to_lowercase().into(),
                row.hardware_version.to_string().into(),
                row.meaning.into(),
            ]);
        }
        text.table(&table)?;
        for (title, list) in [
            ("Dropped since the mode before", &self.drops),
            ("Had by some hosts and lost by others to updates", &self.patch_dependent),
            ("May belong to it; the spelling of the keys is a guess", &self.candidates),
        ] {
            if !list.is_empty() {
                text.heading(title)?;
                text.line(Tone::Plain, &list.join(" "))?;
            }
        }
        text.heading("Known from")?;
        self.sources.iter().try_for_each(|source| text.line(Tone::Dim, source))
    }
}
