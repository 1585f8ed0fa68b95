//! The program guestd, which alone knows what its configuration means: asked for that, whether
//! it runs as a service or not.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::failure::Failure;

/// Where it is installed; the PATH of a user may lack some.
const PLACES: [&str; 6] =
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

/// The program: that beside guestctl, else the first of the PATH and of where it is installed.
pub(super) fn find() -> Option<PathBuf> {
    let own = env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    let places = beside.into_iter().chain(env::split_paths(&path)).chain(PLACES.map(PathBuf::from));
    places.map(|place| place.join("guestd")).find(|file| file.is_file())
}

/// What this program says to these words, about what stands for `/`.
///
/// # Errors
/// `Machine`: it cannot be started.
pub(super) fn ask(program: &Path, words: &[&str], root: Option<&Path>) -> Result<Output, Failure> {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null());
    if let Some(root) = root {
        command.arg("--root").arg(root);
    }
    let output = command.output();
    output.map_err(|wrong| Failure::Machine(format!("cannot run {}: {wrong}", program.display())))
}

/// What `guestd check` says: of a configuration that is well, or what is wrong with it.
///
/// # Errors
/// `Machine` where there is no guestd.
pub(super) fn check(more: &[&str], root: Option<&Path>) -> Result<Result<String, String>, Failure> {
    let output = ask(&installed()?, &[&["check"], more].concat(), root)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) })
}

/// What it calls itself.
///
/// # Errors
/// `Machine` where there is no guestd.
pub(super) fn version() -> Result<String, Failure> {
    let output = ask(&installed()?, &["--version"], None)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn installed() -> Result<PathBuf, Failure> {
    let missing = "the program guestd is neither in PATH nor in /usr/sbin; install it";
    find().ok_or_else(|| Failure::Machine(missing.to_owned()))
}
