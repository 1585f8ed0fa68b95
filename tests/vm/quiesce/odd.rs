//! What else can happen around a freeze: full and read-only places, mounts that go away or
//! come, an agent in a mount namespace of its own, one that is replaced, and no memory.

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_guest;

use super::agent::{self, END_AGENT, KILL_AGENT};
use super::watch;
use super::yard::{FROZEN, Yard};

/// As systemd does for `PrivateTmp=` and `ProtectSystem=`: the agent then sees mounts in the
/// order of the tree, in which /ext4 comes before what lies in its files.
const PRIVATE: &str = "unshare -m guestd run";

#[test]
fn freezing_survives_whatever_happens_around_it() -> Result<()> {
    need_guest!("mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard = Yard::start(PRIVATE)?;
    yard.works()?;

    // A mount that came after the agent counts, whatever namespace the agent is in.
    let late = "set -e
        mkdir /late; truncate -s 4M /run/late; /usr/sbin/mke2fs -q -F -t ext4 /run/late
        losetup /dev/loop2 /run/late; mount -t ext4 /dev/loop2 /late";
    yard.guest.shell(late)?.success()?;
    ensure!(yard.host.freeze()? == 6);
    watch::thawed_by(&mut yard.guest, KILL_AGENT, &[&FROZEN[..], &["/late"]].concat())?;
    yard.guest.shell("umount /late && losetup -d /dev/loop2")?.success()?;
    agent::gone(&mut yard.guest)?;

    // Disk full, no room for records, and /etc read-only.
    let full = "mkdir -p /run/guestd
        mount -t tmpfs -o size=8k tmpfs /run/guestd
        mount --bind /etc /etc && mount -o remount,bind,ro /etc
        dd if=/dev/zero of=/run/guestd/fill bs=4k 2>/dev/null
        dd if=/dev/zero of=/ext4/fill bs=64k 2>/dev/null
        dd if=/dev/zero of=/xfs/fill bs=1M 2>/dev/null
        ! touch /etc/x 2>/dev/null && ! echo x 2>/dev/null >/run/guestd/x";
    yard.guest.command(["sh", "-c", full]).run()?.success()?;
    yard.restart()?;
    // Without its mark the next agent would not know of this freeze, so there is none.
    let error = yard.host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("isfrozen: No space left on device"), "{error}");
    watch::none_frozen(&mut yard.guest, &FROZEN)?;
    yard.guest.shell("rm /run/guestd/fill")?.success()?;
    yard.works()?;
    yard.freeze(&json!({}))?;
    watch::thawed_by(&mut yard.guest, KILL_AGENT, &FROZEN)?;
    agent::gone(&mut yard.guest)?;
    yard.guest.shell("umount /etc /run/guestd; rm /ext4/fill /xfs/fill")?.success()?;
    yard.restart()?;
    yard.works()?;

    // Unmounted and remounted while frozen: the kernel refuses the one and puts off the
    // other, and both are thawed.
    yard.freeze(&json!({}))?;
    let script = format!("mount -o remount,ro /xfs; umount -l /deep; {KILL_AGENT}");
    watch::thawed_by(&mut yard.guest, &script, &FROZEN)?;
    agent::gone(&mut yard.guest)?;
    yard.guest.shell("mount -t ext4 /dev/loop1 /deep")?.success()?;
    yard.restart()?;
    yard.host.told_broken("the agent ended")?;
    yard.works()?;

    // A new version takes the place of the program, and then of the process.
    yard.freeze(&json!({}))?;
    let upgrade = format!(
        "cp /usr/bin/guestd /usr/bin/guestd.new; mv /usr/bin/guestd.new /usr/bin/guestd; {END_AGENT}"
    );
    watch::thawed_by(&mut yard.guest, &upgrade, &FROZEN)?;
    agent::gone(&mut yard.guest)?;
    yard.restart()?;
    yard.host.told_broken("the agent")?;
    // And one whose program is gone can still start its guard.
    yard.guest.shell("cp /usr/bin/guestd /run/kept; rm /usr/bin/guestd")?.success()?;
    yard.works()?;
    yard.guest.shell("cp /run/kept /usr/bin/guestd; rm /run/kept")?.success()?;

    // No memory left: what eats it is killed, the guard is not.
    yard.freeze(&json!({}))?;
    let hog = "sh -c 'echo 1000 >/proc/self/oom_score_adj; exec tail /dev/zero'";
    let script = format!("{hog} & {hog} & usleep 500000; {KILL_AGENT}");
    let time = watch::time_until_thawed(&mut yard.guest, &script, &FROZEN)?;
    eprintln!("without memory: thawed after {} ms, of which 500 were waited", time.as_millis());
    agent::gone(&mut yard.guest)?;
    yard.restart()?;
    yard.host.told_broken("the agent ended")?;
    yard.works()
}
