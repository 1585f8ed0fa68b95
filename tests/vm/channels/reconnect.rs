//! Hosts that come and go.

use std::time::Instant;

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::PORT;
use super::agent::{self, Agent};
use super::host::{Host, request};

fn boot() -> Result<(Guest, Agent)> {
    let mut guest = agent::install(Guest::builder()?.port(PORT))?.boot()?;
    let agent = Agent::start(&mut guest, &[&format!("virtio:/dev/virtio-ports/{PORT}")])?;
    agent.settle(&mut guest)?;
    Ok((guest, agent))
}

#[test]
fn a_later_host_gets_nothing_of_an_earlier_one() -> Result<()> {
    need_guest!();
    let (mut guest, agent) = boot()?;

    // Half a request.
    let mut host = Host::connect(&guest, PORT)?;
    host.sync(1)?;
    host.send(b"{\"execute\": \"guest-p")?;
    drop(host);
    agent.settle(&mut guest)?;
    Host::connect(&guest, PORT)?.sync(2)?;
    agent.settle(&mut guest)?;

    // Replies that it did not wait for, in the guest and in QEMU.
    for requests in [1, 1000, 150_000] {
        let mut host = Host::connect(&guest, PORT)?;
        host.send("{}".repeat(requests).as_bytes())?;
        agent.settle(&mut guest)?;
        drop(host);
        agent.settle(&mut guest)?;
        Host::connect(&guest, PORT)?.sync(3)?;
        agent.settle(&mut guest)?;
    }
    Ok(())
}

#[test]
fn many_hosts_in_a_row_are_answered_fast() -> Result<()> {
    need_guest!();
    let (_guest, _agent) = boot()?;
    let mut times = Vec::new();
    for id in 0..100 {
        let mut host = Host::connect(&_guest, PORT)?;
        let start = Instant::now();
        host.sync(id)?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    eprintln!("first answers: median {:?}, last {:?}", times[50], times[99]);
    ensure!(times[50].as_millis() < 50, "the median first answer took {:?}", times[50]);
    Ok(())
}

#[test]
fn a_host_that_waited_in_line_is_answered() -> Result<()> {
    need_guest!();
    let (mut guest, agent) = boot()?;
    let mut bad = 0;
    for round in 0..100 {
        let mut first = Host::connect(&guest, PORT)?;
        first.sync(round)?;
        first.send(b"{\"execute\": \"guest-p")?;
        let mut second = Host::connect(&guest, PORT)?;
        second.send(request(round + 1000).as_bytes())?;
        std::thread::sleep(std::time::Duration::from_millis(20));
        drop(first);
        if let Err(error) = second.expect(round + 1000) {
            eprintln!("{round}: {error:#}");
            bad += 1;
        }
    }
    eprintln!("quick change missed {bad} times of 100");
    agent.settle(&mut guest)?;
    Ok(())
}
