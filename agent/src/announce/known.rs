//! What the agent knows of its announcements, for `guestd-bmc`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bmc::{Address, By, Mark, MarkFile, Place};
use protocol::guestd::bmc::{Sent, State, Status};
use tracing::warn;

use super::address::Found;
use super::guestinfo::Guestinfo;
use crate::config::Settings;
use crate::log;

/// The status, and what this boot has seen.
#[derive(Debug)]
pub(crate) struct Known {
    inner: Mutex<Inner>,
    file: MarkFile,
    by_hand: MarkFile,
    guestinfo: Option<Guestinfo>,
}

#[derive(Debug)]
struct Inner {
    status: Status,
    mark: Option<Mark<Sent>>,
}

impl Known {
    pub(crate) fn new(settings: &Settings) -> Self {
        let bmc = &settings.bmc;
        let file = MarkFile::new(&settings.state_dir, By::Agent);
        let by_hand = MarkFile::new(&settings.state_dir, By::Hand);
        let mark: Option<Mark<Sent>> = file.read();
        let off = bmc.announce == crate::config::settings::Announce::Off;
        let status = Status {
            announce: bmc.announce.name().to_owned(),
            port: bmc.port.clone(),
            state: if off { State::Off } else { State::NoPort },
            device: None,
            address: None,
            source: None,
            problem: None,
            sent: mark.as_ref().map(|mark| mark.sent.clone()),
            by_hand: None,
            guestinfo: None,
        };
        let guestinfo = bmc.guestinfo.clone().map(Guestinfo::new);
        Self { inner: Mutex::new(Inner { status, mark }), file, by_hand, guestinfo }
    }

    /// What is in memory: all but what was sent by hand, and what became of the guestinfo.
    pub(crate) fn in_memory(&self) -> Status {
        self.inner().status.clone()
    }

    /// All of it, of which one part is in a file.
    pub(crate) fn status(&self) -> Status {
        let mut status = self.in_memory();
        status.by_hand = self.by_hand.read().map(|mark| mark.sent);
        status.guestinfo = self.guestinfo.as_ref().map(Guestinfo::status);
        status
    }

    /// Has the address set in VMware's guestinfo, where that is wanted; waits for nothing.
    pub(super) fn guestinfo(&self, address: Address) {
        if let Some(guestinfo) = &self.guestinfo {
            guestinfo.set(address);
        }
    }

    /// Takes a state over; false if it was the same before.
    pub(super) fn state(&self, state: State) -> bool {
        let status = &mut self.inner().status;
        status.problem = None;
        std::mem::replace(&mut status.state, state) != state
    }

    /// The same with what is wrong.
    pub(super) fn problem(&self, state: State, problem: String) -> bool {
        let status = &mut self.inner().status;
        let known = status.state == state && status.problem.as_ref() == Some(&problem);
        status.state = state;
        status.problem = Some(problem);
        !known
    }

    pub(super) fn no_port(&self) {
        self.state(State::NoPort);
        self.inner().status.device = None;
    }

    pub(super) fn found_port(&self, place: &Place) {
        let status = &mut self.inner().status;
        status.device = Some(place.device.display().to_string());
        if status.state == State::NoPort {
            status.state = State::Looking;
        }
    }

    pub(super) fn found(&self, found: &Found) {
        let status = &mut self.inner().status;
        status.address = Some(found.address.to_string());
        status.source = Some(found.source.to_owned());
        // Until somebody knows better.
        if status.state == State::NoAddress {
            status.state = State::Looking;
            status.problem = None;
        }
    }

    /// False if that was known already.
    pub(super) fn no_address(&self, why: &str) -> bool {
        let mut inner = self.inner();
        inner.status.address = None;
        inner.status.source = None;
        drop(inner);
        self.problem(State::NoAddress, why.to_owned())
    }

    /// True if this port has got this address in this boot, from an agent or by hand.
    pub(super) fn was_sent(&self, place: &Place, address: Address) -> bool {
        let inner = self.inner();
        let matches = |mark: &Mark<Sent>| {
            mark.port == inner.status.port
                && mark.instance == place.instance
                && mark.sent.address == address.to_string()
        };
        inner.mark.as_ref().is_some_and(matches)
            || self.by_hand.read().is_some_and(|mark| matches(&mark))
    }

    /// Keeps what was sent, also for an agent after this one. Gives the address that was
    /// sent before.
    pub(super) fn sent(&self, place: &Place, found: &Found, frozen: bool) -> Option<String> {
        let mut inner = self.inner();
        let before = inner.mark.take().map(|mark| mark.sent);
        let sent = Sent {
            address: found.address.to_string(),
            source: found.source.to_owned(),
            device: place.device.display().to_string(),
            at: log::date_now(),
            times: before.as_ref().map_or(0, |before| before.times) + 1,
            by: Sent::guestd(),
        };
        inner.status.state = State::Sent;
        inner.status.problem = None;
        inner.status.sent = Some(sent.clone());
        let mark = Mark { port: inner.status.port.clone(), instance: place.instance, sent };
        // The state directory may be configured to lie on a disk, and a write would hang.
        if !frozen && let Err(wrong) = self.file.write(&mark) {
            warn!("BMC: a restarted guestd will send the address again: {wrong}");
        }
        inner.mark = Some(mark);
        before.map(|before| before.address)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(dir: &std::path::Path) -> Settings {
        Settings { state_dir: dir.to_owned(), ..Settings::default() }
    }

    #[test]
    fn what_was_sent_is_known_to_the_next_agent_of_this_boot() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place { device: "/dev/vport1p2".into(), instance: 7 };
        let address = "10.0.0.1".parse().unwrap();
        let found = Found { address, source: "neco", place: "x".to_owned() };
        let known = Known::new(&settings(dir.path()));
        assert!(!known.was_sent(&place, address));
        assert_eq!(known.sent(&place, &found, false), None);
        assert_eq!(known.sent(&place, &found, false).as_deref(), Some("10.0.0.1"));

        let next = Known::new(&settings(dir.path()));
        assert!(next.was_sent(&place, address));
        assert!(!next.was_sent(&place, "10.0.0.2".parse().unwrap()));
        assert!(!next.was_sent(&Place { instance: 8, ..place.clone() }, address));
        let sent = next.status().sent.unwrap();
        assert_eq!((sent.times, sent.device.as_str()), (2, "/dev/vport1p2"));
        assert_eq!(sent.by, "guestd");
    }

    #[test]
    fn what_was_sent_by_hand_is_told_at_once_and_not_sent_again() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place { device: "/dev/vport1p2".into(), instance: 7 };
        let address: Address = "10.0.0.1".parse().unwrap();
        let known = Known::new(&settings(dir.path()));
        assert_eq!(known.status().by_hand, None);
        let sent = Sent {
            address: address.to_string(),
            source: "neco".to_owned(),
            device: "/dev/vport1p2".to_owned(),
            at: "2026-11-26T12:00:00Z".to_owned(),
            times: 1,
            by: "guestctl (root)".to_owned(),
        };
        let mark = Mark { port: "placemat".to_owned(), instance: 7, sent: sent.clone() };
        MarkFile::new(dir.path(), By::Hand).write(&mark).unwrap();
        assert_eq!(known.status().by_hand, Some(sent));
        assert_eq!(known.status().sent, None);
        assert!(known.was_sent(&place, address));
        assert!(!known.was_sent(&Place { instance: 8, ..place }, address));
    }

    #[test]
    fn the_same_news_is_no_news() {
        let dir = tempfile::tempdir().unwrap();
        let known = Known::new(&settings(dir.path()));
        assert!(known.no_address("neco: no file"));
        assert!(!known.no_address("neco: no file"));
        assert!(known.no_address("neco: other"));
        assert!(known.state(State::NoHost));
        assert!(!known.state(State::NoHost));
        assert_eq!(known.status().problem, None);
    }
}
