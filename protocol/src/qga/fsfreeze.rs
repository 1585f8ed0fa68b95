//! `guest-fsfreeze-status`, `guest-fsfreeze-freeze` and `guest-fsfreeze-freeze-list`.
//!
//! Freeze, freeze-list and thaw return a number: of file systems frozen or thawed.

use serde::{Deserialize, Serialize};

/// Result of `guest-fsfreeze-status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FsfreezeStatus {
    /// All file systems take writes.
    Thawed,
    /// The agent has frozen, and not thawed since.
    Frozen,
}

/// Arguments of `guest-fsfreeze-freeze-list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FsfreezeFreezeListArguments {
    /// What to freeze; a path that is no mount point is passed over. All file systems
    /// if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mountpoints: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::super::check::wire;
    use super::*;

    #[test]
    fn status() {
        wire(r#""thawed""#, &FsfreezeStatus::Thawed);
        wire(r#""frozen""#, &FsfreezeStatus::Frozen);
    }

    #[test]
    fn freeze_list() {
        wire("{}", &FsfreezeFreezeListArguments { mountpoints: None });
        wire(r#"{"mountpoints": []}"#, &FsfreezeFreezeListArguments { mountpoints: Some(vec![]) });
        let some = vec!["/data".to_owned(), "/none".to_owned()];
        wire(
            r#"{"mountpoints": ["/data", "/none"]}"#,
            &FsfreezeFreezeListArguments { mountpoints: Some(some) },
        );
    }
}
