//! What a command answers.

use protocol::Error;
use serde::Serialize;

/// The answer of a command that went well.
pub(crate) enum Reply {
    /// The JSON text of the return value.
    Value(Vec<u8>),
    /// The same, with the sentinel byte before the line.
    Delimited(Vec<u8>),
    /// A return value too large to be held at once.
    Stream(Box<dyn Body>),
    /// Nothing is sent (`success-response: false`, as of `guest-shutdown`).
    Silent,
}

/// A return value that is written piece by piece.
pub(crate) trait Body: Send {
    /// Appends the next piece of the JSON text; false after the last one.
    ///
    /// # Errors
    /// The value cannot be had. Before the first piece has been written this becomes an
    /// error reply; afterwards the value has to be ended some other way.
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error>;

    /// The same where it need not wait for anything; else `None`, and nothing is appended.
    fn next_now(&mut self, _out: &mut Vec<u8>) -> Option<bool> {
        None
    }
}

/// A return value that is there as a whole.
pub(crate) struct Whole(Vec<u8>);

impl Whole {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(protocol::json::to_vec(value))
    }
}

impl Body for Whole {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        out.append(&mut self.0);
        Ok(false)
    }

    fn next_now(&mut self, out: &mut Vec<u8>) -> Option<bool> {
        out.append(&mut self.0);
        Some(false)
    }
}

impl Reply {
    /// A value that fits into memory.
    pub(crate) fn value(value: &impl Serialize) -> Self {
        Self::Value(protocol::json::to_vec(value))
    }
}

/// What commands without a result return: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Nothing {}
