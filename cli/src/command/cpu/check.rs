//! `guestctl cpu check`: do all CPUs agree, and do CPUID and the kernel?

use std::io;

use introspect::report::{Consistency, CpuDifference, FlagDifference, consistency};
use serde::Serialize;

use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::{About, Source};
use crate::output::{Answer, Cell, Screen, Table, Text, Tone, count};

/// Compare the CPUs of a machine with each other, and CPUID with the kernel's flags
///
/// Every difference comes with its reason. The exit code is 1 where one has none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl cpu check                  this machine
  guestctl cpu check --from dump.txt  all CPUs of a dump")]
pub(crate) struct Check {}

impl Check {
    /// Compares all CPUs; one alone would have nothing to compare with.
    pub(super) fn run(
        &self,
        source: &Source,
        cpu: Option<usize>,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        if cpu.is_some() {
            let reason = "cpu check compares all CPUs of a machine; leave --cpu away";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let capture = source.capture(None)?;
        let root = source.has_files().then(|| source.root());
        let answer = Checked {
            source: About::new(source.name(), &capture),
            cpus: capture.guest.cpus.len(),
            consistency: consistency(&capture, root.as_ref()),
        };
        screen.show(&answer)?;
        Ok(if answer.is_explained() { ExitCode::Ok } else { ExitCode::No })
    }
}

#[derive(Debug, Serialize)]
struct Checked {
    source: About,
    cpus: usize,
    #[serde(flatten)]
    consistency: Consistency,
}

impl Checked {
    fn is_explained(&self) -> bool {
        let flags = self.consistency.against_kernel.as_deref().unwrap_or_default();
        self.consistency.between_cpus.iter().all(|difference| difference.reason != "unexplained")
            && flags.iter().all(FlagDifference::is_explained)
    }
}

impl Answer for Checked {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let between = &self.consistency.between_cpus;
        match (self.cpus, between.is_empty()) {
            (0, _) => text.line(Tone::Warn, "There is no CPUID here to compare the CPUs by")?,
            (1, _) => text.line(Tone::Plain, "One CPU, with no other to compare it with")?,
            (n, true) => text.line(Tone::Good, &format!("All {n} CPUs are the same"))?,
            (n, false) => {
                text.heading(&format!(
                    "The {n} CPUs differ in {}",
                    count(between.len(), "register")
                ))?;
                text.table(&registers(between))?;
            }
        }
        match self.consistency.against_kernel.as_deref() {
            None => text.line(Tone::Dim, "CPUID and /proc/cpuinfo are not both here to compare")?,
            Some([]) => text.line(Tone::Good, "CPUID and the kernel's flags agree")?,
            Some(flags) => {
                let flags_differ = count(flags.len(), "flag");
                text.heading(&format!("CPUID and the kernel differ in {flags_differ}"))?;
                text.table(&kernel(flags))?;
            }
        }
        self.source.text(text)
    }
}

fn registers(list: &[CpuDifference]) -> Table {
    let mut table = Table::new(["register", "reason", "values", "features"]);
    for one in list {
        let value = |value: &Option<String>| value.clone().unwrap_or("absent".to_owned());
        let values: Vec<String> =
            one.values.iter().map(|(v, cpus)| format!("{} on {cpus}", value(v))).collect();
        table.row([
            format!("{}.{}", one.leaf, one.register).into(),
            one.reason.into(),
            values.join(", ").into(),
            one.features.join(" ").into(),
        ]);
    }
    table
}

fn kernel(list: &[FlagDifference]) -> Table {
    let mut table = Table::new(["flag", "only in", "why"]);
    for one in list {
        let tone = if one.is_explained() { Tone::Dim } else { Tone::Warn };
        table.row([one.flag.as_str().into(), one.only.into(), Cell::new(tone, &one.explanation)]);
    }
    table
}
