//! Hooks that run in a unit of their own, seen from the agent: systemd starts one for each
//! connection to its socket (systemd.socket(5), `Accept=yes`). What hooks need, the agent need not
//! be able to do.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::Duration;

use hooks::{Cancel, Context, Limits, Outcome};

use super::link::{Link, Received};
use super::told;
use super::wire::{Failed, Hello, Report, Request};
use crate::config::settings::HooksUnit;
use crate::quiesce::clock;
use crate::system::reason;

/// How long systemd may take to start the unit, beside what a machine under load needs.
const START: Duration = Duration::from_secs(20);
/// How much longer than its hooks the unit may take.
const SLACK: Duration = Duration::from_secs(10);

/// The hooks of one run, in their unit.
#[derive(Debug)]
pub(super) struct Unit {
    place: HooksUnit,
    context: Context,
    /// The unit, once there is one.
    open: Option<(Link, Limits)>,
    /// Applications may be quiet.
    quiet: bool,
    begun: u64,
    outcomes: Vec<Outcome>,
}

impl Unit {
    /// None is started yet.
    pub(super) fn new(place: HooksUnit, context: Context) -> Self {
        let begun = clock::now();
        Self { place, context, open: None, quiet: false, begun, outcomes: Vec::new() }
    }

    /// When the times of the outcomes begin.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    /// What each call did.
    pub(super) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// As if an agent that is gone had made applications quiet.
    pub(super) fn assume_frozen(&mut self) {
        self.quiet = true;
    }

    /// Makes applications quiet.
    ///
    /// # Errors
    /// A hook fails, or the unit does.
    pub(super) fn freeze(&mut self, cancel: &Cancel) -> Result<(), Vec<String>> {
        let open = self.start(Some(cancel)).map_err(|why| vec![why])?;
        self.open = Some(open);
        self.quiet = true;
        let request = Request::Freeze(self.context.clone());
        self.ask(&request, Some(cancel))
    }

    /// Lets applications go on, or where the freeze came to nothing, calls back what ran.
    ///
    /// # Errors
    /// Hooks fail, or the unit has not lasted until now. Then another has let them go on.
    pub(super) fn back(&mut self, request: &Request) -> Result<(), Vec<String>> {
        if !std::mem::take(&mut self.quiet) {
            return Ok(());
        }
        let mut errors = Vec::new();
        if self.open.is_some() {
            match self.ask(request, None) {
                Err(why) if self.open.is_none() => errors = why,
                done => return done,
            }
        }
        errors.extend(self.ask(&Request::Recover, None).err().into_iter().flatten());
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// One request and its answer. Whoever does not answer is not asked again.
    fn ask(&mut self, request: &Request, cancel: Option<&Cancel>) -> Result<(), Vec<String>> {
        let (mut link, limits) = match self.open.take() {
            Some(open) => open,
            None => self.start(cancel).map_err(|why| vec![why])?,
        };
        let limit = match request {
            Request::Freeze(_) => limits.freeze,
            _ => limits.thaw,
        };
        let limit = limit.saturating_add(SLACK);
        let report = match exchange(&mut link, request, limit, cancel) {
            Ok(report) => report,
            Err(error) => return Err(vec![lost(&error)]),
        };
        self.open = Some((link, limits));
        let Report { begun, outcomes, failed } = report;
        let later = Duration::from_nanos(begun.saturating_sub(self.begun));
        self.outcomes.extend(
            outcomes
                .into_iter()
                .map(|outcome| Outcome { start: outcome.start.saturating_add(later), ..outcome }),
        );
        match failed {
            None => Ok(()),
            Some(Failed::Hooks(errors)) => Err(errors.iter().map(told).collect()),
            Some(Failed::Else(why)) => Err(vec![why]),
        }
    }

    /// Has one started, which runs nothing: would one?
    ///
    /// # Errors
    /// Why not.
    pub(super) fn probe(place: &HooksUnit) -> Result<(), String> {
        Self::new(place.clone(), Context::default()).start(None).map(drop)
    }

    /// Has one started.
    fn start(&self, cancel: Option<&Cancel>) -> Result<(Link, Limits), String> {
        let socket = self.place.socket.display();
        let mut link = Link::connect(&self.place.socket).map_err(|error| {
            format!(
                "hooks cannot be run: {socket}: {}; `systemctl start guestd-hooks.socket` makes it",
                reason(&error)
            )
        })?;
        let hello = match link.receive(Some(START), cancel) {
            Ok(Received::Message(hello)) => hello,
            Ok(Received::Cancelled) => return Err("given up: a thaw was asked for".to_owned()),
            Err(error) => return Err(lost(&error)),
        };
        match hello {
            Hello::Refused(why) => Err(why),
            Hello::Ready { config, limits } if config == self.place.config => Ok((link, limits)),
            Hello::Ready { config, .. } => {
                let named = |config: &Option<PathBuf>| match config {
                    Some(file) => format!("--config {}", file.display()),
                    None => "no --config".to_owned(),
                };
                let (here, there) = (named(&self.place.config), named(&config));
                Err(format!(
                    "the agent runs with {here}, its hooks with {there}: give guestd.service and \
                     guestd-hooks@.service the same"
                ))
            }
        }
    }
}

/// Why it is not asked any more.
fn lost(error: &io::Error) -> String {
    let what = match error.kind() {
        ErrorKind::TimedOut => "does not answer in its time".to_owned(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "has ended".to_owned()
        }
        _ => format!("cannot be heard: {}", reason(error)),
    };
    format!("the unit of the hooks {what}; see `journalctl -u guestd -u 'guestd-hooks@*'`")
}

/// A request, and its answer. A cancel that is given meanwhile is passed on once.
fn exchange(
    link: &mut Link,
    request: &Request,
    limit: Duration,
    mut cancel: Option<&Cancel>,
) -> io::Result<Report> {
    link.send(request)?;
    loop {
        match link.receive(Some(limit), cancel)? {
            Received::Message(report) => return Ok(report),
            Received::Cancelled => {
                cancel = None;
                link.send(&Request::Cancel)?;
            }
        }
    }
}
