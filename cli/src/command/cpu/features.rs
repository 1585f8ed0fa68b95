//! `guestctl cpu features`: every named bit, and whether it is there.

use std::io;

use introspect::cpuid::{Feature, Register, View};
use serde::Serialize;

use super::state::State;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// List the named CPUID bits that are present
///
/// With a PATTERN the exit code is 1 when no such feature is present. A narrow terminal
/// does without the names of Linux and EVC; a pipe and -o json have them all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl cpu features               what the CPU has
  guestctl cpu features --all 'avx*'  all of AVX, there or not
  guestctl cpu features sse4_2 && ... for a script")]
pub(crate) struct Features {
    /// Part of a name, Linux flag or EVC key; with * or ? a glob for the whole of it
    pattern: Option<String>,
    /// Also list what is absent, unknown, or another vendor's
    #[arg(short, long)]
    all: bool,
}

impl Features {
    /// Lists the features of one CPU.
    pub(super) fn run(
        &self,
        source: &Source,
        cpu: Option<usize>,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let subject = source.subject(cpu)?;
        let list = List::of(subject.about(), &subject.view()?, self.pattern.as_deref(), self.all);
        screen.show(&list)?;
        let nothing = self.pattern.is_some() && list.count.present == 0;
        Ok(if nothing { ExitCode::No } else { ExitCode::Ok })
    }
}

/// The answer.
#[derive(Debug, Serialize)]
struct List {
    source: About,
    vendor: Option<String>,
    /// Of the features that match the pattern.
    count: Count,
    features: Vec<Row>,
    #[serde(skip)]
    all: bool,
}

#[derive(Debug, Default, Serialize)]
struct Count {
    present: usize,
    absent: usize,
    unknown: usize,
    other_vendor: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    state: State,
    leaf: String,
    subleaf: u32,
    register: Register,
    bit: u8,
    #[serde(skip)]
    place: String,
    linux: Option<&'static str>,
    evc: Option<&'static str>,
    meaning: &'static str,
}

impl List {
    fn of(source: About, view: &View<'_>, pattern: Option<&str>, all: bool) -> Self {
        let pattern = pattern.map(str::to_ascii_lowercase);
        let mut count = Count::default();
        let mut features = Vec::new();
        let vendor = view.vendor();
        for (feature, presence) in view.presences() {
            if !pattern.as_deref().is_none_or(|pattern| is_meant(&feature, pattern)) {
                continue;
            }
            let state = State::of(&feature, presence, vendor);
            count.add(state);
            if all || state == State::Present {
                features.push(Row::new(&feature, state));
            }
        }
        Self { source, vendor: view.vendor_id(), count, features, all }
    }
}

impl Answer for List {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let mut table = if self.all {
            Table::new(["feature", "state", "place", "Linux flag", "EVC key", "meaning"])
                .optional([3, 4])
        } else {
            Table::new(["feature", "place", "Linux flag", "EVC key", "meaning"]).optional([2, 3])
        };
        for row in &self.features {
            table.row(row.cells(self.all));
        }
        if !table.is_empty() {
            text.table(&table)?;
        }
        text.line(Tone::Dim, &self.count.sentence(self.all))?;
        self.source.text(text)
    }
}

impl Count {
    fn add(&mut self, state: State) {
        *match state {
            State::Present => &mut self.present,
            State::Absent => &mut self.absent,
            State::Unknown => &mut self.unknown,
            State::OtherVendor => &mut self.other_vendor,
        } += 1;
    }

    fn sentence(&self, all: bool) -> String {
        let total = self.present + self.absent + self.unknown + self.other_vendor;
        if total == 0 {
            return "no CPUID bit has such a name; `guestctl cpu features --all` lists all names"
                .to_owned();
        }
        let hint = if all || total == self.present { "" } else { "; --all lists them all" };
        format!(
            "{} present, {} absent, {} unknown, {} of another vendor{hint}",
            self.present, self.absent, self.unknown, self.other_vendor
        )
    }
}

impl Row {
    fn new(feature: &Feature, state: State) -> Self {
        let leaf = feature.leaf();
        Self {
            name: feature.name(),
            state,
            leaf: format!("{:#x}", leaf.leaf),
            subleaf: leaf.subleaf,
            register: feature.register(),
            bit: feature.bit(),
            place: feature.place(),
            linux: feature.linux(),
            evc: feature.evc(),
            meaning: feature.meaning(),
        }
    }

    fn cells(&self, with_state: bool) -> Vec<Cell> {
        let mut cells = vec![Cell::new(self.state.tone(), self.name)];
        if with_state {
            cells.push(Cell::new(self.state.tone(), self.state.word()));
        }
        cells.extend([
            Cell::new(Tone::Dim, &self.place),
            self.linux.unwrap_or("-").into(),
            self.evc.unwrap_or("-").into(),
            self.meaning.into(),
        ]);
        cells
    }
}

/// True when the pattern, in lower case, fits one of the feature's names.
fn is_meant(feature: &Feature, pattern: &str) -> bool {
    let is_glob = pattern.contains(['*', '?']);
    [Some(feature.name()), feature.linux(), feature.evc()].into_iter().flatten().any(|name| {
        let name = name.to_ascii_lowercase();
        if is_glob { glob(pattern.as_bytes(), name.as_bytes()) } else { name.contains(pattern) }
    })
}

/// `*` is any run of bytes, `?` one byte. Goes back to the last star only, so the time
/// is bounded by the product of the lengths.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, n));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((after, taken)) => {
                    star = Some((after, taken + 1));
                    p = after;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use introspect::cpuid::feature;

    #[test]
    fn globs_match_the_whole_name() {
        for (pattern, name, fits) in [
            ("avx*", "avx512f", true),
            ("avx*", "xavx", false),
            ("*512*", "avx512f", true),
            ("sse4_?", "sse4_1", true),
            ("sse4_?", "sse4_", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), name.as_bytes()), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn a_glob_of_many_stars_ends_soon() {
        let pattern = "*a".repeat(500) + "b";
        assert!(!glob(pattern.as_bytes(), "a".repeat(2000).as_bytes()));
    }

    #[test]
    fn a_feature_is_found_by_any_of_its_names() {
        let sse3 = feature::by_name("sse3").unwrap();
        for pattern in ["sse3", "pni", "cpuid.sse3", "cpuid.*", "s?e3"] {
            assert!(is_meant(&sse3, pattern), "{pattern}");
        }
        assert!(!is_meant(&sse3, "avx"));
    }
}
