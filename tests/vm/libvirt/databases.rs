//! PostgreSQL, MariaDB and Redis in a stock Debian guest under a real libvirt. Our package takes the
//! place of qemu-guest-agent while the guest runs on, as README.md tells. Then, under write load,
//! libvirt takes snapshots of their disk: quiesced by the service with the hooks that we ship, and
//! without.
//! docs/consistency.md has the numbers.

mod acknowledged;
mod guest;
mod servers;
mod snapshot;
mod switch;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::libvirt::Libvirt;
use support::{need_full_guest, need_libvirt};

use acknowledged::Counts;
use guest::Guest;
use snapshot::{Disk, Found};

/// Taken by libvirt in one go: `snapshot-create-as --quiesce`.
const AT_ONCE: u32 = 10;
/// Copied between `domfsfreeze` and `domfsthaw`.
const COPIED: u32 = 10;
/// Taken by libvirt without the agent.
const WITHOUT: u32 = 5;

#[test]
fn databases_under_load_are_whole_in_each_quiesced_snapshot() -> Result<()> {
    need_libvirt!("qemu-img", "e2fsck", "dumpe2fs", "debugfs", "dpkg-deb");
    need_full_guest!("redis-server", "mariadbd", "psql", "pg_lsclusters", "setpriv");
    let host = Libvirt::start()?;
    let mut guest = Guest::boot(&host)?;
    switch::to_guestd(&mut guest)?;
    let mut disk = Disk::of(&guest)?;
    guest.load()?;

    let mut windows = Vec::new();
    for number in 0..COPIED {
        let before = guest.counts();
        guest.virsh(["domfsfreeze"])?;
        let frozen = Instant::now();
        let settled = guest.settled()?;
        let copy = disk.copy()?;
        guest.virsh(["domfsthaw"])?;
        windows.push(frozen.elapsed().as_millis());
        judge(copy.look()?, &before, &settled).with_context(|| format!("copy {number}"))?;
        guest.goes_on(&settled)?;
    }
    println!("{COPIED} copies are whole; frozen for these ms: {windows:?}");

    let mut times = Vec::new();
    for number in 0..AT_ONCE {
        let before = guest.counts();
        let start = Instant::now();
        disk.snapshot(&guest, &["--quiesce"])?;
        times.push(start.elapsed().as_millis());
        let after = guest.counts();
        let found = disk.last()?.look()?;
        judge(found, &before, &after).with_context(|| format!("snapshot {number}"))?;
        guest.goes_on(&after)?;
    }
    println!("{AT_ONCE} snapshots are whole; virsh took these ms: {times:?}");

    let mut dirty = 0;
    for _ in 0..WITHOUT {
        let before = guest.counts();
        disk.snapshot(&guest, &[])?;
        let Found { dirty: is_dirty, whole, rows } = disk.last()?.look()?;
        let rows = rows.each();
        println!("without: dirty {is_dirty}, whole {whole}; {rows:?} of at least {before:?}");
        dirty += u32::from(is_dirty);
        guest.goes_on(&before)?;
    }
    ensure!(dirty == WITHOUT, "{dirty} of {WITHOUT} dirty: nothing to compare with");
    guest.log_is_clean()
}

/// A clean filesystem, in it all that was acknowledged before the freeze, and nothing that was
/// acknowledged after the thaw.
fn judge(found: Found, before: &Counts, after: &Counts) -> Result<()> {
    let Found { dirty, whole, rows } = found;
    ensure!(!dirty && whole, "dirty {dirty}, whole {whole}");
    let bounds = before.values().into_iter().zip(after.values());
    for ((name, last), (before, after)) in rows.all()?.named().into_iter().zip(bounds) {
        // One transaction may have been done but not yet acknowledged.
        ensure!(
            (before..=after + 1).contains(&last),
            "{name}: {last} rows; {before} were acknowledged before and {after} after"
        );
    }
    Ok(())
}

/// Longer than any one step takes under emulation.
const PATIENCE: Duration = Duration::from_secs(180);
