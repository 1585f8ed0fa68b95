//! Our own RPM, built from the programs under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::bin;

/// Builds the package below `dir` as `make rpm` does, as this release of the version.
///
/// # Errors
/// A program cannot be built, or the script fails; with what it said.
pub fn build(dir: &Path, release: u32) -> Result<PathBuf> {
    let script = crate::root().join("packaging/rpm/build.sh");
    let output = Command::new(&script)
        .args([bin::guestd()?, bin::guestctl()?])
        .arg(dir)
        .env("RELEASE", release.to_string())
        .output()
        .with_context(|| format!("cannot run {}", script.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {said}", script.display());
    let said = String::from_utf8(output.stdout)?;
    Ok(PathBuf::from(said.lines().last().context("the script names no package")?))
}
