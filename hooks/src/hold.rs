//! Session hooks: one process from freeze to thaw.
//!
//! It prints `ready` when the application is quiet, and lets go when it reads `thaw` or the
//! end of its input, which comes by itself when whoever started it dies.

use std::time::Duration;

use crate::cancel::Cancel;
use crate::child::{Event, Process};
use crate::outcome::RunResult;

/// Waits for `ready`.
pub(crate) fn until_ready(process: &mut Process, limit: Duration, cancel: &Cancel) -> RunResult {
    match process.wait(limit, true, Some(cancel)) {
        Ok(Event::Ready) => RunResult::Ok,
        // Whatever its status: it has not said that the application is quiet.
        Ok(Event::Dead) => match process.result() {
            RunResult::Ok => RunResult::Exit(0),
            other => other,
        },
        Ok(Event::Cancelled) => {
            process.end();
            RunResult::Cancelled
        }
        Ok(Event::Time) => {
            process.end();
            RunResult::TimedOut
        }
        Err(error) => {
            process.end();
            RunResult::NotStarted(error.to_string())
        }
    }
}

/// Lets go: tells it `thaw`, or with a freeze that came to nothing just closes its input, and
/// waits for its end.
pub(crate) fn let_go(process: &mut Process, limit: Duration, thaw: bool) -> RunResult {
    if thaw && process.is_dead() {
        let _ = process.wait(Duration::from_millis(100), false, None);
        let _ = process.result();
        return RunResult::Lost;
    }
    process.tell_and_close(if thaw { "thaw\n" } else { "" });
    match process.wait(limit, false, None) {
        Ok(Event::Dead) => process.result(),
        _ => {
            process.end();
            RunResult::TimedOut
        }
    }
}
