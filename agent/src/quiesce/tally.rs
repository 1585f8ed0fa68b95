//! What has become of the freezes since the agent started, as counters for Prometheus.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::guestd::quiesce::{Outcome, Record};
use tokio::sync::Notify;

/// Upper bounds of the windows, in milliseconds: from what an idle guest needs to the default
/// deadline.
const BOUNDS_MS: [u32; 10] = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000];

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: Mutex<Counts>,
    /// A run has ended.
    pub(crate) news: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Counts {
    succeeded: u64,
    failed: u64,
    auto_thawed: u64,
    aborted: u64,
    hooks_failed: u64,
    /// Windows of each size; the last ones are longer than any bound.
    windows: [u64; BOUNDS_MS.len() + 1],
    windows_us: u64,
}

impl Tally {
    /// Counts a run that has ended.
    pub(super) fn count(&self, record: &Record) {
        let mut counts = self.counts();
        match record.outcome {
            Outcome::Succeeded => counts.succeeded += 1,
            Outcome::AutoThawed => counts.auto_thawed += 1,
            Outcome::Aborted => counts.aborted += 1,
            Outcome::Failed | Outcome::Running => counts.failed += 1,
        }
        let failed = record.hooks.iter().filter(|hook| !hook.ok).count();
        counts.hooks_failed += u64::try_from(failed).unwrap_or_default();
        if let Some(window) = record.window_us {
            let longer = |bound: &&u32| window > u64::from(**bound) * 1000;
            let bucket = BOUNDS_MS.iter().take_while(longer).count();
            if let Some(count) = counts.windows.get_mut(bucket) {
                *count += 1;
            }
            counts.windows_us = counts.windows_us.saturating_add(window);
        }
        drop(counts);
        self.news.notify_one();
    }

    /// Their lines.
    pub(crate) fn write(&self, out: &mut String) {
        let counts = self.counts();
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a String does not fail.
            let _ = writeln!(out, "{text}");
        };
        line(format_args!("# TYPE guestd_freezes_total counter"));
        for (result, count) in [
            ("succeeded", counts.succeeded),
            ("failed", counts.failed),
            ("auto-thawed", counts.auto_thawed),
            ("aborted", counts.aborted),
        ] {
            line(format_args!("guestd_freezes_total{{result=\"{result}\"}} {count}"));
        }
        line(format_args!("# TYPE guestd_hooks_failed_total counter"));
        line(format_args!("guestd_hooks_failed_total {}", counts.hooks_failed));
        line(format_args!("# TYPE guestd_freeze_window_seconds histogram"));
        let mut sum = 0;
        for (bound, count) in BOUNDS_MS.iter().zip(counts.windows) {
            sum += count;
            let bound = f64::from(*bound) / 1000.0;
            line(format_args!("guestd_freeze_window_seconds_bucket{{le=\"{bound}\"}} {sum}"));
        }
        let all: u64 = counts.windows.iter().sum();
        line(format_args!("guestd_freeze_window_seconds_bucket{{le=\"+Inf\"}} {all}"));
        let (seconds, rest) = (counts.windows_us / 1_000_000, counts.windows_us % 1_000_000);
        line(format_args!("guestd_freeze_window_seconds_sum {seconds}.{rest:06}"));
        line(format_args!("guestd_freeze_window_seconds_count {all}"));
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiesce::record::Began;
    use crate::quiesce::run::Run;

    #[test]
    fn runs_are_counted_by_their_end_and_windows_by_their_length() {
        let tally = Tally::default();
        for (outcome, window_us) in [
            (Outcome::Succeeded, Some(10_000)),
            (Outcome::Succeeded, Some(10_001)),
            (Outcome::AutoThawed, Some(300_000_001)),
            (Outcome::Failed, None),
        ] {
            let mut record = Run::new(Began::now(), "test", None).record;
            (record.outcome, record.window_us) = (outcome, window_us);
            tally.count(&record);
        }
        let mut text = String::new();
        tally.write(&mut text);
        for line in [
            "guestd_freezes_total{result=\"succeeded\"} 2",
            "guestd_freezes_total{result=\"failed\"} 1",
            "guestd_freezes_total{result=\"auto-thawed\"} 1",
            "guestd_hooks_failed_total 0",
            "guestd_freeze_window_seconds_bucket{le=\"0.01\"} 1",
            "guestd_freeze_window_seconds_bucket{le=\"0.03\"} 2",
            "guestd_freeze_window_seconds_bucket{le=\"300\"} 2",
            "guestd_freeze_window_seconds_bucket{le=\"+Inf\"} 3",
            "guestd_freeze_window_seconds_sum 300.020002",
            "guestd_freeze_window_seconds_count 3",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}
