//! Much traffic on two ports at once, which share an interrupt and with it their signals.

use std::thread;

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent};
use super::host::Host;
use super::{OTHER, PORT};

#[test]
fn a_host_that_stays_is_never_taken_for_another_one() -> Result<()> {
    need_guest!();
    let builder = Guest::builder()?.cpus(2).port(PORT).port(OTHER);
    let mut guest = agent::install_many(builder)?.boot()?;
    let ports = [PORT, OTHER].map(|port| format!("virtio:/dev/virtio-ports/{port}"));
    let agent = Agent::start(&mut guest, &[&ports[0], &ports[1]])?;
    agent.settle(&mut guest)?;

    let mut hosts = [Host::connect(&guest, PORT)?, Host::connect(&guest, OTHER)?];
    thread::scope(|scope| {
        let tasks = hosts.each_mut().map(|host| scope.spawn(|| talk(host)));
        tasks.into_iter().try_for_each(|task| task.join().unwrap_or_else(|_| panic!("panicked")))
    })
}

/// Requests of one buffer, of many, and of several writes. Each must be answered.
fn talk(host: &mut Host) -> Result<()> {
    for round in 0..300 {
        host.sync(round)?;
        let id = "x".repeat(usize::try_from(round)? * 100);
        let request = format!("{{\"execute\": \"guest-ping\", \"id\": \"{id}\"}}\n");
        for part in request.as_bytes().chunks(1 + request.len() / 7) {
            host.send(part)?;
        }
        let line = host.line()?;
        ensure!(line.contains("return") && line.contains(&id), "round {round}: {line:.100}");
    }
    Ok(())
}
