//! The guest that is frozen, and one freeze and thaw of it under load.

use std::fmt::{self, Display};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::bin;
use support::vm::Guest;

use super::host::Host;

/// Filesystems in the guest.
pub(super) const MOST: usize = 16;
/// Longer than any freeze here.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);
/// The ports of the two agents.
pub(super) const OURS: &str = "org.guestd.bench.0";
pub(super) const THEIRS: &str = "org.qemu.guest_agent.0";

/// What goes on in the guest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) filesystems: usize,
    /// MiB that are dirty, over all filesystems.
    pub(super) dirty: usize,
    /// A writer as fast as it goes; else one of little writes, a thousand a second at most.
    pub(super) saturating: bool,
}

impl Load {
    pub(super) const fn is_idle(self) -> bool {
        self.dirty == 0 && !self.saturating
    }

    /// Bytes of one write, and microseconds between two.
    const fn writer(self) -> (u32, u32) {
        if self.saturating { (1 << 20, 0) } else { (4096, 1000) }
    }
}

impl Display for Load {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ext4, ", self.filesystems)?;
        match self.dirty {
            0 => out.write_str("idle")?,
            dirty => write!(out, "{dirty} MiB dirty")?,
        }
        write!(out, ", {} writer", if self.saturating { "saturating" } else { "light" })
    }
}

/// What one freeze and thaw took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    /// From the request to the answer that all is frozen.
    pub(super) frozen: Duration,
    /// The longest write of an application on the filesystem that is frozen first.
    pub(super) window: Duration,
    /// From the request to thaw to its answer.
    pub(super) thawed: Duration,
}

/// Boots it with both agents.
///
/// # Errors
/// It does not boot.
pub(super) fn boot() -> Result<Guest> {
    let mut builder = Guest::builder()?.cpus(2).memory(2048).port(OURS).port(THEIRS);
    for number in 1..=MOST {
        // The first alone takes all that is dirty. ext4 writes out early where less than twice
        // of that is free.
        let size = if number == 1 { 2048 } else { 768 };
        builder = builder.ext4(&format!("disk{number}"), size << 20);
    }
    let port = format!("[channel.virtio-serial]\npath = \"/dev/virtio-ports/{OURS}\"\n");
    let builder = builder
        .program("qemu-ga")?
        .binary("guestd", &bin::guestd()?)?
        .binary("stall", &bin::example("guestd-bench", "stall")?)?
        .file("/etc/guestd/guestd.toml", 0o600, port.as_str());
    let mut guest = builder.boot()?;
    // Dirty data stays dirty until somebody writes it out. An interval of 0 would not do: the
    // kernel then looks for something to write whenever a file becomes dirty.
    let script = format!(
        "cd /proc/sys/vm && echo $((1200 << 20)) >dirty_bytes
         echo $((1100 << 20)) >dirty_background_bytes && echo 360000 >dirty_writeback_centisecs
         mkdir -p /run/theirs
         guestd run >/run/ours.log 2>&1 </dev/null &
         qemu-ga -p /dev/virtio-ports/{THEIRS} -t /run/theirs -f /run/theirs/pid >/dev/null 2>&1 </dev/null &"
    );
    guest.shell(&script)?.success()?;
    Ok(guest)
}

/// One freeze and thaw under load.
///
/// # Errors
/// The load cannot be made, or the agent does not do it.
pub(super) fn once(guest: &mut Guest, host: &mut Host, load: Load) -> Result<Times> {
    prepare(guest, load)?;
    let start = Instant::now();
    host.call("guest-fsfreeze-freeze")?;
    let frozen = start.elapsed();
    let start = Instant::now();
    host.call("guest-fsfreeze-thaw")?;
    let thawed = start.elapsed();
    let finish =
        "touch /run/stop; while pidof stall >/dev/null; do usleep 10000; done; cat /run/stall
        for place in /f/*; do umount $place 2>/dev/null; done; true";
    let longest = guest.command(["sh", "-c", finish]).timeout(PATIENCE).run()?.success()?.text();
    let longest = longest.parse().with_context(|| format!("the writer says '{longest}'"))?;
    Ok(Times { frozen, window: Duration::from_micros(longest), thawed })
}

/// Mounts the filesystems, fills them with dirty data, and starts the writer on the last,
/// which is frozen first.
fn prepare(guest: &mut Guest, load: Load) -> Result<()> {
    let Load { filesystems, dirty, .. } = load;
    let (bytes, pause) = load.writer();
    // virtio disks are named in their order: vda, vdb, ... A file that is truncated and written
    // again is written out by ext4 when it is closed, so there is a new one each time. Two
    // side by side, because there are two CPUs.
    let script = format!(
        "n=0
         for letter in a b c d e f g h i j k l m n o p; do
             n=$((n + 1)); [ $n -le {filesystems} ] || break
             mkdir -p /f/$n; mount -t ext4 /dev/vd$letter /f/$n || exit 1
             rm -f /f/$n/dirty*
         done
         last=/f/{filesystems}
         [ -e $last/stall ] || dd if=/dev/zero of=$last/stall bs=1M count=64 2>/dev/null
         sync; rm -f /run/stop
         half=$(({dirty} / {filesystems} / 2))
         for part in 1 2; do
             for n in $(seq {filesystems}); do
                 [ $half = 0 ] || dd if=/dev/zero of=/f/$n/dirty$part bs=1M count=$half 2>/dev/null
             done &
         done
         wait
         sed -n 's/^Dirty: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
         stall $last/stall /run/stop {bytes} {pause} >/run/stall 2>&1 </dev/null &
         usleep 300000"
    );
    let output = guest.command(["sh", "-c", &script]).timeout(PATIENCE).run()?.success()?.text();
    let kibibytes: usize = output.trim().parse().with_context(|| format!("dirty: '{output}'"))?;
    ensure!(kibibytes >= dirty * 1000, "only {kibibytes} KiB of {dirty} MiB are dirty");
    Ok(())
}
