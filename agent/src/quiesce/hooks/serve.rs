//! Hooks that run in a unit of their own, seen from that unit: one process for each run.
//!
//! Where the agent dies, applications go on at once: its guard thaws the filesystems, and
//! nobody else would thaw them.

use std::fmt::Display;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;
use std::{io, thread};

use hooks::{Cancel, Context, Found, Limits, Lock, Run, Settings};
use introspect::Root;

use super::link::{Link, Received};
use super::wire::{Failed, Hello, Report, Request};
use super::{find, refused};
use crate::quiesce::clock;

/// How long a freeze waits for hooks that another still lets go.
const PATIENCE: Duration = Duration::from_secs(5);
/// What ends a freeze whose hooks this process holds.
const WAY_OUT: &str = "guestctl agent thaw";

/// Runs hooks for the agent that is connected, until it is gone.
///
/// # Errors
/// The agent is gone before it heard of us, or there is no free descriptor.
pub(crate) fn serve<E: Display>(
    stream: UnixStream,
    root: &Root,
    settings: Result<Settings, E>,
    config: Option<PathBuf>,
) -> io::Result<()> {
    let mut link = Link::new(stream)?;
    let settings = match settings {
        Ok(settings) => settings,
        Err(why) => return link.send(&Hello::Refused(why.to_string())),
    };
    let found = find(root, &settings);
    let mut host = Host { root: root.clone(), settings, found, held: None };
    let limits = host.run(Context::default()).limits();
    link.send(&Hello::Ready { config, limits })?;
    let cancel = Cancel::new()?;
    let requests = listen(link.twin()?, cancel.clone())?;
    for request in requests {
        let report = host.answer(request, &limits, &cancel);
        // Who is gone has closed the requests as well.
        let _ = link.send(&report);
    }
    if let Some(mut held) = host.held {
        let _ = held.run.thaw();
    }
    Ok(())
}

/// A thread that hears requests. Who takes a freeze back, or is gone, ends it at once.
fn listen(mut link: Link, cancel: Cancel) -> io::Result<Receiver<Request>> {
    // One more than an agent ever has under way.
    let (sender, receiver) = sync_channel(2);
    let work = move || {
        loop {
            match link.receive(None, None) {
                Ok(Received::Message(Request::Cancel)) => cancel.cancel(),
                Ok(Received::Message(request)) => {
                    if sender.send(request).is_err() {
                        return;
                    }
                }
                Ok(Received::Cancelled) | Err(_) => break,
            }
        }
        cancel.cancel();
    };
    thread::Builder::new().name("agent".to_owned()).spawn(work)?;
    Ok(receiver)
}

/// What hooks there are, and those that have run.
struct Host {
    root: Root,
    settings: Settings,
    found: Found,
    held: Option<Held>,
}

/// Hooks that have made applications quiet.
struct Held {
    run: Run,
    begun: u64,
    /// Outcomes that are reported.
    told: usize,
    _lock: Lock,
}

impl Host {
    fn answer(&mut self, request: Request, limits: &Limits, cancel: &Cancel) -> Report {
        match request {
            Request::Freeze(context) => self.freeze(context, cancel),
            Request::Recover => self.recover(limits),
            Request::Thaw => self.back(thaw),
            Request::Undo => self.back(Run::undo),
            // That the other thread has done.
            Request::Cancel => nothing(None),
        }
    }

    fn freeze(&mut self, context: Context, cancel: &Cancel) -> Report {
        // Only a freeze: those that may be run are let go all the same.
        let refused = refused(&self.found);
        if !refused.is_empty() {
            return nothing(Some(refused.join("; ")));
        }
        let mut held = match self.hold(context, PATIENCE) {
            Ok(held) => held,
            Err(why) => return nothing(Some(why)),
        };
        let frozen = held.run.freeze(cancel);
        let report = held.report(frozen.err().map(|failed| Failed::Hooks(failed.errors)));
        if report.failed.is_none() {
            self.held = Some(held);
        }
        report
    }

    /// The process of an agent that is gone may be letting them go just now.
    fn recover(&mut self, limits: &Limits) -> Report {
        match self.hold(Context::default(), limits.thaw) {
            Ok(mut held) => {
                held.run.assume_frozen();
                self.held = Some(held);
                self.back(thaw)
            }
            Err(why) => nothing(Some(why)),
        }
    }

    fn back(&mut self, way: impl FnOnce(&mut Run) -> Vec<hooks::Error>) -> Report {
        // A freeze that failed has called back what ran.
        let Some(mut held) = self.held.take() else { return nothing(None) };
        let errors = way(&mut held.run);
        held.report((!errors.is_empty()).then_some(Failed::Hooks(errors)))
    }

    fn hold(&self, context: Context, patience: Duration) -> Result<Held, String> {
        if self.held.is_some() {
            return Err("applications are quiet already".to_owned());
        }
        let lock = Lock::take(self.root.path(), WAY_OUT, patience)?;
        Ok(Held { begun: clock::now(), run: self.run(context), told: 0, _lock: lock })
    }

    fn run(&self, context: Context) -> Run {
        Run::new(self.found.hooks.clone(), context, &self.settings)
    }
}

impl Held {
    fn report(&mut self, failed: Option<Failed>) -> Report {
        let outcomes = self.run.outcomes()[self.told..].to_vec();
        self.told += outcomes.len();
        Report { begun: self.begun, outcomes, failed }
    }
}

fn thaw(run: &mut Run) -> Vec<hooks::Error> {
    run.thaw().err().unwrap_or_default()
}

/// Nothing was done, or nothing had to be.
fn nothing(why: Option<String>) -> Report {
    Report { begun: clock::now(), outcomes: Vec::new(), failed: why.map(Failed::Else) }
}
