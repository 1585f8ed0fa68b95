//! What ends the agent or the guest, and that libvirt finds it again.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use support::libvirt::Domain;

/// Far more than a boot or a shutdown takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// libvirt knows at once that the agent has ended, and that another one has started.
pub(super) fn restart(domain: &mut Domain<'_>) -> Result<()> {
    domain.stop_agent()?;
    let answer = domain.virsh(["domfsinfo"])?;
    ensure!(answer.errors().contains("QEMU guest agent is not connected"), "{answer:?}");
    domain.start_agent()?;
    domain.virsh(["domfsinfo"])?.success()?;
    Ok(())
}

/// The guest boots again, and the agent of that boot answers.
pub(super) fn reboot(domain: &mut Domain<'_>) -> Result<()> {
    domain.guest().shell("touch /run/before")?.success()?;
    domain.sent()?;
    let said = domain.virsh(["reboot", "--mode", "agent"])?.success()?.text();
    ensure!(said.ends_with("is being rebooted"), "{said}");
    let sent = domain.sent()?;
    let expected = json!({"execute": "guest-shutdown", "arguments": {"mode": "reboot"}});
    ensure!(sent == [expected], "libvirt sent {sent:?}");
    domain.rebooted(PATIENCE)?;
    let left = domain.guest().shell("ls /run/before")?;
    ensure!(left.code != 0, "the guest has not booted: /run is as it was");
    Ok(())
}

/// The guest ends by itself, as libvirt sees it.
pub(super) fn shutdown(domain: &Domain<'_>) -> Result<()> {
    let said = domain.virsh(["shutdown", "--mode", "agent"])?.success()?.text();
    ensure!(said.ends_with("is being shutdown"), "{said}");
    let sent = domain.sent()?;
    let expected = json!({"execute": "guest-shutdown", "arguments": {"mode": "powerdown"}});
    ensure!(sent == [expected], "libvirt sent {sent:?}");
    let reason = domain.ended(PATIENCE)?;
    ensure!(reason == "shut off (shutdown)", "{reason}");
    Ok(())
}
