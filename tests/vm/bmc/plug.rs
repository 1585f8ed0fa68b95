//! Ports that are not there, come later, go and come back.

use std::time::Duration;

use anyhow::{Result, ensure};
use support::need_guest;
use support::vm::Guest;

use super::peer::Placemat;
use super::{ADDRESS, Agent, NECO, NOTHING, OTHER, PORT, ask, builder, logged, neco};

#[test]
fn without_the_port_nothing_is_done_and_one_that_comes_later_is_found() -> Result<()> {
    need_guest!();
    for mode in ["boot", "change"] {
        let builder = builder(&format!("[bmc]\nannounce = \"{mode}\"\n"))?.port(OTHER);
        let mut guest = builder.file(NECO, 0o644, neco(ADDRESS)).boot()?;
        let agent = Agent::start(&mut guest, &["run"])?;
        assert_eq!(agent.idle(&mut guest, 5)?, NOTHING, "{mode}");
        let (status, code) = ask(&mut guest, &["bmc"])?;
        ensure!(code == 1 && status["state"] == "no-port", "{status}");
        ensure!(status.get("address").is_none(), "nothing was looked up: {status}");

        // There is no udev in this guest.
        guest.plug_port(PORT)?;
        first_line(&guest)?;
        // With a host and without one; each port is a new one.
        for _ in 0..3 {
            agent.settle(&mut guest)?;
            guest.unplug_port(PORT)?;
            guest.plug_port(PORT)?;
            first_line(&guest)?;
        }
        let host = Placemat::new(guest.port(PORT)?)?;
        agent.settle(&mut guest)?;
        guest.unplug_port(PORT)?;
        drop(host);
        agent.settle(&mut guest)?;
        let (status, _) = ask(&mut guest, &["bmc"])?;
        ensure!(status["state"] == "no-port", "{status}");
        assert_eq!(agent.idle(&mut guest, 3)?, NOTHING, "{mode}");
        guest.plug_port(PORT)?;
        first_line(&guest)?;
    }
    Ok(())
}

fn first_line(guest: &Guest) -> Result<()> {
    let mut host = Placemat::new(guest.port(PORT)?)?;
    ensure!(host.first()? == b"10.72.17.4\n");
    host.quiet(Duration::from_millis(200))
}

/// In the place of VMware's program: takes one word as the host's would.
const RPCTOOL: &str = "#!/bin/sh\necho \"$#: $1\" >> /run/rpctool\n";

#[test]
fn an_address_is_published_without_a_port() -> Result<()> {
    need_guest!("vmware-rpctool");
    let builder =
        builder("[bmc]\npublish-file = \"/run/bmc\"\nguestinfo = \"guestinfo.bmc.ipv4\"\n")?
            .program("vmware-rpctool")?
            .file("/usr/bin/stand-in", 0o755, RPCTOOL);
    let mut guest = builder.file(NECO, 0o644, neco(ADDRESS)).boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    // VMware's own program says that this is no place for it.
    logged(&mut guest, "10.72.17.4 is not in VMware")?;
    let (status, _) = ask(&mut guest, &["bmc"])?;
    let problem = status["guestinfo"]["problem"].as_str().unwrap_or_default().to_owned();
    for part in ["must be run inside a virtual machine on a VMware", "no guest of VMware"] {
        ensure!(problem.contains(part), "{status}");
    }
    // Where it works, here in the place of VMware's.
    guest.shell("mv /usr/bin/stand-in $(which vmware-rpctool)")?.success()?;
    for address in [ADDRESS, "10.72.17.5"] {
        let write = format!("echo '{}' > {NECO}", neco(address).trim());
        guest.shell(&write)?.success()?;
        let published = format!(
            "for i in $(seq 200); do
                grep -qx {address} /run/bmc &&
                grep -qx '1: info-set guestinfo.bmc.ipv4 {address}' /run/rpctool && exit
                usleep 50000
            done
            exit 1"
        );
        guest.shell(&published)?.success()?;
        logged(&mut guest, &format!("{address} set as guestinfo.bmc.ipv4"))?;
        let (status, code) = ask(&mut guest, &["bmc"])?;
        ensure!(code == 1 && status["state"] == "no-port", "{status}");
        ensure!(status["address"] == address, "{status}");
        ensure!(status["guestinfo"]["address"] == address, "{status}");
        ensure!(status["guestinfo"].get("problem").is_none(), "{status}");
    }
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING);
    Ok(())
}
