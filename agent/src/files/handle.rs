//! An open file, which one call at a time may use.

use std::fs::File;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use protocol::Error;
use tokio::sync::OwnedSemaphorePermit;

/// How long a call waits for another one on the same handle. That one may be a long read
/// whose reply its host does not take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open file.
#[derive(Debug)]
pub(crate) struct Handle {
    number: i64,
    file: File,
    in_use: Mutex<bool>,
    released: Condvar,
    /// Its place among those that may be open.
    _slot: OwnedSemaphorePermit,
}

/// The right to use a handle, until it is dropped. What is closed meanwhile stays usable.
#[derive(Debug)]
pub(crate) struct Claim(Arc<Handle>);

impl Handle {
    pub(super) fn new(number: i64, file: File, slot: OwnedSemaphorePermit) -> Self {
        Self { number, file, in_use: Mutex::new(false), released: Condvar::new(), _slot: slot }
    }

    /// Waits for the right to use it.
    ///
    /// # Errors
    /// Another call keeps it for too long.
    pub(crate) fn claim(self: &Arc<Self>) -> Result<Claim, Error> {
        let in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut in_use, _) = self
            .released
            .wait_timeout_while(in_use, PATIENCE, |in_use| *in_use)
            .unwrap_or_else(PoisonError::into_inner);
        if *in_use {
            let number = self.number;
            return Err(Error::generic(format!(
                "handle '{number}' is in use by another call that does not end"
            )));
        }
        *in_use = true;
        Ok(Claim(Arc::clone(self)))
    }

    /// The right to use it, if nobody has it now.
    pub(crate) fn try_claim(self: &Arc<Self>) -> Option<Claim> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let free = !std::mem::replace(&mut *in_use, true);
        free.then(|| Claim(Arc::clone(self)))
    }

    /// The file, if nobody uses the handle any more.
    pub(super) fn into_file(self: Arc<Self>) -> Option<File> {
        Arc::into_inner(self).map(|handle| handle.file)
    }
}

impl Deref for Claim {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0.file
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        *self.0.in_use.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.released.notify_one();
    }
}
