//! What the configuration says of single filesystems, and what is refused.

use anyhow::{Result, ensure};
use serde_json::json;

use super::yard::{Yard, need_yard};

#[test]
fn what_somebody_else_has_frozen_is_an_error_and_stays_as_it_is() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    yard.sh("filesystem c.img mnt/c 24; fsfreeze -f mnt/c")?;
    let points = [yard.point("b"), yard.point("c")];
    let error = yard.ask("guestd-quiesce-freeze", json!({ "mountpoints": points }))?;
    let words = format!("failed to freeze {}: somebody else has frozen it", yard.point("c"));
    ensure!(error.as_ref().is_err_and(|error| error.contains(&words)), "{error:?}");
    ensure!(yard.sh("probe mnt/b; probe mnt/c")? == "writable\nfrozen");
    // A thaw of ours leaves it alone.
    ensure!(yard.thaw()? == Ok(0.into()));
    ensure!(yard.sh("probe mnt/c")? == "frozen");
    yard.sh("fsfreeze -u mnt/c; thawed mnt/c")?;
    Ok(())
}

#[test]
fn what_somebody_else_has_frozen_can_be_taken_as_it_is() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("[quiesce]\naccept-frozen = true\n")?;
    yard.sh("filesystem c.img mnt/c 24; fsfreeze -f mnt/c")?;
    let points = [yard.point("a"), yard.point("b"), yard.point("c")];
    let frozen = yard.ask("guestd-quiesce-freeze", json!({ "mountpoints": points }))?;
    ensure!(frozen.as_ref().is_ok_and(|frozen| frozen["frozen"] == 2), "{frozen:?}");
    ensure!(yard.thaw()? == Ok(2.into()));
    ensure!(yard.sh("probe mnt/b; probe mnt/c")? == "writable\nfrozen");
    yard.sh("fsfreeze -u mnt/c")?;
    Ok(())
}

#[test]
fn what_is_excluded_is_left_out_and_told() -> Result<()> {
    need_yard!();
    let mut yard = Yard::new("")?;
    let excluded = format!("[quiesce]\nexclude = [\"{}\"]\n", yard.point("c"));
    yard.sh(&format!("printf '%s\\n' '{}' >> guestd.toml", excluded.replace('\n', "' '")))?;
    yard.sh("filesystem a.img mnt/a 64; filesystem c.img mnt/c 24; start")?;
    let points = [yard.point("a"), yard.point("c")];
    let frozen = yard.ask("guestd-quiesce-freeze", json!({ "mountpoints": points }))?;
    ensure!(frozen.as_ref().is_ok_and(|frozen| frozen["frozen"] == 1), "{frozen:?}");
    ensure!(yard.sh("probe mnt/a; probe mnt/c")? == "frozen\nwritable");
    ensure!(yard.thaw()? == Ok(1.into()));
    let record = yard.record()?;
    let skipped = record["filesystems"].as_array().into_iter().flatten();
    let skipped = skipped.filter(|one| one["result"] == "skipped").count();
    ensure!(skipped == 1, "{record}");
    Ok(())
}

#[test]
fn a_second_freeze_is_told_who_has_the_first() -> Result<()> {
    need_yard!();
    let yard = Yard::furnished("")?;
    ensure!(yard.freeze()?.is_ok());
    let error = yard.freeze()?;
    ensure!(
        error.as_ref().is_err_and(|error| error.contains("frozen already, by unix")),
        "{error:?}"
    );
    // qemu-ga's command is refused in its own words.
    let points = json!({ "mountpoints": [yard.point("a")] });
    let error = yard.ask("guest-fsfreeze-freeze-list", points)?;
    ensure!(error.as_ref().is_err_and(|error| error.contains("not allowed")), "{error:?}");
    ensure!(yard.ask("guest-ping", json!({}))?.is_ok());
    ensure!(yard.thaw()? == Ok(2.into()));
    Ok(())
}

#[test]
fn guestctl_freezes_around_a_command_and_always_thaws() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    let (a, b) = (yard.point("a"), yard.point("b"));
    let at = |command: &'static [&'static str]| {
        [&["run", "--at", &a, "--at", &b, "--"][..], command].concat()
    };
    let (said, code) = yard.guestctl(&at(&["sh", "-c", "exit 3"]))?;
    ensure!(code == Some(3), "{said}");
    yard.sh("thawed mnt/a mnt/b")?;
    let (said, code) = yard.guestctl(&at(&["/no/such/program"]))?;
    ensure!(code == Some(3) && said.contains("/no/such/program"), "{said}");
    yard.sh("thawed mnt/a mnt/b")?;
    let (said, code) = yard.guestctl(&["show"])?;
    ensure!(code == Some(0) && said.contains("succeeded, frozen for"), "{said}");
    let (said, _) = yard.guestctl(&["history"])?;
    ensure!(said.lines().count() == 3, "{said}");
    Ok(())
}

/// As of a supervisor that ends guestctl alone.
#[test]
fn a_signal_reaches_the_command_and_the_guest_is_thawed() -> Result<()> {
    need_yard!();
    let mut yard = Yard::furnished("")?;
    let (a, b) = (yard.point("a"), yard.point("b"));
    let words =
        ["run", "--at", &a, "--at", &b, "--", "sh", "-c", "kill -TERM $PPID; exec sleep 60"];
    let start = std::time::Instant::now();
    let (said, code) = yard.guestctl(&words)?;
    ensure!(code == Some(143), "{code:?}: {said}");
    ensure!(start.elapsed().as_secs() < 50, "{:?}", start.elapsed());
    yard.sh("thawed mnt/a mnt/b")?;
    Ok(())
}

#[test]
fn a_command_is_not_run_where_nothing_could_be_frozen() -> Result<()> {
    need_yard!();
    let mut yard = Yard::new("[quiesce]\nexclude-types = [\"ext4\"]\n")?;
    yard.sh("filesystem a.img mnt/a 64; start")?;
    let a = yard.point("a");
    let (said, code) = yard.guestctl(&["run", "--at", &a, "--", "echo", "ran"])?;
    ensure!(code == Some(5) && said.contains("nothing could be frozen"), "{said}");
    ensure!(!said.contains("ran\n"), "{said}");
    Ok(())
}
