//! Disks that come to a halt, as when a host's storage does.

use anyhow::Result;
use serde_json::{Value, json};
use support::vm::Guest;

/// From the next write but one on the disk takes a byte a second; reads are as fast as ever.
pub(super) fn halt(guest: &Guest, disk: &str) -> Result<()> {
    throttle(guest, disk, 1)
}

/// Back to full speed; what has waited is written.
pub(super) fn go_on(guest: &Guest, disk: &str) -> Result<()> {
    throttle(guest, disk, 0)
}

fn throttle(guest: &Guest, disk: &str, bytes: u32) -> Result<()> {
    let limits = json!({"device": disk, "bps": 0, "bps_rd": 0, "bps_wr": bytes,
        "iops": 0, "iops_rd": 0, "iops_wr": 0});
    let _: Value = guest.qmp()?.execute("block_set_io_throttle", limits)?;
    Ok(())
}
