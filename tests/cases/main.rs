//! The binaries driven from outside, on this machine.

#[cfg(test)]
mod channels;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod freeze;
#[cfg(test)]
mod guestctl;
#[cfg(test)]
mod install;
#[cfg(test)]
mod load;
#[cfg(test)]
mod recipes;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod virt;
