//! The unit in which hooks run: what it may do, what it costs, and what happens when it dies.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::vm::Guest;

use super::super::quiesce::host::Host;
use super::{exposure, run, until};

/// Notes what it is called with and where it runs, and does what qemu-ga's hooks may do.
const HOOK: &str = r#"#!/bin/sh
echo "$1 $(cut -d: -f3 /proc/self/cgroup | cut -d@ -f1) $(cat /proc/self/oom_score_adj)" >> /run/told
[ "$1" = freeze ] || exit 0
touch /etc/by-hook /usr/by-hook /home/by-hook &&
    chown nobody /home/by-hook && nice -n -5 true && runuser -u nobody -- true || exit 1
mount -t tmpfs none /mnt && exit 1
exit 0
"#;

/// With a hook of its own; none is left.
pub(super) fn have_a_unit_of_their_own(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        &format!(
            "mkdir -p /etc/guestd/hooks.d
             cat > /etc/guestd/hooks.d/50-probe <<'END'\n{HOOK}END
             chmod 755 /etc/guestd/hooks.d/50-probe"
        ),
    )?;
    println!("guestd-hooks@.service: {}", exposure(guest, "guestd-hooks@1.service")?);
    may_do_what_hooks_do(guest, host)?;
    may_die(guest, host)?;
    may_not_be_there(guest, host)?;
    outlive_the_agent(guest, host)?;
    run(
        guest,
        "rm /etc/guestd/hooks.d/50-probe /etc/by-hook /usr/by-hook /home/by-hook /run/told",
    )?;
    Ok(())
}

fn may_do_what_hooks_do(guest: &mut Guest, host: &mut Host) -> Result<()> {
    ensure!(host.freeze()? == 2 && host.thaw()? == 2);
    let record = host.record()?;
    let micros = |value: &Value| value.as_u64().unwrap_or_default();
    println!(
        "the first hook began {} us after the freeze, and took {} us",
        micros(&record["hooks"][0]["start-us"]),
        micros(&record["hooks"][0]["duration-us"])
    );
    let told = told(guest)?;
    let unit = "/system.slice/guestd-hooks 0";
    ensure!(told == format!("freeze {unit}\nthaw {unit}"), "{told}");
    ensure!(run(guest, "stat -c '%U %a' /home/by-hook")? == "nobody 644");
    // Root alone may ask for it.
    ensure!(run(guest, "stat -c '%U %a' /run/guestd/hooks-unit.sock")? == "root 600");
    // It leaves no unit behind, and says nothing.
    until(guest, "test -z \"$(systemctl list-units --all --plain --no-legend 'guestd-hooks@*')\"")?;
    let said =
        run(guest, "journalctl --sync; journalctl --no-pager -o cat | grep guestd-hooks@ || true")?;
    ensure!(said.is_empty(), "{said}");
    Ok(())
}

/// The host is told, applications go on all the same, and so does the next freeze.
fn may_die(guest: &mut Guest, host: &mut Host) -> Result<()> {
    ensure!(host.freeze()? == 2);
    // It is not one more agent to anybody who looks.
    ensure!(run(guest, "pgrep -x guestd | wc -l; pgrep -x guestd-hooks | wc -l")? == "1\n1");
    run(guest, "pkill -KILL -x guestd-hooks")?;
    let error = host.refused("guest-fsfreeze-thaw", &json!({}))?;
    ensure!(error.contains("the unit of the hooks has ended"), "{error}");
    let told = told(guest)?;
    ensure!(told.lines().count() == 2 && told.contains("\nthaw "), "{told}");
    ensure!(host.freeze()? == 2 && host.thaw()? == 2);
    ensure!(self::told(guest)?.lines().count() == 2);
    Ok(())
}

/// Without the socket nothing can be run, which a check says before the freeze does.
fn may_not_be_there(guest: &mut Guest, host: &mut Host) -> Result<()> {
    let what = "hooks cannot be run: /run/guestd/hooks-unit.sock: ";
    let checked = guest.shell("guestctl quiesce check")?;
    ensure!(!checked.text().contains(what), "{checked:?}");
    run(guest, "systemctl stop guestd-hooks.socket")?;
    let checked = guest.shell("guestctl quiesce check")?;
    ensure!(checked.code == 1 && checked.text().contains(what), "{checked:?}");
    let error = host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.starts_with(what) && error.matches(what).count() == 1, "{error}");
    run(guest, "systemctl start guestd-hooks.socket").map(drop)
}

/// Where no agent comes after one that is killed, the hooks let go by themselves.
fn outlive_the_agent(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        "mkdir -p /run/systemd/system/guestd.service.d
         printf '[Service]\\nRestart=no\\nExecStopPost=\\n' >/run/systemd/system/guestd.service.d/alone.conf
         systemctl daemon-reload",
    )?;
    ensure!(host.freeze()? == 2);
    run(guest, "pkill -KILL -x -f '/usr/sbin/guestd run .*'")?;
    until(guest, "grep -q ^thaw /run/told")?;
    until(guest, "touch /data/written")?;
    run(
        guest,
        "rm -r /run/systemd/system/guestd.service.d /run/told
         systemctl daemon-reload
         systemctl reset-failed guestd
         systemctl start guestd",
    )?;
    host.meet()?;
    host.told_broken("the agent ended")
}

/// What hooks have noted since the last look.
fn told(guest: &mut Guest) -> Result<String> {
    run(guest, "cat /run/told && rm /run/told")
}
