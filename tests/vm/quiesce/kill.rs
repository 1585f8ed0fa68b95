//! Agent and guard die while everything is frozen.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::need_guest;

use super::agent::{self, END_AGENT, KILL_AGENT, KILL_BOTH, KILL_GUARD};
use super::watch;
use super::yard::{FROZEN, Yard};

/// The record of the freeze says how it ended.
fn ended(record: &Value, id: &str, outcome: &str, why: &str) -> Result<()> {
    let error = record["error"].as_str().unwrap_or_default();
    ensure!(record["id"] == id && record["outcome"] == outcome, "{record}");
    ensure!(error.contains(why), "{record}");
    Ok(())
}

#[test]
fn whoever_dies_while_frozen_everything_is_thawed() -> Result<()> {
    need_guest!("mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard = Yard::start("guestd run")?;
    yard.works()?;

    // The agent: its guard thaws, and the next agent tells the host.
    let id = yard.freeze(&json!({}))?;
    watch::thawed_by(&mut yard.guest, KILL_AGENT, &FROZEN)?;
    agent::gone(&mut yard.guest)?;
    yard.restart()?;
    ended(&yard.host.record()?, &id, "auto-thawed", "the agent ended")?;
    yard.host.told_broken("the agent ended")?;
    yard.works()?;

    // The guard: the agent thaws, and tells the host itself.
    let id = yard.freeze(&json!({}))?;
    watch::thawed_by(&mut yard.guest, KILL_GUARD, &FROZEN)?;
    ended(&yard.host.record()?, &id, "auto-thawed", "the guard died")?;
    yard.host.told_broken("the guard died")?;
    yard.works()?;

    // Both at once, as when a service's processes are all killed: the next agent thaws as
    // soon as it starts.
    let id = yard.freeze(&json!({}))?;
    let script = format!(
        "{KILL_BOTH}; guestd run >>/run/agent.log 2>&1 </dev/null & echo $! >/run/agent.pid"
    );
    watch::thawed_by(&mut yard.guest, &script, &FROZEN)?;
    yard.host.meet()?;
    ended(&yard.host.record()?, &id, "auto-thawed", "the agent ended")?;
    yard.host.told_broken("the agent ended")?;
    yard.works()?;

    // The deadline.
    let id = yard.freeze(&json!({"deadline-ms": 2500}))?;
    let time = watch::time_until_thawed(&mut yard.guest, "true", &FROZEN)?;
    eprintln!("the deadline of 2.5 s passed {} ms later", time.as_millis());
    ended(&yard.host.record()?, &id, "auto-thawed", "the deadline")?;
    yard.host.told_broken("the deadline")?;
    yard.works()?;

    // SIGTERM, which qemu-ga does not hear while frozen.
    let id = yard.freeze(&json!({}))?;
    watch::thawed_by(&mut yard.guest, END_AGENT, &FROZEN)?;
    agent::gone(&mut yard.guest)?;
    yard.restart()?;
    ended(&yard.host.record()?, &id, "auto-thawed", "the agent was told to end")?;
    yard.host.told_broken("the agent ended")?;
    yard.works()
}
