//! What the configuration says of the BMC. guestd reads it and tells, whether it runs or not,
//! so that there is one program that understands it.

use std::path::Path;

use bmc::Setup;

use crate::command::guestd;
use crate::failure::Failure;

/// The exit code of a guestd that does not know the question.
const UNKNOWN: i32 = 2;

/// The configuration below what stands for `/`; the defaults where there is no guestd, which
/// alone has one.
///
/// # Errors
/// `Machine`: the configuration is wrong, or guestd does not tell it.
pub(super) fn read(root: &Path) -> Result<Setup, Failure> {
    match guestd::find() {
        Some(program) => ask(&program, root),
        None => Ok(Setup::default()),
    }
}

fn ask(program: &Path, root: &Path) -> Result<Setup, Failure> {
    let name = program.display();
    let output = guestd::ask(program, &["check", "--bmc"], Some(root))?;
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
