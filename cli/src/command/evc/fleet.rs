//! `guestctl evc fleet`: what many machines share.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use introspect::cpuid::{ImportError, format};
use introspect::evc::fleet::stream::add_ndjson;
use introspect::evc::fleet::{Fleet as Sum, Lack, Machine, Report, VendorReport};
use serde::Serialize;
use serde::de::IgnoredAny;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Table, Text, Tone, count};

use super::groups;

/// Above this a first line is no longer looked at as a whole JSON document.
const FIRST_LINE: u64 = 16 << 20;
/// Rows of what only some machines have; all of it is in the JSON.
const MIXED_ROWS: usize = 40;

/// Find the highest mode that all machines share, and who holds it back
///
/// Each file is a report, a dump of any format, or NDJSON with one report or dump a line;
/// without a file, NDJSON is read from standard input. Memory does not grow with the
/// number of machines.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl evc fleet a.json b.cpuinfo c.vmware.log   one machine a file
  guestctl evc fleet fleet.ndjson                    one machine a line
  for host in a b c; do ssh $host guestctl report --line; done | guestctl evc fleet")]
pub(super) struct Fleet {
    /// Reports, dumps or NDJSON; - is standard input
    files: Vec<PathBuf>,
}

impl Fleet {
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("evc fleet takes its files as arguments")?;
        let mut sum = Sum::default();
        if self.files.is_empty() {
            add(&mut sum, Path::new("-"))?;
        }
        self.files.iter().try_for_each(|file| add(&mut sum, file))?;
        let report = sum.report();
        if report.machines == 0 {
            return Err(Failure::input(
                "evc fleet",
                "no machine in the input; give reports (`guestctl report --line`) or dumps",
            ));
        }
        let found = report.mode.is_some();
        screen.show(&Shared { report })?;
        Ok(if found { ExitCode::Ok } else { ExitCode::No })
    }
}

fn add(sum: &mut Sum, path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") {
        let name = "standard input";
        return add_stream(sum, name, io::stdin().lock())
            .map_err(|error| Failure::input(name, error));
    }
    let name = path.display().to_string();
    let file =
        File::open(path).map_err(|error| Failure::input(&name, format!("cannot open: {error}")))?;
    // A large buffer, because a fleet is a large file.
    let reader = BufReader::with_capacity(256 << 10, file);
    add_stream(sum, &name, reader).map_err(|error| Failure::input(&name, error))
}

/// One machine, or one a line when the first line is a whole JSON document.
fn add_stream(sum: &mut Sum, name: &str, mut input: impl BufRead) -> Result<(), ImportError> {
    let mut first = Vec::new();
    if input.fill_buf()?.first() == Some(&b'{') {
        (&mut input).take(FIRST_LINE).read_until(b'\n', &mut first)?;
    }
    let is_document = serde_json::from_slice::<IgnoredAny>(&first).is_ok();
    let input = Cursor::new(first).chain(input);
    if is_document {
        add_ndjson(sum, name, input)?;
        return Ok(());
    }
    let capture = format::import(input)?;
    if let Some(machine) = Machine::of(name, &capture) {
        sum.add(&machine);
    }
    Ok(())
}

#[derive(Debug, Serialize)]
struct Shared {
    #[serde(flatten)]
    report: Report,
}

impl Answer for Shared {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let report = &self.report;
        let machines = count(report.machines, "machine");
        match report.mode {
            Some(mode) => text
                .line(Tone::Good, &format!("{mode}: the highest EVC mode that {machines} share"))?,
            None if report.vendors.len() > 1 => text.line(
                Tone::Bad,
                "no mode: the fleet has CPUs of several vendors, and no EVC mode spans them",
            )?,
            None if report.vendors.iter().all(is_silent) => text.line(
                Tone::Warn,
                &format!("no mode can be told: the captures of {machines} do not say enough"),
            )?,
            None => text.line(
                Tone::Bad,
                &format!("no mode: not even the oldest is shared by {machines}"),
            )?,
        }
        report.vendors.iter().try_for_each(|vendor| one_vendor(text, vendor))
    }
}

/// True where no mode fits, and not because a machine is known to lack the oldest one's features.
fn is_silent(vendor: &VendorReport) -> bool {
    vendor.mode.is_none() && vendor.held_back.first().is_some_and(|oldest| oldest.by.is_empty())
}

fn one_vendor(text: &mut Text<'_>, vendor: &VendorReport) -> io::Result<()> {
    text.heading(&format!(
        "{}: {}, {}",
        vendor.vendor,
        count(vendor.machines, "machine"),
        vendor.mode.unwrap_or("no mode")
    ))?;
    let signatures: Vec<String> =
        vendor.signatures.iter().map(|(eax, n)| format!("{eax} x {n}")).collect();
    let mut table = Table::headless();
    table.row(["signatures".into(), signatures.join("  ").into()]);
    table.row([format!("shared ({})", vendor.shared.len()).into(), vendor.shared.join(" ").into()]);
    text.table(&table)?;
    if vendor.partial > 0 {
        text.note(&format!(
            "{} of them are known by /proc/cpuinfo only; features without a flag count as unknown",
            vendor.partial
        ))?;
    }
    if let Some(mode) = vendor.mode.filter(|_| !vendor.unknown.is_empty()) {
        text.note(&format!(
            "not every capture tells of these features of {mode}: {}",
            vendor.unknown.join(" ")
        ))?;
    }
    let next = vendor.held_back.iter().find(|held| !held.by.is_empty());
    if let Some(held) = next {
        text.heading(&format!("Held back from {} by", held.mode))?;
        text.table(&lacks(&held.by))?;
    }
    let above: Vec<_> = vendor
        .held_back
        .iter()
        .map(|held| held.mode)
        .filter(|mode| Some(*mode) != next.map(|n| n.mode))
        .collect();
    if !above.is_empty() {
        text.line(Tone::Dim, &format!("and above: {} (all of them in -o json)", above.join(" ")))?;
    }
    if !vendor.mixed.is_empty() {
        text.heading(&format!("Some machines have it, others do not ({})", vendor.mixed.len()))?;
        let groups = groups(&vendor.mixed, |lack| (lack.machines, lack.examples.as_slice()));
        let mut table = Table::new(["machines without", "such as", "features"]);
        for ((machines, examples), members) in groups.iter().take(MIXED_ROWS) {
            let names: Vec<_> = members.iter().map(|lack| lack.name).collect();
            table.row([
                machines.to_string().into(),
                examples.join(" ").into(),
                names.join(" ").into(),
            ]);
        }
        text.table(&table)?;
        if groups.len() > MIXED_ROWS {
            text.line(Tone::Dim, "and more, in -o json")?;
        }
    }
    Ok(())
}

fn lacks(list: &[Lack]) -> Table {
    let mut table = Table::new(["feature", "EVC key", "machines without", "such as"]).optional([1]);
    for lack in list {
        table.row([
            lack.name.into(),
            lack.key.unwrap_or("-").into(),
            lack.machines.to_string().into(),
            lack.examples.join(" ").into(),
        ]);
    }
    table
}
