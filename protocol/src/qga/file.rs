//! The `guest-file-` commands. Open returns a number, the handle; close and flush
//! return [`Empty`](super::Empty).

mod whence;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::text;

pub use whence::{Seek, Whence};

/// Arguments of `guest-file-open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileOpenArguments<'a> {
    /// The path of the file.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    /// As for fopen(3): `r`, `w+`, `ab` and so on; `r` if it is left out. A plain string
    /// in QEMU's schema, so that a bad one is the command's error.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub mode: Option<Cow<'a, str>>,
}

/// Arguments of `guest-file-close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileCloseArguments {
    /// What open returned.
    pub handle: i64,
}

/// Arguments of `guest-file-flush`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileFlushArguments {
    /// What open returned.
    pub handle: i64,
}

/// Arguments of `guest-file-read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileReadArguments {
    /// What open returned.
    pub handle: i64,
    /// Bytes to read at most; 4096 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Result of `guest-file-read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileRead {
    /// Bytes read, before they were encoded.
    pub count: i64,
    /// The bytes in base64.
    pub buf_b64: String,
    /// Whether the end of the file was met.
    pub eof: bool,
}

/// Arguments of `guest-file-write`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileWriteArguments<'a> {
    /// What open returned.
    pub handle: i64,
    /// The bytes in base64.
    #[serde(borrow)]
    pub buf_b64: Cow<'a, str>,
    /// How many of the decoded bytes to write; all of them if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Result of `guest-file-write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileWrite {
    /// Bytes written.
    pub count: i64,
    /// Whether the end of the file was met.
    pub eof: bool,
}

/// Arguments of `guest-file-seek`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileSeekArguments {
    /// What open returned.
    pub handle: i64,
    /// Bytes from there, forward; negative is backward.
    pub offset: i64,
    /// From where.
    pub whence: Whence,
}

/// Result of `guest-file-seek`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileSeek {
    /// Bytes from the start of the file.
    pub position: i64,
    /// Whether the end of the file was met; a seek takes that back.
    pub eof: bool,
}

#[cfg(test)]
mod tests {
    use super::super::check::{wire, writes};
    use super::*;

    #[test]
    fn open() {
        let json = r#"{"path": "/run/f", "mode": "w+"}"#;
        let open: FileOpenArguments<'_> = serde_json::from_str(json).unwrap();
        assert!(matches!(open.path, Cow::Borrowed("/run/f")));
        assert!(matches!(open.mode, Some(Cow::Borrowed("w+"))));
        writes(&open, json);

        // What has escapes cannot be lent.
        let json = r#"{"path": "/run/\u0066"}"#;
        let open: FileOpenArguments<'_> = serde_json::from_str(json).unwrap();
        assert_eq!((&*open.path, open.mode.as_deref()), ("/run/f", None));
        writes(&open, r#"{"path": "/run/f"}"#);
    }

    #[test]
    fn close_and_flush() {
        wire(r#"{"handle": 1000}"#, &FileCloseArguments { handle: 1000 });
        wire(r#"{"handle": 1000}"#, &FileFlushArguments { handle: 1000 });
    }

    #[test]
    fn read() {
        wire(r#"{"handle": 1000}"#, &FileReadArguments { handle: 1000, count: None });
        wire(
            r#"{"handle": 1000, "count": 3}"#,
            &FileReadArguments { handle: 1000, count: Some(3) },
        );
        wire(
            r#"{"count": 2, "buf-b64": "bwo=", "eof": true}"#,
            &FileRead { count: 2, buf_b64: "bwo=".to_owned(), eof: true },
        );
    }

    #[test]
    fn write() {
        let json = r#"{"handle": 1000, "buf-b64": "aGVsbG8K"}"#;
        let write: FileWriteArguments<'_> = serde_json::from_str(json).unwrap();
        assert!(matches!(write.buf_b64, Cow::Borrowed("aGVsbG8K")));
        assert_eq!((write.handle, write.count), (1000, None));
        writes(&write, json);
        wire(r#"{"count": 6, "eof": false}"#, &FileWrite { count: 6, eof: false });
    }

    #[test]
    fn seek() {
        wire(
            r#"{"handle": 1000, "offset": -1, "whence": "end"}"#,
            &FileSeekArguments { handle: 1000, offset: -1, whence: Whence::Name(Seek::End) },
        );
        wire(r#"{"eof": false, "position": 1}"#, &FileSeek { position: 1, eof: false });
    }
}
