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
    /// What guestd has sent last since the machine booted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// What was sent last by hand since then, with `guestctl bmc announce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<Sent>,
    /// What became of the address in VMware's guestinfo, where it is wanted there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guestinfo: Option<Guestinfo>,
}

/// An address in VMware's guestinfo.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Guestinfo {
    /// The key.
    pub key: String,
    /// The address that was set last by this agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why the address that counts now could not be set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
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
    /// Who has sent it: `guestd`, or `guestctl` and the user who ran it.
    #[serde(default = "Sent::guestd")]
    pub by: String,
}

impl Sent {
    /// The agent as the one who has sent something.
    pub fn guestd() -> String {
        "guestd".to_owned()
    }
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
