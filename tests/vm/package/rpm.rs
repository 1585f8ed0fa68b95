//! The RPM, installed by rpm with its scripts. The guest is Debian's all the same, with
//! `stand-ins.spec` for what only a distribution of RPMs has.

use anyhow::{Result, ensure};
use serde_json::json;
use support::need_full_guest;
use support::vm::{Builder, Guest};

use super::super::quiesce::PORT;
use super::super::quiesce::host::Host;
use super::{left, nothing_failed, property, run, until};

const STAND_INS: &str = include_str!("rpm/stand-ins.spec");
/// Where rpmbuild puts these.
const BUILT: &str = "/root/built/RPMS/x86_64";
/// What was taken over.
const IMPORTED: &str = "/etc/guestd/conf.d/50-qemu-ga.toml";

#[test]
fn the_rpm_takes_over_upgrades_and_leaves_nothing() -> Result<()> {
    need_full_guest!("rpmbuild", "strip");
    let mut guest = guest()?.boot()?;
    run(&mut guest, "mkdir /data && mount -t ext4 /dev/vdb /data")?;
    let mut host = Host::connect(&guest)?;
    before(&mut guest, &mut host)?;
    takes_over(&mut guest, &mut host)?;
    upgrades_while_frozen(&mut guest, &mut host)?;
    what_is_disabled_stays_so(&mut guest)?;
    gives_way_to_the_stock_agent(&mut guest, &mut host)?;
    is_off_where_the_administrator_says_so(&mut guest)?;
    leaves_nothing(&mut guest)
}

/// A full guest with two releases of the package.
fn guest() -> Result<Builder> {
    let mut builder = Guest::builder()?.full()?.cpus(1).ext4("data", 64 << 20).port(PORT);
    for release in [1, 2] {
        let dir = tempfile::tempdir()?;
        let package = std::fs::read(support::packaged::rpm(dir.path(), release)?)?;
        builder = builder.file(&format!("/root/{release}.rpm"), 0o644, package);
    }
    Ok(builder.file("/root/stand-ins.spec", 0o644, STAND_INS))
}

/// The stock agent runs, from a package of rpm's, with something to take over.
fn before(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        &format!(
            "set -e
             cp /usr/sbin/qemu-ga /root/
             systemctl unmask qemu-guest-agent
             dpkg --purge qemu-guest-agent
             rpmbuild -bb --quiet --define '_topdir /root/built' /root/stand-ins.spec
             rpm --force-debian -i {BUILT}/systemd-1-1.x86_64.rpm {BUILT}/qemu-guest-agent-1-1.x86_64.rpm
             sed -i 's/\"\"/\"-b guest-get-users\"/' /etc/sysconfig/qemu-ga
             systemctl start qemu-guest-agent"
        ),
    )?;
    host.meet()?;
    ensure!(host.refused("guest-get-users", &json!({}))?.contains("disabled"));
    // Nothing is forced: by itself rpm does not put one in the place of the other.
    let refused = guest.shell("rpm --force-debian -U /root/1.rpm 2>&1")?;
    ensure!(refused.code != 0 && refused.text().contains("conflicts with"), "{refused:?}");
    Ok(())
}

/// Runs rpm, and gives what it and the scripts of packages say, which is no complaint.
fn rpm(guest: &mut Guest, words: &str) -> Result<String> {
    let said = run(guest, &format!("rpm --force-debian {words} 2>&1"))?;
    let complaint =
        ["error", "warning: %", "ailed", "cannot"].iter().find(|one| said.contains(**one));
    ensure!(complaint.is_none(), "rpm {words}: {said}");
    Ok(said)
}

/// In one transaction, in which the stock agent is erased last.
fn takes_over(guest: &mut Guest, host: &mut Host) -> Result<()> {
    let said = rpm(guest, &format!("-U /root/1.rpm {BUILT}/to-guestd-1-1.x86_64.rpm"))?;
    ensure!(said.contains("from qemu-ga: blocked commands: guest-get-users"), "{said}");
    rpm(guest, "-e to-guestd")?;
    run(guest, "rpm -V guestd")?;
    host.meet()?;
    let info = host.call("guest-info", &json!({}))?;
    ensure!(info["version"] == env!("CARGO_PKG_VERSION"), "{}", info["version"]);
    let running = run(guest, "pgrep -l 'qemu-ga|guestd'")?;
    ensure!(running.ends_with(" guestd") && running.lines().count() == 1, "{running}");
    ensure!(host.refused("guest-get-users", &json!({}))?.contains("disabled"));
    ensure!(host.freeze()? == 2 && host.thaw()? == 2);

    ensure!(property(guest, "Type")? == "notify" && property(guest, "ActiveState")? == "active");
    // By both names, and at the next boot.
    for unit in ["guestd", "qemu-guest-agent"] {
        run(guest, &format!("systemctl is-active {unit} && systemctl is-enabled {unit}"))?;
    }
    run(guest, "test -L /usr/sbin/qemu-ga && getent group guestd && guestctl agent ping")?;
    nothing_failed(guest)
}

/// The agent that is replaced thaws, the one that follows tells the host; what was edited stays.
fn upgrades_while_frozen(guest: &mut Guest, host: &mut Host) -> Result<()> {
    // A second import would find something, and nothing in its way.
    run(
        guest,
        &format!(
            "echo '# edited' >> /etc/guestd/guestd.toml
             mv /etc/sysconfig/qemu-ga.rpmsave /etc/sysconfig/qemu-ga; rm {IMPORTED}"
        ),
    )?;
    let frozen = host.call("guest-fsfreeze-freeze-list", &json!({"mountpoints": ["/data"]}))?;
    ensure!(frozen == 1, "{frozen}");
    let before = property(guest, "MainPID")?;
    let said = rpm(guest, "-U /root/2.rpm")?;
    ensure!(!said.contains("qemu-ga"), "imported twice: {said}");
    ensure!(run(guest, "rpm -q guestd")?.contains("-2."));
    until(guest, "timeout 5 touch /data/written")?;
    host.meet()?;
    ensure!(property(guest, "MainPID")? != before, "the old agent still runs");
    host.told_broken("the agent ended")?;
    run(guest, "tail -n 1 /etc/guestd/guestd.toml | grep -x '# edited'")?;
    run(guest, &format!("test ! -e {IMPORTED} && guestd import && test -e {IMPORTED}"))?;
    nothing_failed(guest)
}

/// At an upgrade, and at the same again.
fn what_is_disabled_stays_so(guest: &mut Guest) -> Result<()> {
    run(guest, "systemctl disable --now guestd")?;
    rpm(guest, "-U --force /root/2.rpm")?;
    rpm(guest, "-U --oldpackage /root/1.rpm")?;
    run(guest, "udevadm settle")?;
    is_off(guest)?;
    run(guest, "systemctl enable --now guestd").map(drop)
}

fn is_off(guest: &mut Guest) -> Result<()> {
    let enabled = guest.shell("systemctl is-enabled guestd")?.text();
    ensure!(enabled == "disabled", "{enabled}");
    let state = property(guest, "ActiveState")?;
    ensure!(state == "inactive", "it was disabled, and is {state}");
    Ok(())
}

/// Back again, with hooks enabled and a drop-in linked, which go as well.
fn gives_way_to_the_stock_agent(guest: &mut Guest, host: &mut Host) -> Result<()> {
    run(
        guest,
        "guestctl hooks enable redis
         mkdir -p /etc/systemd/system/guestd.service.d
         ln -s /usr/share/guestd/drop-ins/exec.conf /etc/systemd/system/guestd.service.d/
         systemctl daemon-reload",
    )?;
    let packages =
        ["qemu-guest-agent", "from-guestd"].map(|name| format!("{BUILT}/{name}-1-1.x86_64.rpm"));
    rpm(guest, &format!("-U {}", packages.join(" ")))?;
    until(guest, "systemctl is-active qemu-guest-agent")?;
    run(guest, "systemctl is-enabled qemu-guest-agent")?;
    host.meet()?;
    ensure!(host.call("guest-info", &json!({}))?["version"] != env!("CARGO_PKG_VERSION"));
    let left = left(guest)?;
    // What was edited, as rpm does it, and what the stock agent has now.
    let stays = "/etc/guestd\n/etc/guestd/guestd.toml.rpmsave\nqemu-ga";
    ensure!(left == stays, "left behind:\n{left}");
    ensure!(run(guest, "ls -A /etc/guestd")? == "guestd.toml.rpmsave", "more in /etc/guestd");
    run(guest, "rm -r /etc/guestd")?;
    nothing_failed(guest)
}

/// Installed anew, where a preset comes before ours.
fn is_off_where_the_administrator_says_so(guest: &mut Guest) -> Result<()> {
    rpm(guest, "-e qemu-guest-agent from-guestd")?;
    run(
        guest,
        "mkdir -p /etc/systemd/system-preset
         echo 'disable guestd.service' > /etc/systemd/system-preset/00-site.preset",
    )?;
    let said = rpm(guest, "-i /root/2.rpm")?;
    ensure!(!said.contains("qemu-ga"), "nothing was there to import: {said}");
    run(guest, "udevadm settle")?;
    is_off(guest)
}

/// Erased while it runs.
fn leaves_nothing(guest: &mut Guest) -> Result<()> {
    run(guest, "systemctl enable --now guestd")?;
    rpm(guest, "-e guestd")?;
    let left = left(guest)?;
    ensure!(left.is_empty(), "left behind:\n{left}");
    nothing_failed(guest)
}
