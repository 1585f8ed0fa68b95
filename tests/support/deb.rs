//! Our own Debian package, built from the programs under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::bin;

/// Builds the package below `dir` as `make deb` does.
///
/// # Errors
/// A program cannot be built, or the script fails; with what it said.
pub fn build(dir: &Path) -> Result<PathBuf> {
    let script = crate::root().join("packaging/deb/build.sh");
    let output = Command::new(&script)
        .args([bin::guestd()?, bin::guestctl()?])
        .arg(dir)
        .output()
        .with_context(|| format!("cannot run {}", script.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {said}", script.display());
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}
