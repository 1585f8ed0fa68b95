//! Users of the guest: their entry, their password, the keys that may log in as them.

pub(crate) mod keys;
pub(crate) mod user;

/// True for what would end one field of passwd(5) or chpasswd(8) and begin another.
pub(crate) fn is_forbidden(text: &[u8], also: &[u8]) -> bool {
    text.iter().any(|byte| *byte == b'\n' || also.contains(byte))
}
