//! The guestctl binary driven from outside, on this machine.

#[cfg(test)]
mod virt;
