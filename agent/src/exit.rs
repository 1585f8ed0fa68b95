//! How the program ends.

use std::process::ExitCode;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: it did what it was asked; a server was told to stop.
    Success,
    /// 1: it could not; stderr or the log says why. Also every error of the personality
    /// of qemu-ga.
    Failure,
    /// 2: the command line is wrong, or the configuration of a server that shall start. Trying
    /// again changes nothing, so a service manager should not.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Usage => 2,
        })
    }
}
