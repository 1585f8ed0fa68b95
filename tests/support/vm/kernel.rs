//! The kernel that small guests boot: Debian's for clouds, which is small and made
//! for virtual machines.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::debian;

pub(super) const CLOUD: &str = "linux-image-cloud-amd64";

/// An unpacked kernel.
#[derive(Debug)]
pub(super) struct Kernel {
    /// The bootable image.
    pub(super) image: PathBuf,
    /// The directory with modules.order and the modules, `lib/modules/<release>`.
    pub(super) modules: PathBuf,
}

impl Kernel {
    /// The kernel of this package.
    pub(super) fn obtain(package: &str) -> Result<Self> {
        let files = debian::unpacked(package)?;
        let image = only_entry(&files.join("boot"), "vmlinuz-")?;
        // Debian 13 ships modules below /usr.
        let modules = only_entry(&files.join("lib/modules"), "")
            .or_else(|_| only_entry(&files.join("usr/lib/modules"), ""))?;
        Ok(Self { image, modules })
    }
}

/// The entry of a directory whose name begins so.
fn only_entry(dir: &std::path::Path, prefix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(dir)
        .with_context(|| format!("no {} in the kernel's package", dir.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)))
        .with_context(|| format!("no {prefix}* in {}", dir.display()))
}
