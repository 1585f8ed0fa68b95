//! The address of this machine's BMC: find it, judge it, and tell it to the host through a
//! virtio-serial port, as Placemat wants it.
//!
//! [`Address`] says what may be announced at all, [`discover`] looks through the sources in
//! order, [`Port`] is the way to the host and [`announce`] the whole of it with a time limit.
//! Parsers take bytes or text; what reads files takes the directory that stands for `/`.
//! Nothing here is asynchronous: a [`Port`] has a descriptor that others can wait for.

mod address;
mod announce;
mod discover;
mod mark;
mod network;
mod port;
mod setup;
pub mod source;
mod sys;

pub use address::{Address, Refused};
pub use announce::{AnnounceError, Announced, announce};
pub use discover::{Discovery, Extent, Finding, Plan, discover};
pub use mark::{By, Mark, MarkFile};
pub use network::{BadNetwork, Network};
pub use port::{DEFAULT_PORT, OpenError, Place, Port, State, check_name, find};
pub use setup::Setup;
pub use source::{Candidate, Source, Values};
