//! Arguments and results of commands that only guestd has. Their names begin with
//! `guestd-`, so that none of them can ever be QEMU's.

pub mod bmc;
pub mod exec;
pub mod file;
pub mod quiesce;
