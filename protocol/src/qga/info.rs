//! `guest-sync`, `guest-sync-delimited`, `guest-info`, `guest-get-host-name` and
//! `guest-get-osinfo`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Arguments of `guest-sync` and `guest-sync-delimited`. The result is `id` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncArguments {
    /// What the host tells this reply by; libvirt sends the time in milliseconds.
    pub id: i64,
}

/// Result of `guest-info`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The version of the agent.
    pub version: Cow<'static, str>,
    /// Every command the agent has, also those it refuses. Unlike all other names on
    /// the wire this one is written with an underscore.
    pub supported_commands: Vec<CommandInfo>,
}

/// A command of the agent, in [`Info`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CommandInfo {
    /// The name of the command.
    pub name: Cow<'static, str>,
    /// Whether it is allowed. KubeVirt decides by this what a guest can do.
    pub enabled: bool,
    /// Whether success is answered. Shutdown and suspend answer only when they fail.
    pub success_response: bool,
}

/// Result of `guest-get-host-name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HostName {
    /// As gethostname(2) has it: with or without a domain.
    pub host_name: String,
}

/// Result of `guest-get-osinfo`: the kernel from uname(2), all else from os-release(5),
/// where each part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OsInfo {
    /// `release` of uname(2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel_release: Option<String>,
    /// `version` of uname(2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel_version: Option<String>,
    /// `machine` of uname(2): the architecture, such as `x86_64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// `ID`, such as `debian`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `PRETTY_NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretty_name: Option<String>,
    /// `VERSION`, with a code name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `VERSION_ID`, without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// `VARIANT`, such as `Server Edition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// `VARIANT_ID`, such as `server`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    #[test]
    fn sync() {
        wire(r#"{"id": 1234}"#, &SyncArguments { id: 1234 });
        let largest = SyncArguments { id: i64::MAX };
        wire(r#"{"id": 9223372036854775807}"#, &largest);
        assert!(serde_json::from_str::<SyncArguments>("{}").is_err());
    }

    #[test]
    fn info() {
        let command = |name, success_response| CommandInfo {
            name: Cow::Borrowed(name),
            enabled: true,
            success_response,
        };
        // Two of the 43 commands.
        wire(
            r#"{"version": "11.1.3", "supported_commands": [
                {"enabled": true, "name": "guest-get-load", "success-response": true},
                {"enabled": true, "name": "guest-suspend-ram", "success-response": false}]}"#,
            &Info {
                version: Cow::Borrowed("11.1.3"),
                supported_commands: vec![
                    command("guest-get-load", true),
                    command("guest-suspend-ram", false),
                ],
            },
        );
    }

    #[test]
    fn host_name() {
        wire(r#"{"host-name": "vm"}"#, &HostName { host_name: "vm".to_owned() });
    }

    #[test]
    fn os_info_of_debian_has_no_variant() {
        wire(
            r##"{"name": "Debian GNU/Linux", "kernel-release": "6.1.0-56-cloud-amd64",
                "version": "12 (bookworm)", "pretty-name": "Debian GNU/Linux 12 (bookworm)",
                "version-id": "12",
                "kernel-version": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)",
                "machine": "x86_64", "id": "debian"}"##,
            &OsInfo {
                kernel_release: Some("6.1.0-56-cloud-amd64".to_owned()),
                kernel_version: Some(
                    "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)".to_owned(),
                ),
                machine: Some("x86_64".to_owned()),
                id: Some("debian".to_owned()),
                name: Some("Debian GNU/Linux".to_owned()),
                pretty_name: Some("Debian GNU/Linux 12 (bookworm)".to_owned()),
                version: Some("12 (bookworm)".to_owned()),
                version_id: Some("12".to_owned()),
                variant: None,
                variant_id: None,
            },
        );
    }

    /// Not captured: `VARIANT` as Fedora's os-release has it.
    #[test]
    fn os_info_of_a_variant() {
        wire(
            r#"{"variant": "Server Edition", "variant-id": "server"}"#,
            &OsInfo {
                variant: Some("Server Edition".to_owned()),
                variant_id: Some("server".to_owned()),
                ..OsInfo::default()
            },
        );
    }
}
