//! The clock of freezing: one that agent and guard share, and that never jumps.

use nix::time::{ClockId, clock_gettime};

/// Nanoseconds of `CLOCK_MONOTONIC` (clock_gettime(2)).
pub(super) fn now() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC);
    // The clock of a running machine can be read; nothing could be measured without.
    now.map_or(0, |now| {
        let seconds = u64::try_from(now.tv_sec()).unwrap_or(0);
        seconds * 1_000_000_000 + u64::try_from(now.tv_nsec()).unwrap_or(0)
    })
}
