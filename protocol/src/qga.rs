//! Arguments and results of the commands (QEMU `qga/qapi-schema.json`, version 11.1).
//!
//! Names on the wire are those of QEMU. An optional result that is `None` is left out
//! of the reply. Arguments do not refuse unknown names by themselves: the reader in this
//! crate does, with QEMU's texts. Commands that are not named in any of the modules take
//! no arguments and return [`Empty`].
//!
//! The literals in the tests are what qemu-ga 11.1.3 of Debian answered in a small guest
//! under QEMU, or on a virtual machine of Firecracker, unless a test says otherwise.

use serde::{Deserialize, Serialize};

pub mod account;
pub mod cpu;
pub mod disk;
pub mod exec;
pub mod file;
pub mod filesystem;
pub mod fsfreeze;
pub mod info;
pub mod memory;
pub mod network;
pub mod power;
pub(crate) mod text;
pub mod time;

/// The arguments of a command that takes none, and the result of one that only says
/// that it succeeded: `{}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

#[cfg(test)]
mod check {
    use std::fmt::Debug;

    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    /// `value` is written as `captured`, member for member, and read back from it.
    #[track_caller]
    pub(super) fn wire<T>(captured: &str, value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        assert_eq!(&serde_json::from_str::<T>(captured).unwrap(), value);
        writes(value, captured);
    }

    /// `value` is written as `expected`, in any order of members.
    #[track_caller]
    pub(super) fn writes<T: Serialize>(value: &T, expected: &str) {
        // From text and not with `to_value`, so that floats take the way they take on
        // the wire.
        let written: Value = serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(expected).unwrap());
    }

    #[test]
    fn nothing_is_an_empty_object() {
        wire("{}", &super::Empty {});
    }
}
