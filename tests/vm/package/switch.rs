//! Over a running qemu-guest-agent, and all that follows in the life of a guest.

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_full_guest;
use support::vm::Guest;

use super::super::quiesce::PORT;
use super::super::quiesce::host::Host;
use super::{
    BOOT, exposure, hooks, install, nothing_failed, nothing_left, property, run, service, until,
};

/// What `systemd-analyze security` may say at most.
const EXPOSURE: f64 = 4.0;

#[test]
fn the_package_takes_over_from_a_running_qemu_guest_agent() -> Result<()> {
    need_full_guest!("dpkg-deb");
    let builder = super::guest()?.ext4("data", 64 << 20).port(PORT);
    let mut guest = builder.boot()?;
    run(&mut guest, "mkdir /data && mount -t ext4 /dev/vdb /data")?;
    let mut host = Host::connect(&guest)?;
    before(&mut guest, &mut host)?;
    let said = install(&mut guest)?;
    after(&mut guest, &mut host, &said)?;

    service::works_in_its_sandbox(&mut guest, &mut host)?;
    hooks::have_a_unit_of_their_own(&mut guest, &mut host)?;
    service::lets_a_group_ask(&mut guest)?;
    upgrade_while_frozen(&mut guest, &mut host)?;
    service::is_ended_when_it_stands_still(&mut guest, &mut host)?;

    // At the next boot there is a slip in the configuration; that one is of the host's making,
    // which needs something of the sandbox as well.
    run(&mut guest, service::SLIP)?;
    host.send("guest-shutdown", &json!({"mode": "reboot"}))?;
    guest.rebooted(BOOT)?;
    service::fails_once_when_misconfigured(&mut guest)?;
    host.meet()?;
    nothing_failed(&mut guest)?;
    ensure!(host.freeze()? == 1 && host.thaw()? == 1, "after the reboot");
    nothing_left(&mut guest)
}

/// The stock agent runs, with something to take over.
fn before(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        "mkdir -p /etc/qemu
         printf '[general]\\nblock-rpcs=guest-get-users\\n' > /etc/qemu/qemu-ga.conf
         systemctl unmask qemu-guest-agent
         systemctl start qemu-guest-agent",
    )?;
    host.meet()?;
    let version = host.call("guest-info", &json!({}))?["version"].to_string();
    println!("stock qemu-ga {version}: {}", exposure(guest, "qemu-guest-agent.service")?);
    Ok(())
}

/// The same host, on the same connection, with ours.
fn after(guest: &mut Guest, host: &mut Host, said: &str) -> Result<()> {
    ensure!(said.contains("from qemu-ga: blocked commands: guest-get-users"), "{said}");
    ensure!(!said.contains("warning") && !said.contains("error"), "{said}");
    host.meet()?;
    let info = host.call("guest-info", &json!({}))?;
    ensure!(info["version"] == env!("CARGO_PKG_VERSION"), "{}", info["version"]);
    let running = run(guest, "pgrep -l 'qemu-ga|guestd'")?;
    ensure!(running.ends_with(" guestd") && running.lines().count() == 1, "{running}");

    ensure!(host.call("guest-get-osinfo", &json!({}))?["id"] == "debian");
    ensure!(host.freeze()? == 2 && host.status()? == "frozen" && host.thaw()? == 2);
    let refused = host.refused("guest-get-users", &json!({}))?;
    ensure!(refused.contains("disabled"), "taken over, but {refused}");
    let password = json!({"username": "root", "password": "eA==", "crypted": false});
    for (command, arguments) in
        [("guest-exec", json!({"path": "/bin/true"})), ("guest-set-user-password", password)]
    {
        let refused = host.refused(command, &arguments)?;
        ensure!(refused.contains("disabled"), "{command}: {refused}");
    }
    run(guest, "guestctl config check")?;
    let block = run(guest, "guestctl config where | grep 'virtio-serial.block = '")?;
    ensure!(
        block.contains("[\"guest-get-users\"]") && block.contains("/50-qemu-ga.toml:"),
        "{block}"
    );
    for (wanted, fields) in [
        ("GUESTD_COMMAND=guest-exec", ["\"GUESTD_CHANNEL\":\"virtio-serial\"", "\"GUESTD_PEER\":"]),
        (
            "MESSAGE_ID=045a40a937894c27837baf3badbc50f2",
            ["\"GUESTD_OPERATION_ID\":\"", "\"GUESTD_WINDOW_MS\":\""],
        ),
    ] {
        let found = run(
            guest,
            &format!("journalctl --sync; journalctl --no-pager -u guestd -o json {wanted}"),
        )?;
        ensure!(found.lines().count() == 1, "{wanted}: {found}");
        ensure!(fields.iter().all(|field| found.contains(field)), "{wanted}: {found}");
    }
    // Of one freeze: who asked for it and for its thaw, and what became of it.
    let id = host.call("guestd-quiesce-record", &json!({}))?["id"].take();
    let id = id.as_str().unwrap_or_default();
    let told =
        run(guest, &format!("journalctl --no-pager -u guestd -o cat GUESTD_OPERATION_ID={id}"))?;
    let lines: Vec<&str> = told.lines().collect();
    let begins =
        ["guest-fsfreeze-freeze called ", "guest-fsfreeze-thaw called ", "froze and thawed 2 "];
    ensure!(lines.len() == begins.len(), "{id}: {told}");
    ensure!(lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin)), "{told}");
    // Scripts know it by the old names.
    ensure!(run(guest, "systemctl is-active qemu-guest-agent")? == "active");
    ensure!(run(guest, "qemu-ga --version")?.contains("QEMU Guest Agent"));
    let exposed = exposure(guest, "guestd.service")?;
    println!("guestd: {exposed}, target {EXPOSURE}");
    ensure!(exposed <= EXPOSURE, "{exposed} is more than {EXPOSURE}");
    nothing_failed(guest)
}

/// The agent that is replaced thaws, and the one that follows tells the host.
fn upgrade_while_frozen(guest: &mut Guest, host: &mut Host) -> Result<()> {
    let frozen = host.call("guest-fsfreeze-freeze-list", &json!({"mountpoints": ["/data"]}))?;
    ensure!(frozen == 1, "{frozen}");
    let before = property(guest, "MainPID")?;
    let said = install(guest)?;
    ensure!(!said.contains("from qemu-ga"), "imported twice: {said}");
    until(guest, "timeout 5 touch /data/written")?;
    host.meet()?;
    ensure!(property(guest, "MainPID")? != before, "the old agent still runs");
    host.told_broken("the agent ended")
}
