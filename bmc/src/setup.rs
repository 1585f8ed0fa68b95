//! What a configuration says of the BMC: what guestd tells guestctl of it, so that it is read
//! by one program alone.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::discover::Plan;
use crate::port::DEFAULT_PORT;

/// The part of a configuration that is about the BMC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Setup {
    /// When the address is announced: `boot`, `change` or `off`.
    pub announce: String,
    /// The name of the port.
    pub port: String,
    /// Where the address comes from.
    #[serde(flatten)]
    pub plan: Plan,
    /// Where it is kept what was sent.
    pub state_dir: PathBuf,
}

impl Default for Setup {
    /// Without any configuration.
    fn default() -> Self {
        Self {
            announce: "boot".to_owned(),
            port: DEFAULT_PORT.to_owned(),
            plan: Plan::default(),
            state_dir: "/run/guestd".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn what_is_told_is_what_is_understood() {
        let told = Setup {
            port: "other".to_owned(),
            plan: Plan {
                address: Some("10.0.0.1".to_owned()),
                sources: vec![Source::Ipmi, Source::Command],
                network: "10.0.0.0/24".parse().ok(),
                command: vec!["/bin/x".to_owned()],
            },
            ..Setup::default()
        };
        let text = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<Setup>(&text).unwrap(), told);
        assert!(serde_json::from_str::<Setup>(&text.replace("/24", "/64")).is_err());
    }
}
