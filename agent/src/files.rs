//! Files that hosts have open: one table for all channels, as handles outlive the client
//! that opened them.

pub(crate) mod cached;
mod handle;
mod mode;
mod put;
pub(crate) mod read;

use std::collections::HashMap;
use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::errno;
use crate::qemu_ga::state::HandleCounter;

pub(crate) use handle::{Claim, Handle};
pub(crate) use put::{Chunk, Uploads};

/// The open files.
#[derive(Debug)]
pub(crate) struct Files {
    open: Mutex<HashMap<i64, Arc<Handle>>>,
    /// The numbers of handles, once one was needed.
    counter: Mutex<Option<HandleCounter>>,
    state_file: PathBuf,
    /// One permit for each file that may be open.
    slots: Arc<Semaphore>,
    limit: usize,
}

impl Files {
    /// At most `limit` open files, whose handles are counted in a state file.
    pub(crate) fn new(limit: usize, state_file: PathBuf) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self {
            open: Mutex::default(),
            counter: Mutex::default(),
            state_file,
            slots: Arc::new(Semaphore::new(limit)),
            limit,
        }
    }

    /// Opens a file in one of the modes of fopen(3).
    ///
    /// # Errors
    /// The mode is unknown, too many files are open, or the kernel refuses.
    pub(crate) fn open(&self, path: &str, mode: &str) -> Result<i64, Error> {
        let options = mode::options(mode)
            .ok_or_else(|| Error::generic(format!("invalid file open mode '{}'", clip(mode))))?;
        // Before it is opened, which may cut it off.
        let slot = self.slot()?;
        let file = options.open(path).map_err(|error| {
            let (path, error) = (clip(path), errno::text(&error));
            Error::generic(format!("failed to open file '{path}' (mode: '{mode}'): {error}"))
        })?;
        let number = self.number()?;
        self.table().insert(number, Arc::new(Handle::new(number, file, slot)));
        Ok(number)
    }

    /// The file with this handle.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn find(&self, handle: i64) -> Result<Arc<Handle>, Error> {
        self.table().get(&handle).map(Arc::clone).ok_or_else(|| unknown(handle))
    }

    /// Forgets a handle. A call that still uses the file may end; nobody waits for it.
    ///
    /// # Errors
    /// There is no such handle, or the kernel tells of a write that failed late. The
    /// handle is gone in that case too.
    pub(crate) fn close(&self, handle: i64) -> Result<(), Error> {
        let closed = self.table().remove(&handle).ok_or_else(|| unknown(handle))?;
        match closed.into_file().map(nix::unistd::close) {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => {
                let error = errno::text(&error.into());
                Err(Error::generic(format!("failed to close handle: {error}")))
            }
        }
    }

    /// A handle that nobody has had, not even before a restart of the agent: a host that
    /// did not notice the restart must not write into another file.
    fn number(&self) -> Result<i64, Error> {
        let unsaved = |error: &dyn Display| {
            Error::generic(format!("the next file handle cannot be noted down: {error}"))
        };
        let mut counter = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        if counter.is_none() {
            let loaded = HandleCounter::load(&self.state_file, false);
            *counter = Some(loaded.map_err(|error| unsaved(&error))?);
        }
        let number = counter.as_mut().map(HandleCounter::next);
        number.unwrap_or(Err(io::ErrorKind::NotFound.into())).map_err(|error| unsaved(&error))
    }

    /// A place for one more.
    fn slot(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.slots).try_acquire_owned().map_err(|_| {
            let limit = self.limit;
            Error::generic(format!("{limit} files are open, which is the limit; close one first"))
        })
    }

    fn table(&self) -> MutexGuard<'_, HashMap<i64, Arc<Handle>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Files {
    /// At a regular end no handles are skipped, as far as the file can be written.
    fn drop(&mut self) {
        let counter = self.counter.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = counter.take().map(HandleCounter::close);
    }
}

fn unknown(handle: i64) -> Error {
    Error::generic(format!("handle '{handle}' has not been found"))
}

/// Text of a host, cut to a length that fits an error. Longer ones are no path (PATH_MAX).
fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(4096)).unwrap_or(text)
}
