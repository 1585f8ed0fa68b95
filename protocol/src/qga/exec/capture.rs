//! What to keep of a program's output: QEMU's alternate of a boolean and a name.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// What to keep of a program's output, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CaptureOutput {
    /// All or nothing.
    Flag(bool),
    /// By name. Since QEMU 8.0.
    Mode(CaptureMode),
}

/// What to keep of a program's output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureMode {
    /// Nothing.
    #[default]
    None,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Both, each for itself: what `true` means.
    Separated,
    /// Both, in the order they were written.
    Merged,
}

const NAMES: &[&str] = &["none", "stdout", "stderr", "separated", "merged"];

impl From<CaptureOutput> for CaptureMode {
    fn from(output: CaptureOutput) -> Self {
        match output {
            CaptureOutput::Flag(false) => Self::None,
            CaptureOutput::Flag(true) => Self::Separated,
            CaptureOutput::Mode(mode) => mode,
        }
    }
}

impl<'de> Deserialize<'de> for CaptureOutput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CaptureVisitor)
    }
}

struct CaptureVisitor;

impl Visitor<'_> for CaptureVisitor {
    type Value = CaptureOutput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestExecCaptureOutput")
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<CaptureOutput, E> {
        Ok(CaptureOutput::Flag(flag))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<CaptureOutput, E> {
        let mode = match name {
            "none" => CaptureMode::None,
            "stdout" => CaptureMode::Stdout,
            "stderr" => CaptureMode::Stderr,
            "separated" => CaptureMode::Separated,
            "merged" => CaptureMode::Merged,
            _ => return Err(E::unknown_variant(name, NAMES)),
        };
        Ok(CaptureOutput::Mode(mode))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::wire;
    use super::*;

    fn error(json: &str) -> String {
        serde_json::from_str::<CaptureOutput>(json).unwrap_err().to_string()
    }

    #[test]
    fn flags_and_names() {
        for (json, output, mode) in [
            ("false", CaptureOutput::Flag(false), CaptureMode::None),
            ("true", CaptureOutput::Flag(true), CaptureMode::Separated),
        ] {
            wire(json, &output);
            assert_eq!(CaptureMode::from(output), mode);
        }
        for (name, mode) in [
            ("none", CaptureMode::None),
            ("stdout", CaptureMode::Stdout),
            ("stderr", CaptureMode::Stderr),
            ("separated", CaptureMode::Separated),
            ("merged", CaptureMode::Merged),
        ] {
            let output = CaptureOutput::Mode(mode);
            wire(&format!("\"{name}\""), &output);
            assert_eq!(CaptureMode::from(output), mode);
            assert!(NAMES.contains(&name));
        }
    }

    #[test]
    fn another_name() {
        assert!(error("\"zz\"").starts_with("unknown variant `zz`, expected one of `none`"));
    }

    #[test]
    fn another_type() {
        for json in ["5", "-5", "1.5", "null", "{}", r#"["none"]"#] {
            let error = error(json);
            assert!(error.contains(", expected GuestExecCaptureOutput"), "{json}: {error}");
        }
    }
}
