//! Hooks around a real freeze.

use anyhow::{Result, ensure};

use super::yard::{Yard, need_yard};

/// A yard with hooks of its own: /run is another one there.
fn yard() -> Result<Yard> {
    let mut yard = Yard::new("")?;
    yard.sh("mount -t tmpfs none /run && mkdir -p -m 755 /run/guestd/hooks.d")?;
    yard.sh("filesystem a.img mnt/a 64 && filesystem mnt/a/b.img mnt/b 24 && start")?;
    // A hook of this name and these lines.
    yard.sh("hook() { printf '#!/bin/sh\\n%s\\n' \"$2\" > /run/guestd/hooks.d/$1; \
         chmod 755 /run/guestd/hooks.d/$1; }")?;
    Ok(yard)
}

const NOTE: &str = "echo $1 noted >> /run/noted";

#[test]
fn hooks_run_before_the_first_freeze_and_after_the_last_thaw() -> Result<()> {
    need_yard!();
    let mut yard = yard()?;
    yard.sh(&format!("hook 10-app '{NOTE}'"))?;
    yard.sh("hook 20-lock.session 'echo ready; read word; echo session $word >> /run/noted'")?;
    ensure!(yard.freeze()?.is_ok());
    ensure!(yard.sh("cat /run/noted")? == "freeze noted");
    ensure!(yard.thaw()? == Ok(2.into()));
    ensure!(yard.sh("cat /run/noted")? == "freeze noted\nsession thaw\nthaw noted");
    let record = yard.record()?;
    ensure!(record["hooks"].as_array().map(Vec::len) == Some(4), "{record}");
    let frozen = record["filesystems"][0]["freeze-start-us"].as_u64();
    let hook = record["hooks"][1].clone();
    let ready = hook["start-us"].as_u64().zip(hook["duration-us"].as_u64()).map(|(a, b)| a + b);
    ensure!(ready.is_some() && ready < frozen, "{record}");
    Ok(())
}

#[test]
fn a_hook_that_fails_is_named_called_back_and_nothing_is_frozen() -> Result<()> {
    need_yard!();
    let mut yard = yard()?;
    yard.sh(&format!("hook 10-app '{NOTE}'"))?;
    yard.sh("hook 20-db 'echo $1 >> /run/noted; [ $1 != freeze ] || { echo no space; exit 3; }'")?;
    let error = yard.freeze()?;
    let words = "hook 20-db (freeze): exit status 3: no space";
    ensure!(error.as_ref().is_err_and(|error| error.contains(words)), "{error:?}");
    ensure!(yard.sh("probe mnt/a; probe mnt/b")? == "writable\nwritable");
    ensure!(
        yard.sh("cat /run/noted")? == "freeze noted\nfreeze\nfreeze-failed\nfreeze-failed noted"
    );
    Ok(())
}

#[test]
fn a_lock_that_was_lost_while_frozen_fails_the_thaw() -> Result<()> {
    need_yard!();
    let mut yard = yard()?;
    yard.sh("hook 20-lock.session 'echo ready; sleep 0.3'")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("sleep 1")?;
    let told = yard.thaw()?;
    let words = "ended while it should have held the application quiet";
    ensure!(told.as_ref().is_err_and(|error| error.contains(words)), "{told:?}");
    yard.sh("thawed mnt/a mnt/b")?;
    ensure!(yard.record()?["outcome"] == "failed");
    Ok(())
}

#[test]
fn a_hook_that_others_could_change_is_refused_and_named() -> Result<()> {
    need_yard!();
    let mut yard = yard()?;
    yard.sh("hook 10-app 'exit 0'; chmod 777 /run/guestd/hooks.d/10-app")?;
    let error = yard.freeze()?;
    let words = "/run/guestd/hooks.d/10-app can be written to by others: chmod go-w";
    ensure!(error.as_ref().is_err_and(|error| error.contains(words)), "{error:?}");
    let (said, code) = yard.guestctl(&["check"])?;
    ensure!(code == Some(1) && said.contains(words), "{said}");
    Ok(())
}

/// The session ends with the agent, and what programs made quiet is told by the next one.
#[test]
fn a_killed_agent_leaves_no_application_quiet() -> Result<()> {
    need_yard!();
    let mut yard = yard()?;
    yard.sh(&format!("hook 10-app '{NOTE}'"))?;
    yard.sh("hook 20-lock.session 'echo ready; read word; echo let go >> /run/noted'")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("kill -9 $agent; wait $agent; thawed mnt/a mnt/b")?;
    yard.sh("start; until [ $(wc -l < /run/noted) = 3 ]; do sleep 0.05; done")?;
    ensure!(yard.sh("cat /run/noted")? == "freeze noted\nlet go\nthaw noted");
    Ok(())
}
