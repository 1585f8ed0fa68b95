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
    let agent = Agent::start(&mut guest, &["qemu-ga", "-r"])?;
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
    Host::connect(&guest, PORT)?.sync(3)
}

#[test]
fn a_port_from_boot_may_go_and_come_back() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.port(PORT))?.boot()?;
    let agent = Agent::start(&mut guest, &["qemu-ga", "--retry-path"])?;
    Host::connect(&guest, PORT)?.sync(1)?;
    guest.unplug_port(PORT)?;
    agent.settle(&mut guest)?;
    guest.plug_port(PORT)?;
    Host::connect(&guest, PORT)?.sync(2)
}

#[test]
fn without_leave_to_wait_a_missing_port_is_an_error_that_names_it() -> Result<()> {
    need_guest!();
    let mut guest = agent::install(Guest::builder()?.port(PORT))?.boot()?;
    let missing = format!("/dev/virtio-ports/{OTHER}");
    let output = guest.run(["guestd", "qemu-ga", "-p", &missing])?;
    ensure!(output.code == 1 && output.errors().contains("is not there"), "{output:?}");
    ensure!(output.errors().contains(OTHER), "{output:?}");

    let agent = Agent::start(&mut guest, &["qemu-ga"])?;
    agent.settle(&mut guest)?;
    let output = guest.run(["guestd", "qemu-ga"])?;
    ensure!(output.code == 1 && output.errors().contains("in use"), "{output:?}");

    // It ends when its only port goes.
    guest.unplug_port(PORT)?;
    let ended = agent.end(&mut guest)?;
    ensure!(ended.contains("no channel is left"), "{ended}");
    Ok(())
}
