//! Announces the address of the machine's BMC to the host: when the port comes, when there
//! is an address, when a host is there. Nothing polls, and without the port nothing is
//! looked up.

mod address;
mod changes;
mod known;
mod mark;

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
use crate::config::settings::{self, Announce};
use crate::sys::{self, sigio::Signals};
use address::Found;
use changes::{Ports, Sources};
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

/// Why a port was left.
enum Left {
    /// It was told what there is to tell, and nothing more is to be done.
    Done,
    /// Something has changed that may need another look.
    Changed,
    /// The port is of no use until something happens to it.
    Gone,
}

impl Announcer<'_> {
    async fn run(&self) -> io::Result<std::convert::Infallible> {
        let known = &self.agent.bmc;
        let mut ports = Ports::watch();
        let mut wait = FIRST_WAIT;
        loop {
            let Some(place) = bmc::find(Path::new("/"), &self.settings.port) else {
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
            if self.settings.announce == Announce::Boot && known.was_sent(&place, found.address) {
                known.state(State::Sent);
                ports.changed().await?;
                continue;
            }
            let left = match Port::open(&place) {
                Ok(port) => {
                    wait = FIRST_WAIT;
                    self.serve(&port, &place, &found, &mut ports, &mut sources).await
                }
                Err(OpenError::Busy) => {
                    if known.problem(State::Busy, "another program has the port open".to_owned()) {
                        warn!("BMC: another program has the port {} open", self.settings.port);
                    }
                    tokio::select! {
                        changed = ports.changed() => changed?,
                        () = sources.changed() => {}
                        () = sleep(wait) => {}
                    }
                    wait = (wait * 2).min(LONGEST_WAIT);
                    continue;
                }
                Err(OpenError::Missing) => Ok(Left::Gone),
                Err(OpenError::Io(wrong)) => Err(wrong),
            };
            match left {
                // In the other mode the port is left for a reason that is seen above.
                Ok(Left::Done | Left::Changed) => {}
                Ok(Left::Gone) => ports.changed().await?,
                Err(wrong) => {
                    let port = &self.settings.port;
                    if known.problem(State::Failed, wrong.to_string()) {
                        error!("BMC: port {port}: {wrong}; trying again when it changes");
                    }
                    ports.changed().await?;
                }
            }
        }
    }

    /// Keeps the file up to date, where one is wanted, until something happens to a port.
    async fn publish(&self, ports: &mut Ports) -> io::Result<()> {
        while self.settings.publish_file.is_some() {
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

    /// Sends the address as soon as a host is there, and, where that is wanted, again to
    /// the next one.
    async fn serve(
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
        let mut before = count();
        loop {
            port.seen()?;
            let now = count();
            // The kernel signals each end that is opened or closed, and data, of which a host
            // that only listens has none.
            if now.wrapping_sub(before) > 1 {
                told = false;
            }
            before = now;
            match port.state()? {
                bmc::State::Unplugged => return Ok(Left::Gone),
                bmc::State::NoHost => {
                    told = false;
                    if self.agent.bmc.state(State::NoHost) {
                        let (address, port) = (found.address, &self.settings.port);
                        info!("BMC: {address} waits for a host at the port {port}");
                    }
                }
                bmc::State::Host { ready: true } if !told && port.send(found.address)? => {
                    told = true;
                    self.sent(place, found);
                    if self.settings.announce == Announce::Boot {
                        return Ok(Left::Done);
                    }
                }
                bmc::State::Host { .. } => {}
            }
            tokio::select! {
                changed = next(&news) => changed?,
                changed = ports.changed() => {
                    changed?;
                    if bmc::find(Path::new("/"), &self.settings.port).as_ref() != Some(place) {
                        return Ok(Left::Changed);
                    }
                }
                () = sources.changed() => {
                    let new = self.look().await;
                    if new.is_none_or(|new| new.address != found.address) {
                        return Ok(Left::Changed);
                    }
                    self.agent.bmc.state(if told { State::Sent } else { State::NoHost });
                }
            }
        }
    }

    fn sent(&self, place: &Place, found: &Found) {
        let Found { address, source, place: read } = found;
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
