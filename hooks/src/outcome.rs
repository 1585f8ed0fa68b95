//! What became of one call of a hook.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Dialect;

/// One call of a hook, or the life of a session from start to `ready` or from `thaw` to its
/// end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// [`crate::Hook::name`].
    pub hook: String,
    /// Whose convention it follows.
    pub origin: Dialect,
    /// What it was told, in the words of its platform: `freeze`, `thaw`, ...
    pub argument: String,
    /// When it was started, since [`crate::Run::new`].
    pub start: Duration,
    /// How long it took.
    pub duration: Duration,
    /// How it ended.
    pub result: RunResult,
    /// What it printed to standard output and standard error, bounded, printable.
    pub output: String,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunResult {
    /// Exit status 0; for a session that freezes, `ready`.
    Ok,
    /// This exit status.
    Exit(i32),
    /// This signal, which we did not send.
    Signal(i32),
    /// Killed: it took longer than it may.
    TimedOut,
    /// It could not be started, for this reason.
    NotStarted(String),
    /// A session that ended before it was told to.
    Lost,
    /// Killed: nobody wanted the freeze any more.
    Cancelled,
}

impl RunResult {
    /// True for success.
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok)
    }
}

impl fmt::Display for RunResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Exit(0) => f.write_str("ended without saying ready"),
            Self::Exit(status) => write!(f, "exit status {status}"),
            Self::Signal(number) => write!(f, "killed by signal {number}"),
            Self::TimedOut => f.write_str("timed out and was killed"),
            Self::NotStarted(why) => write!(f, "cannot be started: {why}"),
            Self::Lost => f.write_str("ended while it should have held the application quiet"),
            Self::Cancelled => f.write_str("killed because the freeze was given up"),
        }
    }
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("hook {hook} ({argument}): {result}{}", told(.output))]
pub struct Error {
    /// [`crate::Hook::name`].
    pub hook: String,
    /// What it was told.
    pub argument: String,
    /// How it ended.
    pub result: RunResult,
    /// What it printed.
    pub output: String,
}

impl Outcome {
    /// The failure, if it is one.
    pub fn error(&self) -> Option<Error> {
        let error = || Error {
            hook: self.hook.clone(),
            argument: self.argument.clone(),
            result: self.result.clone(),
            output: self.output.clone(),
        };
        (!self.result.is_ok()).then(error)
    }
}

/// How much of the output an error tells; its end, where programs say what is wrong.
const TOLD: usize = 300;

fn told(output: &str) -> String {
    let text = output.trim();
    if text.is_empty() {
        return String::new();
    }
    let skip = text.chars().count().saturating_sub(TOLD);
    let end: String = text.chars().skip(skip).collect();
    format!(": {}{}", if skip > 0 { "..." } else { "" }, end.replace('\n', "; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_hook_status_and_the_end_of_the_output() {
        let error = |output: &str| Error {
            hook: "20-db".to_owned(),
            argument: "freeze".to_owned(),
            result: RunResult::Exit(3),
            output: output.to_owned(),
        };
        assert_eq!(error("").to_string(), "hook 20-db (freeze): exit status 3");
        assert_eq!(error("a\nb\n").to_string(), "hook 20-db (freeze): exit status 3: a; b");
        let long = error(&format!("{}end", "x".repeat(5000))).to_string();
        assert!(long.len() < 400 && long.ends_with("xend"), "{long}");
    }
}
