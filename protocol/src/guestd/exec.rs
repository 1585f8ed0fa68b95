//! Programs whose output comes while they run: `guestd-exec` and what follows it.
//!
//! Output is kept until the host has read it. When 128 KiB of a stream wait, the process
//! has to wait too: a host that asks in time loses nothing, however much it is.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::qga::exec::CaptureOutput;
use crate::qga::text;

/// Arguments of `guestd-exec`, which returns [`crate::qga::exec::Exec`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecArguments<'a> {
    /// The program, a path or a name to look for along `PATH`, and its arguments.
    #[serde(borrow)]
    pub argv: Vec<Cow<'a, str>>,
    /// Variables as `NAME=value`, added to the agent's own.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub env: Option<Vec<Cow<'a, str>>>,
    /// The agent's own variables are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_env: Option<bool>,
    /// Where it runs; the agent's own directory if it is left out.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub directory: Option<Cow<'a, str>>,
    /// As which user, by name, with that user's groups, `HOME`, `USER`, `LOGNAME` and
    /// `SHELL`; the agent's own if it is left out.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub user: Option<Cow<'a, str>>,
    /// All of its standard input, in base64.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub input_data: Option<Cow<'a, str>>,
    /// Its standard input stays open for `guestd-exec-write`. Not with `input_data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_input: Option<bool>,
    /// What of its output to keep; both streams, each for itself, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_output: Option<CaptureOutput>,
    /// After so many milliseconds its process group gets SIGTERM, and SIGKILL five
    /// seconds later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i64>,
}

/// Arguments of `guestd-exec-read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecReadArguments {
    /// What `guestd-exec` returned. What `guest-exec` returned does as well.
    pub pid: i64,
    /// How many bytes of standard output the host has. They are not kept any longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_offset: Option<i64>,
    /// The same of standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub err_offset: Option<i64>,
    /// Bytes of each stream at most; 131072 if it is left out, 1 MiB at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// How long to wait for something new; not at all if it is left out, 30000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// Forget the process after this, if it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<bool>,
}

/// Result of `guestd-exec-read`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecRead {
    /// Whether the process has ended. Output may still be left to read.
    pub exited: bool,
    /// The exit code, unless a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exitcode: Option<i64>,
    /// The signal that ended it (signal(7)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i64>,
    /// Whether it was told to end because its time was over.
    pub timed_out: bool,
    /// Standard output, with standard error in it if they are merged; left out if it is
    /// not captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Stream>,
    /// Standard error; left out if it is not captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub err: Option<Stream>,
}

/// New bytes of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stream {
    /// The bytes from the offset on, in base64; none if there is nothing new.
    pub buf_b64: String,
    /// The offset behind them, for the next call.
    pub offset: i64,
    /// Whether nothing will follow. A daemon that the process has left behind can keep
    /// this from ever coming.
    pub eof: bool,
    /// Whether bytes after these were dropped; only `guest-exec` has that.
    pub truncated: bool,
}

/// Arguments of `guestd-exec-write`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecWriteArguments<'a> {
    /// What `guestd-exec` returned.
    pub pid: i64,
    /// The bytes in base64.
    #[serde(borrow)]
    pub buf_b64: Cow<'a, str>,
    /// How long to wait until the process reads; 1000 if it is left out, 30000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// That was all: once it is written, the process reads the end of its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<bool>,
}

/// Result of `guestd-exec-write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecWrite {
    /// Bytes written. If these are not all, the process did not read in time; the rest is
    /// to be sent again, and nothing is closed.
    pub count: i64,
}

/// Arguments of `guestd-exec-kill`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecKillArguments<'a> {
    /// What `guestd-exec` or `guest-exec` returned.
    pub pid: i64,
    /// The signal's name, such as `TERM` or `SIGTERM`, or its number; `TERM` if it is
    /// left out. All of the process group get it.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub signal: Option<Cow<'a, str>>,
}
