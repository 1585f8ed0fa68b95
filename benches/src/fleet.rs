//! A fleet of 100,000 reports through `guestctl evc fleet -`.

use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::measure::Program;
use crate::peak;
use crate::table::mebibytes;

const REPORTS: usize = 100_000;

/// The captured guests that the fleet consists of, besides this machine.
const CAPTURED: [&str; 2] =
    ["cpuinfo/kabylake-no-evc.cpuinfo", "cpuinfo/kabylake-evc-haswell.cpuinfo"];

/// The paragraph about throughput and memory.
///
/// # Errors
/// guestctl makes no report or does not read them.
pub(crate) fn table(guestctl: &Path) -> Result<String> {
    let guestctl = guestctl.to_string_lossy();
    let reports = reports(&guestctl)?;
    let fleet = Program::new(&guestctl, &["evc", "fleet", "-"]);
    let mut helper = peak::helper(&fleet)?;
    let start = Instant::now();
    let mut child = helper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take().context("no pipe to the fleet")?;
    let bytes = write(&reports, BufWriter::with_capacity(1 << 20, stdin))?;
    let mut answer = Vec::new();
    child.stdout.take().context("no pipe from the fleet")?.read_to_end(&mut answer)?;
    let wall = start.elapsed();
    if !child.wait()?.success() {
        bail!("`{}` failed", fleet.shown());
    }
    let usage = peak::parse(&answer)?;
    let megabytes = bytes as f64 / 1e6;
    Ok(format!(
        "`guestctl evc fleet -` read {REPORTS} reports, {megabytes:.0} MB of NDJSON, in {:.2} s: \
         {:.0} MB/s ({:.0} MB for each second of processor time), largest resident set {} MiB.\n",
        wall.as_secs_f64(),
        megabytes / wall.as_secs_f64(),
        megabytes / usage.processor.as_secs_f64(),
        mebibytes(usage.kibibytes),
    ))
}

/// Reports of different machines, one line each.
fn reports(guestctl: &str) -> Result<Vec<String>> {
    let mut reports = vec![line(&Program::new(guestctl, &["report"]))?];
    for dump in CAPTURED {
        let dump = support::fixture(dump);
        let dump = dump.to_string_lossy();
        reports.push(line(&Program::new(guestctl, &["report", "--from", &dump]))?);
    }
    Ok(reports)
}

fn line(report: &Program) -> Result<String> {
    let value: Value = serde_json::from_str(&report.answer()?)
        .with_context(|| format!("`{}` prints no JSON", report.shown()))?;
    Ok(format!("{value}\n"))
}

/// Writes the reports in turns and returns the number of bytes.
fn write(reports: &[String], mut out: impl Write) -> Result<usize> {
    let mut bytes = 0;
    for report in reports.iter().cycle().take(REPORTS) {
        match out.write_all(report.as_bytes()) {
            Ok(()) => bytes += report.len(),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                bail!("the fleet stopped reading after {bytes} bytes")
            }
            Err(error) => return Err(error.into()),
        }
    }
    out.flush()?;
    Ok(bytes)
}
