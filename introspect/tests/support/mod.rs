//! What several tests of this crate share.
#![allow(dead_code, reason = "every test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

pub(crate) mod cases;
pub(crate) mod smbios;
pub(crate) mod stage;
