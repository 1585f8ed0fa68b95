//! What the agent and the unit of its hooks say to each other: JSON, a line for each message.
//!
//! The agent names no program and no setting: which hooks there are, and as whom they run, the
//! other side reads for itself. So an agent that somebody has taken over gains nothing by it.

use std::path::PathBuf;

use hooks::{Context, Error, Limits, Outcome};
use serde::{Deserialize, Serialize};

/// The first line, from the side that runs hooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Hello {
    /// Ready, with hooks that can take so long at most.
    Ready {
        /// The one file that is its configuration, where one was named.
        config: Option<PathBuf>,
        limits: Limits,
    },
    /// Nothing can be run, for this reason.
    Refused(String),
}

/// What the agent asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Request {
    /// Make applications quiet.
    Freeze(Context),
    /// Nobody wants the freeze that is under way any more. Has no answer of its own.
    Cancel,
    /// Let them go on.
    Thaw,
    /// The freeze came to nothing: call back what ran.
    Undo,
    /// Let go on whatever somebody who is gone may have left quiet.
    Recover,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Report {
    /// When the times of the outcomes begin, on the clock that both share.
    pub(super) begun: u64,
    /// What each call did that was not reported before.
    pub(super) outcomes: Vec<Outcome>,
    /// Why it was not done.
    pub(super) failed: Option<Failed>,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Failed {
    /// These hooks failed.
    Hooks(Vec<Error>),
    /// Something else.
    Else(String),
}
