//! Whenever there is something new: `announce = "change"`.

use std::io::Read;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use support::need_guest;

use super::peer::Placemat;
use super::{ADDRESS, Agent, NECO, NOTHING, PORT, ask, builder, logged, neco};

#[test]
fn every_host_gets_the_address_and_a_new_one_too() -> Result<()> {
    need_guest!();
    let builder =
        builder("[bmc]\nannounce = \"change\"\npublish-file = \"/run/bmc\"\n")?.port(PORT);
    let mut guest = builder.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    logged(&mut guest, "no source has an address to announce: neco: there is no /etc/neco")?;
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING, "without an address");

    // The file comes with its directory, after guestd, and before or after the host.
    let mut host = Placemat::new(guest.port(PORT)?)?;
    guest
        .shell(&format!("mkdir -p /etc/neco && echo '{}' > {NECO}", neco(ADDRESS).trim()))?
        .success()?;
    ensure!(host.first()? == b"10.72.17.4\n");
    ensure!(guest.run(["cat", "/run/bmc"])?.success()?.stdout == b"10.72.17.4\n");
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING, "with a host");

    // A new address is sent to the same host, which drops it.
    guest.shell(&format!("echo '{}' > {NECO}", neco("10.72.17.5").trim()))?.success()?;
    ensure!(host.dropped()? == b"10.72.17.5\n");
    logged(&mut guest, "sent; a running Placemat may keep the old one, 10.72.17.4")?;
    // A file that is touched and says the same is no news, nor is one without an address.
    guest.shell(&format!("echo '{}' > {NECO}", neco("10.72.17.5").trim()))?.success()?;
    guest.shell(&format!("echo '{}' > {NECO}", neco("10.72.17.255/8").trim()))?.success()?;
    agent.settle(&mut guest)?;
    host.quiet(Duration::from_secs(1))?;
    guest.shell(&format!("echo '{}' > {NECO}", neco(ADDRESS).trim()))?.success()?;
    ensure!(host.dropped()? == b"10.72.17.4\n");

    // Every host that comes gets it, however fast they change.
    drop(host);
    for round in 0..30 {
        let mut host = Placemat::new(guest.port(PORT)?)?;
        ensure!(host.first()? == b"10.72.17.4\n", "round {round}");
        if round % 3 == 0 {
            agent.settle(&mut guest)?;
        }
        host.quiet(Duration::ZERO)?;
    }
    agent.settle(&mut guest)?;
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING, "after all hosts");

    // The port is held for that, and another program is told by whom.
    let output = guest.run(["guestctl", "bmc", "announce", "10.72.17.9", "--timeout", "1"])?;
    ensure!(output.code == 4 && output.errors().contains("announce = \"change\""), "{output:?}");
    let (status, code) = ask(&mut guest, &["bmc"])?;
    ensure!(code == 1 && status["state"] == "no-host", "{status}");
    Ok(())
}

#[test]
fn a_program_that_has_the_port_and_a_host_that_reads_slowly_are_waited_for() -> Result<()> {
    need_guest!();
    let mut guest = builder("")?.port(PORT).file(NECO, 0o644, neco(ADDRESS)).boot()?;
    let mut host = guest.port(PORT)?;
    host.set_read_timeout(Some(Duration::from_secs(30)))?;
    // More than all queues hold, so the writer waits for the host.
    let write = "(head -c 12000000 /dev/zero > /dev/virtio-ports/placemat) >/dev/null 2>&1 &";
    guest.shell(&format!("{write} usleep 500000"))?.success()?;
    Agent::start(&mut guest, &["run"])?;
    logged(&mut guest, "another program has the port placemat open")?;
    let (status, _) = ask(&mut guest, &["bmc"])?;
    ensure!(status["state"] == "busy", "{status}");

    let mut left = 12_000_000;
    let mut buffer = [0; 64 << 10];
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let size = host.read(&mut buffer)?;
        ensure!(size > 0, "the guest hung up");
        let zeros = size.min(left);
        left -= zeros;
        line.extend_from_slice(&buffer[zeros..size]);
        thread::sleep(Duration::from_millis(2));
    }
    ensure!(left == 0 && line == b"10.72.17.4\n", "{left} {line:?}");
    Ok(())
}
