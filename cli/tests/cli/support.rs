//! Runs guestctl in an environment that does not depend on who runs the test.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A dump of this project's build machine, a guest on an Emerald Rapids host.
pub(crate) const DUMP: &str = include_str!("fixtures/emerald-rapids-guest.etallen");
/// The /proc/cpuinfo of a VMware guest on a Kaby Lake host in Haswell EVC mode.
pub(crate) const CPUINFO: &str =
    include_str!("../../../tests/fixtures/cpuinfo/kabylake-evc-haswell.cpuinfo");

/// The same guest before its cluster had an EVC mode.
pub(crate) const NO_EVC: &str =
    include_str!("../../../tests/fixtures/cpuinfo/kabylake-no-evc.cpuinfo");

/// What guestctl answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The command, with no colour settings from outside.
pub(crate) fn guestctl(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guestctl"));
    command.args(args);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// Runs guestctl.
pub(crate) fn run(args: &[&str]) -> Answer {
    answer(guestctl(args).stdin(Stdio::null()))
}

/// Runs guestctl with a dump on its standard input.
pub(crate) fn run_on(input: &str, args: &[&str]) -> Answer {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    answer(guestctl(args).stdin(file))
}

/// Runs a prepared command.
pub(crate) fn answer(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs guestctl for a JSON answer and reads it.
pub(crate) fn json(input: &str, args: &[&str]) -> serde_json::Value {
    let answer = run_on(input, args);
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// A file in a directory that goes away with the test.
pub(crate) fn file(content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dump");
    std::fs::write(&path, content).unwrap();
    (dir, path)
}
