//! The address of the machine's BMC as guestd announces it: `guestd-bmc`.

use serde::{Deserialize, Serialize};

/// Result of `guestd-bmc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    /// When it is announced: `boot`, `change` or `off`.
    pub announce: String,
    /// The name of the port.
    pub port: String,
    /// Where the announcement is.
    pub state: State,
    /// The device file of the port, while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The address that counts now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The source that it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why there is no address, or what keeps it from being sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What was sent last since the machine booted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

/// Where an announcement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing is announced.
    Off,
    /// There is no such port.
    NoPort,
    /// The sources are being asked.
    Looking,
    /// No source has an address that may be announced.
    NoAddress,
    /// Another program has the port open.
    Busy,
    /// Nobody has opened the other end of the port.
    NoHost,
    /// The line was written. The host does not tell what it made of it.
    Sent,
    /// The port cannot be used.
    Failed,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sent {
    /// The address.
    pub address: String,
    /// The source that it was from.
    pub source: String,
    /// The device file that it was written to.
    pub device: String,
    /// The last time, RFC 3339.
    pub at: String,
    /// How often since the machine booted.
    pub times: u64,
}

impl State {
    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::NoPort => "there is no such port",
            Self::Looking => "looking for the address",
            Self::NoAddress => "no address to announce",
            Self::Busy => "another program has the port open",
            Self::NoHost => "waits for a host",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}
