//! What only guestd tells: the machine, and itself.

use introspect::cpuid::live;
use introspect::report::{Report, report};
use protocol::Error;
use protocol::guestd::bmc;
use serde::Serialize;

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::config::settings::VERSION;
use crate::policy::Group;
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        runs: Runs::Thread,
        ..inline("guestd-report", Group::Info, |call| {
            call.reply(|agent, _: protocol::qga::Empty| machine(agent))
        })
    },
    inline("guestd-status", Group::Info, |call| call.plain(status)),
    // Reads a file.
    Command { runs: Runs::Thread, ..inline("guestd-bmc", Group::Info, |call| call.plain(bmc)) },
    // Reads the CPUs, the first time.
    Command {
        runs: Runs::Thread,
        ..inline("guestd-metrics", Group::Info, |call| call.plain(metrics))
    },
];

/// What `guestctl report` tells (docs/report.md), and what only the agent knows.
#[derive(Serialize)]
struct Machine {
    #[serde(flatten)]
    report: Report,
    bmc: bmc::Status,
}

/// The document.
fn machine(agent: &Agent) -> Result<Reply, Error> {
    let document = report(&live::read_all(), Some(&agent.root()));
    let document =
        document.ok_or_else(|| Error::generic("this machine does not let its CPU be read"))?;
    Ok(Reply::value(&Machine { report: document, bmc: agent.bmc.status() }))
}

/// The state of the agent; made from memory alone, so that it is told while frozen too.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Status<'a> {
    /// Of guestd, whatever `guest-info` is made to tell.
    version: &'static str,
    pid: u32,
    /// Seconds since the agent started.
    uptime: f64,
    frozen: bool,
    /// Names of the channels.
    channels: Vec<&'a str>,
    /// Commands that run on threads at this moment.
    running_commands: usize,
}

/// Result of `guestd-metrics`.
#[derive(Serialize)]
struct Metrics {
    /// The text format of Prometheus 0.0.4.
    text: String,
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn bmc(agent: &Agent) -> Result<bmc::Status, Error> {
    Ok(agent.bmc.status())
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn metrics(agent: &Agent) -> Result<Metrics, Error> {
    Ok(Metrics { text: crate::metrics::text(agent) })
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn status(agent: &Agent) -> Result<Status<'_>, Error> {
    Ok(Status {
        version: VERSION,
        pid: std::process::id(),
        uptime: agent.started.elapsed().as_secs_f64(),
        frozen: agent.is_frozen(),
        channels: agent.settings.channels.iter().map(|channel| channel.name.as_str()).collect(),
        running_commands: agent.running_commands(),
    })
}
