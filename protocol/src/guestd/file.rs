//! Whole files in chunks: `guestd-file-get` and `guestd-file-put`. No reply is longer
//! than libvirt takes (10 MiB).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::qga::text;

/// Bytes that one `guestd-file-get` returns at most: 9.4 MiB of base64.
pub const GET_MAX: usize = 7 << 20;

/// Arguments of `guestd-file-get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileGetArguments<'a> {
    /// The path of a regular file.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    /// The first byte; 0 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// Bytes at most; 1 MiB if it is left out, [`GET_MAX`] at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Result of `guestd-file-get`. A host that sees size or time change between two chunks
/// has parts of two files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileGet {
    /// The bytes in base64.
    pub buf_b64: String,
    /// How many they are.
    pub count: i64,
    /// Whether the file ends behind them.
    pub eof: bool,
    /// Bytes of the whole file.
    pub size: i64,
    /// Its permission bits (inode(7)).
    pub mode: i64,
    /// When it was last written, in nanoseconds since the epoch.
    pub mtime_ns: i64,
}

/// Arguments of `guestd-file-put`. The first call names a path, the ones after it the
/// handle that this has returned; `finish` puts the new file in the place of the old one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilePutArguments<'a> {
    /// The absolute path of a regular file, there or not.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub path: Option<Cow<'a, str>>,
    /// What the first call returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<i64>,
    /// Where the bytes belong: at most behind all that have arrived, which is what is
    /// meant if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// Bytes in base64.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub buf_b64: Option<Cow<'a, str>>,
    /// Its permission bits (inode(7)); those of the file before, or 0644.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<i64>,
    /// Bytes that all of it has, to be checked when it is finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// That was all: it takes the place of the file, on disk too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<bool>,
    /// Throws away what has arrived; the file stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort: Option<bool>,
}

/// Result of `guestd-file-put`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilePut {
    /// For the next call.
    pub handle: i64,
    /// Bytes that have arrived.
    pub size: i64,
    /// Whether it has taken the place of the file.
    pub finished: bool,
}
