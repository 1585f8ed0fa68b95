//! `guestctl bmc announce`: writes the line once, with or without guestd.

use std::io;
use std::path::Path;
use std::time::Duration;

use bmc::{Address, Extent, Network, Plan};
use protocol::client::Empty;
use protocol::guestd::bmc::Status;
use serde::Serialize;

use super::{record, setup};
use crate::command::agent::connect::Target;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone};

/// Longer than any machine runs.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Tell the host the address once; works without guestd
///
/// Without ADDRESS it is the one of the guestd that runs here, or else of the first source
/// that has one; sources, port and network are those of guestd's configuration. Waits
/// --timeout seconds for another program to close the port and for the host to open its end.
/// What was sent is kept for `guestctl bmc`.
#[derive(Debug, clap::Args)]
pub(super) struct Announce {
    /// The address, IPv4 and nothing else
    address: Option<Address>,
    /// The name of the port; as configured, or else placemat
    #[arg(long, value_name = "NAME", value_parser = port)]
    port: Option<String>,
    /// Refuse an address that is not in this network, in the place of the configured one
    #[arg(long, value_name = "ADDRESS/BITS")]
    network: Option<Network>,
}

fn port(text: &str) -> Result<String, &'static str> {
    bmc::check_name(text).map(|()| text.to_owned())
}

#[derive(Debug, Serialize)]
struct Done {
    address: Address,
    source: String,
    port: String,
    device: String,
    waited_ms: u64,
    /// Why `guestctl bmc` will not tell of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_kept: Option<String>,
}

impl Announce {
    pub(super) fn run(
        &self,
        target: &Target,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        if !target.is_local() {
            let why =
                "bmc announce writes to a port of this machine; leave --socket and --vsock away";
            return Err(Failure::Usage(why.to_owned()));
        }
        let mut setup = setup::read(Path::new("/"))?;
        setup.plan.network = self.network.or(setup.plan.network);
        let guestd = if self.address.is_some() && self.port.is_some() { None } else { ask(target) };
        let (address, source) = match self.address {
            Some(address) => (address, "the command line".to_owned()),
            None => find(&setup.plan, guestd.as_ref())?,
        };
        let address = address
            .within(setup.plan.network)
            .map_err(|refused| Failure::Usage(format!("{address} (from {source}) {refused}")))?;
        let port = self.port.clone().or(guestd.map(|status| status.port)).unwrap_or(setup.port);
        let limit = target.patience().unwrap_or(FOR_EVER);
        let announced = bmc::announce(Path::new("/"), &port, address, limit)
            .map_err(|error| Failure::Machine(error.to_string()))?;
        let place = &announced.place;
        let kept = record::add(&setup.state_dir, &port, place, &address.to_string(), &source);
        let state_dir = setup.state_dir.display();
        screen.show(&Done {
            address,
            source,
            port,
            device: place.device.display().to_string(),
            waited_ms: u64::try_from(announced.waited.as_millis()).unwrap_or(u64::MAX),
            not_kept: kept.err().map(|error| format!("{state_dir}: {error}")),
        })?;
        Ok(ExitCode::Ok)
    }
}

/// guestd's address, or what the sources have.
fn find(plan: &Plan, guestd: Option<&Status>) -> Result<(Address, String), Failure> {
    let guestd = guestd
        .and_then(|status| Some((status.address.as_ref()?.parse().ok()?, status.source.clone()?)));
    if let Some(found) = guestd {
        return Ok(found);
    }
    let found = bmc::discover(Path::new("/"), plan, Extent::First);
    let winner = found.address.zip(found.source);
    winner.map(|(address, source)| (address, source.name().to_owned())).ok_or_else(|| {
        let why = "no source has an address; `guestctl bmc discover` tells why, or give one";
        Failure::Machine(why.to_owned())
    })
}

/// What the guestd of this machine knows, if there is one.
fn ask(target: &Target) -> Option<Status> {
    target.connect().ok()?.call("guestd-bmc", Empty {}).ok()
}

impl Answer for Done {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let Self { address, source, port, device, not_kept, .. } = self;
        let line = format!("{address} (from {source}) sent to the port {port}, {device}");
        text.line(Tone::Plain, &line)?;
        text.note(
            "the host does not answer; Placemat keeps the first address until it is started again",
        )?;
        match not_kept {
            Some(why) => text.note(&format!("`guestctl bmc` will not tell of it: {why}")),
            None => Ok(()),
        }
    }
}
