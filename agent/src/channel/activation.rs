//! A listening socket from the service manager (`sd_listen_fds(3)`).

use std::os::fd::OwnedFd;

use nix::sys::socket::AddressFamily;

use super::error::OpenError;
use crate::sys;

/// The variables of the protocol.
const PID: &str = "LISTEN_PID";
const COUNT: &str = "LISTEN_FDS";

/// True if the service manager has passed sockets to this process.
pub fn is_activated() -> bool {
    count(variable(PID).as_deref(), variable(COUNT).as_deref(), std::process::id()) > 0
}

/// What kind of socket the service manager has passed to this process, in qemu-ga's words
/// for its `-m`. What it cannot be listened on for is found out when it is opened.
pub(crate) fn method() -> Option<&'static str> {
    let method = match sys::process::passed_family() {
        Some(AddressFamily::Vsock) => "vsock-listen",
        _ => "unix-listen",
    };
    is_activated().then_some(method)
}

/// The one socket that was passed to this process.
///
/// # Errors
/// There is none, or more than one.
pub(super) fn socket() -> Result<OwnedFd, OpenError> {
    match count(variable(PID).as_deref(), variable(COUNT).as_deref(), std::process::id()) {
        0 => Err(OpenError::Inherited("there is none: LISTEN_FDS and LISTEN_PID do not say so")),
        1 => sys::first_passed_descriptor()
            .ok_or(OpenError::Inherited("descriptor 3 is not open, or is taken already")),
        _ => Err(OpenError::Inherited("there are several; one unit passes one socket")),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How many descriptors were passed to the process of this number. The variables are
/// inherited, so those for another process, or garbled ones, count as none.
fn count(pid: Option<&str>, descriptors: Option<&str>, own: u32) -> u32 {
    let for_us = pid.and_then(|pid| pid.parse::<u32>().ok()) == Some(own);
    let descriptors = descriptors.and_then(|count| count.parse::<u32>().ok());
    descriptors.filter(|_| for_us).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_descriptors_for_this_process_count() {
        assert_eq!(count(Some("17"), Some("1"), 17), 1);
        assert_eq!(count(Some("17"), Some("3"), 17), 3);
        assert_eq!(count(Some("17"), Some("1"), 18), 0);
        assert_eq!(count(None, Some("1"), 17), 0);
        assert_eq!(count(Some("17"), None, 17), 0);
        for garbled in ["", "-1", "1x", " 1", "99999999999"] {
            assert_eq!(count(Some("17"), Some(garbled), 17), 0, "{garbled}");
            assert_eq!(count(Some(garbled), Some("1"), 17), 0, "{garbled}");
        }
    }
}
