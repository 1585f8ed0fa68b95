//! What libvirt leaves of the data disk at one moment.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use support::ext4::State;
use support::server::run;
use tempfile::TempDir;

use super::guest::{DATA, Guest};
use super::servers::Rows;

/// The data disk, which is a chain of files once there are snapshots.
#[derive(Debug)]
pub(super) struct Disk {
    dir: PathBuf,
    /// The files up to the one that the guest writes to.
    chain: Vec<PathBuf>,
}

/// A copy of the disk.
#[derive(Debug)]
pub(super) struct Copy {
    dir: TempDir,
}

/// What is on it.
#[derive(Debug)]
pub(super) struct Found {
    /// The filesystem's journal has to be replayed.
    pub(super) dirty: bool,
    /// e2fsck finds nothing to repair, the replay aside.
    pub(super) whole: bool,
    /// What each server tells when it is started on the copy.
    pub(super) rows: Rows,
}

impl Disk {
    pub(super) fn of(guest: &Guest<'_>) -> Result<Self> {
        let dir = guest.domain().dir().to_owned();
        let first = dir.join(format!("{DATA}.disk"));
        ensure!(first.is_file(), "no {}", first.display());
        Ok(Self { dir, chain: vec![first] })
    }

    /// Copies the disk, which must not be written to meanwhile.
    pub(super) fn copy(&self) -> Result<Copy> {
        Copy::of(self.chain.last().map_or(&self.dir, |file| file))
    }

    /// Lets libvirt take a snapshot of this disk alone.
    pub(super) fn snapshot(&mut self, guest: &Guest<'_>, options: &[&str]) -> Result<()> {
        let name = format!("snapshot{}", self.chain.len());
        let file = self.dir.join(format!("{name}.qcow2"));
        let spec = format!("vdb,snapshot=external,file={}", file.display());
        let mut words = vec!["snapshot-create-as", "--name", &name, "--disk-only", "--no-metadata"];
        words.extend(["--diskspec", "vda,snapshot=no", "--diskspec", &spec]);
        words.extend(options);
        guest.virsh(words)?;
        self.chain.push(file);
        Ok(())
    }

    /// The disk as of the last snapshot: the guest writes to the next file.
    pub(super) fn last(&self) -> Result<Copy> {
        let before = self.chain.len().saturating_sub(2);
        Copy::of(self.chain.get(before).map_or(&self.dir, |file| file))
    }
}

impl Copy {
    fn of(file: &Path) -> Result<Self> {
        let dir = support::server::directory()?;
        let format =
            if file.extension().is_some_and(|name| name == "disk") { "raw" } else { "qcow2" };
        // -U: QEMU has it open too.
        let mut convert = Command::new("qemu-img");
        convert.args(["convert", "-U", "-f", format, "-O", "raw"]).arg(file);
        run(convert.arg(dir.path().join("disk")))?;
        Ok(Self { dir })
    }

    /// Checks the filesystem, and starts the servers on what it has.
    pub(super) fn look(self) -> Result<Found> {
        let disk = self.dir.path().join("disk");
        let State { dirty, whole } = State::of(&disk)?;
        let tree = self.dir.path().join("tree");
        std::fs::create_dir(&tree)?;
        let dump = format!("rdump / {}", tree.display());
        run(Command::new("debugfs").args(["-R", &dump]).arg(&disk))?;
        Ok(Found { dirty, whole, rows: Rows::of(&tree) })
    }
}
