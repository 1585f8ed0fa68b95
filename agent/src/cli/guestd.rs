//! The program as guestd: `run`, `hooks`, `check`, `thaw` and `import`.

use std::ffi::OsString;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::{fs, io};

use introspect::Root;
use lexopt::{Arg, Parser};

use super::print;
use crate::config::check::{Tell, check};
use crate::config::settings::HooksUnit;
use crate::config::{Settings, load};
use crate::exit::Exit;
use crate::qemu_ga;
use crate::quiesce::{Thawing, serve_hooks, thaw_without_agent};
use crate::run::{self, Plan, Reload};
use crate::system::reason;

/// What can be said after a verb.
#[derive(Debug, Default)]
struct Options {
    /// This file alone is the configuration.
    config: Option<PathBuf>,
    root: Option<PathBuf>,
    /// Where the unit of the hooks is asked for.
    hooks_socket: Option<PathBuf>,
    show: bool,
    places: bool,
    defaults: bool,
    bmc: bool,
    all: bool,
    quiet: bool,
}

impl Options {
    /// Of these, `known` are of the verb.
    fn parse(words: &[OsString], known: &[&str]) -> Result<Self, lexopt::Error> {
        let mut parser = Parser::from_args(words.iter().cloned());
        let mut options = Self::default();
        while let Some(argument) = parser.next()? {
            let name = match argument {
                Arg::Long(name) if known.contains(&name) => name.to_owned(),
                other => return Err(other.unexpected()),
            };
            match name.as_str() {
                "config" => options.config = Some(parser.value()?.into()),
                "hooks-socket" => options.hooks_socket = Some(parser.value()?.into()),
                "root" => options.root = Some(parser.value()?.into()),
                "show" => options.show = true,
                "where" => options.places = true,
                "defaults" => options.defaults = true,
                "bmc" => options.bmc = true,
                "quiet" => options.quiet = true,
                _ => options.all = true,
            }
        }
        Ok(options)
    }

    /// The settings of a configuration, with what is said besides.
    fn complete(&self, mut settings: Settings) -> Settings {
        settings.freeze.hooks_unit = self
            .hooks_socket
            .as_ref()
            .map(|socket| HooksUnit { socket: socket.clone(), config: self.config.clone() });
        settings
    }
}

/// Serves hosts until told to stop.
pub(super) fn run(words: &[OsString]) -> Exit {
    let options = match Options::parse(words, &["config", "hooks-socket"]) {
        Ok(options) => options,
        Err(wrong) => return usage(&wrong),
    };
    match load(Path::new("/"), options.config.as_deref()) {
        Ok(loaded) => run::run(Plan {
            settings: options.complete(loaded.settings),
            daemon: None,
            make_state_dir: true,
            warnings: Vec::new(),
            reload: Some(Reload { config: options.config }),
        }),
        Err(wrong) => {
            failed(&wrong);
            Exit::Usage
        }
    }
}

/// Runs hooks for the agent that is connected to standard input.
pub(super) fn hooks(words: &[OsString]) -> Exit {
    let options = match Options::parse(words, &["config"]) {
        Ok(options) => options,
        Err(wrong) => return usage(&wrong),
    };
    let agent = io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from);
    let agent = match agent.and_then(|agent| agent.peer_addr().map(|_| agent)) {
        Ok(agent) => agent,
        Err(_) => {
            return failed(
                &"no agent is connected to standard input: `guestd hooks` is what systemd starts \
                  for guestd (guestd-hooks@.service); by hand there is `guestctl hooks run`",
            );
        }
    };
    // It is no agent, and nobody shall take it for one (proc_pid_comm(5)).
    drop(fs::write("/proc/self/comm", "guestd-hooks"));
    let loaded = load(Path::new("/"), options.config.as_deref());
    let settings = loaded.map(|loaded| loaded.settings.freeze.hooks);
    match serve_hooks(agent, &Root::live(), settings, options.config) {
        Ok(()) => Exit::Success,
        Err(wrong) => failed(&format!("the agent cannot be reached: {}", reason(&wrong))),
    }
}

/// Tells whether the configuration is well.
pub(super) fn check_configuration(words: &[OsString]) -> Exit {
    let known = ["config", "root", "show", "where", "defaults", "bmc"];
    let options = match Options::parse(words, &known) {
        Ok(options) => options,
        Err(wrong) => return usage(&wrong),
    };
    let tell = match &options {
        Options { defaults: true, .. } => Tell::Defaults,
        Options { show: true, .. } => Tell::Everything,
        Options { places: true, .. } => Tell::Places,
        Options { bmc: true, .. } => Tell::Bmc,
        _ => Tell::Verdict,
    };
    let root = options.root.unwrap_or_else(|| PathBuf::from("/"));
    match check(&root, options.config.as_deref(), tell) {
        Ok(text) => print(text.as_bytes()),
        Err(wrong) => failed(&wrong),
    }
}

/// Thaws what a dead agent has left frozen.
pub(super) fn thaw(words: &[OsString]) -> Exit {
    let options = match Options::parse(words, &["config", "hooks-socket", "all", "quiet"]) {
        Ok(options) => options,
        Err(wrong) => return usage(&wrong),
    };
    // A broken configuration must not keep the guest frozen.
    let loaded = load(Path::new("/"), options.config.as_deref());
    let settings = options.complete(loaded.map(|loaded| loaded.settings).unwrap_or_default());
    match thaw_without_agent(&settings, &Root::live(), options.all) {
        Thawing::Nothing if options.quiet => Exit::Success,
        Thawing::Nothing => print(b"guestd has left nothing frozen\n"),
        Thawing::Held(pid) => failed(&format!(
            "the agent, process {pid}, holds the freeze: `guestctl agent thaw` asks it to thaw, \
             `guestd thaw --all` does not ask"
        )),
        Thawing::Thawed(count, errors) => {
            print(format!("thawed {count} filesystems\n").as_bytes());
            for error in &errors {
                eprintln!("guestd: {error}");
            }
            if errors.is_empty() { Exit::Success } else { Exit::Failure }
        }
    }
}

/// Takes the settings of qemu-ga over.
pub(super) fn import_settings(words: &[OsString]) -> Exit {
    let options = match Options::parse(words, &["root"]) {
        Ok(options) => options,
        Err(wrong) => return usage(&wrong),
    };
    match qemu_ga::import(&options.root.unwrap_or_else(|| PathBuf::from("/"))) {
        Ok(said) => print(said.as_bytes()),
        Err(wrong) => failed(&format!("nothing is taken over: {wrong}")),
    }
}

fn usage(wrong: &lexopt::Error) -> Exit {
    eprintln!("guestd: {wrong}; `guestd --help` tells the options");
    Exit::Usage
}

fn failed(wrong: &dyn std::fmt::Display) -> Exit {
    eprintln!("guestd: {wrong}");
    Exit::Failure
}
