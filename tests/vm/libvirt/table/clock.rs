//! The guest's clock, and the hardware clock behind it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 4] = [
    Call {
        name: "domtime",
        virsh: &["domtime"],
        sends: &[r#"{"execute": "guest-get-time"}"#],
        says: Says::Checked(now),
        ..Call::NEW
    },
    Call {
        name: "domtime set",
        virsh: &["domtime", "--time", "1700000000"],
        // In nanoseconds.
        sends: &[concat!(
            r#"{"execute": "guest-set-time", "#,
            r#""arguments": {"time": 1700000000000000000}}"#
        )],
        then: Some((CLOCKS, Says::Checked(as_set))),
        ..Call::NEW
    },
    Call {
        name: "domtime sync",
        before: "date -s @1600000000",
        virsh: &["domtime", "--sync"],
        sends: &[r#"{"execute": "guest-set-time"}"#],
        then: Some((CLOCKS, Says::Checked(as_set))),
        ..Call::NEW
    },
    Call {
        name: "domtime now",
        virsh: &["domtime", "--now"],
        sends: &["guest-set-time"],
        then: Some(("echo Time: $(date +%s)", Says::Checked(now))),
        ..Call::NEW
    },
];

/// The system's and the hardware clock.
const CLOCKS: &str = "date +%s; cat /sys/class/rtc/rtc0/since_epoch";

/// More seconds than a call takes, and less than a clock that was not set is away.
const SLACK: u64 = 600;

fn now(text: &str) -> Result<()> {
    let seconds = text.strip_prefix("Time: ").context("no 'Time: '")?;
    let host = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    near(seconds, host)
}

fn as_set(text: &str) -> Result<()> {
    ensure!(text.lines().count() == 2, "two clocks were read");
    text.lines().try_for_each(|seconds| near(seconds, 1_700_000_000))
}

fn near(seconds: &str, expected: u64) -> Result<()> {
    let seconds: u64 = seconds.parse()?;
    ensure!(seconds.abs_diff(expected) < SLACK, "{seconds} is not near {expected}");
    Ok(())
}
