//! The command line: which of the program's faces is asked for, and what it shall do.

mod qemu_ga;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;

use crate::exit::Exit;

/// The name under which the program takes qemu-ga's options.
const QEMU_GA: &str = "qemu-ga";

/// The program. `arguments` begin with its own name.
///
/// To be called while the process has one thread.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or_else(|| "guestd".into());
    let words: Vec<OsString> = arguments.collect();
    match words.split_first() {
        _ if is_qemu_ga(&program) => qemu_ga::main(&program, &words),
        Some((verb, options)) if verb == QEMU_GA => qemu_ga::main(QEMU_GA.as_ref(), options),
        _ => Exit::Usage,
    }
}

/// True where the program was started as `qemu-ga`, by any path.
fn is_qemu_ga(program: &OsStr) -> bool {
    Path::new(program).file_name().is_some_and(|name| name == QEMU_GA)
}

/// Writes to stdout. A reader that has gone, as of `| head`, is no error.
fn print(text: &[u8]) -> Exit {
    match io::stdout().write_all(text).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failure,
        _ => Exit::Success,
    }
}
