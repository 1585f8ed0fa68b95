//! Our own JSON: everything a [`Capture`] holds, as one object.
//!
//! ```json
//! {
//!   "guestd-cpuid": 1,
//!   "cpus": [
//!     {"0x0.0": "0000000d 756e6547 6c65746e 49656e69", "0x1.0": "000306f0 00010800 fffa3203 0f8bfbff"},
//!     {"same_as": 0, "0x1.0": "000306f0 01010800 fffa3203 0f8bfbff"}
//!   ],
//!   "hardware_version": 11
//! }
//! ```
//!
//! Keys are leaf (hexadecimal) and subleaf (decimal), values EAX, EBX, ECX, EDX. A CPU
//! may name an earlier one that it is the same as, and then lists only what differs;
//! `null` takes a leaf away. `host`, `hardware_version`, `cpuinfo` and `notes` are left
//! out where there is nothing to say. A guestctl report holds the same object under
//! the key `cpuid`.

mod cpus;
mod kernel;

use std::io::Write;

use serde::de::{self, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::collect::{TOO_MANY_CPUS, TOO_MANY_IN_ALL, TOO_MANY_LEAVES};
use super::document::Document;
use super::found::printable;
use super::{ExportError, Format, ImportError};
use crate::cpuid::Capture;
use crate::cpuid::cpuinfo::CpuInfo;
use crate::cpuid::dump::{Dump, MAX_CPUS, MAX_LEAVES};

/// The version of the object that this code writes, and the only one it reads.
pub const VERSION: u32 = 1;
/// The most notes of a capture, and the most characters of each.
const MAX_NOTES: usize = 256;
const MAX_NOTE: usize = 1000;

/// A capture as our JSON has it; the report embeds it under the key `cpuid`.
///
/// What was deserialised is within all limits of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NativeDump {
    #[serde(rename = "guestd-cpuid")]
    version: Version,
    #[serde(with = "cpus")]
    cpus: Dump,
    #[serde(default, with = "cpus::optional", skip_serializing_if = "Option::is_none")]
    host: Option<Dump>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hardware_version: Option<u32>,
    #[serde(default, with = "kernel::optional", skip_serializing_if = "Option::is_none")]
    cpuinfo: Option<CpuInfo>,
    #[serde(default, deserialize_with = "notes", skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl From<&Dump> for NativeDump {
    fn from(dump: &Dump) -> Self {
        Self {
            version: Version,
            cpus: dump.clone(),
            host: None,
            hardware_version: None,
            cpuinfo: None,
            notes: Vec::new(),
        }
    }
}

impl From<&Capture> for NativeDump {
    fn from(capture: &Capture) -> Self {
        Self {
            version: Version,
            cpus: capture.guest.clone(),
            host: capture.host.clone(),
            hardware_version: capture.hardware_version,
            cpuinfo: capture.cpuinfo.clone(),
            notes: capture.notes.clone(),
        }
    }
}

impl From<NativeDump> for Dump {
    /// The guest's dump alone.
    fn from(native: NativeDump) -> Self {
        native.cpus
    }
}

impl From<NativeDump> for Capture {
    fn from(native: NativeDump) -> Self {
        Self {
            format: Format::Native,
            guest: native.cpus,
            host: native.host,
            cpuinfo: native.cpuinfo,
            hardware_version: native.hardware_version,
            notes: native.notes,
        }
    }
}

/// Reads a dump, or the dump within a report.
pub(super) fn import(document: &Document) -> Result<Capture, ImportError> {
    let text = document.text();
    if !text.contains("\"guestd-cpuid\"") {
        let found = "a JSON document without \"guestd-cpuid\"".to_owned();
        return Err(ImportError::Unrecognised { found });
    }
    let error = |error: serde_json::Error| json_error(document, &error);
    let outline: Outline = serde_json::from_str(text).map_err(error)?;
    let native = if outline.is_report() {
        serde_json::from_str::<Report>(text).map_err(error)?.cpuid
    } else {
        serde_json::from_str::<NativeDump>(text).map_err(error)?
    };
    if native.cpus.is_empty() && native.cpuinfo.is_none() {
        let expected = "a leaf in \"cpus\", or \"cpuinfo\"";
        return Err(document.malformed(document.last_line(), expected, "neither"));
    }
    Ok(native.into())
}

/// Writes a capture, one CPU a line.
pub(super) fn export(capture: &Capture, out: &mut dyn Write) -> Result<(), ExportError> {
    let native = NativeDump::from(capture);
    serde_json::to_writer_pretty(&mut *out, &native).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// The keys at the top that tell what a document is.
#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "guestd-cpuid")]
    version: Option<IgnoredAny>,
    cpuid: Option<IgnoredAny>,
}

impl Outline {
    fn is_report(&self) -> bool {
        self.version.is_none() && self.cpuid.is_some()
    }
}

/// A guestctl report, as far as it concerns an importer.
#[derive(Deserialize)]
struct Report {
    cpuid: NativeDump,
}

/// [`VERSION`], and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            version if version == u64::from(VERSION) => Ok(Self),
            other => Err(de::Error::custom(format!(
                "version {other} of \"guestd-cpuid\"; this guestctl reads version {VERSION}"
            ))),
        }
    }
}

fn notes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let notes: Vec<String> = cpus::bounded(deserializer, MAX_NOTES, "too many notes")?;
    Ok(notes.iter().map(|note| printable(note, MAX_NOTE)).collect())
}

/// serde knows errors as text only; the limits are told by their words.
fn json_error(document: &Document, error: &serde_json::Error) -> ImportError {
    let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
    let text = error.to_string();
    for (what, limit) in [
        (TOO_MANY_CPUS, MAX_CPUS),
        (TOO_MANY_LEAVES, MAX_LEAVES),
        (TOO_MANY_IN_ALL, super::collect::MAX_TOTAL),
    ] {
        if text.starts_with(what) {
            return document.too_large(line, what, limit);
        }
    }
    let words = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    document.malformed(line, "guestctl's own JSON", printable(words, 160))
}

#[cfg(test)]
mod tests;
