//! guestctl and guestd inside small booted guests.

#[cfg(test)]
mod bmc;
#[cfg(test)]
mod bundle;
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
mod package;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod quiesce;
