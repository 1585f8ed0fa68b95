//! Our own packages, built from the programs under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::bin;

/// Builds the Debian package below `dir` as `make deb` does.
///
/// # Errors
/// A program cannot be built, or the script fails; with what it said.
pub fn deb(dir: &Path) -> Result<PathBuf> {
    build("deb", dir, &[])
}

/// Builds the RPM below `dir` as `make rpm` does, as this release of the version.
///
/// # Errors
/// As of [`deb`].
pub fn rpm(dir: &Path, release: u32) -> Result<PathBuf> {
    build("rpm", dir, &[("RELEASE", release.to_string())])
}

fn build(kind: &str, dir: &Path, environment: &[(&str, String)]) -> Result<PathBuf> {
    let script = crate::root().join("packaging").join(kind).join("build.sh");
    let output = Command::new(&script)
        .args([bin::guestd()?, bin::guestctl()?])
        .arg(dir)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .with_context(|| format!("cannot run {}", script.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {said}", script.display());
    let said = String::from_utf8(output.stdout)?;
    Ok(PathBuf::from(said.lines().last().context("the script names no package")?))
}
