//! What the fuzz targets share: one importer on one input, and what must hold then; the
//! protocol and the BMC are in files of their own.

mod machine;
mod protocol;

pub use introspect::cpuid::Format;
use introspect::cpuid::format::{export, import, import_as};
use introspect::cpuid::{Capture, ImportError};
pub use libfuzzer_sys;
pub use machine::{firmware, lan};
pub use protocol::{dispatch, frames};

/// The entry point of a target for one format, or for recognition by content.
#[macro_export]
macro_rules! importer {
    ($format:expr) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::check($format, data));
    };
}

/// Imports the bytes. A capture must come back from our JSON as it is; an error must be
/// fit to be shown.
pub fn check(format: Option<Format>, data: &[u8]) {
    let result = match format {
        Some(format) => import_as(format, data),
        None => import(data),
    };
    match result {
        Ok(capture) => check_capture(capture),
        Err(error) => check_error(&error),
    }
}

fn check_capture(mut capture: Capture) {
    for format in [Format::Etallen, Format::Libvirt] {
        let mut text = Vec::new();
        // A capture that the format cannot hold is refused.
        if export(&capture, format, &mut text).is_ok() {
            let cpus = if format == Format::Libvirt { 1 } else { capture.guest.cpus.len() };
            match import(text.as_slice()) {
                Ok(again) => assert_eq!(again.guest.cpus[..], capture.guest.cpus[..cpus]),
                // libvirt's first CPU may be empty where another is not.
                Err(error) => assert!(capture.guest.cpus[0].is_empty(), "{error}"),
            }
        }
    }
    let mut json = Vec::new();
    export(&capture, Format::Native, &mut json).expect("a Vec takes all");
    let again = import(json.as_slice()).expect("our own JSON is read");
    capture.format = Format::Native;
    assert_eq!(again, capture);
}

fn check_error(error: &ImportError) {
    let text = error.to_string();
    assert!(text.chars().count() < 600, "{text}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
}
