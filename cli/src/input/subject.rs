//! One CPU, and what an answer says about where its facts come from.

use std::io;

use introspect::cpuid::enumerate::enumerate_leaf;
use introspect::cpuid::{Capture, CpuDump, Cpuid, Format, LeafId, Registers, View, live};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Page, Text};

/// What every answer drawn from /proc/cpuinfo says.
const PARTIAL: &str = "partial: /proc/cpuinfo has the signature and the flags that the kernel shows, not CPUID itself; what Linux does not print is unknown";

/// One CPU of one machine.
pub(crate) struct Subject {
    name: String,
    facts: Facts,
}

enum Facts {
    /// Asked leaf by leaf, so that an answer costs no more than it needs.
    Live(Box<dyn Cpuid>),
    /// The first CPU of a capture.
    Captured(Capture),
}

impl Subject {
    /// The CPU this process runs on.
    pub(crate) fn this_cpu() -> Self {
        Self { name: "this machine".to_owned(), facts: Facts::Live(Box::new(live::this_cpu())) }
    }

    /// The first CPU of a capture.
    ///
    /// # Errors
    /// `Input` where the capture has neither registers nor flags.
    pub(crate) fn of(name: String, capture: Capture) -> Result<Self, Failure> {
        match View::of(&capture) {
            Some(_) => Ok(Self { name, facts: Facts::Captured(capture) }),
            None => Err(empty(&name)),
        }
    }

    /// The file, or this machine.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The questions that CPUID and /proc/cpuinfo both answer.
    pub(crate) fn view(&self) -> Result<View<'_>, Failure> {
        match &self.facts {
            Facts::Live(cpu) => Ok(View::Cpuid(cpu.as_ref())),
            Facts::Captured(capture) => View::of(capture).ok_or_else(|| empty(&self.name)),
        }
    }

    /// What the EVC verdict is about.
    pub(crate) fn evc(&self) -> Result<introspect::evc::Subject<'_>, Failure> {
        match &self.facts {
            Facts::Live(cpu) => Ok(introspect::evc::Subject::of_view(View::Cpuid(cpu.as_ref()))),
            Facts::Captured(capture) => {
                introspect::evc::Subject::of(capture).ok_or_else(|| empty(&self.name))
            }
        }
    }

    /// CPUID itself.
    ///
    /// # Errors
    /// `Input` for a /proc/cpuinfo, which does not have it.
    pub(crate) fn cpuid(&self) -> Result<&dyn Cpuid, Failure> {
        self.view()?.cpuid().ok_or_else(|| self.has_no_registers())
    }

    /// Every leaf there is.
    ///
    /// # Errors
    /// `Input` where there is none, or where the live CPU is asked leaf by leaf.
    pub(crate) fn dump(&self) -> Result<&CpuDump, Failure> {
        match &self.facts {
            Facts::Captured(capture) => capture.guest.first().filter(|cpu| !cpu.is_empty()),
            Facts::Live(_) => None,
        }
        .ok_or_else(|| self.has_no_registers())
    }

    /// One leaf with all its subleaves.
    ///
    /// # Errors
    /// `Input` where there are no leaves at all.
    pub(crate) fn leaf(&self, leaf: u32) -> Result<Vec<(LeafId, Registers)>, Failure> {
        if let Facts::Live(cpu) = &self.facts {
            let mut dump = CpuDump::default();
            enumerate_leaf(cpu.as_ref(), leaf, &mut dump);
            return Ok(dump.iter().collect());
        }
        Ok(self.dump()?.iter().filter(|(id, _)| id.leaf == leaf).collect())
    }

    /// What an answer says about its source.
    pub(crate) fn about(&self) -> About {
        match &self.facts {
            Facts::Live(_) => About {
                name: self.name.clone(),
                format: Some(Format::Live),
                partial: false,
                notes: Vec::new(),
            },
            Facts::Captured(capture) => About::new(self.name.clone(), capture),
        }
    }

    fn has_no_registers(&self) -> Failure {
        Failure::input(
            &self.name,
            "a /proc/cpuinfo has flags only, and this question is about CPUID registers; make a dump with `guestctl cpu dump` or `cpuid -r` on that machine",
        )
    }
}

fn empty(name: &str) -> Failure {
    Failure::input(name, "there is no CPU in it")
}

/// The `source` of every JSON answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct About {
    /// The file, or this machine.
    pub(crate) name: String,
    /// What kind of file it is.
    /// `None` for a captured tree that has no CPU in it.
    pub(crate) format: Option<Format>,
    /// True for /proc/cpuinfo, which knows flags only.
    pub(crate) partial: bool,
    /// What the reader noticed.
    pub(crate) notes: Vec<String>,
}

impl About {
    /// What is to be said about a capture.
    pub(crate) fn new(name: String, capture: &Capture) -> Self {
        let partial = capture.is_partial();
        Self { name, format: Some(capture.format), partial, notes: capture.notes.clone() }
    }

    /// What is to be said about a tree without /proc/cpuinfo: its other files must do.
    pub(crate) fn tree(name: String) -> Self {
        Self { name, format: None, partial: false, notes: Vec::new() }
    }

    /// The notes, in words.
    pub(crate) fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        self.warnings().try_for_each(|note| text.note(&note))
    }

    /// The notes, on a page.
    pub(crate) fn page(&self, page: &mut Page) {
        self.warnings().for_each(|note| page.note(&note));
    }

    fn warnings(&self) -> impl Iterator<Item = String> {
        let partial = self.partial.then_some(PARTIAL);
        partial
            .into_iter()
            .chain(self.notes.iter().map(String::as_str))
            .map(|note| format!("{}: {note}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use introspect::cpuid::{CpuInfo, Dump, Processor};

    #[test]
    fn cpuinfo_is_partial_and_has_no_registers() {
        let mut capture = Capture::of_dump(Format::Cpuinfo, Dump::default());
        capture.cpuinfo = Some(CpuInfo { processors: vec![Processor::default()] });
        let subject = Subject::of("x".to_owned(), capture).unwrap();
        assert!(subject.view().unwrap().is_partial());
        assert!(subject.about().partial);
        assert!(subject.cpuid().is_err());
    }

    #[test]
    fn a_capture_without_any_cpu_is_an_error() {
        let empty = Capture::of_dump(Format::Native, Dump::default());
        let failure = Subject::of("x".to_owned(), empty).err().unwrap();
        assert_eq!(failure.to_string(), "x: there is no CPU in it");
    }
}
