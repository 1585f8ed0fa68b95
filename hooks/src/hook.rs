//! One hook: what is called when, and as whom.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Dialect, OnFailure};

/// A hook that was found, checked, and would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its file name; behind the dialect and a slash where it is not one of ours, as in
    /// `open-vm-tools/10-db.sh`. No two hooks have the same one.
    pub name: String,
    /// Where it was found.
    pub path: PathBuf,
    /// Its place: lower ones freeze first and thaw last.
    pub order: u32,
    /// How it is run.
    pub kind: Kind,
    /// Whose convention it follows.
    pub origin: Dialect,
    /// How long one call may take.
    pub timeout: Duration,
    /// What a failed freeze means.
    pub on_failure: OnFailure,
    /// The user it runs as; `None` is the caller's.
    pub user: Option<String>,
    /// What is run to freeze. Some platforms have a program only for afterwards.
    pub freeze: Option<Call>,
    /// What is run after the thaw. Not for sessions, which are told on standard input.
    pub thaw: Option<Call>,
    /// What is run where a freeze came to nothing.
    pub undo: Option<Call>,
}

/// How a hook is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A program, run once for each step.
    Program,
    /// One process from freeze to thaw.
    Session,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The program.
    pub path: PathBuf,
    /// Its arguments, without its name.
    pub arguments: Vec<String>,
}

impl Call {
    /// The program with these arguments.
    pub(crate) fn new(path: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        Self { path: path.into(), arguments }
    }

    /// What a record calls it: the first argument, or the program's file name without one.
    pub fn word(&self) -> String {
        self.arguments.first().cloned().unwrap_or_else(|| {
            self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        })
    }
}
