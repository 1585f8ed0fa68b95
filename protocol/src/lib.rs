//! What travels on a guest agent channel: the QEMU guest agent protocol (QGA).
//!
//! Pure code over bytes; whoever owns the channel does the reading and writing.

pub mod base64;
pub mod client;
pub mod frame;
pub mod guestd;
pub mod json;
pub mod message;
pub mod qga;

pub use client::{Client, ClientError};
pub use message::{Error, ErrorClass};
