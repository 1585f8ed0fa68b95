//! The address of the guest's BMC: what may be announced, where it comes from, how the host is told.
