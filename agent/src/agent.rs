//! What all commands share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use introspect::Root;
use tokio::sync::Semaphore;

use crate::config::Settings;
use crate::exec::Processes;
use crate::files::{Files, Uploads};
use crate::quiesce::Freezer;

/// Commands that may be running on threads at the same time, over all channels. One that
/// hangs, as on a dead NFS server, holds its place until the kernel lets it go.
const RUNNING: usize = 32;

/// The agent: its settings and all that outlives one command.
#[derive(Debug)]
pub struct Agent {
    pub(crate) settings: Settings,
    pub(crate) started: Instant,
    /// What stands for `/` when the kernel and the system are asked.
    pub(crate) root: PathBuf,
    pub(crate) running: Arc<Semaphore>,
    pub(crate) files: Files,
    pub(crate) uploads: Uploads,
    pub(crate) processes: Arc<Processes>,
    pub(crate) freezer: Freezer,
}

impl Agent {
    /// An agent with nothing open, running or frozen.
    pub fn new(settings: Settings) -> Self {
        let files = Files::new(settings.limits.open_files, settings.state_file());
        let running = Arc::new(Semaphore::new(RUNNING));
        let processes = Arc::new(Processes::new(&settings.limits, &settings.timeouts));
        let freezer = Freezer::new(&settings);
        Self {
            settings,
            started: Instant::now(),
            root: PathBuf::from("/"),
            running,
            files,
            uploads: Uploads::default(),
            processes,
            freezer,
        }
    }

    /// What stands for `/`, to be read.
    pub(crate) fn root(&self) -> Root {
        Root::at(&self.root)
    }

    /// To be called when no channel is heard any more: what is frozen is thawed.
    pub(crate) fn end(&self) {
        match self.freezer.thaw_all(&self.root()) {
            Ok(0) => {}
            Ok(count) => tracing::warn!("thawed {count} filesystems, because the agent ends"),
            Err(error) => tracing::error!("at the agent's end: {error}"),
        }
    }

    /// Commands that run on threads at this moment.
    pub(crate) fn running_commands(&self) -> usize {
        RUNNING - self.running.available_permits().min(RUNNING)
    }

    /// True while filesystems are frozen.
    pub(crate) fn is_frozen(&self) -> bool {
        self.freezer.is_frozen()
    }
}
