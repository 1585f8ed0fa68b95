//! What the kernel says of the network.

pub(crate) mod interface;
pub(crate) mod route;
pub(crate) mod statistics;
