//! Asks the program guestd. It alone knows what its configuration means.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// Where services lie; the PATH of a user may lack it.
const SBIN: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// What `guestd check` says: of a configuration that is well, or what is wrong with it.
///
/// # Errors
/// `Machine` where there is no guestd.
pub(crate) fn check(more: &[&str], root: Option<&Path>) -> Result<Result<String, String>, Failure> {
    let mut command = Command::new("guestd");
    command.arg("check").args(more).env("PATH", path());
    if let Some(root) = root {
        command.arg("--root").arg(root);
    }
    let output = command.output().map_err(|wrong| missing(&wrong))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) })
}

/// What it calls itself.
///
/// # Errors
/// `Machine` where there is no guestd.
pub(crate) fn version() -> Result<String, Failure> {
    let output = Command::new("guestd").arg("--version").env("PATH", path()).output();
    let output = output.map_err(|wrong| missing(&wrong))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn path() -> OsString {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    for directory in SBIN {
        if !path.is_empty() {
            path.push(":");
        }
        path.push(directory);
    }
    path
}

fn missing(wrong: &io::Error) -> Failure {
    let what = match wrong.kind() {
        io::ErrorKind::NotFound => "is neither in PATH nor in /usr/sbin; install it".to_owned(),
        _ => format!("cannot be started: {wrong}"),
    };
    Failure::Machine(format!("the program guestd {what}"))
}
