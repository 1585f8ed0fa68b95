//! Claims carry evidence: what was seen, where, and how sure that makes us.

use serde::{Deserialize, Serialize};

/// How sure a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Deduced by a rule that has held wherever it could be checked.
    Inferred,
    /// Found in a published list.
    Listed,
    /// Read from the machine itself.
    Observed,
}

impl Confidence {
    /// The word itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Listed => "listed",
            Self::Observed => "observed",
        }
    }
}

/// One reason to believe a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Where it was seen, such as `cpuid 0x1` or `/proc/cpuinfo`.
    pub source: String,
    /// What it says, as a sentence.
    pub fact: String,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Evidence {
    /// A fact read from the machine or the capture.
    pub fn observed(source: impl Into<String>, fact: impl Into<String>) -> Self {
        Self { source: source.into(), fact: fact.into(), confidence: Confidence::Observed }
    }

    /// A fact from a published list.
    pub fn listed(source: impl Into<String>, fact: impl Into<String>) -> Self {
        Self { source: source.into(), fact: fact.into(), confidence: Confidence::Listed }
    }

    /// A conclusion of ours.
    pub fn inferred(source: impl Into<String>, fact: impl Into<String>) -> Self {
        Self { source: source.into(), fact: fact.into(), confidence: Confidence::Inferred }
    }
}
