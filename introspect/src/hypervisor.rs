//! Which hypervisors, clouds and containers lie between this code and the hardware.

pub mod signature;
