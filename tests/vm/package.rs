//! Our packages in a full Debian guest under systemd: each takes the place of a running
//! qemu-guest-agent, and what the service promises is tried there, installed from the .deb.

mod drop_ins;
mod hooks;
mod rpm;
mod service;
mod switch;
mod without_port;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::packaged;
use support::vm::{Builder, Guest};

/// Twenty times what a boot takes on an idle machine; this one may run several guests.
const BOOT: Duration = Duration::from_secs(600);
/// Ten times what dpkg, or the start of a service, takes under emulation.
const PATIENCE: Duration = Duration::from_secs(120);
/// Where the package lies in the guest.
const PACKAGE: &str = "/root/guestd.deb";

/// A full guest with the package in it, not installed. One CPU: under emulation two can hang
/// for minutes at a reboot, waiting for each other.
fn guest() -> Result<Builder> {
    let dir = tempfile::tempdir()?;
    let package = std::fs::read(packaged::deb(dir.path())?)?;
    Ok(Guest::builder()?.full()?.cpus(1).file(PACKAGE, 0o644, package))
}

/// Installs the package, or installs it again, which is an upgrade; what dpkg says.
fn install(guest: &mut Guest) -> Result<String> {
    run(guest, &format!("dpkg -i {PACKAGE} 2>&1"))
}

/// A script that has to end well; what it says.
fn run(guest: &mut Guest, script: &str) -> Result<String> {
    let output = guest.command(["sh", "-c", script]).timeout(PATIENCE).run()?;
    Ok(output.success()?.text())
}

/// Waits until a script ends well; how long that took.
fn until(guest: &mut Guest, script: &str) -> Result<Duration> {
    let begin = Instant::now();
    loop {
        let output = guest.command(["sh", "-c", script]).timeout(PATIENCE).run()?;
        if output.code == 0 {
            return Ok(begin.elapsed());
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "'{script}' does not end well\n{}\n{}",
            output.text(),
            run(guest, "journalctl --no-pager -u guestd -n 40; systemctl --no-pager status guestd")
                .unwrap_or_else(|error| format!("{error:#}"))
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A property of the service, as systemctl shows it.
fn property(guest: &mut Guest, name: &str) -> Result<String> {
    run(guest, &format!("systemctl show --property={name} --value guestd.service"))
}

/// How much systemd says that a service is exposed: 0 not at all, 10 without any limits.
fn exposure(guest: &mut Guest, unit: &str) -> Result<f64> {
    let said = run(guest, &format!("systemd-analyze security --no-pager {unit}"))?;
    let last = said.lines().last().unwrap_or_default();
    let number = last.split_once(": ").and_then(|(_, rest)| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).with_context(|| format!("no number: {last}"))
}

/// Nothing has failed.
fn nothing_failed(guest: &mut Guest) -> Result<()> {
    let failed = run(guest, "systemctl --failed --plain --no-legend")?;
    ensure!(failed.is_empty(), "{failed}");
    Ok(())
}

/// Nothing of the Debian package is left but what the test has put there.
fn nothing_left(guest: &mut Guest) -> Result<()> {
    run(guest, "dpkg --purge guestd")?;
    let left = left(guest)?;
    ensure!(left.is_empty(), "left behind:\n{left}");
    nothing_failed(guest)
}

/// All of ours that is in the guest, but in /root.
fn left(guest: &mut Guest) -> Result<String> {
    run(
        guest,
        "find / -xdev \\( -iname '*guestd*' -o -name '*hooks-available*' \\) ! -path '/root/*'
         find /run /etc/systemd -iname '*guestd*' ! -path '/run/udev/*' ! -path '/run/systemd/*'
         find /etc/systemd -xtype l
         grep guestd /etc/passwd /etc/group
         test ! -e /usr/sbin/qemu-ga || echo qemu-ga
         systemctl --plain --no-legend list-units --all '*guestd*'
         true",
    )
}
