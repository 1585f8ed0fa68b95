//! Much traffic on two ports at once, which share an interrupt and with it their signals.

use std::thread;

use anyhow::{Context, Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent, another_port};
use super::host::Host;
use super::{OTHER, PORT};

#[test]
fn a_host_that_stays_is_never_taken_for_another_one() -> Result<()> {
    need_guest!();
    let builder = Guest::builder()?.cpus(2).port(PORT).port(OTHER);
    let mut guest = agent::install_with(builder, &another_port("other", OTHER))?.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    agent.settle(&mut guest)?;

    let mut hosts = [Host::connect(&guest, PORT)?, Host::connect(&guest, OTHER)?];
    thread::scope(|scope| {
        let tasks = hosts.each_mut().map(|host| scope.spawn(|| talk(host)));
        tasks.into_iter().try_for_each(|task| task.join().unwrap_or_else(|_| panic!("panicked")))
    })
}

/// Requests of one buffer, of many, and of several writes. Each must be answered.
fn talk(host: &mut Host) -> Result<()> {
    for round in 0..150 {
        host.sync(round)?;
        let id = "x".repeat(usize::try_from(round)? * 200);
        let request = format!("{{\"execute\": \"guest-ping\", \"id\": \"{id}\"}}\n");
        for part in request.as_bytes().chunks(1 + request.len() / 7) {
            host.send(part)?;
        }
        let line = host.line()?;
        ensure!(line.contains("return") && line.contains(&id), "round {round}: {line:.100}");
    }
    Ok(())
}

#[test]
fn no_request_is_forgotten_that_comes_while_the_last_answer_is_being_sent() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.cpus(2).port(PORT))?.boot()?;
    let agent = Agent::start(&mut guest, &["qemu-ga"])?;
    agent.settle(&mut guest)?;

    // A command that runs on a thread, so that the agent watches the port meanwhile, and
    // the next one as soon as it is answered. One in 40 was forgotten: the agent had seen
    // it in the port, waited for news of it all the same, and there was none.
    let mut host = Host::connect(&guest, PORT)?;
    for round in 0..1500 {
        host.send(b"{\"execute\": \"guest-get-osinfo\"}\n")?;
        let line = host.line().with_context(|| format!("request {round}"))?;
        ensure!(line.contains("return"), "request {round}: {line:.100}");
    }
    Ok(())
}
