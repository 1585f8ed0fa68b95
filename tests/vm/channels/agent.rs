//! The agent running in a guest, and what it costs there.

use anyhow::{Context, Result};
use support::bin;
use support::vm::{Builder, Guest};

/// Puts the agent into a guest to be.
pub(crate) fn install(builder: Builder) -> Result<Builder> {
    builder.binary("guestd", &bin::guestd()?)
}

/// The end of a configuration whose agent is to do nothing once it is at rest: the file of metrics
/// gets what has changed up to five seconds later.
pub(crate) const QUIET: &str = "[metrics]\nfile = \"\"\n";

/// The same with a configuration, for `guestd run`, and [`QUIET`].
pub(crate) fn install_with(builder: Builder, configuration: &str) -> Result<Builder> {
    let configuration = format!("{configuration}{QUIET}");
    Ok(install(builder)?.file("/etc/guestd/guestd.toml", 0o644, configuration))
}

/// The part of a configuration that makes a channel of another virtio port.
pub(crate) fn another_port(name: &str, port: &str) -> String {
    format!("[channel.{name}]\ntype = \"virtio-serial\"\npath = \"/dev/virtio-ports/{port}\"\n")
}

/// A running agent.
#[derive(Debug)]
pub(crate) struct Agent {
    pid: u32,
}

/// What an agent has used since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Ticks of its CPU time, of 10 ms.
    pub(crate) ticks: u64,
    /// How often it went to sleep, over all threads: each time, something woke it up.
    pub(crate) sleeps: u64,
}

impl Agent {
    /// Starts it with these words.
    pub(crate) fn start(guest: &mut Guest, words: &[&str]) -> Result<Self> {
        let words = words.join(" ");
        let script = format!("guestd {words} >>/run/agent.log 2>&1 </dev/null & echo $!");
        let pid = guest.shell(&script)?.success()?.text().parse()?;
        Ok(Self { pid })
    }

    pub(crate) fn log(guest: &mut Guest) -> Result<String> {
        Ok(guest.run(["cat", "/run/agent.log"])?.text())
    }

    /// Waits until it has ended by itself, and returns its log.
    pub(crate) fn end(self, guest: &mut Guest) -> Result<String> {
        let Self { pid } = self;
        let gone = format!(
            "for i in $(seq 200); do [ -d /proc/{pid} ] || exit 0; usleep 100000; done; exit 1"
        );
        guest.shell(&gone)?.success().context("the agent has not ended")?;
        Self::log(guest)
    }

    /// Waits until it sleeps for good, as after its start.
    ///
    /// The guest compares for itself: the agent's port shares its interrupt with the one
    /// that carries our commands, so every command may wake the agent up
    /// (drivers/virtio/virtio_pci_common.c, `vp_vring_interrupt`).
    pub(crate) fn settle(&self, guest: &mut Guest) -> Result<()> {
        let usage = self.usage();
        let script = format!(
            "usage() {{ {usage}; }}
             before=$(usage)
             for i in $(seq 100); do
                 usleep 300000
                 now=$(usage)
                 [ \"$now\" != \"$before\" ] || exit 0
                 before=$now
             done
             echo \"$now\"
             exit 1"
        );
        guest.shell(&script)?.success().context("the agent does not come to rest")?;
        Ok(())
    }

    /// What it uses while nothing happens for some seconds.
    pub(crate) fn idle(&self, guest: &mut Guest, seconds: u32) -> Result<Usage> {
        self.settle(guest)?;
        let usage = self.usage();
        let script = format!("usleep 300000; {usage}; echo; sleep {seconds}; {usage}");
        let text = guest.shell(&script)?.success()?.text();
        let (before, after) = text.split_once("\n\n").context("no usage")?;
        let (before, after) = (Usage::parse(before)?, Usage::parse(after)?);
        Ok(Usage { ticks: after.ticks - before.ticks, sleeps: after.sleeps - before.sleeps })
    }

    /// The part of a script that prints what [`Usage::parse`] reads.
    fn usage(&self) -> String {
        let Self { pid } = self;
        format!("cat /proc/{pid}/stat && cat /proc/{pid}/task/*/status")
    }
}

impl Usage {
    fn parse(text: &str) -> Result<Self> {
        let stat: Vec<&str> = text.rsplit_once(") ").context("no stat")?.1.split(' ').collect();
        // proc_pid_stat(5): utime and stime are fields 14 and 15; the state is the third.
        let ticks =
            |field: usize| -> Result<u64> { Ok(stat.get(field - 3).context("stat")?.parse()?) };
        let sleeps = text.lines().filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        let sleeps: Vec<u64> = sleeps.map(|n| n.trim().parse()).collect::<Result<_, _>>()?;
        Ok(Self { ticks: ticks(14)? + ticks(15)?, sleeps: sleeps.iter().sum() })
    }
}
