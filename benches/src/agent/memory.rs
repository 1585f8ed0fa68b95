//! What the kernel says of an agent: memory and wake-ups.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::peer::Running;

/// Memory in KiB (`/proc/PID/smaps_rollup`, proc(5)).
pub(super) struct Rollup {
    pub(super) rss: f64,
    pub(super) dirty: f64,
}

/// The memory of an agent now.
///
/// # Errors
/// It has ended.
pub(super) fn rollup(agent: &Running) -> Result<Rollup> {
    let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", agent.pid()))?;
    Ok(Rollup { rss: field(&text, "Rss:")?, dirty: field(&text, "Private_Dirty:")? })
}

/// The most that has been resident, in KiB.
///
/// # Errors
/// The agent has ended.
pub(super) fn peak(agent: &Running) -> Result<f64> {
    field(&fs::read_to_string(format!("/proc/{}/status", agent.pid()))?, "VmHWM:")
}

/// How often each of the agents was scheduled, in all its threads, over some seconds.
///
/// # Errors
/// One of them has ended.
pub(super) fn wakeups(agents: &[&Running], seconds: u64) -> Result<Vec<f64>> {
    // What the last request left to do is done by then.
    thread::sleep(Duration::from_secs(2));
    let before = agents.iter().map(|agent| switches(agent)).collect::<Result<Vec<_>>>()?;
    thread::sleep(Duration::from_secs(seconds));
    let after = agents.iter().map(|agent| switches(agent)).collect::<Result<Vec<_>>>()?;
    Ok(after.iter().zip(before).map(|(after, before)| after - before).collect())
}

fn switches(agent: &Running) -> Result<f64> {
    let mut sum = 0.0;
    for task in fs::read_dir(format!("/proc/{}/task", agent.pid()))? {
        let status = fs::read_to_string(task?.path().join("status"))?;
        sum += field(&status, "voluntary_ctxt_switches:")?;
    }
    Ok(sum)
}

fn field(text: &str, name: &str) -> Result<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.with_context(|| format!("no {name} in\n{text}"))
}
