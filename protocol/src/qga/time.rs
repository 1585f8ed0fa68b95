//! `guest-set-time` and `guest-get-timezone`. `guest-get-time` returns a number:
//! nanoseconds since 1970 in UTC, of which QEMU's agent fills in the microseconds.

use serde::{Deserialize, Serialize};

/// Arguments of `guest-set-time`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetTimeArguments {
    /// Nanoseconds since 1970 in UTC. Left out: what the real-time clock says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
}

/// Result of `guest-get-timezone`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Timezone {
    /// The abbreviation in use now, such as `CEST`. Not fit for telling zones apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Seconds that local time is ahead of UTC now; negative in the west.
    pub offset: i64,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    #[test]
    fn set_time() {
        wire("{}", &SetTimeArguments { time: None });
        wire(
            r#"{"time": 1700000000123456789}"#,
            &SetTimeArguments { time: Some(1_700_000_000_123_456_789) },
        );
    }

    #[test]
    fn timezone() {
        let utc = Timezone { zone: Some("UTC".to_owned()), offset: 0 };
        wire(r#"{"zone": "UTC", "offset": 0}"#, &utc);
    }
}
