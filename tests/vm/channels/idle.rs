//! What the agent costs while nothing happens.

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent, Usage, another_port};
use super::host::Host;
use super::{OTHER, PORT};

/// Seconds.
const IDLE: u32 = 5;

/// Their replies, of 80 bytes each, fill all queues: 128 buffers of at most 32 KiB in the
/// guest's kernel, and those of QEMU and of the socket. They themselves do not.
const REQUESTS: usize = 150_000;

const NOTHING: Usage = Usage { ticks: 0, sleeps: 0 };

#[test]
fn the_agent_sleeps_with_and_without_a_host() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.port(PORT))?.boot()?;
    // With its metrics in a file, and the BMC's port looked out for.
    let agent = Agent::start(&mut guest, &["run"])?;
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "before the first host");
    let mut host = Host::connect(&guest, PORT)?;
    host.sync(1)?;
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "with a host");
    let metrics = guest.run(["cat", "/run/guestd/metrics.prom"])?.success()?.text();
    let synced = "guestd_requests_total{command=\"guest-sync\",result=\"ok\"} 1";
    ensure!(metrics.lines().any(|line| line == synced), "{metrics}");
    host.send(b"{\"execute\": \"guest-")?;
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "with half a request");
    drop(host);
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "after a host");
    Host::connect(&guest, PORT)?.sync(2)
}

#[test]
fn channels_that_wait_for_all_kinds_of_things_sleep() -> Result<()> {
    need_guest!();
    let builder = Guest::builder()?.port(PORT).serial("com2").module("vsock_loopback");
    // Beside the port and the Unix socket of the default configuration.
    let configuration = another_port("missing", OTHER)
        + "[channel.vsock]\ntype = \"vsock\"\nport = 1025\n"
        + "[channel.serial]\ntype = \"isa-serial\"\npath = \"/dev/ttyS1\"\n";
    let mut guest = agent::install_with(builder, &configuration)?.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING);
    Ok(())
}

#[test]
fn a_host_that_reads_nothing_costs_nothing_and_stops_only_its_own_channel() -> Result<()> {
    need_guest!();
    let builder = Guest::builder()?.port(PORT).port(OTHER);
    let mut guest = agent::install_with(builder, &another_port("other", OTHER))?.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;

    let mut deaf = Host::connect(&guest, PORT)?;
    deaf.send("{}".repeat(REQUESTS).as_bytes())?;
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "while the host does not read");

    let mut other = Host::connect(&guest, OTHER)?;
    for id in 0..100 {
        other.sync(id)?;
    }
    assert_eq!(agent.idle(&mut guest, IDLE)?, NOTHING, "while the host still does not read");
    // It reads after all, and gets everything.
    for _ in 0..REQUESTS {
        let line = deaf.line()?;
        ensure!(line.contains("lacks member 'execute'"), "{line}");
    }
    deaf.sync(4711)
}
