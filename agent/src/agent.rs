//! What all commands share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use introspect::Root;
use tokio::sync::Semaphore;

use crate::announce::Known;
use crate::channel::Trust;
use crate::config::Settings;
use crate::dispatch::{self, Client};
use crate::exec::Processes;
use crate::files::{Files, Uploads};
use crate::log;
use crate::metrics::Metrics;
use crate::mount::Waits;
use crate::policies::Policies;
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
    pub(crate) policies: Policies,
    pub(crate) metrics: Metrics,
    pub(crate) running: Arc<Semaphore>,
    pub(crate) files: Files,
    pub(crate) uploads: Uploads,
    pub(crate) processes: Arc<Processes>,
    pub(crate) freezer: Freezer,
    pub(crate) bmc: Known,
    pub(crate) waits: Waits,
}

impl Agent {
    /// An agent with nothing open, running or frozen.
    pub fn new(settings: Settings) -> Self {
        let files = Files::new(settings.limits.open_files, settings.state_file());
        let running = Arc::new(Semaphore::new(RUNNING));
        let processes = Arc::new(Processes::new(&settings.limits, &settings.timeouts));
        let freezer = Freezer::new(&settings);
        let bmc = Known::new(&settings);
        let policies = Policies::new(&settings.channels);
        Self {
            settings,
            policies,
            metrics: Metrics::new(Arc::clone(&freezer.tally().news)),
            started: Instant::now(),
            root: PathBuf::from("/"),
            running,
            files,
            uploads: Uploads::default(),
            processes,
            freezer,
            bmc,
            waits: Waits::default(),
        }
    }

    /// Takes over what can change while the agent runs: what channels may ask for, and how
    /// much is logged. Names what has changed besides, and waits for a restart.
    pub(crate) fn take_over(&self, new: &Settings) -> Vec<&'static str> {
        self.policies.take_over(&new.channels);
        log::set_level(new.log.level);
        let old = &self.settings;
        let places = |settings: &Settings| -> Vec<_> {
            let channels = settings.channels.iter();
            channels.map(|one| (one.name.clone(), one.kind.clone(), one.wait)).collect()
        };
        let changed = [
            ("channels", places(old) != places(new)),
            ("limits", old.limits != new.limits),
            ("timeouts", old.timeouts != new.timeouts),
            ("quiesce", old.freeze != new.freeze),
            ("bmc", old.bmc != new.bmc),
            ("metrics", old.metrics != new.metrics),
            ("log.file", old.log.file != new.log.file),
            ("state-dir", old.state_dir != new.state_dir),
            ("advertise-version", old.advertise_version != new.advertise_version),
            ("watchdog", old.watchdog != new.watchdog),
        ];
        changed.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect()
    }

    /// What stands for `/`, to be read.
    pub(crate) fn root(&self) -> Root {
        Root::at(&self.root)
    }

    /// Answers one request of a channel of the settings, here and now: the reply line, or
    /// nothing where a command does not answer.
    pub fn answer(&self, channel: &str, request: &[u8]) -> Vec<u8> {
        let peer = "the program".to_owned();
        let client = Client { channel: channel.to_owned(), peer, trust: Trust::Policy };
        let mut reply = Vec::new();
        dispatch::run(self, &client, request, &mut |mut piece| {
            reply.append(&mut piece);
            true
        });
        reply
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
