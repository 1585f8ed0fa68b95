//! A freeze that does not last: the guest is thawed, and the host is told, once.

use anyhow::{Result, ensure};
use serde_json::json;

use super::yard::{Yard, need_yard};

/// The next thaw fails with these words, and the one after it does not.
fn told_once(yard: &Yard, words: &str) -> Result<()> {
    let told = yard.thaw()?;
    ensure!(told.as_ref().is_err_and(|error| error.contains(words)), "{told:?}\n{}", yard.log());
    ensure!(yard.thaw()? == Ok(0.into()));
    Ok(())
}

#[test]
fn a_killed_agent_leaves_nothing_frozen() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    ensure!(yard.sh("probe mnt/a; probe mnt/b")? == "frozen\nfrozen");
    yard.sh("kill -9 $agent; thawed mnt/a mnt/b")?;
    yard.sh("wait $agent; start")?;
    let status = yard.ask("guest-fsfreeze-status", json!({}))?;
    ensure!(status == Ok("thawed".into()), "{status:?}");
    told_once(&yard, "the agent ended before the host thawed")?;
    let record = yard.record()?;
    ensure!(record["outcome"] == "auto-thawed", "{record}");
    Ok(())
}

#[test]
fn a_killed_guard_leaves_nothing_frozen() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("kill -9 $(pgrep -x guestd-guard); thawed mnt/a mnt/b")?;
    told_once(&yard, "the guard died")?;
    let record = yard.record()?;
    ensure!(record["outcome"] == "auto-thawed", "{record}");
    // And the next freeze is as good as any.
    ensure!(yard.freeze()?.is_ok());
    ensure!(yard.thaw()? == Ok(2.into()));
    Ok(())
}

#[test]
fn what_agent_and_guard_have_left_is_thawed_by_guestd_thaw() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh(
        "kill -STOP $(pgrep -x guestd-guard); kill -9 $agent; kill -9 $(pgrep -x guestd-guard)",
    )?;
    ensure!(yard.sh("sleep 0.5; probe mnt/a; probe mnt/b")? == "frozen\nfrozen");
    let said = yard.sh("\"$GUESTD\" thaw --config guestd.toml")?;
    ensure!(said == "thawed 2 filesystems", "{said}");
    yard.sh("thawed mnt/a mnt/b; wait $agent; start")?;
    told_once(&yard, "the agent ended before the host thawed")
}

#[test]
fn without_guestd_thaw_the_next_agent_does_it() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh(
        "kill -STOP $(pgrep -x guestd-guard); kill -9 $agent; kill -9 $(pgrep -x guestd-guard)",
    )?;
    yard.sh("wait $agent; start; thawed mnt/a mnt/b")?;
    told_once(&yard, "the agent ended before the host thawed")
}

#[test]
fn an_agent_that_is_told_to_stop_thaws_first() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("kill $agent; wait $agent; thawed mnt/a mnt/b; start")?;
    told_once(&yard, "the agent ended before the host thawed")
}

#[test]
fn a_guard_that_is_told_to_stop_thaws_first() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("kill $(pgrep -x guestd-guard); thawed mnt/a mnt/b")?;
    told_once(&yard, "the guard was told to end")
}

#[test]
fn a_freeze_ends_at_its_deadline() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("[quiesce]\ndeadline = 1\n")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("sleep 1.2; thawed mnt/a mnt/b")?;
    told_once(&yard, "the deadline of 1 s passed before the host thawed")?;
    // A freeze may ask for another one; 0 is for none.
    let points = [yard.point("a"), yard.point("b")];
    let arguments = json!({ "mountpoints": points, "deadline-ms": 0 });
    ensure!(yard.ask("guestd-quiesce-freeze", arguments)?.is_ok());
    ensure!(yard.sh("sleep 1.5; probe mnt/a; probe mnt/b")? == "frozen\nfrozen");
    ensure!(yard.thaw()? == Ok(2.into()));
    Ok(())
}

#[test]
fn somebody_elses_thaw_is_noticed() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    // Not the other one: its thaw writes to this one, and would wait for it.
    yard.sh("fsfreeze -u mnt/a")?;
    let told = yard.thaw()?;
    let words = format!("{} was thawed by somebody else before", yard.point("a"));
    ensure!(told.as_ref().is_err_and(|error| error.contains(&words)), "{told:?}");
    yard.sh("thawed mnt/a mnt/b")?;
    Ok(())
}

#[test]
fn a_filesystem_that_is_unmounted_meanwhile_is_thawed_too() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    yard.sh("umount -l mnt/b")?;
    ensure!(yard.thaw()? == Ok(2.into()));
    yard.sh("thawed mnt/a; mount -o loop mnt/a/b.img mnt/b; thawed mnt/b")?;
    Ok(())
}
