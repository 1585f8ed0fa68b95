//! Writes dirty data out before anything is frozen.
//!
//! A freeze writes out what is dirty while writers already wait, so whatever is written
//! before shortens what applications feel. Each filesystem has its own thread, because they
//! may lie on different disks. Rounds are repeated while they get shorter: what was written
//! during a long first round takes a short second one.

use std::collections::VecDeque;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::unistd::syncfs;
use protocol::Error;

use super::open::seconds;
use super::target::Held;
use crate::system::reason;

/// Filesystems written out at the same time.
const SIDE_BY_SIDE: usize = 16;
/// Rounds at most.
const ROUNDS: u32 = 5;
/// A round of at most this long leaves too little behind to be worth another.
const SHORT: Duration = Duration::from_millis(20);

/// Writes everything out, at most for `limit`; gives the number of rounds. Where `given_up`
/// says so no further round begins.
///
/// # Errors
/// A filesystem is not written out in time, or cannot be.
pub(super) fn flush(
    held: &Arc<Vec<Held>>,
    limit: Duration,
    given_up: impl Fn() -> bool,
) -> Result<u32, Error> {
    let end = Instant::now() + limit;
    let mut last = Duration::MAX;
    for round in 1..=ROUNDS {
        let start = Instant::now();
        round_of(held, end, limit)?;
        let took = start.elapsed();
        // Not shorter by a quarter: the writers are as fast as the disk.
        let shrinks = took < last.saturating_sub(last / 4);
        if took <= SHORT || !shrinks || given_up() || Instant::now() + took > end {
            return Ok(round);
        }
        last = took;
    }
    Ok(ROUNDS)
}

fn round_of(held: &Arc<Vec<Held>>, end: Instant, limit: Duration) -> Result<(), Error> {
    let waiting: Arc<Mutex<VecDeque<usize>>> = Arc::new(Mutex::new((0..held.len()).collect()));
    let (sender, receiver) = mpsc::channel();
    for _ in 0..held.len().min(SIDE_BY_SIDE) {
        let (held, waiting, sender) = (Arc::clone(held), Arc::clone(&waiting), sender.clone());
        let work = move || {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(index) = next else { return };
                if sender.send((index, syncfs(&held[index].file))).is_err() {
                    return;
                }
            }
        };
        let spawned = thread::Builder::new().name("sync".to_owned()).spawn(work);
        spawned.map_err(|error| Error::generic(format!("no thread: {}", reason(&error))))?;
    }
    drop(sender);
    let mut missing: Vec<bool> = vec![true; held.len()];
    let mut failed = None;
    while missing.contains(&true) {
        match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok((index, result)) => {
                missing[index] = false;
                if let Err(errno) = result
                    && !held[index].rule.best_effort
                {
                    failed.get_or_insert((index, errno));
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                // Nobody takes another one.
                waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
                let names = held.iter().zip(&missing).filter(|(_, missing)| **missing);
                let names: Vec<_> = names.map(|(one, _)| one.point.display().to_string()).collect();
                return Err(Error::generic(format!(
                    "writing out {} took more than {}; nothing was frozen. Is it, or what it lies on, \
                     frozen by somebody else?",
                    names.join(", "),
                    seconds(limit)
                )));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    failed.map_or(Ok(()), |(index, errno)| Err(unwritten(&held[index], errno)))
}

fn unwritten(one: &Held, errno: Errno) -> Error {
    let why = reason(&errno.into());
    Error::generic(format!("cannot write out {}: {why}", one.point.display()))
}
