//! Disks: empty sparse files that a guest sees as virtio block devices.

use std::fs::File;
use std::path::Path;

use anyhow::Result;

#[derive(Debug)]
pub(super) struct Disk {
    pub(super) serial: String,
    pub(super) bytes: u64,
}

impl Disk {
    /// Makes the file and returns QEMU's arguments for it.
    pub(super) fn create(&self, dir: &Path) -> Result<[String; 4]> {
        let Self { serial, bytes } = self;
        let file = dir.join(format!("{serial}.disk"));
        File::create(&file)?.set_len(*bytes)?;
        Ok([
            "-drive".to_owned(),
            format!("if=none,id={serial},format=raw,cache=unsafe,file={}", file.display()),
            "-device".to_owned(),
            format!("virtio-blk-pci,drive={serial},serial={serial}"),
        ])
    }
}
