//! Requests, replies and errors.

use serde::{Deserialize, Serialize};

/// The class of an error: the only part of it that hosts tell apart (QEMU
/// `qapi/error.json`, `QapiErrorClass`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorClass {
    /// Anything that went wrong.
    GenericError,
    /// The command is unknown, or not allowed. libvirt takes it as "unsupported".
    CommandNotFound,
    /// Never sent by us; kept because a client may meet it.
    DeviceNotActive,
    /// Never sent by us; kept because a client may meet it.
    DeviceNotFound,
    /// Never sent by us; kept because a client may meet it.
    KVMMissingCap,
}

/// An error reply: `{"error": {"class": ..., "desc": ...}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{desc}")]
pub struct Error {
    /// What hosts act on.
    pub class: ErrorClass,
    /// What a person reads.
    pub desc: String,
}

impl Error {
    /// An error of class `GenericError`.
    pub fn generic(desc: impl Into<String>) -> Self {
        Self { class: ErrorClass::GenericError, desc: desc.into() }
    }

    /// An error of class `CommandNotFound`.
    pub fn not_found(desc: impl Into<String>) -> Self {
        Self { class: ErrorClass::CommandNotFound, desc: desc.into() }
    }
}
