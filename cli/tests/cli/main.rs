//! guestctl as the shell sees it: the real binary, its output and its exit code.

#[cfg(test)]
mod support;

/// Options, exit codes, pipes, colour.
#[cfg(test)]
mod frame;

/// `guestctl cpu` and its verbs.
#[cfg(test)]
mod cpu;

/// `guestctl evc` and its verbs.
#[cfg(test)]
mod evc;

/// `guestctl` alone, `virt` and `report`.
#[cfg(test)]
mod machine;

/// `guestctl hooks` and its verbs.
#[cfg(test)]
mod hooks;

/// `guestctl bmc` and its verbs.
#[cfg(test)]
mod bmc;
