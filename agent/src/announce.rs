//! Announces the address of the machine's BMC to the host: when the port comes, when there
//! is an address, when a host is there. Nothing polls, and without the port nothing is
//! looked up.

mod address;
mod changes;
mod guestinfo;
mod known;

use std::io;
use std::path::Path;
use std::time::Duration;

use bmc::{OpenError, Place, Port};
use protocol::guestd::bmc::State;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::agent::Agent;
use crate::channel::changes::Changes;
use crate::config::settings::{self, Announce};
use crate::sys::{self, sigio::Signals};
use address::Found;
use changes::{Ports, Sources};
pub(crate) use guestinfo::check_key;
pub(crate) use known::Known;

/// Before the second try of a port that another program has open, each next wait twice as
/// long: the kernel does not tell when a port is closed.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Announces for as long as the agent runs.
pub(crate) async fn run(agent: &Agent) -> std::convert::Infallible {
    if agent.settings.bmc.announce == Announce::Off {
        return std::future::pending().await;
    }
    let announcer = Announcer { agent, settings: &agent.settings.bmc };
    // Only what keeps everything from working comes back.
    let Err(wrong) = announcer.run().await;
    error!("BMC: not announced any more: {wrong}");
    agent.bmc.problem(State::Failed, wrong.to_string());
    std::future::pending().await
}

struct Announcer<'a> {
    agent: &'a Agent,
    settings: &'a settings::Bmc,
}

/// What has happened beside the port itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The port has gone or is another one.
    OtherPort,
    /// A source may say something else.
    Source,
}

/// Why a port was left.
enum Left {
    /// It has got the address, or is no more: only another port needs another look.
    Done,
    /// Something has changed that needs another look.
    Changed,
}

impl Announcer<'_> {
    async fn run(&self) -> io::Result<std::convert::Infallible> {
        let known = &self.agent.bmc;
        let mut ports = Ports::watch();
        loop {
            let Some(place) = self.find() else {
                known.no_port();
                self.publish(&mut ports).await?;
                continue;
            };
            known.found_port(&place);
            // Before the look, so that a later change is not missed.
            let mut sources = Sources::watch(&self.settings.plan.sources);
            let Some(found) = self.look().await else {
                tokio::select! {
                    changed = ports.changed() => changed?,
                    () = sources.changed() => {}
                }
                continue;
            };
            let left = if self.settings.announce == Announce::Boot
                && known.was_sent(&place, found.address)
            {
                known.state(State::Sent);
                Ok(Left::Done)
            } else {
                self.serve(&place, &found, &mut ports, &mut sources).await
            };
            match left {
                Ok(Left::Changed) => {}
                Ok(Left::Done) => self.other_port(&place, &mut ports).await?,
                Err(wrong) => {
                    let port = &self.settings.port;
                    if known.problem(State::Failed, wrong.to_string()) {
                        error!("BMC: port {port}: {wrong}; trying again");
                    }
                    tokio::select! {
                        changed = self.other_port(&place, &mut ports) => changed?,
                        () = sleep(LONGEST_WAIT) => {}
                    }
                }
            }
        }
    }

    fn find(&self) -> Option<Place> {
        bmc::find(Path::new("/"), &self.settings.port)
    }

    /// Waits until the port has gone or is another one.
    async fn other_port(&self, place: &Place, ports: &mut Ports) -> io::Result<()> {
        loop {
            ports.changed().await?;
            if self.find().as_ref() != Some(place) {
                return Ok(());
            }
        }
    }

    /// Keeps what else gets the address up to date, until something happens to a port.
    async fn publish(&self, ports: &mut Ports) -> io::Result<()> {
        while self.settings.publishes() {
            let mut sources = Sources::watch(&self.settings.plan.sources);
            self.look().await;
            self.agent.bmc.state(State::NoPort);
            tokio::select! {
                changed = ports.changed() => return changed,
                () = sources.changed() => {}
            }
        }
        ports.changed().await
    }

    /// Asks the sources; `None` where there is no address.
    async fn look(&self) -> Option<Found> {
        let known = &self.agent.bmc;
        let found = address::look(&self.settings.plan, self.settings.publish_file.clone()).await;
        match found {
            Ok(found) => {
                known.found(&found);
                known.guestinfo(found.address);
                Some(found)
            }
            Err(why) => {
                if known.no_address(&why) {
                    info!("BMC: no source has an address to announce: {why}");
                }
                None
            }
        }
    }

    /// Opens the port, also behind a program that uses it, and sends the address as soon as a
    /// host is there.
    async fn serve(
        &self,
        place: &Place,
        found: &Found,
        ports: &mut Ports,
        sources: &mut Sources,
    ) -> io::Result<Left> {
        let mut wait = FIRST_WAIT;
        loop {
            match Port::open(place) {
                Ok(port) => return self.tell(&port, place, found, ports, sources).await,
                Err(OpenError::Missing) => return Ok(Left::Done),
                Err(OpenError::Io(wrong)) => return Err(wrong),
                Err(OpenError::Busy) => {}
            }
            let busy = "another program has the port open".to_owned();
            if self.agent.bmc.problem(State::Busy, busy) {
                warn!("BMC: another program has the port {} open", self.settings.port);
            }
            tokio::select! {
                () = sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
                event = self.event(place, ports, sources) => {
                    if self.concerns(event?, found, sources).await {
                        return Ok(Left::Changed);
                    }
                }
            }
        }
    }

    /// Sends the address to the host, and, where that is wanted, again to the next one.
    async fn tell(
        &self,
        port: &Port,
        place: &Place,
        found: &Found,
        ports: &mut Ports,
        sources: &mut Sources,
    ) -> io::Result<Left> {
        // Where they cannot be had, a host that leaves and comes back at once goes unnoticed.
        let signals = Signals::of(port.fd()).ok();
        let count = || signals.as_ref().map_or(0, Signals::count);
        let news = sys::watch(port.news().try_clone_to_owned()?, Interest::READABLE)?;
        let mut told = false;
        let mut changes = Changes::start(count());
        loop {
            port.seen()?;
            let now = count();
            // A host that only listens sends no data that would explain a signal.
            if changes.quiet(now) {
                told = false;
                changes = Changes::start(now);
            }
            let state = port.state()?;
            // The leave of a host before this one is signalled by now, its own arrival maybe.
            let seen = count();
            match state {
                bmc::State::Unplugged => return Ok(Left::Done),
                bmc::State::NoHost => {
                    told = false;
                    if self.agent.bmc.state(State::NoHost) {
                        let (address, port) = (found.address, &self.settings.port);
                        info!("BMC: {address} waits for a host at the port {port}");
                    }
                }
                bmc::State::Host { room: true, .. } if !told && port.send(found.address)? => {
                    told = true;
                    changes = Changes::start(seen);
                    self.sent(place, found);
                    if self.settings.announce == Announce::Boot {
                        return Ok(Left::Done);
                    }
                }
                bmc::State::Host { .. } => {}
            }
            tokio::select! {
                changed = next(&news) => changed?,
                event = self.event(place, ports, sources) => {
                    if self.concerns(event?, found, sources).await {
                        return Ok(Left::Changed);
                    }
                }
            }
        }
    }

    /// Waits until something has happened. Cancel-safe.
    async fn event(
        &self,
        place: &Place,
        ports: &mut Ports,
        sources: &mut Sources,
    ) -> io::Result<Event> {
        tokio::select! {
            changed = self.other_port(place, ports) => changed.map(|()| Event::OtherPort),
            () = sources.changed() => Ok(Event::Source),
        }
    }

    /// True if that makes another look at everything needed.
    async fn concerns(&self, event: Event, found: &Found, sources: &mut Sources) -> bool {
        if event == Event::OtherPort {
            return true;
        }
        // Anew, as a directory may have come that has to be watched from now on.
        *sources = Sources::watch(&self.settings.plan.sources);
        let state = self.agent.bmc.in_memory().state;
        let new = self.look().await;
        let same = new.is_some_and(|new| new.address == found.address);
        if same {
            self.agent.bmc.state(state);
        }
        !same
    }

    fn sent(&self, place: &Place, found: &Found) {
        let Found { address, source, place: read } = found;
        self.agent.metrics.news.notify_one();
        let port = &self.settings.port;
        match self.agent.bmc.sent(place, found, self.agent.is_frozen()) {
            Some(old) if old != address.to_string() => warn!(
                "BMC: changed address {address} (from {source}, {read}) sent; a running Placemat may keep the old one, {old}"
            ),
            _ => info!("BMC: {address} (from {source}, {read}) sent to the port {port}"),
        }
    }
}

/// Waits for news of a port.
async fn next(news: &AsyncFd<std::os::fd::OwnedFd>) -> io::Result<()> {
    news.readable().await?.clear_ready();
    Ok(())
}
