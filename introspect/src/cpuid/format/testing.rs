//! What the importers' tests share.

use super::{Format, import};
use crate::cpuid::{Capture, Dump};

/// The capture of a text that is recognised as this format.
pub(super) fn capture_of(format: Format, text: &str) -> Capture {
    let capture = import(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(capture.format, format);
    capture
}

/// Its guest.
pub(super) fn dump_of(format: Format, text: &str) -> Dump {
    capture_of(format, text).guest
}

/// The message of a text that is no capture.
pub(super) fn error_of(text: &str) -> String {
    match import(text.as_bytes()) {
        Ok(capture) => panic!("taken as {capture:?}"),
        Err(error) => error.to_string(),
    }
}
