//! Freezing: guestd beside qemu-ga in one guest, on the same disks, under the same load; and
//! what hooks add to it.

mod guest;
mod hooks;
mod host;

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use support::packages;

use crate::table::{Table, milliseconds};
use guest::{Load, MOST, Times};
use host::Host;

/// Rounds of each agent, in turns; odd, so that the median is one of them.
const ROUNDS: usize = 3;
/// A machine that has taken so long gets one round of what is left, and the table says so.
const BUDGET: Duration = Duration::from_secs(210);

/// The tables.
///
/// # Errors
/// The guest does not boot, or an agent does not freeze.
pub(crate) fn table() -> Result<String> {
    if let Some(missing) = packages::missing(&["qemu-ga", "qemu-system-x86_64", "mke2fs"]) {
        return Ok(format!("Left out: freezing, {missing}\n"));
    }
    eprintln!("freezing: a guest with {MOST} disks boots");
    let mut guest = guest::boot()?;
    let mut ours = Host::connect(&guest, guest::OURS)?;
    let mut theirs = Host::connect(&guest, guest::THEIRS)?;
    let mut table = Table::new(&[
        "load",
        "frozen after, guestd",
        "qemu-ga",
        "window, guestd",
        "qemu-ga",
        "ratio",
        "thawed after, guestd",
        "qemu-ga",
    ]);
    let mut overhead = Vec::new();
    let begin = Instant::now();
    for load in loads() {
        let mut times = (Vec::new(), Vec::new());
        let rounds = if begin.elapsed() < BUDGET { ROUNDS } else { 1 };
        for round in 1..=rounds {
            eprintln!("freezing: {load}, round {round} of {rounds}");
            times.0.push(guest::once(&mut guest, &mut ours, load)?);
            let record = ours.call("guestd-quiesce-record")?;
            if load.is_idle() {
                overhead.push(engine_microseconds(&record));
            }
            times.1.push(guest::once(&mut guest, &mut theirs, load)?);
        }
        let (a, b) = (medians(&times.0), medians(&times.1));
        let ratio = a.window.as_secs_f64() / b.window.as_secs_f64();
        table.row(vec![
            if rounds == ROUNDS { load.to_string() } else { format!("{load}, one round") },
            milliseconds(a.frozen),
            milliseconds(b.frozen),
            milliseconds(a.window),
            milliseconds(b.window),
            format!("{ratio:.2}"),
            milliseconds(a.thawed),
            milliseconds(b.thawed),
        ]);
    }
    let overhead = milliseconds(Duration::from_micros(median(overhead)));
    let hooks = hooks::table(&mut guest, &mut ours)?;
    Ok(format!(
        "{table}\nMilliseconds, medians of {ROUNDS} rounds of each agent in turns, in a guest without KVM. The \
         window is the longest write of a program on the filesystem that is frozen first. Of its idle \
         windows guestd spends {overhead} ms (median) outside the kernel's own freezes and thaws.\n\n{hooks}"
    ))
}

fn loads() -> Vec<Load> {
    let mut loads = Vec::new();
    for (dirty, saturating) in [(0, false), (512, false), (512, true)] {
        for filesystems in [1, 4, MOST] {
            loads.push(Load { filesystems, dirty, saturating });
        }
    }
    loads
}

fn medians(times: &[Times]) -> Times {
    let of = |pick: fn(&Times) -> Duration| median(times.iter().map(pick).collect());
    Times {
        frozen: of(|times| times.frozen),
        window: of(|times| times.window),
        thawed: of(|times| times.thawed),
    }
}

/// The middle one, or nothing of nothing.
fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Microseconds of the window in which neither the kernel froze or thawed anything, nor the
/// host was on its way from the one to the other.
fn engine_microseconds(record: &Value) -> u64 {
    let filesystems = record["filesystems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let calls = filesystems.iter().flat_map(|one| {
        [("freeze-start-us", "freeze-us"), ("thaw-start-us", "thaw-us")].map(|(start, took)| {
            let start = one[start].as_u64().unwrap_or(0);
            (start, start + one[took].as_u64().unwrap_or(0))
        })
    });
    let elsewhere = covered(calls.collect()) + step_microseconds(record, "frozen");
    record["window-us"].as_u64().unwrap_or(0).saturating_sub(elsewhere)
}

/// How much of the time is in at least one of these spans, which may overlap.
fn covered(mut spans: Vec<(u64, u64)>) -> u64 {
    spans.sort_unstable();
    let mut until = 0;
    let mut sum = 0;
    for (start, end) in spans {
        sum += end.saturating_sub(start.max(until));
        until = until.max(end);
    }
    sum
}

/// How long one step of a run took.
fn step_microseconds(record: &Value, name: &str) -> u64 {
    let steps = record["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let step = steps.iter().find(|step| step["name"] == name);
    step.and_then(|step| step["duration-us"].as_u64()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_side_by_side_count_once() {
        assert_eq!(covered(vec![(20, 30), (0, 10), (5, 12), (6, 7)]), 22);
        assert_eq!(covered(Vec::new()), 0);
    }
}
