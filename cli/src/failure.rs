//! Why there is no answer: each kind has its exit code and says the way out.

use std::io::{self, Write};

use crate::exit_code::ExitCode;
use crate::output::printable;

/// An end without an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Options that do not go together; what clap cannot see by itself.
    #[error("{0}")]
    Usage(String),
    /// A file, named as the user named it, and what is wrong with it.
    #[error("{name}: {reason}")]
    Input {
        /// The option or argument and its value.
        name: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The machine at hand does not let itself be read.
    #[error("{0}")]
    Machine(String),
    /// A guest agent cannot be reached, or does not do what it was asked.
    #[error("{0}")]
    Agent(String),
    /// A guest agent has not answered: whether it does what it was asked is not known.
    #[error("{0}")]
    Unanswered(String),
    /// Standard output does not take the answer.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// A fault of a file.
    pub(crate) fn input(name: impl Into<String>, reason: impl ToString) -> Self {
        Self::Input { name: name.into(), reason: reason.to_string() }
    }

    /// Says it once on standard error, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if self.is_broken_pipe() {
            return ExitCode::Ok;
        }
        // If standard error is gone too, the exit code has to do.
        let _ = writeln!(io::stderr(), "guestctl: {}", printable(&self.to_string()));
        self.code()
    }

    /// True when the reader of our output, such as `head`, has seen enough.
    fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::Usage,
            Self::Input { .. } => ExitCode::Input,
            Self::Agent(_) | Self::Unanswered(_) => ExitCode::Agent,
            Self::Machine(_) | Self::Output(_) => ExitCode::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_exit_code() {
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.code(), ExitCode::Machine);
        assert_eq!(Failure::input("--from x", "empty").code(), ExitCode::Input);
        assert_eq!(Failure::Usage(String::new()).code(), ExitCode::Usage);
        assert_eq!(Failure::Machine(String::new()).code(), ExitCode::Machine);
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        let pipe = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(pipe.report(), ExitCode::Ok);
    }
}
