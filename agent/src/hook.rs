//! The hook of qemu-ga: one program, run with `freeze` before and `thaw` after.

use std::path::PathBuf;
use std::time::Duration;

use protocol::Error;

use crate::program::Program;

/// How long it may take. A host that waits for a freeze waits at least so long.
const LIMIT: Duration = Duration::from_secs(60);

/// A program that makes applications quiet. As from qemu-ga it gets the environment and the
/// working directory of the agent.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    path: PathBuf,
}

impl Hook {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its file name.
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// It cannot be run, fails, or takes too long.
    pub(crate) fn run(&self, argument: &str) -> Result<(), Error> {
        let program = Program::new(&self.path).arguments([argument]).limit(LIMIT).inheriting();
        program.run_to("execute fsfreeze hook").map(drop)
    }
}
