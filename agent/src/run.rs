//! The life of the agent: start, serve, stop.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, info, warn};

use crate::agent::Agent;
use crate::announce;
use crate::config::{Settings, load};
use crate::descriptors;
use crate::exit::Exit;
use crate::log;
use crate::metrics;
use crate::notify::Notifier;
use crate::qemu_ga::daemon::{self, Daemon, Side};
use crate::qemu_ga::state;
use crate::server::{Ended, Server};
use crate::sys::process::set_variable;

/// How to run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// With what.
    pub(crate) settings: Settings,
    /// Go to the background, with this file for the process number.
    pub(crate) daemon: Option<PathBuf>,
    /// Make the state directory where it is missing. qemu-ga does not.
    pub(crate) make_state_dir: bool,
    /// To be logged at the start.
    pub(crate) warnings: Vec<String>,
    /// What SIGHUP reads again; without it SIGHUP ends the agent, as it does qemu-ga.
    pub(crate) reload: Option<Reload>,
}

/// A configuration that can be read again.
#[derive(Debug)]
pub(crate) struct Reload {
    /// The one file that it consists of, if it was named.
    pub(crate) config: Option<PathBuf>,
}

impl Reload {
    /// Takes over what can change while the agent runs. One that is broken changes nothing.
    fn reload(&self, agent: &Agent) {
        match load(Path::new("/"), self.config.as_deref()) {
            Err(wrong) => error!("everything stays as it was: {wrong}"),
            Ok(mut loaded) => {
                // Of the command line.
                loaded.settings.freeze.hooks_unit = agent.settings.freeze.hooks_unit.clone();
                let waiting = agent.take_over(&loaded.settings);
                info!("configuration read again");
                if !waiting.is_empty() {
                    warn!("needs a restart: {}", waiting.join(", "));
                }
            }
        }
    }
}

/// Runs until a signal says to stop. To be called while this is the only thread.
pub(crate) fn run(plan: Plan) -> Exit {
    let Plan { mut settings, daemon, make_state_dir, warnings, reload } = plan;
    let frozen = state::is_frozen(&settings.frozen_flag());
    let mut daemon = match daemon.map(|file| daemon::daemonize(&file, frozen)).transpose() {
        Ok(Some(Side::Parent { well })) => return if well { Exit::Success } else { Exit::Failure },
        Ok(Some(Side::Child(daemon))) => Some(daemon),
        Ok(None) => None,
        Err(wrong) => return failed("cannot become a daemon", &wrong),
    };
    // A log file may lie on what is frozen; the first record would hang.
    if frozen {
        settings.log.file = None;
    }
    if let Err(wrong) = log::start(&settings.log) {
        return failed("no log", &wrong);
    }
    for warning in warnings {
        warn!("{warning}");
    }
    if make_state_dir && let Err(wrong) = fs::create_dir_all(&settings.state_dir) {
        error!("cannot make the state directory {}: {wrong}", settings.state_dir.display());
        return Exit::Failure;
    }
    if frozen {
        warn!(
            "filesystems were left frozen, says {}; nothing but a thaw runs until then",
            settings.frozen_flag().display()
        );
    }
    if let Err(wrong) = descriptors::prepare(&settings.limits) {
        warn!("not enough descriptors for all limits: {wrong}");
    }
    let agent = Agent::new(settings);
    agent.freezer.look_after_inherited(agent.root());
    let notifier = Notifier::from_environment();
    for variable in Notifier::VARIABLES {
        set_variable(variable, None);
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(wrong) => {
            error!("cannot start: {wrong}");
            return Exit::Failure;
        }
    };
    let exit = runtime.block_on(serve(agent, &notifier, daemon.as_mut(), reload));
    // A command that hangs in the kernel does not keep the agent.
    runtime.shutdown_background();
    exit
}

async fn serve(
    agent: Agent,
    notifier: &Notifier,
    daemon: Option<&mut Daemon>,
    reload: Option<Reload>,
) -> Exit {
    let watchdog = agent.settings.watchdog;
    let server = match Server::open(agent) {
        Ok(server) => server,
        Err(wrong) => {
            error!("{wrong}");
            return Exit::Failure;
        }
    };
    let signals = signal(SignalKind::terminate())
        .and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)));
    let (mut terminate, mut interrupt) = match signals {
        Ok(signals) => signals,
        Err(wrong) => {
            error!("cannot hear signals: {wrong}");
            return Exit::Failure;
        }
    };
    let shutdown = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        notifier.stopping();
        info!("told to stop");
    };
    info!("guestd {} started", env!("CARGO_PKG_VERSION"));
    let agent = server.agent().clone();
    notifier.ready("hears its channels");
    if let Some(daemon) = daemon
        && let Err(wrong) = daemon.ready()
    {
        error!("cannot let go of the terminal: {wrong}");
        return Exit::Failure;
    }
    let ended = tokio::select! {
        ended = server.run(shutdown) => ended,
        never = feed(notifier, watchdog) => match never {},
        never = announce::run(&agent) => match never {},
        never = metrics::file::keep(&agent) => match never {},
        never = hear_hangups(&agent, notifier, reload) => match never {},
    };
    // Nobody would be left to thaw.
    agent.end();
    if let Some(file) = &agent.settings.metrics {
        metrics::file::remove(file);
    }
    match ended {
        Ended::Told => Exit::Success,
        Ended::NoChannelLeft => {
            error!("no channel is left to hear a host on");
            Exit::Failure
        }
    }
}

/// Feeds systemd's watchdog where there is one; without it sleeps for ever.
async fn feed(notifier: &Notifier, wanted: bool) -> std::convert::Infallible {
    let Some(period) = notifier.watchdog().filter(|_| wanted) else {
        return std::future::pending().await;
    };
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        notifier.alive();
    }
}

/// Reads the configuration again at each SIGHUP.
async fn hear_hangups(
    agent: &Agent,
    notifier: &Notifier,
    reload: Option<Reload>,
) -> std::convert::Infallible {
    let Some((reload, mut hangup)) = reload.zip(signal(SignalKind::hangup()).ok()) else {
        return std::future::pending().await;
    };
    loop {
        if hangup.recv().await.is_none() {
            return std::future::pending().await;
        }
        notifier.reloading();
        reload.reload(agent);
        notifier.ready("hears its channels");
    }
}

fn failed(what: &str, wrong: &dyn Display) -> Exit {
    // There is no log yet.
    eprintln!("guestd: {what}: {wrong}");
    Exit::Failure
}
