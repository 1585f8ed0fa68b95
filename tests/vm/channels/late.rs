//! Commands that take longer than their host has patience.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::PORT;
use super::agent::{self, Agent};
use super::host::{Host, request};

/// Takes as long as the file /run/hold is there.
const HOOK: &str = "#!/bin/sh\n: > /run/started\nwhile [ -e /run/hold ]; do usleep 50000; done\n";

fn boot() -> Result<(Guest, Agent)> {
    let builder = Guest::builder()?.port(PORT).file("/etc/hook", 0o755, HOOK);
    let mut guest = agent::install(builder)?.boot()?;
    let agent = Agent::start(&mut guest, &["qemu-ga", "-F/etc/hook"])?;
    agent.settle(&mut guest)?;
    Ok((guest, agent))
}

/// Lets a host start a command that does not end by itself.
fn start(guest: &mut Guest) -> Result<Host> {
    guest.shell(": > /run/hold; rm -f /run/started")?.success()?;
    let mut host = Host::connect(guest, PORT)?;
    host.send(b"{\"execute\": \"guest-fsfreeze-freeze\"}")?;
    let started =
        "for i in $(seq 200); do [ -e /run/started ] && exit; usleep 100000; done; exit 1";
    guest.shell(started)?.success()?;
    Ok(host)
}

fn release(guest: &mut Guest, agent: &Agent) -> Result<()> {
    guest.shell("rm /run/hold")?.success()?;
    agent.settle(guest)
}

#[test]
fn the_answer_goes_to_the_host_that_asked_and_to_no_other() -> Result<()> {
    need_guest!();
    let (mut guest, agent) = boot()?;

    // To the one that waits.
    let mut patient = start(&mut guest)?;
    release(&mut guest, &agent)?;
    let line = patient.line()?;
    ensure!(line.contains("return") || line.contains("error"), "{line}");
    drop(patient);
    agent.settle(&mut guest)?;

    // Not to the one that comes after it, which is answered at once.
    drop(start(&mut guest)?);
    agent.settle(&mut guest)?;
    let mut next = Host::connect(&guest, PORT)?;
    next.sync(1)?;
    release(&mut guest, &agent)?;
    next.sync(2)?;
    drop(next);
    agent.settle(&mut guest)?;

    // Nor to the one that waited in line, unless chance is against it.
    let mut wrong = Vec::new();
    for id in 0..5 {
        let first = start(&mut guest)?;
        let mut next = Host::connect(&guest, PORT)?;
        next.send(request(id).as_bytes())?;
        // A change of hosts right after a request may have been before it.
        thread::sleep(Duration::from_millis(200));
        drop(first);
        let early = next.expect(id);
        release(&mut guest, &agent)?;
        if let Err(error) = early.and_then(|()| next.sync(id + 100)) {
            wrong.push(format!("{error:#}"));
        }
        drop(next);
        agent.settle(&mut guest)?;
    }
    ensure!(wrong.len() <= 1, "{} of 5 times: {wrong:?}", wrong.len());
    Ok(())
}
