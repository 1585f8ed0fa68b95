//! Disks: sparse files that a guest sees as virtio block devices.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{debian, full};
use crate::packages;

#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) serial: String,
    pub(crate) bytes: u64,
    pub(crate) content: Content,
}

/// What is on a new disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Zeros,
    /// An empty ext4 filesystem, labelled with the disk's serial number.
    Ext4,
    /// An image, which is not changed.
    Overlay(PathBuf),
}

impl Disk {
    /// Where the disk lies below a guest's directory.
    pub(crate) fn path(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{}.disk", self.serial))
    }

    /// Makes the file.
    pub(super) fn create(&self, dir: &Path) -> Result<()> {
        let file = self.path(dir);
        if let Content::Overlay(image) = &self.content {
            return full::overlay(image, &file);
        }
        File::create(&file)?.set_len(self.bytes)?;
        if self.content == Content::Ext4 {
            let program = "mke2fs";
            let program = packages::find(program)
                .with_context(|| packages::missing(&[program]).unwrap_or_default())?;
            let mut command = std::process::Command::new(program);
            command.args(["-q", "-F", "-t", "ext4", "-L", &self.serial]).arg(&file);
            debian::run(&mut command)?;
        }
        Ok(())
    }

    /// The format of the file, as QEMU names it.
    pub(crate) fn format(&self) -> &'static str {
        if matches!(self.content, Content::Overlay(_)) { "qcow2" } else { "raw" }
    }

    /// QEMU's arguments for it.
    pub(super) fn arguments(&self, dir: &Path) -> [String; 4] {
        let Self { serial, .. } = self;
        let (file, format) = (self.path(dir), self.format());
        [
            "-drive".to_owned(),
            format!("if=none,id={serial},format={format},cache=unsafe,file={}", file.display()),
            "-device".to_owned(),
            format!("virtio-blk-pci,drive={serial},serial={serial}"),
        ]
    }
}
