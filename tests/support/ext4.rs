//! The filesystem on a copy of a guest's disk.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::server::run;

/// In which state it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The journal has to be replayed.
    pub dirty: bool,
    /// e2fsck finds nothing to repair, the replay aside.
    pub whole: bool,
}

impl State {
    /// Looks at it, and replays its journal where that is needed.
    ///
    /// # Errors
    /// It is no ext4, or a program of e2fsprogs cannot be run.
    pub fn of(disk: &Path) -> Result<Self> {
        let header = run(Command::new("dumpe2fs").arg("-h").arg(disk))?;
        let dirty = header.contains("needs_recovery");
        // -p replays the journal where it has to, and fails where that is not enough; 1: it
        // has done something.
        let mut code = Command::new("e2fsck").arg("-p").arg(disk).output()?.status.code();
        if code == Some(1) || code == Some(0) {
            code = Command::new("e2fsck").args(["-f", "-n"]).arg(disk).output()?.status.code();
        }
        Ok(Self { dirty, whole: code == Some(0) })
    }
}
