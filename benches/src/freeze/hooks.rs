//! What hooks add to a freeze: those that do nothing, and those that wait, alone and side by
//! side.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use support::vm::Guest;

use super::host::Host;
use super::{median, step_microseconds};
use crate::table::{Table, milliseconds};

/// Rounds of each kind, in turns; odd, so that the median is one of them.
const ROUNDS: usize = 5;
/// How often the shell starts a hook, to tell what starting one costs.
const BARE: u32 = 20;

/// Hooks of one number.
#[derive(Debug, Clone, Copy)]
struct Kind {
    count: usize,
    what: &'static str,
    body: &'static str,
}

const NOTHING: &str = "exit 0";
const SLEEP: &str = "[ $1 != freeze ] || usleep 200000";

const KINDS: [Kind; 5] = [
    Kind { count: 0, what: "no hook", body: "" },
    Kind { count: 1, what: "that does nothing", body: NOTHING },
    Kind { count: 4, what: "that do nothing", body: NOTHING },
    Kind { count: 1, what: "that sleeps 200 ms", body: SLEEP },
    Kind { count: 4, what: "that sleep 200 ms", body: SLEEP },
];

impl Kind {
    fn shown(self) -> String {
        if self.count == 0 { self.what.to_owned() } else { format!("{} {}", self.count, self.what) }
    }

    /// A script that has these and no others in the directory.
    fn script(self) -> String {
        let Self { count, body, .. } = self;
        format!(
            "rm -rf /run/guestd/hooks.d; mkdir -p /run/guestd/hooks.d; cd /run/guestd/hooks.d
             for n in $(seq {count}); do
                 printf '#!/bin/sh\\n%s\\n' '{body}' >50-$n; chmod 755 50-$n
             done"
        )
    }
}

/// The table, of the agent that this host asks.
///
/// # Errors
/// A freeze or a thaw fails.
pub(super) fn table(guest: &mut Guest, host: &mut Host) -> Result<String> {
    guest.shell("mount -t ext4 /dev/vda /f/1")?.success()?;
    let mut times = [const { (Vec::new(), Vec::new()) }; KINDS.len()];
    for round in 1..=ROUNDS {
        eprintln!("freezing: hooks, round {round} of {ROUNDS}");
        for (kind, times) in KINDS.iter().zip(&mut times) {
            guest.shell(&kind.script())?.success()?;
            let start = Instant::now();
            host.call("guest-fsfreeze-freeze")?;
            times.0.push(start.elapsed());
            host.call("guest-fsfreeze-thaw")?;
            let record = host.call("guestd-quiesce-record")?;
            times.1.push(Duration::from_micros(step_microseconds(&record, "hooks")));
        }
    }
    let bare = milliseconds(bare(guest)?);
    guest.shell("rm -r /run/guestd/hooks.d; umount /f/1")?.success()?;

    let mut table = Table::new(&["hooks", "frozen after", "more", "their step", "more"]);
    let mut without = None;
    for (kind, (frozen, step)) in KINDS.iter().zip(times) {
        let (frozen, step) = (median(frozen), median(step));
        let (least, least_step) = *without.get_or_insert((frozen, step));
        table.row(vec![
            kind.shown(),
            milliseconds(frozen),
            milliseconds(frozen.saturating_sub(least)),
            milliseconds(step),
            milliseconds(step.saturating_sub(least_step)),
        ]);
    }
    Ok(format!(
        "{table}\nMilliseconds, medians of {ROUNDS} freezes of one idle ext4, shell scripts of one number. More: than \
         without. The guest's shell takes {bare} ms to run the script that does nothing.\n"
    ))
}

/// What the shell of the guest takes to run a script that does nothing. It counts hundredths
/// of a second, so it does it several times.
fn bare(guest: &mut Guest) -> Result<Duration> {
    let script = format!(
        "printf '#!/bin/sh\\n{NOTHING}\\n' >/run/bare; chmod 755 /run/bare
         now() {{ read -r up rest </proc/uptime; echo ${{up%.*}}${{up#*.}}; }}
         start=$(now); for n in $(seq {BARE}); do /run/bare freeze; done; echo $(($(now) - start))"
    );
    let output = guest.shell(&script)?.success()?.text();
    let hundredths: u64 = output.trim().parse().with_context(|| format!("bare: '{output}'"))?;
    Ok(Duration::from_millis(10 * hundredths) / BARE)
}
