//! What the shell is told, documented in `--help`.

/// Every way guestctl ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// The question was answered; where it could be yes or no, the answer is yes.
    Ok,
    /// The question was answered: no, different, or nothing found.
    No,
    /// The command line is wrong.
    Usage,
    /// A file cannot be read or understood, or does not hold what was asked for.
    Input,
    /// This machine cannot be read, or the answer cannot be written.
    Machine,
    /// A guest agent cannot be reached, or does not do what it was asked.
    Agent,
    /// `agent exec`: what the program ended with.
    Program(u8),
}

impl ExitCode {
    /// All that are ours, in the order of their numbers.
    const ALL: [Self; 6] =
        [Self::Ok, Self::No, Self::Usage, Self::Input, Self::Machine, Self::Agent];

    /// The number the shell sees.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Machine => 4,
            Self::Agent => 5,
            Self::Program(code) => code,
        }
    }

    /// The line of `--help`.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "the question is answered; yes, where it can be yes or no",
            Self::No => "the question is answered: no, different, or nothing found",
            Self::Usage => "the command line is wrong",
            Self::Input => "a file cannot be read or understood, or lacks what was asked for",
            Self::Machine => "this machine cannot be read, or the answer cannot be written",
            Self::Agent => "a guest agent cannot be reached, or does not do what it was asked",
            Self::Program(_) => "agent exec ends as the program inside did",
        }
    }

    /// The table of `--help`.
    pub(crate) fn help() -> String {
        Self::ALL.iter().map(|code| format!("\n  {}  {}", code.number(), code.meaning())).collect()
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_a_promise() {
        assert_eq!(ExitCode::ALL.map(ExitCode::number), [0, 1, 2, 3, 4, 5]);
        assert_eq!(ExitCode::Usage.number(), 2, "clap's own number for a wrong command line");
    }

    #[test]
    fn help_has_a_line_for_each() {
        assert_eq!(ExitCode::help().trim().lines().count(), ExitCode::ALL.len());
    }
}
