//! The BMC address in a guest with Placemat's port, and a host that behaves as Placemat does.

mod boot;
mod change;
mod firmware;
mod ipmi;
pub(crate) mod peer;
mod plug;
mod power;

use anyhow::{Context, Result};
use serde_json::Value;
use support::bin;
use support::vm::{Builder, Guest};

use crate::channels::agent::{Agent, QUIET, Usage};

/// The port's name in Placemat.
const PORT: &str = "placemat";
const OTHER: &str = "placemat.other";
const ADDRESS: &str = "10.72.17.4";

const NOTHING: Usage = Usage { ticks: 0, sleeps: 0 };

const NECO: &str = "/etc/neco/bmc-address.json";

/// The file as sabakan writes it.
fn neco(address: &str) -> String {
    format!(
        "{{\"ipv4\":{{\"address\":\"{address}\",\"netmask\":\"255.255.240.0\",\"maskbits\":20,\"gateway\":\"10.72.16.1\"}}}}\n"
    )
}

/// A guest to be with guestd, guestctl and this configuration.
fn builder(configuration: &str) -> Result<Builder> {
    let builder = Guest::builder()?.binary("guestd", &bin::guestd()?)?.guestctl()?;
    let configuration = format!("{configuration}\n{QUIET}");
    Ok(builder.file("/etc/guestd/guestd.toml", 0o644, configuration))
}

/// `guestctl` with these words and JSON for an answer, and its exit code.
fn ask(guest: &mut Guest, words: &[&str]) -> Result<(Value, i32)> {
    let output = guest.run(["guestctl"].iter().chain(words).copied().chain(["-o", "json"]))?;
    let json = output.json().with_context(|| output.errors())?;
    Ok((json, output.code))
}

/// Waits until the log of the agent has this.
fn logged(guest: &mut Guest, text: &str) -> Result<()> {
    let script = format!(
        "for i in $(seq 300); do grep -qF '{text}' /run/agent.log && exit 0; usleep 50000; done; exit 1"
    );
    let output = guest.shell(&script)?;
    if output.code != 0 {
        anyhow::bail!("the log has no '{text}':\n{}", Agent::log(guest)?);
    }
    Ok(())
}

/// Ends the agent that runs and starts another one.
fn restart(guest: &mut Guest) -> Result<Agent> {
    guest.shell("kill $(pidof guestd); while pidof guestd >/dev/null; do usleep 50000; done")?;
    Agent::start(guest, &["run"])
}
