//! The agent and its guard in the guest, and what can be done to them.

use anyhow::{Context, Result, ensure};
use support::vm::Guest;

/// Starts it with these words; what it says goes to /run/agent.log.
pub(super) fn start(guest: &mut Guest, words: &str) -> Result<()> {
    // Not a child of the shell that waits for commands: init takes it, as it would a service.
    let script =
        format!("(exec {words} >>/run/agent.log 2>&1 </dev/null) &\necho $! >/run/agent.pid");
    guest.shell(&script)?.success()?;
    Ok(())
}

/// The part of a script that kills the agent.
pub(super) const KILL_AGENT: &str = "kill -9 $(cat /run/agent.pid)";
/// The part of a script that kills its guard, and fails where there is none.
pub(super) const KILL_GUARD: &str = "kill -9 $(guard)";
/// The part of a script that kills both at once.
pub(super) const KILL_BOTH: &str = "kill -9 $(cat /run/agent.pid) $(guard)";
/// The part of a script that asks the agent to end.
pub(super) const END_AGENT: &str = "kill -TERM $(cat /run/agent.pid)";

/// The program that prints the guard's process: a child of the agent that has its name.
pub(super) const GUARD: &str = r"#!/bin/sh
for process in /proc/[0-9]*; do
    read -r name 2>/dev/null < $process/comm || continue
    [ $name = guestd-guard ] && echo ${process#/proc/}
done
";

/// Waits until no agent and no guard is left.
pub(super) fn gone(guest: &mut Guest) -> Result<()> {
    let script = "
        for try in $(seq 200); do
            [ -d /proc/$(cat /run/agent.pid) ] || [ -n \"$(guard)\" ] || exit 0
            usleep 50000
        done
        cat /run/agent.log; ps; exit 1";
    guest.shell(script)?.success().context("the agent or its guard has not ended")?;
    Ok(())
}

/// No guard is left behind by a run that has ended.
pub(super) fn no_guard(guest: &mut Guest) -> Result<()> {
    let script =
        "for try in $(seq 100); do [ -n \"$(guard)\" ] || exit 0; usleep 50000; done; exit 1";
    let left = guest.shell(script)?;
    ensure!(left.code == 0, "a guard is left behind");
    Ok(())
}

pub(super) fn log(guest: &mut Guest) -> Result<String> {
    Ok(guest.run(["cat", "/run/agent.log"])?.text())
}
