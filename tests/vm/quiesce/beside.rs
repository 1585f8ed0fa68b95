//! QEMU's own agent in the same guest: why there is a guard, a deadline, and an order of
//! freezing. The table is in docs/crash-safety.md.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::bin;
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, END_AGENT, KILL_AGENT};
use super::host::Host;
use super::yard::{FROZEN, Yard};
use super::{PORT, watch};

/// Long enough to call it for ever: guestd thaws within one.
const FOR_EVER: Duration = Duration::from_secs(5);

#[test]
fn qemu_ga_leaves_the_guest_frozen() -> Result<()> {
    need_guest!("qemu-ga", "mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard =
        Yard::with("qemu-ga -t /run -f /run/qemu-ga.pid", |builder| builder.program("qemu-ga"))?;

    // Without bind mounts, which its older versions freeze in an order that hangs.
    yard.guest.shell("umount /bind /bind-file")?.success()?;
    yard.host.freeze()?;
    yard.guest.shell(KILL_AGENT)?.success()?;
    thread::sleep(FOR_EVER);
    ensure!(watch::frozen(&mut yard.guest, &FROZEN)? == FROZEN, "thawed after kill -9");

    // The next one leaves it as it is, and does not hear SIGTERM.
    yard.restart()?;
    ensure!(yard.host.status()? == "frozen");
    yard.guest.shell(END_AGENT)?.success()?;
    thread::sleep(FOR_EVER);
    ensure!(yard.host.status()? == "frozen", "it has ended");
    ensure!(watch::frozen(&mut yard.guest, &FROZEN)? == FROZEN, "thawed after SIGTERM");
    yard.host.thaw()?;
    watch::none_frozen(&mut yard.guest, &FROZEN)?;

    // With a bind mount of what lies below, as containers and CloudLinux's CageFS have it,
    // version 7.2 freezes /ext4 before what lies in its files, and waits for ever for that
    // to be thawed. Later versions look at the first mount only.
    if !yard.host.call("guest-info", &json!({}))?["version"].to_string().contains("7.2") {
        return Ok(());
    }
    yard.guest.shell("mount --bind /ext4 /bind")?.success()?;
    // Something for the filesystems in files to write, which cannot be written any more.
    yard.guest.shell("echo x >/deep/x; echo x >/loop/x")?.success()?;
    yard.host.send("guest-fsfreeze-freeze", &json!({}))?;
    thread::sleep(FOR_EVER);
    let state = "grep -q '^State:.D' /proc/$(cat /run/agent.pid)/status";
    ensure!(yard.guest.shell(state)?.code == 0, "it does not hang");
    yard.guest.shell(KILL_AGENT)?.success()?;
    thread::sleep(Duration::from_secs(1));
    ensure!(yard.guest.shell(state)?.code == 0, "it can be killed");
    ensure!(watch::frozen(&mut yard.guest, &["/ext4"])? == ["/ext4"]);
    Ok(())
}

/// The port of the agent beside guestd.
const OTHER: &str = "org.qemu.guest_agent.1";

#[test]
fn two_agents_on_two_ports_are_warned_of_and_do_get_in_each_others_way() -> Result<()> {
    need_guest!("qemu-ga", "mke2fs");
    let builder = Guest::builder()?.memory(512).port(PORT).port(OTHER).ext4("data", 64 << 20);
    let builder = watch::install(builder.program("qemu-ga")?).guestctl()?;
    let mut guest = builder.binary("guestd", &bin::guestd()?)?.boot()?;
    guest.shell("mkdir /data && mount -t ext4 /dev/vda /data")?.success()?;

    agent::start(&mut guest, "guestd run")?;
    let guestd = pid(&mut guest)?;
    let mut host = Host::connect(&guest)?;
    host.meet()?;
    let (code, alone) = check(&mut guest)?;
    ensure!(code == 0 && alone["conflicts"] == json!([]), "{alone}");
    ensure!(holders(&alone, PORT) == json!([{"name": "guestd", "pid": guestd}]), "{alone}");
    ensure!(holders(&alone, OTHER) == json!([]), "{alone}");

    agent::start(&mut guest, &format!("qemu-ga -p /dev/virtio-ports/{OTHER} -t /run"))?;
    let qemu_ga = pid(&mut guest)?;
    let mut other = Host::connect_to(&guest, OTHER)?;
    other.meet()?;
    let (code, both) = check(&mut guest)?;
    ensure!(code == 1, "exit code {code} beside a warning");
    ensure!(both["all-processes-seen"] == true, "{both}");
    ensure!(holders(&both, PORT) == json!([{"name": "guestd", "pid": guestd}]), "{both}");
    ensure!(holders(&both, OTHER) == json!([{"name": "qemu-ga", "pid": qemu_ga}]), "{both}");
    let reached = json!([
        {"type": "virtio-serial", "port": PORT},
        {"type": "unix", "path": "/run/guestd/guestd.sock"},
    ]);
    ensure!(both["agents"][0]["channels"] == reached, "{both}");
    let conflict = &both["conflicts"][0];
    ensure!(conflict["kind"] == "both-freeze" && both["conflicts"][1].is_null(), "{both}");
    let text = guest.run(["guestctl", "quiesce", "check"])?.text();
    println!("{text}");
    let warning = format!(
        "note: guestd ({guestd}) on {PORT} and qemu-ga ({qemu_ga}) on {OTHER} freeze the same"
    );
    ensure!(text.lines().any(|line| line.starts_with(&warning)), "{text}");

    // What the warning says is what happens. One fails because of the other's freeze,
    ensure!(other.freeze()? == 1);
    let error = host.refused("guest-fsfreeze-freeze", &json!({}))?;
    ensure!(error.contains("/data") && error.contains("somebody else has frozen it"), "{error}");
    ensure!(watch::frozen(&mut guest, &["/data"])? == ["/data"]);
    ensure!(other.thaw()? == 1);
    // or is ended by the other's thaw.
    ensure!(host.freeze()? == 1);
    other.call("guest-fsfreeze-thaw", &json!({}))?;
    watch::none_frozen(&mut guest, &["/data"])?;
    let error = host.refused("guest-fsfreeze-thaw", &json!({}))?;
    ensure!(error.contains("/data was thawed by somebody else before"), "{error}");

    guest.shell(KILL_AGENT)?.success()?;
    let (code, alone) = check(&mut guest)?;
    ensure!(code == 0 && holders(&alone, OTHER) == json!([]), "{alone}");
    Ok(())
}

/// What `guestctl quiesce check` says to a program, and its exit code.
fn check(guest: &mut Guest) -> Result<(i32, Value)> {
    let output = guest.run(["guestctl", "quiesce", "check", "-o", "json"])?;
    Ok((output.code, output.json()?))
}

/// Who holds a port, as that tells it.
fn holders(check: &Value, port: &str) -> Value {
    let ports = check["ports"].as_array().into_iter().flatten();
    let mut named = ports.filter(|one| one["name"] == port);
    named.next().map(|port| port["holders"].clone()).unwrap_or_default()
}

/// The process of the agent that was started last.
fn pid(guest: &mut Guest) -> Result<u32> {
    Ok(guest.run(["cat", "/run/agent.pid"])?.text().parse()?)
}
