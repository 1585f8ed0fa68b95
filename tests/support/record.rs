//! What a run did beyond passing or failing: guests booted, tests that could not run.
//! `make test` counts these lines for its closing line.

use std::fs::OpenOptions;
use std::io::Write;

/// Names the file that every test process of one run appends to; unset means that
/// nobody counts.
const FILE: &str = "GUESTD_TEST_RECORD";

/// Appends one line, `kind what`.
pub fn note(kind: &str, what: &str) {
    let Some(path) = std::env::var_os(FILE) else { return };
    let line = format!("{kind} {}\n", what.replace('\n', " "));
    // One write of one short line in append mode, so lines of two processes do not mix.
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        eprintln!("cannot record '{}' in {}: {error}", line.trim_end(), path.display());
    }
}
