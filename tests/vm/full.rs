//! The full guest itself: Debian with systemd comes up, takes files and commands, and reboots.

use std::time::Duration;

use anyhow::{Result, ensure};
use support::need_full_guest;
use support::vm::Guest;

/// Ten times what a boot takes.
const BOOT: Duration = Duration::from_secs(300);

#[test]
fn a_full_guest_boots_starts_a_server_and_keeps_its_disk_over_a_reboot() -> Result<()> {
    need_full_guest!();
    let builder = Guest::builder()?.full()?.ext4("data", 64 << 20);
    let mut guest = builder.file("/usr/sbin/given", 0o755, "#!/bin/sh\necho given\n").boot()?;
    ensure!(guest.run(["given"])?.success()?.text() == "given");
    ensure!(guest.run(["cat", "/proc/1/comm"])?.text() == "systemd");
    let failed = guest.run(["systemctl", "--failed", "--plain", "--no-legend"])?.success()?;
    ensure!(failed.text().is_empty(), "{}", failed.text());
    guest.command(["systemctl", "start", "redis-server"]).timeout(BOOT).run()?.success()?;
    ensure!(guest.run(["redis-cli", "ping"])?.success()?.text() == "PONG");
    ensure!(guest.run(["cat", "/sys/block/vdb/serial"])?.text() == "data");

    guest.shell("echo kept > /var/lib/kept; (sleep 1; systemctl reboot) > /dev/null 2>&1 &")?;
    guest.rebooted(BOOT)?;
    ensure!(guest.run(["cat", "/var/lib/kept"])?.success()?.text() == "kept");
    ensure!(guest.run(["redis-cli", "ping"])?.code != 0, "nothing starts by itself");
    Ok(())
}
