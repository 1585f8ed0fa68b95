//! What all commands share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tracing::warn;

use crate::config::Settings;
use crate::qemu_ga::state::{self, HandleCounter, StateError};

/// Commands that may be running on threads at the same time, over all channels. One that
/// hangs, as on a dead NFS server, holds its place until the kernel lets it go.
const RUNNING: usize = 32;

/// The agent: its settings and all that outlives one command.
#[derive(Debug)]
pub struct Agent {
    pub(crate) settings: Settings,
    /// What stands for `/` when the kernel and the system are asked.
    pub(crate) root: PathBuf,
    pub(crate) running: Arc<Semaphore>,
    /// Where the handles of files come from.
    pub(crate) handles: Mutex<HandleCounter>,
    frozen: AtomicBool,
}

impl Agent {
    /// An agent with nothing open or running. What is frozen, and which handles are taken,
    /// is as an earlier agent has left it in the state directory.
    ///
    /// # Errors
    /// The state directory cannot be used.
    pub fn new(settings: Settings) -> Result<Self, StateError> {
        let frozen = state::is_frozen(&settings.frozen_flag());
        let handles = HandleCounter::load(&settings.state_file(), frozen)?;
        Ok(Self {
            settings,
            root: PathBuf::from("/"),
            running: Arc::new(Semaphore::new(RUNNING)),
            handles: Mutex::new(handles),
            frozen: AtomicBool::new(frozen),
        })
    }

    /// Leaves the state directory to the next agent. While frozen nothing is written: it
    /// may lie on what is frozen.
    pub(crate) fn close(&self) {
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_frozen()
            && let Err(wrong) = handles.close()
        {
            warn!("cannot write {}: {wrong}", self.settings.state_file().display());
        }
    }

    /// True while filesystems are frozen.
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen.load(Ordering::Acquire)
    }
}
