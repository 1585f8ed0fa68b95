//! guestctl and guestd inside small booted guests.

#[cfg(test)]
mod channels;
#[cfg(test)]
mod consistency;
#[cfg(test)]
mod full;
#[cfg(test)]
mod guestctl;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod libvirt;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod peers;
// Run by `make soak`: on a busy machine the answer to a request after an agent has been
// replaced is sometimes missing, which is not explained yet (docs/crash-safety.md).
#[cfg(all(test, feature = "soak"))]
mod quiesce;
