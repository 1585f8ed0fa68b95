//! Whether filesystems are frozen, and how soon they are thawed.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use support::vm::{Builder, Guest};

use super::SOON;

/// The programs that look.
pub(super) fn install(builder: Builder) -> Builder {
    builder
        .file("/usr/bin/watch-frozen", 0o755, include_str!("watch.sh"))
        .file("/usr/bin/frozen", 0o755, include_str!("frozen.sh"))
        .file("/usr/bin/guard", 0o755, super::agent::GUARD)
}

/// All these are frozen, and thawed within [`SOON`] after the script.
pub(super) fn thawed_by(guest: &mut Guest, script: &str, places: &[&str]) -> Result<()> {
    let time = time_until_thawed(guest, script, places)?;
    eprintln!("thawed {} ms after: {script}", time.as_millis());
    ensure!(time <= SOON, "{} ms until thawed by {script}", time.as_millis());
    Ok(())
}

/// All these are frozen; the time from a script until all of them are thawed.
pub(super) fn time_until_thawed(
    guest: &mut Guest,
    script: &str,
    places: &[&str],
) -> Result<Duration> {
    let words = ["watch-frozen", "30", script].into_iter().chain(places.iter().copied());
    let output = guest.run(words)?.success().with_context(|| format!("after {script}"))?;
    Ok(Duration::from_millis(10 * output.text().parse::<u64>().context("no number")?))
}

/// Those of the places that are frozen.
pub(super) fn frozen(guest: &mut Guest, places: &[&str]) -> Result<Vec<String>> {
    let words = ["frozen"].into_iter().chain(places.iter().copied());
    Ok(guest.run(words)?.success()?.lines())
}

/// None of the places is frozen.
pub(super) fn none_frozen(guest: &mut Guest, places: &[&str]) -> Result<()> {
    let frozen = frozen(guest, places)?;
    ensure!(frozen.is_empty(), "frozen: {frozen:?}");
    Ok(())
}
