//! `guest-exec` and `guest-exec-status`.

mod capture;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::text;

pub use capture::{CaptureMode, CaptureOutput};

/// Arguments of `guest-exec`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecArguments<'a> {
    /// The program: a path, or a name to look for along `PATH`.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    /// Its arguments, without its name.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub arg: Option<Vec<Cow<'a, str>>>,
    /// Its whole environment, as `NAME=value`; that of the agent if it is left out.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub env: Option<Vec<Cow<'a, str>>>,
    /// Its standard input in base64; none if it is left out.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub input_data: Option<Cow<'a, str>>,
    /// What of its output to keep; nothing if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_output: Option<CaptureOutput>,
}

/// Result of `guest-exec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exec {
    /// What to ask `guest-exec-status` for: the process id.
    pub pid: i64,
}

/// Arguments of `guest-exec-status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecStatusArguments {
    /// What `guest-exec` returned.
    pub pid: i64,
}

/// Result of `guest-exec-status`. Once it says `exited`, the agent has forgotten the
/// process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecStatus {
    /// Whether it has ended, and its output with it. All else is known then only.
    pub exited: bool,
    /// The exit code, unless a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exitcode: Option<i64>,
    /// The signal that ended it (signal(7)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i64>,
    /// Standard output in base64, with standard error in it if they were merged. Left
    /// out if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_data: Option<String>,
    /// Standard error in base64. Left out if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub err_data: Option<String>,
    /// Whether `out_data` lacks its end. Left out together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_truncated: Option<bool>,
    /// Whether `err_data` lacks its end. Left out together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub err_truncated: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::super::check::{wire, writes};
    use super::*;

    #[test]
    fn all_arguments_are_lent() {
        let json = r#"{"path": "/bin/sh", "arg": ["-c", "cat"], "env": ["A=b"],
            "input-data": "aGVsbG8=", "capture-output": "stdout"}"#;
        let exec: ExecArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(
            exec,
            ExecArguments {
                path: "/bin/sh".into(),
                arg: Some(vec!["-c".into(), "cat".into()]),
                env: Some(vec!["A=b".into()]),
                input_data: Some("aGVsbG8=".into()),
                capture_output: Some(CaptureOutput::Mode(CaptureMode::Stdout)),
            }
        );
        assert!(matches!(exec.path, Cow::Borrowed(_)));
        assert!(matches!(exec.input_data, Some(Cow::Borrowed(_))));
        let lists = exec.arg.iter().chain(&exec.env).flatten();
        assert!(lists.into_iter().all(|text| matches!(text, Cow::Borrowed(_))));
        writes(&exec, json);
    }

    #[test]
    fn path_only() {
        let json = r#"{"path": "true"}"#;
        let exec: ExecArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(exec, ExecArguments { path: "true".into(), ..ExecArguments::default() });
        writes(&exec, json);
        let error = serde_json::from_str::<ExecArguments<'_>>("{}").unwrap_err();
        assert!(error.to_string().starts_with("missing field `path`"), "{error}");
    }

    #[test]
    fn lists_hold_strings() {
        for json in [r#"{"path": "a", "arg": [1]}"#, r#"{"path": "a", "arg": "x"}"#] {
            assert!(serde_json::from_str::<ExecArguments<'_>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn started() {
        wire(r#"{"pid": 16365}"#, &Exec { pid: 16_365 });
        wire(r#"{"pid": 16365}"#, &ExecStatusArguments { pid: 16_365 });
    }

    #[test]
    fn running() {
        wire(r#"{"exited": false}"#, &ExecStatus::default());
    }

    #[test]
    fn ended() {
        let ended = ExecStatus { exited: true, ..ExecStatus::default() };
        wire(
            r#"{"exitcode": 3, "err-data": "ZXJy", "out-data": "b3V0",
                "err-truncated": false, "out-truncated": false, "exited": true}"#,
            &ExecStatus {
                exitcode: Some(3),
                out_data: Some("b3V0".to_owned()),
                err_data: Some("ZXJy".to_owned()),
                out_truncated: Some(false),
                err_truncated: Some(false),
                ..ended.clone()
            },
        );
        wire(r#"{"signal": 9, "exited": true}"#, &ExecStatus { signal: Some(9), ..ended.clone() });
        // With its output captured, of which there was none.
        wire(r#"{"exitcode": 0, "exited": true}"#, &ExecStatus { exitcode: Some(0), ..ended });
    }
}
