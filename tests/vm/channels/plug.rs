//! Ports that come and go while the guest runs, in a guest without udev.

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, Agent};
use super::host::Host;
use super::{OTHER, PORT};

#[test]
fn a_port_that_comes_later_is_found_and_one_that_goes_is_waited_for() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.port(OTHER))?.boot()?;
    let ports = [PORT, OTHER].map(|port| format!("virtio:/dev/virtio-ports/{port}"));
    let agent = Agent::start(&mut guest, &["wait", &ports[0], &ports[1]])?;
    agent.settle(&mut guest)?;

    guest.plug_port(PORT)?;
    let mut host = Host::connect(&guest, PORT)?;
    host.sync(1)?;
    // Unplugged with a host, and without one.
    guest.unplug_port(PORT)?;
    guest.plug_port(PORT)?;
    Host::connect(&guest, PORT)?.sync(2)?;
    agent.settle(&mut guest)?;
    guest.unplug_port(PORT)?;
    agent.settle(&mut guest)?;
    guest.plug_port(PORT)?;
    agent.settle(&mut guest)?;
    Host::connect(&guest, PORT)?.sync(3)?;

    // The port from boot too.
    Host::connect(&guest, OTHER)?.sync(4)?;
    guest.unplug_port(OTHER)?;
    agent.settle(&mut guest)?;
    guest.plug_port(OTHER)?;
    Host::connect(&guest, OTHER)?.sync(5)
}

#[test]
fn without_leave_to_wait_a_missing_port_is_an_error_that_names_it() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.port(PORT))?.boot()?;
    let port = format!("virtio:/dev/virtio-ports/{OTHER}");
    let output = guest.run(["guestd", &port])?;
    ensure!(output.code == 1 && output.errors().contains("is not there"), "{output:?}");
    ensure!(output.errors().contains(OTHER), "{output:?}");

    let port = format!("virtio:/dev/virtio-ports/{PORT}");
    let agent = Agent::start(&mut guest, &[&port])?;
    agent.settle(&mut guest)?;
    let output = guest.run(["guestd", &port])?;
    ensure!(output.code == 1 && output.errors().contains("in use"), "{output:?}");

    // It ends when its only port goes.
    guest.unplug_port(PORT)?;
    let ended = "for i in $(seq 100); do grep -q NoChannelLeft /run/agent.log && exit; usleep 100000; done; exit 1";
    guest.shell(ended)?.success()?;
    Ok(())
}
