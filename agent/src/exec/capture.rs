//! What a process writes to one of its streams.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::budget::Budget;
use super::memory;

/// Bytes taken from a pipe at a time: what a pipe holds (pipe(7)).
const CHUNK: usize = 64 << 10;
/// Bytes of a window.
const WINDOW: usize = 128 << 10;

/// What is kept of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The first bytes, up to this many and to what the budget has. The rest is read and
    /// dropped, so that the process goes on.
    First(usize),
    /// What the host has not read yet, up to [`WINDOW`] bytes. Past that the process has
    /// to wait, so that nothing is lost.
    Window,
}

/// A captured stream.
#[derive(Debug)]
pub(crate) struct Capture {
    keep: Keep,
    budget: Arc<Budget>,
    state: Mutex<State>,
    /// Told when a window has room again.
    room: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// There is none before the first byte.
    file: Option<Arc<File>>,
    /// Bytes before this one are gone.
    start: u64,
    /// Bytes written so far, as far as they were kept.
    end: u64,
    /// Bytes of the budget that are in use.
    taken: usize,
    truncated: bool,
    ended: bool,
    /// Nobody will ask any more.
    forgotten: bool,
}

/// What there is of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// The bytes, each at its place in the stream; `None` where there was none.
    pub(crate) file: Option<Arc<File>>,
    /// The first byte that is there.
    pub(crate) start: u64,
    /// Behind the last one.
    pub(crate) end: u64,
    /// What followed was dropped.
    pub(crate) truncated: bool,
    /// Nothing will follow.
    pub(crate) ended: bool,
}

impl Capture {
    pub(super) fn new(keep: Keep, budget: Arc<Budget>) -> Self {
        Self { keep, budget, state: Mutex::default(), room: Notify::new() }
    }

    /// What there is now.
    pub(crate) fn kept(&self) -> Kept {
        let state = self.state();
        Kept {
            file: state.file.clone(),
            start: state.start,
            end: state.end,
            truncated: state.truncated,
            ended: state.ended,
        }
    }

    /// Waits until a byte more can be taken.
    pub(super) async fn has_room(&self) {
        while self.room(&self.state()) == 0 {
            self.room.notified().await;
        }
    }

    /// Takes what is in a pipe, up to [`CHUNK`] bytes; 0 is its end. `make_room` is asked
    /// where the budget does not suffice.
    pub(super) fn take(&self, pipe: impl AsFd, make_room: impl Fn() -> bool) -> io::Result<usize> {
        let mut buffer = [0; CHUNK];
        let room = self.room(&self.state());
        let count = nix::unistd::read(pipe, &mut buffer[..room.min(CHUNK)])?;
        if self.keep != Keep::Window && self.wants(count) {
            while self.budget.left() < count && make_room() {}
        }
        self.append(&buffer[..count]);
        Ok(count)
    }

    /// True if any of so many more bytes will be kept.
    fn wants(&self, count: usize) -> bool {
        let state = self.state();
        count > 0 && !state.truncated && !state.forgotten
    }

    fn append(&self, bytes: &[u8]) {
        let mut state = self.state();
        if state.truncated || state.forgotten || bytes.is_empty() {
            return;
        }
        let keep = match self.keep {
            Keep::Window => bytes.len(),
            Keep::First(limit) => {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                let left = usize::try_from(limit - state.end.min(limit)).unwrap_or(usize::MAX);
                let taken = self.budget.take(bytes.len().min(left));
                state.taken += taken;
                taken
            }
        };
        let kept = if keep == 0 { Ok(()) } else { state.write(&bytes[..keep]) };
        state.truncated = kept.is_err() || keep < bytes.len();
    }

    /// Nothing will follow.
    pub(super) fn end(&self) {
        self.state().ended = true;
    }

    /// The host has what is before this byte.
    pub(crate) fn acknowledge(&self, offset: u64) {
        let mut state = self.state();
        if self.keep == Keep::Window && (state.start..=state.end).contains(&offset) {
            state.start = offset;
            if let Some(file) = &state.file {
                memory::forget(file, offset);
            }
            self.room.notify_one();
        }
    }

    /// Nobody will ask any more. What the process still writes is dropped.
    pub(super) fn forget(&self) {
        let mut state = self.state();
        state.forgotten = true;
        state.file = None;
        self.budget.give(std::mem::take(&mut state.taken));
        self.room.notify_one();
    }

    fn room(&self, state: &State) -> usize {
        match self.keep {
            Keep::Window if !state.forgotten => {
                let used = usize::try_from(state.end - state.start).unwrap_or(usize::MAX);
                WINDOW.saturating_sub(used)
            }
            _ => CHUNK,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(Arc::new(memory::file()?));
        }
        if let Some(file) = &self.file {
            file.write_all_at(bytes, self.end)?;
        }
        self.end += u64::try_from(bytes.len()).unwrap_or_default();
        Ok(())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.forget();
    }
}
