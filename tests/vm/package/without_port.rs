//! A guest without any virtio port of an agent's, such as one of another hypervisor.

use anyhow::{Result, ensure};
use support::need_full_guest;
use support::vm::Guest;

use super::super::quiesce::PORT;
use super::super::quiesce::host::Host;
use super::{BOOT, install, nothing_failed, nothing_left, property, run};

#[test]
fn without_a_port_the_service_idles_and_hears_one_that_comes() -> Result<()> {
    need_full_guest!("dpkg-deb");
    let mut guest = super::guest()?.boot()?;
    run(&mut guest, "dpkg --purge qemu-guest-agent")?;
    let said = install(&mut guest)?;
    ensure!(!said.contains("qemu-ga"), "{said}");
    shut_down_while_frozen(&mut guest)?;
    nothing_failed(&mut guest)?;
    ensure!(property(&mut guest, "ActiveState")? == "active");
    let mut cpu = || property(&mut guest, "CPUUsageNSec");
    ensure!(cpu()? == cpu()?, "it is busy with nothing");
    run(&mut guest, "guestctl agent ping")?;

    guest.plug_port(PORT)?;
    let mut host = Host::connect(&guest)?;
    host.meet()?;
    ensure!(host.freeze()? == 1);
    guard_is_protected(&mut guest)?;
    ensure!(host.thaw()? == 1);
    // Without its configuration, which stays for a later installation.
    run(&mut guest, "dpkg --remove guestd && test -e /etc/guestd/guestd.toml")?;
    ensure!(guest.shell("systemctl is-active guestd")?.code != 0);
    nothing_left(&mut guest)
}

/// All services are stopped at once; the agent thaws first, and then its hooks run.
fn shut_down_while_frozen(guest: &mut Guest) -> Result<()> {
    run(
        guest,
        "mkdir -p /etc/guestd/hooks.d
         printf '#!/bin/sh\\necho $1 >> /var/tmp/told; sync /var/tmp/told\\n' > /etc/guestd/hooks.d/50-tell
         chmod 755 /etc/guestd/hooks.d/50-tell
         guestctl agent freeze
         (sleep 1; systemctl reboot) > /dev/null 2>&1 &",
    )?;
    guest.rebooted(BOOT)?;
    let told = run(guest, "cat /var/tmp/told; rm /var/tmp/told /etc/guestd/hooks.d/50-tell")?;
    ensure!(told == "freeze\nthaw", "{told}");
    Ok(())
}

/// The sandbox lets the guard lock its memory, and make itself the last that is killed.
fn guard_is_protected(guest: &mut Guest) -> Result<()> {
    let of_guard = "/proc/$(pgrep -x guestd-guard)";
    let score = run(guest, &format!("cat {of_guard}/oom_score_adj"))?;
    ensure!(score == "-1000", "{score}");
    let locked = run(guest, &format!("grep VmLck {of_guard}/status"))?;
    ensure!(!locked.ends_with(" 0 kB"), "{locked}");
    Ok(())
}
