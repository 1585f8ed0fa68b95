//! `guest-get-users`, `guest-set-user-password` and the three commands for SSH keys.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// An entry of the result of `guest-get-users`: who is logged in, once for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct User {
    /// The login name.
    pub user: String,
    /// Seconds since 1970 in UTC of the first login that still lasts, with a fraction.
    pub login_time: f64,
    /// Windows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Arguments of `guest-set-user-password`. Its `Debug` hides the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetUserPasswordArguments<'a> {
    /// The login name.
    #[serde(borrow)]
    pub username: Cow<'a, str>,
    /// The password in base64, or its hash in base64.
    #[serde(borrow)]
    pub password: Cow<'a, str>,
    /// Whether it is a hash of crypt(5).
    pub crypted: bool,
}

impl fmt::Debug for SetUserPasswordArguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUserPasswordArguments")
            .field("username", &self.username)
            .field("crypted", &self.crypted)
            .finish_non_exhaustive()
    }
}

/// Arguments of `guest-ssh-get-authorized-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SshGetAuthorizedKeysArguments<'a> {
    /// The login name.
    #[serde(borrow)]
    pub username: Cow<'a, str>,
}

/// Arguments of `guest-ssh-add-authorized-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SshAddAuthorizedKeysArguments<'a> {
    /// The login name.
    #[serde(borrow)]
    pub username: Cow<'a, str>,
    /// Lines of sshd(8), AUTHORIZED_KEYS FILE FORMAT. One that is there already is not
    /// added again.
    pub keys: Vec<String>,
    /// Whether those that are there now go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<bool>,
}

/// Arguments of `guest-ssh-remove-authorized-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SshRemoveAuthorizedKeysArguments<'a> {
    /// The login name.
    #[serde(borrow)]
    pub username: Cow<'a, str>,
    /// Whole lines as they are in the file. One that is not there is passed over.
    pub keys: Vec<String>,
}

/// Result of `guest-ssh-get-authorized-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuthorizedKeys {
    /// The lines of the file, without comments and blank ones. QEMU's agent gives the
    /// last one first.
    pub keys: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::super::check::{wire, writes};
    use super::*;

    #[test]
    fn user() {
        wire(
            r#"[{"login-time": 1700000050.654321, "user": "root"}]"#,
            &vec![User {
                user: "root".to_owned(),
                login_time: 1_700_000_050.654_321,
                domain: None,
            }],
        );
    }

    #[test]
    fn password() {
        let json = r#"{"username": "nobody", "password": "c2VjcmV0", "crypted": false}"#;
        let arguments: SetUserPasswordArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(arguments.username, "nobody");
        assert!(matches!(arguments.password, Cow::Borrowed("c2VjcmV0")));
        assert!(!arguments.crypted);
        writes(&arguments, json);

        let shown = format!("{arguments:?}");
        assert!(shown.contains("nobody") && !shown.contains("c2VjcmV0"), "{shown}");
    }

    /// As in QEMU, which says `Parameter 'crypted' is missing`.
    #[test]
    fn crypted_has_no_default() {
        let json = r#"{"username": "nobody", "password": ""}"#;
        let error = serde_json::from_str::<SetUserPasswordArguments<'_>>(json).unwrap_err();
        assert!(error.to_string().starts_with("missing field `crypted`"), "{error}");
    }

    #[test]
    fn keys() {
        wire(
            r#"{"keys": ["ssh-rsa AAAAtwo c@d", "ssh-ed25519 AAAAone a@b"]}"#,
            &AuthorizedKeys {
                keys: vec!["ssh-rsa AAAAtwo c@d".to_owned(), "ssh-ed25519 AAAAone a@b".to_owned()],
            },
        );
    }

    #[test]
    fn arguments_for_keys() {
        let json = r#"{"username": "root"}"#;
        let get: SshGetAuthorizedKeysArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(get.username, "root");
        writes(&get, json);

        let json = r#"{"username": "root", "keys": ["ssh-rsa A"], "reset": true}"#;
        let add: SshAddAuthorizedKeysArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!((add.keys.as_slice(), add.reset), (&["ssh-rsa A".to_owned()][..], Some(true)));
        writes(&add, json);

        let json = r#"{"username": "root", "keys": []}"#;
        let add: SshAddAuthorizedKeysArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(add.reset, None);
        writes(&add, json);
        let remove: SshRemoveAuthorizedKeysArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!((&*remove.username, remove.keys.len()), ("root", 0));
        writes(&remove, json);
    }
}
