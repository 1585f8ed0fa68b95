//! What the configuration says of the BMC. guestd reads it and tells, whether it runs or not,
//! so that there is one program that understands it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bmc::Setup;

use crate::failure::Failure;

/// Where guestd lies, beside the directory of guestctl itself.
const PLACES: [&str; 6] =
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];
/// The exit code of a guestd that does not know the question.
const UNKNOWN: i32 = 2;

/// The configuration below what stands for `/`; the defaults where there is no guestd, which
/// alone has one.
///
/// # Errors
/// `Machine`: the configuration is wrong, or guestd does not tell it.
pub(super) fn read(root: &Path) -> Result<Setup, Failure> {
    match program() {
        Some(program) => ask(&program, root),
        None => Ok(Setup::default()),
    }
}

fn program() -> Option<PathBuf> {
    let own = env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let places = beside.into_iter().chain(PLACES.map(PathBuf::from));
    places.map(|place| place.join("guestd")).find(|file| file.is_file())
}

fn ask(program: &Path, root: &Path) -> Result<Setup, Failure> {
    let name = program.display();
    let output = Command::new(program)
        .args(["check", "--bmc", "--root"])
        .arg(root)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::Machine(format!("cannot run {name}: {error}")))?;
    if output.status.code() == Some(UNKNOWN) {
        let why = format!("{name} is of another version than guestctl, and does not tell it");
        return Err(Failure::Machine(format!("what is configured of the BMC: {why}")));
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().trim_start_matches("guestd: ");
        return Err(Failure::Machine(format!("the configuration of guestd: {said}")));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::Machine(format!("what {name} tells of the BMC: {error}")))
}
