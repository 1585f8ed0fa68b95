//! A guest with filesystems of many kinds, on disks and on each other.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use support::bin;
use support::vm::{Builder, Guest};

use super::host::Host;
use super::{PORT, agent, watch};

/// Where filesystems are mounted that are frozen: ext4, XFS, btrfs, ext4 in a file of the
/// first, and ext4 in a file of that.
pub(super) const FROZEN: [&str; 5] = ["/ext4", "/xfs", "/btrfs", "/loop", "/deep"];

/// Makes and mounts them. The bind mount of /ext4 comes last, and so does one of a file:
/// in the order of mounts they would be frozen first, and the guest would hang. /fat cannot
/// be frozen. Nobody answers for /dead, so that every access hangs.
const MOUNT: &str = "
set -e
mkdir -p /ext4 /xfs /btrfs /subvolume /loop /deep /fat /bind /dead
touch /bind-file
/usr/sbin/mke2fs -q -t ext4 /dev/vda 60M
mkfs.xfs -q /dev/vdb
mkfs.btrfs -q /dev/vdc
mkfs.fat /dev/vdd >/dev/null
mount -t ext4 /dev/vda /ext4
mount -t xfs /dev/vdb /xfs
mount -t btrfs /dev/vdc /btrfs
btrfs subvolume create /btrfs/sub >/dev/null
mount -t btrfs -o subvol=sub /dev/vdc /subvolume
mount -t vfat /dev/vdd /fat
dd if=/dev/zero of=/ext4/image bs=1M count=30 2>/dev/null
/usr/sbin/mke2fs -q -E nodiscard -t ext4 -O ^has_journal /ext4/image
losetup /dev/loop0 /ext4/image
mount -t ext4 /dev/loop0 /loop
dd if=/dev/zero of=/loop/image bs=1M count=10 2>/dev/null
/usr/sbin/mke2fs -q -E nodiscard -t ext4 /loop/image
losetup /dev/loop1 /loop/image
mount -t ext4 /dev/loop1 /deep
touch /ext4/file
mount --bind /ext4 /bind
mount --bind /ext4/file /bind-file
exec 9<>/dev/fuse
mount -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 dead /dead
(exec sleep 100000) 9<&9 >/dev/null 2>&1 </dev/null &
sync
";

/// The programs and modules for that.
fn builder() -> Result<Builder> {
    let mut builder = Guest::builder()?.cpus(2).memory(512).port(PORT);
    builder = builder.disk("ext4", 64 << 20).disk("xfs", 320 << 20);
    builder = builder.disk("btrfs", 128 << 20).disk("fat", 16 << 20);
    for module in ["ext4", "xfs", "btrfs", "vfat", "nls_cp437", "nls_ascii", "loop", "fuse"] {
        builder = builder.module(module);
    }
    for program in ["mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat"] {
        builder = builder.program(program)?;
    }
    watch::install(builder).binary("guestd", &bin::guestd()?)
}

/// The guest with all of that mounted, the agent running in it, and a host that it answers.
#[derive(Debug)]
pub(super) struct Yard {
    pub(super) guest: Guest,
    pub(super) host: Host,
    words: &'static str,
}

impl Yard {
    /// Boots it and starts the agent with these words.
    pub(super) fn start(words: &'static str) -> Result<Self> {
        Self::with(words, Ok)
    }

    /// The same with more in the guest.
    pub(super) fn with(
        words: &'static str,
        more: impl FnOnce(Builder) -> Result<Builder>,
    ) -> Result<Self> {
        let mut guest = more(builder()?)?.boot()?;
        guest.shell(MOUNT)?.success().context("the filesystems are not mounted")?;
        let host = Host::connect(&guest)?;
        let mut yard = Self { guest, host, words };
        yard.restart()?;
        Ok(yard)
    }

    /// Starts the agent anew, after the last one is gone.
    pub(super) fn restart(&mut self) -> Result<()> {
        agent::start(&mut self.guest, self.words)?;
        match self.host.meet() {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(agent::log(&mut self.guest)?)),
        }
    }

    /// Freezes all there is with guestd's own command, and checks that it is frozen.
    pub(super) fn freeze(&mut self, arguments: &Value) -> Result<String> {
        let frozen = self.host.call("guestd-quiesce-freeze", arguments)?;
        anyhow::ensure!(frozen["frozen"] == json!(FROZEN.len()), "frozen: {frozen}");
        Ok(frozen["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Nothing is frozen, and a freeze and thaw go well.
    pub(super) fn works(&mut self) -> Result<()> {
        watch::none_frozen(&mut self.guest, &FROZEN)?;
        anyhow::ensure!(self.host.freeze()? == FROZEN.len() as u64);
        anyhow::ensure!(watch::frozen(&mut self.guest, &FROZEN)? == FROZEN);
        anyhow::ensure!(self.host.phase()? == "frozen" && self.host.status()? == "frozen");
        anyhow::ensure!(self.host.thaw()? == FROZEN.len() as u64);
        agent::no_guard(&mut self.guest)?;
        watch::none_frozen(&mut self.guest, &FROZEN)
    }
}
