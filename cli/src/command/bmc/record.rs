//! Keeps what was sent by hand, so that `guestctl bmc` and guestd can tell of it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use bmc::{By, Mark, MarkFile, Place};
use nix::unistd::{User, getuid};
use protocol::guestd::bmc::Sent;

use crate::command::agent::view::rfc3339;

/// What was sent by hand last in this boot.
pub(super) fn by_hand(state_dir: &Path) -> Option<Mark<Sent>> {
    MarkFile::new(state_dir, By::Hand).read()
}

/// Adds one more.
///
/// # Errors
/// The file cannot be written, as by somebody who is not root.
pub(super) fn add(
    state_dir: &Path,
    port: &str,
    place: &Place,
    address: &str,
    source: &str,
) -> io::Result<()> {
    let file = MarkFile::new(state_dir, By::Hand);
    let before = file.read::<Sent>().map_or(0, |mark| mark.sent.times);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let sent = Sent {
        address: address.to_owned(),
        source: source.to_owned(),
        device: place.device.display().to_string(),
        at: rfc3339(i64::try_from(now.as_secs()).unwrap_or(i64::MAX)),
        times: before.saturating_add(1),
        by: format!("guestctl ({})", user()),
    };
    // It is there where guestd has run in this boot.
    if let Err(error) = fs::create_dir(state_dir)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    file.write(&Mark { port: port.to_owned(), instance: place.instance, sent })
}

fn user() -> String {
    let uid = getuid();
    if uid.is_root() {
        return "root".to_owned();
    }
    let user = User::from_uid(uid).ok().flatten();
    user.map_or_else(|| format!("user {uid}"), |user| user.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_one_is_counted_and_tells_who() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("guestd");
        assert_eq!(by_hand(&state), None);
        let place = Place { device: "/dev/vport1p2".into(), instance: 7 };
        add(&state, "placemat", &place, "10.0.0.1", "neco").unwrap();
        add(&state, "placemat", &place, "10.0.0.2", "the command line").unwrap();
        let mark = by_hand(&state).unwrap();
        assert_eq!((mark.port.as_str(), mark.instance), ("placemat", 7));
        assert_eq!((mark.sent.address.as_str(), mark.sent.times), ("10.0.0.2", 2));
        assert!(mark.sent.by.starts_with("guestctl ("), "{mark:?}");
        assert!(mark.sent.at.ends_with('Z') && mark.sent.at.contains('T'), "{mark:?}");
        let nowhere = dir.path().join("no/such/place");
        assert!(add(&nowhere, "placemat", &place, "10.0.0.1", "neco").is_err());
    }
}
