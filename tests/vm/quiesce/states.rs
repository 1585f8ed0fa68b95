//! The agent is killed in the other states than frozen, which disks that have come to a
//! halt make last; and what the halt alone does.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, KILL_AGENT};
use super::disks;
use super::watch;
use super::yard::{FROZEN, Yard};

/// Short, so that the test need not wait; long enough to kill somebody meanwhile.
const CONFIGURATION: &str = "[quiesce]\nsync-timeout = 8\nfreeze-timeout = 8\n";

/// All that is frozen before XFS, or beside it.
const BESIDE_XFS: [&str; 4] = ["/deep", "/loop", "/btrfs", "/ext4"];

/// Waits in the guest until a condition of its shell holds.
fn until(guest: &mut Guest, condition: &str) -> Result<()> {
    let script =
        format!("for i in $(seq 100); do {condition} && exit 0; usleep 30000; done; exit 1");
    guest.shell(&script)?.success().with_context(|| format!("never: {condition}"))?;
    Ok(())
}

/// Data is being written out: there are threads of the agent that do so.
const SYNCING: &str = "grep -q '^sync$' /proc/$(cat /run/agent.pid)/task/*/comm 2>/dev/null";
/// Freezing has come to the disks, of which /xfs is one.
const FREEZING: &str = "[ $(frozen /btrfs /ext4 | wc -l) = 2 ]";

#[test]
fn the_agent_may_die_in_every_state_and_a_disk_may_halt() -> Result<()> {
    need_guest!("mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard = Yard::with("guestd run", |builder| {
        Ok(builder.file("/etc/guestd/guestd.toml", 0o644, CONFIGURATION))
    })?;

    // Syncing: nothing is frozen yet, so nothing has to be thawed.
    disks::halt(&yard.guest, "xfs")?;
    yard.guest.shell("dd if=/dev/zero of=/xfs/dirty bs=64k count=16 2>/dev/null")?.success()?;
    yard.host.send("guest-fsfreeze-freeze", &json!({}))?;
    until(&mut yard.guest, SYNCING)?;
    yard.guest.shell(KILL_AGENT)?.success()?;
    watch::none_frozen(&mut yard.guest, &["/ext4", "/btrfs", "/loop", "/deep"])?;
    disks::go_on(&yard.guest, "xfs")?;
    agent::gone(&mut yard.guest)?;
    yard.restart()?;
    yard.works()?;

    // The same disk, and nobody dies: the freeze fails, and says where.
    disks::halt(&yard.guest, "xfs")?;
    yard.guest.shell("dd if=/dev/zero of=/xfs/dirty bs=64k count=16 2>/dev/null")?.success()?;
    let error = yard.host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("writing out /xfs took more than 8 s"), "{error}");
    watch::none_frozen(&mut yard.guest, &["/ext4", "/btrfs", "/loop", "/deep"])?;
    disks::go_on(&yard.guest, "xfs")?;
    ensure!(yard.host.record()?["outcome"] == "failed");
    yard.works()?;

    // Freezing: the guard hangs in the kernel with one filesystem, and thaws the others.
    yard.guest.shell("sync")?.success()?;
    disks::halt(&yard.guest, "xfs")?;
    yard.host.send("guest-fsfreeze-freeze", &json!({}))?;
    until(&mut yard.guest, FREEZING)?;
    watch::thawed_by(&mut yard.guest, KILL_AGENT, &BESIDE_XFS)?;
    disks::go_on(&yard.guest, "xfs")?;
    agent::gone(&mut yard.guest)?;
    watch::none_frozen(&mut yard.guest, &FROZEN)?;
    yard.restart()?;
    yard.host.told_broken("the agent ended")?;
    yard.works()?;

    // The same, and nobody dies: it is named, the others are thawed, and itself as soon as
    // the disk goes on.
    yard.guest.shell("sync")?.success()?;
    disks::halt(&yard.guest, "xfs")?;
    let error = yard.host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("/xfs") && error.contains("within 8 s"), "{error}");
    watch::none_frozen(&mut yard.guest, &["/ext4", "/btrfs", "/loop", "/deep"])?;
    let record = yard.host.record()?;
    ensure!(record["outcome"] == "failed", "{record}");
    let results = record["filesystems"].as_array().context("no filesystems")?;
    let stuck = results.iter().find(|one| one["mountpoint"] == "/xfs").context("no /xfs")?;
    ensure!(stuck["result"] == "timed-out", "{record}");
    disks::go_on(&yard.guest, "xfs")?;
    agent::no_guard(&mut yard.guest)?;
    yard.works()?;

    // Thawing: the first thaw, that of /ext4, waits for the disk, and so do all others.
    ensure!(yard.host.freeze()? == FROZEN.len() as u64);
    disks::halt(&yard.guest, "ext4")?;
    // Behind the end of the filesystem: takes away the write that is still free.
    let write = "dd if=/dev/zero of=/dev/vda bs=1M seek=62 count=1 oflag=direct";
    yard.guest.shell(&format!("{write} >/dev/null 2>&1 </dev/null & usleep 300000"))?;
    yard.host.send("guest-fsfreeze-thaw", &json!({}))?;
    thread::sleep(Duration::from_millis(500));
    yard.guest.shell(KILL_AGENT)?.success()?;
    ensure!(watch::frozen(&mut yard.guest, &["/xfs"])? == ["/xfs"]);
    disks::go_on(&yard.guest, "ext4")?;
    agent::gone(&mut yard.guest)?;
    watch::none_frozen(&mut yard.guest, &FROZEN)?;
    yard.restart()?;
    yard.host.told_broken("the agent ended")?;
    yard.works()?;
    Ok(())
}
