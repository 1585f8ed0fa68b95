//! The programs under test: static release builds, so that the same file runs on this
//! machine and in a guest that has no C library.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Targets that link statically, the better one first. musl's start-up runs no CPUID and
/// touches few pages, where glibc's takes longer than most of our answers; glibc serves
/// where musl's target is not installed. Either is named explicitly, which keeps static
/// linking away from build scripts and gives the build a directory of its own.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"];

/// Static, and at a fixed address: nothing to relocate at each start.
const RUSTFLAGS: &str = r#"["-C", "target-feature=+crt-static", "-C", "relocation-model=static"]"#;

/// The path of guestctl: `$GUESTCTL` where it is set, else the static build, brought
/// up to date first so that no test ever runs an old binary.
///
/// # Errors
/// `$GUESTCTL` names no file, or the build fails.
pub fn guestctl() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    program("GUESTCTL", "guestctl", &BUILT)
}

/// The path of guestd: `$GUESTD` where it is set, else the static build.
///
/// # Errors
/// `$GUESTD` names no file, or the build fails.
pub fn guestd() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    program("GUESTD", "guestd", &BUILT)
}

fn program(
    variable: &str,
    package: &str,
    built: &OnceLock<Result<PathBuf, String>>,
) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return given(variable, path);
    }
    let built = built.get_or_init(|| build(package).map_err(|error| format!("{error:#}")));
    built.clone().map_err(anyhow::Error::msg)
}

/// Builds a program of this workspace as a static release binary and says where it is.
///
/// # Errors
/// Cargo fails; its own messages have gone to stderr.
pub fn build(package: &str) -> Result<PathBuf> {
    cargo_build(package, &[])
}

/// Builds an example of a package like [`build`].
///
/// # Errors
/// As of [`build`].
pub fn example(package: &str, name: &str) -> Result<PathBuf> {
    cargo_build(package, &["--example", name])
}

fn cargo_build(package: &str, what: &[&str]) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = target()?;
    let output = Command::new(cargo)
        .current_dir(crate::root())
        .args(["build", "--release", "--locked", "--quiet", "--package", package])
        .args(what)
        .args(["--target", target, "--config"])
        .arg(format!("target.{target}.rustflags={RUSTFLAGS}"))
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the static build of {package} failed");
    }
    executable(&String::from_utf8_lossy(&output.stdout))
        .with_context(|| format!("cargo built {package} but names no executable"))
}

/// The first of [`TARGETS`] that the toolchain has.
fn target() -> Result<&'static str> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().context("rustc")?;
    let sysroot = String::from_utf8(output.stdout).context("rustc --print sysroot")?;
    let rustlib = PathBuf::from(sysroot.trim()).join("lib/rustlib");
    TARGETS
        .into_iter()
        .find(|target| rustlib.join(target).is_dir())
        .with_context(|| format!("the toolchain in {} has no x86-64 target", rustlib.display()))
}

fn given(variable: &str, path: OsString) -> Result<PathBuf> {
    let path = crate::root().join(path);
    if !path.is_file() {
        bail!("{variable} names {}, which is no file", path.display());
    }
    Ok(path)
}

/// The executable that cargo's messages (one JSON object a line) name.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_read_from_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","executable":"/t/guestctl"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from("/t/guestctl")));
        assert_eq!(executable(""), None);
    }
}
