//! Giving up a freeze from another thread.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Ends a phase early: hooks that run are killed, and no more are started. Clones are the
/// same thing.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<Inner>);

/// The end of the writing side is what wakes those that poll the reading side.
#[derive(Debug)]
struct Inner {
    given: AtomicBool,
    wake: PipeReader,
    keep: Mutex<Option<PipeWriter>>,
}

impl Cancel {
    /// One that is not given yet.
    ///
    /// # Errors
    /// There is no free descriptor.
    pub fn new() -> io::Result<Self> {
        let (wake, keep) = io::pipe()?;
        Ok(Self(Arc::new(Inner {
            given: AtomicBool::new(false),
            wake,
            keep: Mutex::new(Some(keep)),
        })))
    }

    /// Gives it, for good.
    pub fn cancel(&self) {
        self.0.given.store(true, Ordering::Release);
        drop(self.0.keep.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// True once it was given.
    pub fn is_given(&self) -> bool {
        self.0.given.load(Ordering::Acquire)
    }

    /// Hangs up when it is given: for poll(2).
    pub fn wake(&self) -> BorrowedFd<'_> {
        self.0.wake.as_fd()
    }
}
