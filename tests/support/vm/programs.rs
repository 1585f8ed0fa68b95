//! Programs of this machine, taken into a guest with the libraries they load.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::initramfs::Tree;
use crate::packages;

/// What systemd-detect-virt and virt-what need to answer in a guest. The last one lies
/// outside PATH.
const PEERS: [&str; 3] = ["systemd-detect-virt", "virt-what", "dmidecode"];
const VIRT_WHAT_HELPERS: [&str; 2] =
    ["/usr/libexec/virt-what-cpuid-helper", "/usr/lib/virt-what/virt-what-cpuid-helper"];

/// The two tools that guestctl must agree with.
pub(super) fn add_peers(tree: &mut Tree) -> Result<()> {
    for peer in PEERS {
        add(tree, peer)?;
    }
    let helper = VIRT_WHAT_HELPERS.iter().find(|path| Path::new(path).exists());
    add(tree, helper.context("virt-what's CPUID helper is not where Debian puts it")?)
}

/// A program by name or absolute path, at the same path as on this machine.
pub(super) fn add(tree: &mut Tree, program: &str) -> Result<()> {
    let path = if program.starts_with('/') {
        PathBuf::from(program)
    } else {
        packages::find(program)
            .with_context(|| packages::missing(&[program]).unwrap_or_default())?
    };
    add_at(tree, &path.to_string_lossy(), &path)
}

/// A program from any place, at this absolute path in the guest.
pub(super) fn add_at(tree: &mut Tree, path: &str, file: &Path) -> Result<()> {
    tree.copy(path, file)?;
    for library in libraries(file)? {
        tree.copy(&library, Path::new(&library))?;
    }
    Ok(())
}

/// The absolute paths that ldd prints; none for a script or a static program, which
/// ldd refuses.
fn libraries(program: &Path) -> Result<Vec<String>> {
    let output = Command::new("ldd").arg(program).output().context("cannot run ldd")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let path = |line: &str| line.split_whitespace().find(|w| w.starts_with('/')).map(str::to_owned);
    if !output.status.success() {
        return Ok(Vec::new());
    }
    if let Some(missing) = text.lines().find(|line| line.contains("=> not found")) {
        bail!("{} needs a library that is not installed: {}", program.display(), missing.trim());
    }
    Ok(text.lines().filter_map(path).collect())
}
