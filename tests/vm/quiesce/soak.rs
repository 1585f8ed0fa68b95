//! Freezes at random moments killed, ended, thawed or left to their deadline, over and over.
//! `make soak` goes on for SOAK_MINUTES; without that it is a few rounds.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use support::need_guest;

use super::agent::{self, END_AGENT, KILL_AGENT, KILL_BOTH, KILL_GUARD};
use super::watch;
use super::yard::{FROZEN, Yard};

/// Without SOAK_MINUTES.
const ROUNDS: u32 = 10;
/// The last moment, after the request, at which something is done. Most freezes of this
/// guest stand by then.
const LATEST_MS: u64 = 1200;

/// Numbers that look random (xorshift of 64 bits, Marsaglia 2003); the seed is printed, so
/// that a run can be looked at again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Whether the test goes on for another round.
fn goes_on(round: u32, start: Instant) -> Result<bool> {
    match std::env::var("SOAK_MINUTES") {
        Ok(minutes) => {
            let minutes: u64 = minutes.parse().context("SOAK_MINUTES is no number")?;
            Ok(start.elapsed() < Duration::from_secs(60 * minutes))
        }
        Err(_) => Ok(round < ROUNDS),
    }
}

#[test]
fn nothing_stays_frozen_whatever_happens_and_when() -> Result<()> {
    need_guest!("mke2fs", "mkfs.xfs", "mkfs.btrfs", "btrfs", "mkfs.fat");
    let mut yard = Yard::start("guestd run")?;
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() | 1;
    eprintln!("seed {seed}");
    let mut random = Random(seed);
    let (start, mut round) = (Instant::now(), 0);
    while goes_on(round, start)? {
        round += 1;
        let after = random.below(LATEST_MS);
        let event = random.below(6);
        let told = format!("round {round}, seed {seed}: event {event} after {after} ms");
        one_round(&mut yard, event, Duration::from_millis(after)).context(told)?;
        if round % 10 == 0 {
            yard.works().with_context(|| format!("after {round} rounds, seed {seed}"))?;
        }
    }
    eprintln!("{round} rounds in {} s", start.elapsed().as_secs());
    yard.works()
}

fn one_round(yard: &mut Yard, event: u64, after: Duration) -> Result<()> {
    let arguments = if event == 5 { json!({"deadline-ms": 700}) } else { json!({}) };
    let id = yard.host.send("guestd-quiesce-freeze", &arguments)?;
    thread::sleep(after);
    match event {
        0..=2 => {
            // Both may be hit one after the other, or the guard be gone or not there yet.
            let how = [KILL_AGENT, KILL_BOTH, END_AGENT][usize::try_from(event)?];
            yard.guest.shell(how)?;
            agent::gone(&mut yard.guest)?;
            yard.restart()?;
        }
        3 => {
            yard.guest.shell(KILL_GUARD)?;
            // One that came too early has killed nobody, so that all may stand.
            drop(yard.host.answer(id)?);
            drop(yard.host.result("guest-fsfreeze-thaw", &json!({}))?);
        }
        4 => {
            drop(yard.host.answer(id)?);
            drop(yard.host.result("guest-fsfreeze-thaw", &json!({}))?);
        }
        _ => {
            drop(yard.host.answer(id)?);
            thread::sleep(Duration::from_millis(700));
        }
    }
    // What the last agent left is thawed at once by the next, but not in no time.
    let end = Instant::now() + super::SOON;
    while !watch::frozen(&mut yard.guest, &FROZEN)?.is_empty() {
        ensure!(Instant::now() < end, "still frozen");
    }
    ensure!(yard.host.status()? == "thawed");
    // If the freeze was broken that is told now, and not to the next round.
    drop(yard.host.result("guest-fsfreeze-thaw", &json!({}))?);
    let record = yard.host.result("guestd-quiesce-record", &json!({}))?;
    // One that was killed before its first step has left none.
    ensure!(record.is_err() || record.is_ok_and(|record| record["outcome"] != "running"));
    Ok(())
}
