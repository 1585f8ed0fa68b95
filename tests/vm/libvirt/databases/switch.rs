//! From the stock agent to ours, as the documents tell it, while libvirt asks on.

use anyhow::{Result, ensure};
use support::docs;

use super::guest::Guest;

/// Servers write while we ask. Debian 12's agent lists the servers' bind mounts as filesystems of
/// their own, after the two that there are; QEMU 10's does not, and neither does ours.
const VARIES: [&str; 5] = [".used-bytes", "fs.count", "fs.2.", "fs.3.", "fs.4."];

/// Asks the stock agent, installs the package over it, and asks the same again; then what a host
/// may not do before it is allowed. Our hooks are enabled in the end.
pub(super) fn to_guestd(guest: &mut Guest<'_>) -> Result<()> {
    let stock = answers(guest)?;
    let install = docs::commands("README.md", "dpkg -i", &["make deb"])?;
    let said = guest.run(&format!("cd /root\n{install}"))?;
    ensure!(!said.contains("warning") && !said.contains("error"), "{said}");
    guest.answered()?;
    ensure!(guest.run("pgrep -x qemu-ga || pgrep -x guestd > /dev/null")?.is_empty());
    let ours = answers(guest)?;
    ensure!(ours == stock, "the stock agent: {stock:#?}\nguestd: {ours:#?}");
    passwords(guest)?;
    guest.run("guestctl hooks enable mariadb && guestctl hooks enable redis")?;
    guest.run("guestctl hooks check")?;
    Ok(())
}

/// What virsh says of the guest, and that it froze and thawed.
fn answers(guest: &Guest<'_>) -> Result<Vec<String>> {
    let words: [&[&str]; 4] =
        [&["domhostname", "--source", "agent"], &["guestinfo"], &["domfsfreeze"], &["domfsthaw"]];
    let said = words.into_iter().map(|words| guest.virsh(words.iter().copied()));
    let said = said.collect::<Result<Vec<_>>>()?.join("\n");
    let lines = said.lines().filter(|line| !VARIES.iter().any(|part| line.contains(part)));
    Ok(lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

/// Refused, then allowed, and in the end refused again with the sandbox as it was.
fn passwords(guest: &mut Guest<'_>) -> Result<()> {
    const SET: [&str; 5] = ["set-user-password", "--user", "root", "--password", "secret"];
    const HASH: &str = "getent shadow root | cut -d: -f2";
    let refused = guest.domain().virsh(SET)?;
    let text = refused.errors();
    ensure!(refused.code != 0 && text.contains("has been disabled"), "{refused:?}");
    // To hosts in qemu-ga's words; the guest's log names the key.
    let log = "journalctl --sync; journalctl --no-pager -o cat -u guestd \
               GUESTD_COMMAND=guest-set-user-password";
    let log = guest.run(log)?;
    ensure!(log.contains("[channel.virtio-serial]") && log.contains("accounts"), "{log}");
    ensure!(guest.run(HASH)?.is_empty());

    guest.run(&docs::commands("docs/migrate-from-qemu-ga.md", "accounts.conf", &[])?)?;
    guest.answered()?;
    guest.virsh(SET)?;
    let hash = guest.run(HASH)?;
    ensure!(hash.starts_with("$y$"), "{hash}");

    guest.run(
        "rm /etc/guestd/conf.d/60-site.toml /etc/systemd/system/guestd.service.d/accounts.conf
         systemctl daemon-reload && systemctl restart guestd",
    )?;
    guest.answered()?;
    ensure!(guest.domain().virsh(SET)?.code != 0, "still allowed");
    let sandbox = guest.run("systemctl show --property=ProtectSystem --value guestd")?;
    ensure!(sandbox == "full", "{sandbox}");
    Ok(())
}
