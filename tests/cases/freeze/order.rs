//! No order of mounts makes a freeze hang.

use anyhow::{Result, ensure};

use super::yard::{Yard, need_yard};

/// The filesystem that holds the other one's file is mounted again later. qemu-ga 7.2 hangs
/// for ever here.
#[test]
fn a_late_bind_mount_of_what_lies_below_does_not_hang() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    yard.sh("mkdir mnt/a/dir mnt/again && mount --bind mnt/a/dir mnt/again")?;
    let frozen = yard.freeze()?.map_err(anyhow::Error::msg)?;
    ensure!(frozen["frozen"] == 2, "{frozen}");
    ensure!(yard.sh("probe mnt/a; probe mnt/b; probe mnt/again")? == "frozen\nfrozen\nfrozen");
    ensure!(yard.thaw()? == Ok(2.into()));
    yard.sh("thawed mnt/a mnt/b mnt/again")?;
    let record = yard.record()?;
    let order: Vec<&str> = record["filesystems"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["mountpoint"].as_str())
        .collect();
    ensure!(order == [yard.point("b"), yard.point("a")], "{record}");
    Ok(())
}

/// An agent in a mount namespace of its own, as under systemd's PrivateTmp, sees the mounts
/// in another order. qemu-ga 10.2 hangs for ever here.
#[test]
fn an_agent_in_a_mount_namespace_of_its_own_does_not_hang() -> Result<()> {
    need_yard!();
    let mut yard = Yard::new("")?;
    yard.sh("filesystem a.img mnt/a 64; filesystem mnt/a/b.img mnt/b 24")?;
    yard.sh("PRIVATE=yes start")?;
    // Not in the agent's namespace, which was made before.
    yard.sh("filesystem c.img mnt/c 24")?;
    let points = ["a", "b", "c"].map(|name| yard.point(name));
    let arguments = serde_json::json!({ "mountpoints": points });
    let frozen = yard.ask("guestd-quiesce-freeze", arguments)?.map_err(anyhow::Error::msg)?;
    ensure!(frozen["frozen"] == 3, "{frozen}");
    ensure!(yard.sh("probe mnt/a; probe mnt/b; probe mnt/c")? == "frozen\nfrozen\nfrozen");
    ensure!(yard.thaw()? == Ok(3.into()));
    yard.sh("thawed mnt/a mnt/b mnt/c")?;
    Ok(())
}

#[test]
fn files_in_files_and_bind_mounts_of_files_are_frozen_once() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    yard.sh("filesystem mnt/b/c.img mnt/c 8")?;
    yard.sh("touch mnt/a/file mnt/file && mount --bind mnt/a/file mnt/file")?;
    let points = ["a", "b", "c", "file"].map(|name| yard.point(name));
    let arguments = serde_json::json!({ "mountpoints": points });
    let frozen = yard.ask("guestd-quiesce-freeze", arguments)?.map_err(anyhow::Error::msg)?;
    ensure!(frozen["frozen"] == 3, "{frozen}");
    ensure!(yard.thaw()? == Ok(3.into()));
    yard.sh("thawed mnt/a mnt/b mnt/c")?;
    Ok(())
}
