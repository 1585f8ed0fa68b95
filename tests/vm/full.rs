//! The full guest itself: Debian with systemd comes up, takes files and commands, and reboots.
//! With our package it then tells its host the address of its BMC, as one of Placemat's does.

use std::time::Duration;

use anyhow::{Result, ensure};
use support::vm::Guest;
use support::{need_full_guest, packaged};

use crate::bmc::peer::Placemat;

/// The port's name in Placemat.
const PORT: &str = "placemat";

/// Elsewhere, too.
const PUBLISHED: &str = "[bmc]\npublish-file = \"/run/bmc\"\nguestinfo = \"guestinfo.bmc.ipv4\"\n";
/// In the place of VMware's program: keeps what it is told.
const RPCTOOL: &str = "#!/bin/sh\necho \"$#: $1\" > /run/rpctool\n";

/// Ten times what a boot takes.
const BOOT: Duration = Duration::from_secs(300);

#[test]
fn a_full_guest_boots_starts_a_server_and_keeps_its_disk_over_a_reboot() -> Result<()> {
    need_full_guest!("dpkg-deb");
    let dir = tempfile::tempdir()?;
    let package = std::fs::read(packaged::deb(dir.path())?)?;
    let builder = Guest::builder()?.full()?.ext4("data", 64 << 20).port(PORT);
    let builder = builder.file("/root/guestd.deb", 0o644, package).file(
        "/etc/neco/bmc-address.json",
        0o644,
        "{\"ipv4\": {\"address\": \"10.72.17.4\", \"netmask\": \"255.255.240.0\"}}\n",
    );
    let builder = builder.file("/etc/guestd/conf.d/50-bmc.toml", 0o644, PUBLISHED).file(
        "/usr/bin/vmware-rpctool",
        0o755,
        RPCTOOL,
    );
    let mut guest = builder.file("/usr/sbin/given", 0o755, "#!/bin/sh\necho given\n").boot()?;
    ensure!(guest.run(["given"])?.success()?.text() == "given");
    ensure!(guest.run(["cat", "/proc/1/comm"])?.text() == "systemd");
    let failed = guest.run(["systemctl", "--failed", "--plain", "--no-legend"])?.success()?;
    ensure!(failed.text().is_empty(), "{}", failed.text());
    guest.command(["systemctl", "start", "redis-server"]).timeout(BOOT).run()?.success()?;
    ensure!(guest.run(["redis-cli", "ping"])?.success()?.text() == "PONG");
    ensure!(guest.run(["cat", "/sys/block/vdb/serial"])?.text() == "data");

    let install = ["apt-get", "install", "--yes", "/root/guestd.deb"];
    guest.command(install).timeout(BOOT).run()?.success()?;

    guest.shell("echo kept > /var/lib/kept; (sleep 1; systemctl reboot) > /dev/null 2>&1 &")?;
    guest.rebooted(BOOT)?;
    ensure!(guest.run(["cat", "/var/lib/kept"])?.success()?.text() == "kept");
    ensure!(guest.run(["redis-cli", "ping"])?.code != 0, "nothing starts by itself");
    tells_its_bmc(&mut guest)
}

/// The service does so at boot, in its sandbox, and again at a port that is plugged in later.
fn tells_its_bmc(guest: &mut Guest) -> Result<()> {
    for plugged in [false, true] {
        if plugged {
            guest.unplug_port(PORT)?;
            guest.plug_port(PORT)?;
        }
        let mut host = Placemat::new(guest.port(PORT)?)?;
        ensure!(host.first()? == b"10.72.17.4\n");
        guest.shell("for i in $(seq 300); do guestctl bmc && exit; sleep 0.2; done; exit 1")?;
        let status = guest.run(["guestctl", "bmc", "-o", "json"])?.success()?.json()?;
        ensure!(status["guestd"] == true && status["state"] == "sent", "{status}");
        ensure!(status["source"] == "neco" && status["sent"]["by"] == "guestd", "{status}");
        ensure!(status["sent"]["times"] == 1 + u64::from(plugged), "{status}");
        host.quiet(Duration::ZERO)?;
    }
    ensure!(guest.run(["cat", "/run/bmc"])?.text() == "10.72.17.4");
    let set = guest.run(["cat", "/run/rpctool"])?;
    ensure!(set.text() == "1: info-set guestinfo.bmc.ipv4 10.72.17.4", "{set:?}");
    // udev has made its link for the new one.
    guest.run(["udevadm", "settle"])?.success()?;
    ensure!(guest.run(["test", "-e", "/dev/virtio-ports/placemat"])?.code == 0);
    Ok(())
}
