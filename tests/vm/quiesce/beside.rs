//! QEMU's own agent in the same guest: why there is a guard, a deadline, and an order of
//! freezing. The table is in docs/crash-safety.md.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_guest;

use super::agent::{END_AGENT, KILL_AGENT};
use super::watch;
use super::yard::{FROZEN, Yard};

/// Long enough to call it for ever: guestd thaws within one.
const FOR_EVER: Duration = Duration::from_secs(5);

#[test]
fn qemu_ga_leaves_the_guest_frozen() -> Result<()> {
    need_guest!("qemu-ga", "mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard =
        Yard::with("qemu-ga -t /run -f /run/qemu-ga.pid", |builder| builder.program("qemu-ga"))?;

    // Without bind mounts, which its older versions freeze in an order that hangs.
    yard.guest.shell("umount /bind /bind-file")?.success()?;
    yard.host.freeze()?;
    yard.guest.shell(KILL_AGENT)?.success()?;
    thread::sleep(FOR_EVER);
    ensure!(watch::frozen(&mut yard.guest, &FROZEN)? == FROZEN, "thawed after kill -9");

    // The next one leaves it as it is, and does not hear SIGTERM.
    yard.restart()?;
    ensure!(yard.host.status()? == "frozen");
    yard.guest.shell(END_AGENT)?.success()?;
    thread::sleep(FOR_EVER);
    ensure!(yard.host.status()? == "frozen", "it has ended");
    ensure!(watch::frozen(&mut yard.guest, &FROZEN)? == FROZEN, "thawed after SIGTERM");
    yard.host.thaw()?;
    watch::none_frozen(&mut yard.guest, &FROZEN)?;

    // With a bind mount of what lies below, as containers and CloudLinux's CageFS have it,
    // version 7.2 freezes /ext4 before what lies in its files, and waits for ever for that
    // to be thawed. Later versions look at the first mount only.
    if !yard.host.call("guest-info", &json!({}))?["version"].to_string().contains("7.2") {
        return Ok(());
    }
    yard.guest.shell("mount --bind /ext4 /bind")?.success()?;
    // Something for the filesystems in files to write, which cannot be written any more.
    yard.guest.shell("echo x >/deep/x; echo x >/loop/x")?.success()?;
    yard.host.send("guest-fsfreeze-freeze", &json!({}))?;
    thread::sleep(FOR_EVER);
    let state = "grep -q '^State:.D' /proc/$(cat /run/agent.pid)/status";
    ensure!(yard.guest.shell(state)?.code == 0, "it does not hang");
    yard.guest.shell(KILL_AGENT)?.success()?;
    thread::sleep(Duration::from_secs(1));
    ensure!(yard.guest.shell(state)?.code == 0, "it can be killed");
    ensure!(watch::frozen(&mut yard.guest, &["/ext4"])? == ["/ext4"]);
    Ok(())
}
