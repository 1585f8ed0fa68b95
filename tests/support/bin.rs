//! The guestctl under test: one static release build, so that the same file runs on
//! this machine and in a guest that has no C library.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The target named explicitly, which keeps static linking away from build scripts
/// and gives the build a directory of its own.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The path of guestctl: `$GUESTCTL` where it is set, else the static build, brought
/// up to date first so that no test ever runs an old binary.
///
/// # Errors
/// `$GUESTCTL` names no file, or the build fails.
pub fn guestctl() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    if let Some(path) = std::env::var_os("GUESTCTL") {
        return given(path);
    }
    let built = BUILT.get_or_init(|| build("guestctl").map_err(|error| format!("{error:#}")));
    built.clone().map_err(anyhow::Error::msg)
}

/// Builds a program of this workspace as a static release binary and says where it is.
///
/// # Errors
/// Cargo fails; its own messages have gone to stderr.
pub fn build(package: &str) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(crate::root())
        .args(["build", "--release", "--locked", "--quiet", "--package", package])
        .args(["--target", TARGET, "--config"])
        .arg(format!("target.{TARGET}.rustflags=[\"-C\", \"target-feature=+crt-static\"]"))
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

fn given(path: OsString) -> Result<PathBuf> {
    let path = crate::root().join(path);
    if !path.is_file() {
        bail!("GUESTCTL names {}, which is no file", path.display());
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
