//! `guest-shutdown`. The suspend commands take no arguments; all four answer only when
//! they fail.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::text;
use crate::Error;

/// Arguments of `guest-shutdown`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ShutdownArguments<'a> {
    /// The name of a [`ShutdownMode`]. A plain string in QEMU's schema, so that a bad
    /// one is the command's error and not one of its arguments.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub mode: Option<Cow<'a, str>>,
}

impl ShutdownArguments<'_> {
    /// The mode that is asked for: power down, unless named otherwise.
    ///
    /// # Errors
    /// There is no such mode. The text is QEMU's, in which a parenthesis stays open.
    pub fn mode(&self) -> Result<ShutdownMode, Error> {
        match self.mode.as_deref() {
            None | Some("powerdown") => Ok(ShutdownMode::Powerdown),
            Some("halt") => Ok(ShutdownMode::Halt),
            Some("reboot") => Ok(ShutdownMode::Reboot),
            Some(_) => {
                Err(Error::generic("mode is invalid (valid values are: halt|powerdown|reboot"))
            }
        }
    }
}

/// How the guest ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownMode {
    /// Stopped, with the power switched off.
    Powerdown,
    /// Stopped, with the power left on.
    Halt,
    /// Started again.
    Reboot,
}

#[cfg(test)]
mod tests {
    use super::super::check::writes;
    use super::*;

    fn read(json: &str) -> ShutdownArguments<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn modes() {
        assert_eq!(read("{}").mode().unwrap(), ShutdownMode::Powerdown);
        assert_eq!(read(r#"{"mode": "powerdown"}"#).mode().unwrap(), ShutdownMode::Powerdown);
        assert_eq!(read(r#"{"mode": "halt"}"#).mode().unwrap(), ShutdownMode::Halt);
        assert_eq!(read(r#"{"mode": "reboot"}"#).mode().unwrap(), ShutdownMode::Reboot);
    }

    #[test]
    fn a_mode_is_matched_to_the_letter() {
        let error = read(r#"{"mode": "Halt"}"#).mode().unwrap_err();
        let text = "mode is invalid (valid values are: halt|powerdown|reboot";
        assert_eq!(error, Error::generic(text));
    }

    #[test]
    fn written() {
        writes(&read("{}"), "{}");
        writes(&read(r#"{"mode": "halt"}"#), r#"{"mode": "halt"}"#);
    }
}
