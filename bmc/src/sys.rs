//! The kernel's own calls: the only place of this crate with `unsafe`.
#![allow(unsafe_code, reason = "nix has no safe form of these calls")]

pub(crate) mod ipmi;
