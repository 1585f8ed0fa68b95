//! `guestctl hooks`: the programs that make applications quiet before a freeze.

mod configured;
mod holder;
mod list;
mod run;
mod shim;
mod switch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use hooks::{Dialect, Settings};

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

pub(super) use shim::open_vm_tools_runs_them;

/// Quiesce hooks: list and check them, switch them on and off, run them without guestd
#[derive(Debug, clap::Args)]
pub(crate) struct Hooks {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// What would be run, in order, and what would not, and why
    List(Which),
    /// The same, and whether something is wrong: exit code 1 where a hook is refused
    Check(Which),
    /// Switch on a hook that was shipped with guestd
    Enable(switch::Name),
    /// Switch off a hook
    Disable(switch::Name),
    /// Run hooks as another agent does at a snapshot; works without guestd
    Run(run::Run),
    /// Have another agent run our hooks
    Install(shim::For),
    /// Take away what `install` wrote
    Uninstall(shim::For),
    /// Keeps hooks between `run freeze` and `run thaw`
    #[command(hide = true)]
    Hold(run::Options),
}

/// Whose hooks.
#[derive(Debug, Clone, clap::Args)]
struct Which {
    /// Also run what lies in the places of this platform: qemu-ga, open-vm-tools, nutanix, google.
    /// Adds to what guestd.toml says
    #[arg(long, value_name = "PLATFORM")]
    dialect: Vec<Dialect>,
    /// How long one hook may take, in seconds, unless guestd.toml says so of that hook; 30, or
    /// what guestd.toml says
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
}

impl Which {
    /// What guestd.toml says, and over it what these options do.
    fn settings(&self, root: &Path) -> Result<Settings, Failure> {
        let mut settings = configured::settings(root)?;
        settings.dialects.extend(&self.dialect);
        if let Some(seconds) = self.timeout {
            settings.timeout = Duration::from_secs(seconds);
            settings.phase_timeout = settings.phase_timeout.max(settings.timeout);
        }
        Ok(settings)
    }
}

impl Hooks {
    /// Does what was asked for.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_dump("hooks are files of a machine")?;
        let root = options.root.as_deref().unwrap_or(Path::new("/"));
        match &self.verb {
            Verb::List(which) => list::run(root, which, screen).map(|_| ExitCode::Ok),
            Verb::Check(which) => list::run(root, which, screen),
            Verb::Enable(name) => name.enable(root, screen),
            Verb::Disable(name) => name.disable(root, screen),
            Verb::Run(run) => run.run(root, screen),
            Verb::Install(platform) => platform.install(root, screen),
            Verb::Uninstall(platform) => platform.uninstall(root, screen),
            Verb::Hold(options) => holder::hold(root, options, screen),
        }
    }
}

/// A path of the system below what stands for `/`.
fn below(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}
