//! The agent running in a guest, and what it costs there.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::bin;
use support::vm::{Builder, Guest};

/// Puts the agent into a guest to be.
pub(super) fn install(builder: Builder) -> Result<Builder> {
    builder.binary("guestd", &bin::example("guestd", "serve")?)
}

/// A running agent.
#[derive(Debug)]
pub(super) struct Agent {
    pid: u32,
}

/// What an agent has used since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// Ticks of its CPU time, of 10 ms.
    pub(super) ticks: u64,
    /// How often it went to sleep, over all threads: each time, something woke it up.
    pub(super) sleeps: u64,
}

impl Agent {
    /// Starts it with these channels.
    pub(super) fn start(guest: &mut Guest, channels: &[&str]) -> Result<Self> {
        let words = channels.join(" ");
        let script = format!("guestd {words} >>/run/agent.log 2>&1 </dev/null & echo $!");
        let pid = guest.shell(&script)?.success()?.text().parse()?;
        Ok(Self { pid })
    }

    pub(super) fn log(guest: &mut Guest) -> Result<String> {
        Ok(guest.run(["cat", "/run/agent.log"])?.text())
    }

    pub(super) fn usage(&self, guest: &mut Guest) -> Result<Usage> {
        let Self { pid } = self;
        let script = format!("cat /proc/{pid}/stat; cat /proc/{pid}/task/*/status");
        let text = guest.shell(&script)?.success().context("the agent has ended")?.text();
        let stat: Vec<&str> = text.rsplit_once(") ").context("no stat")?.1.split(' ').collect();
        // proc_pid_stat(5): utime and stime are fields 14 and 15; the state is the third.
        let ticks =
            |field: usize| -> Result<u64> { Ok(stat.get(field - 3).context("stat")?.parse()?) };
        let sleeps = text.lines().filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        let sleeps: Vec<u64> = sleeps.map(|n| n.trim().parse()).collect::<Result<_, _>>()?;
        Ok(Usage { ticks: ticks(14)? + ticks(15)?, sleeps: sleeps.iter().sum() })
    }

    /// Waits until it sleeps for good, as after its start.
    pub(super) fn settle(&self, guest: &mut Guest) -> Result<Usage> {
        let end = Instant::now() + Duration::from_secs(30);
        let mut before = self.usage(guest)?;
        loop {
            thread::sleep(Duration::from_millis(500));
            let now = self.usage(guest)?;
            if now == before {
                return Ok(now);
            }
            ensure!(Instant::now() < end, "the agent does not come to rest: {now:?}");
            before = now;
        }
    }

    /// What it used while nothing happened for this long.
    pub(super) fn idle(&self, guest: &mut Guest, time: Duration) -> Result<Usage> {
        let before = self.settle(guest)?;
        thread::sleep(time);
        let after = self.usage(guest)?;
        Ok(Usage { ticks: after.ticks - before.ticks, sleeps: after.sleeps - before.sleeps })
    }
}
