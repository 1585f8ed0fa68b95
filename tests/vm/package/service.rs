//! What the service promises, tried in the guest.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use support::vm::Guest;

use super::super::quiesce::host::Host;
use super::{property, run, until};

/// Hooks of real servers, the clocks, disks: each needs something else of the sandbox.
pub(super) fn works_in_its_sandbox(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(guest, "systemctl start postgresql redis-server mariadb")?;
    run(guest, "for hook in postgresql redis mariadb; do guestctl hooks enable $hook; done")?;
    ensure!(host.freeze()? == 2 && host.thaw()? == 2);
    let record = host.record()?;
    ensure!(record["outcome"] == "succeeded", "{record}");
    let hooks = record["hooks"].as_array().map_or(0, Vec::len);
    ensure!(hooks >= 5, "{record}");
    let warned = run(guest, "journalctl --no-pager -u guestd | grep -i warn || true")?;
    ensure!(warned.is_empty(), "{warned}");
    // For anybody, as node_exporter is, and nobody asks the agent for it.
    until(
        guest,
        "runuser -u nobody -- cat /run/guestd/metrics.prom |
         grep -q '^guestd_freezes_total{result=\"succeeded\"} [1-9]'",
    )?;
    run(guest, "for hook in postgresql redis mariadb; do guestctl hooks disable $hook; done")?;
    run(guest, "systemctl stop postgresql redis-server mariadb")?;
    units_stand_still(guest, host)?;

    let filesystems = host.call("guest-get-fsinfo", &json!({}))?;
    let mut points: Vec<_> = filesystems.as_array().into_iter().flatten().collect();
    points.sort_by_key(|one| one["mountpoint"].to_string());
    let points: Vec<_> = points.iter().map(|one| one["mountpoint"].as_str()).collect();
    ensure!(points == [Some("/"), Some("/data")], "{points:?}");
    ensure!(filesystems[0]["disk"][0]["serial"] == "data", "{filesystems}");
    let disks = host.call("guest-get-disks", &json!({}))?;
    ensure!(disks.as_array().is_some_and(|disks| disks.len() >= 2), "{disks}");

    // Not of the sandbox, although hosts have to be allowed it first.
    run(guest, "guestctl agent set-time && guestctl agent set-time --from-rtc")?;
    // A name that changes is told at once.
    run(guest, "hostname renamed")?;
    ensure!(host.call("guest-get-host-name", &json!({}))?["host-name"] == "renamed");
    run(guest, "hostname full-guest")?;
    Ok(())
}

/// systemd-unit.session: one unit runs, one does not, one is somebody else's.
fn units_stand_still(guest: &mut Guest, host: &mut Host) -> Result<()> {
    const STATES: &str = "for unit in ticker idle held; do
        systemctl show --property=FreezerState --value $unit.service; done | xargs";
    run(
        guest,
        "for unit in ticker idle held; do
             printf '[Service]\\nExecStart=/bin/sleep 100000\\n' >/run/systemd/system/$unit.service
         done
         systemctl daemon-reload && systemctl start ticker held && systemctl freeze held
         guestctl hooks enable systemd-unit",
    )?;
    // Without its settings it does nothing by guess.
    let error = host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("no unit is named"), "{error}");
    let settings = "mkdir -p /etc/guestd/hooks.settings
        echo 'units=\"ticker.service idle.service held.service\"' >/etc/guestd/hooks.settings/systemd-unit";
    run(guest, settings)?;
    ensure!(host.freeze()? == 2);
    ensure!(run(guest, STATES)? == "frozen running frozen");
    ensure!(host.thaw()? == 2);
    ensure!(run(guest, STATES)? == "running running frozen");

    // It fails late: what it has frozen goes on again.
    run(guest, "sed -i 's/held/nothing/' /etc/guestd/hooks.settings/systemd-unit")?;
    let error = host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("there is no unit nothing.service"), "{error}");
    ensure!(run(guest, STATES)? == "running running frozen");
    run(
        guest,
        "guestctl hooks disable systemd-unit; rm -r /etc/guestd/hooks.settings
         systemctl thaw held; systemctl stop ticker held
         rm /run/systemd/system/ticker.service /run/systemd/system/idle.service /run/systemd/system/held.service
         systemctl daemon-reload",
    )?;
    Ok(())
}

/// Root, a member of the group, and somebody else at the local socket.
pub(super) fn lets_a_group_ask(guest: &mut Guest) -> Result<()> {
    ensure!(run(guest, "stat -c '%U:%G %a' /run/guestd/guestd.sock")? == "root:guestd 660");
    run(guest, "useradd -G guestd member && useradd other")?;
    run(guest, "runuser -u member -- guestctl agent fsinfo")?;
    let refused = guest.shell("runuser -u member -- guestctl agent freeze")?;
    ensure!(refused.code != 0 && refused.errors().contains("not allowed"), "{refused:?}");
    let refused = guest.shell("runuser -u other -- guestctl agent ping")?;
    ensure!(refused.code != 0 && refused.errors().contains("Permission denied"), "{refused:?}");
    Ok(())
}

/// A stopped agent is killed by the watchdog, thawed for, and started again.
pub(super) fn is_ended_when_it_stands_still(guest: &mut Guest, host: &mut Host) -> Result<()> {
    ensure!(host.freeze()? == 2);
    let before = property(guest, "MainPID")?;
    run(guest, &format!("kill -STOP {before}"))?;
    // The root is frozen as well, so nothing may be written before.
    let time = until(guest, "touch /data/written /var/tmp/written")?;
    println!("a stopped agent's freeze ended after {time:?}");
    ensure!(time < Duration::from_secs(60), "{time:?}");
    until(guest, "systemctl is-active guestd")?;
    host.meet()?;
    ensure!(property(guest, "MainPID")? != before && property(guest, "NRestarts")? == "1");
    host.told_broken("the agent ended")
}

/// A script that leaves a slip in the configuration.
pub(super) const SLIP: &str =
    "printf '[quiesce]\\ndeadlin = 60\\n' > /etc/guestd/conf.d/70-slip.toml";

/// After a boot with the slip: the unit was started, one line, no loop; then it is mended.
pub(super) fn fails_once_when_misconfigured(guest: &mut Guest) -> Result<()> {
    ensure!(guest.shell("systemctl is-failed guestd")?.text() == "failed");
    ensure!(property(guest, "NRestarts")? == "0");
    let said = run(guest, "journalctl --no-pager -b -o cat -t guestd")?;
    let slip = "guestd: /etc/guestd/conf.d/70-slip.toml:2: unknown key `deadlin`; \
                did you mean `deadline`?";
    ensure!(said.starts_with(slip) && said.lines().count() == 1, "{said}");
    run(guest, "rm /etc/guestd/conf.d/70-slip.toml && systemctl start guestd")?;
    Ok(())
}
