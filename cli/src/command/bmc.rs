//! `guestctl bmc`: the address of this machine's BMC, and telling it to the host.

mod announce;
mod discover;
mod record;
mod setup;
mod status;

use clap::Subcommand;

use super::agent::connect::Target;
use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// The address of the machine's BMC: what guestd announces to the host, and by hand
///
/// Without a verb: the address, its source, the port and what was sent, when and by whom.
/// Without --socket and --vsock it is the guestd of this machine; where none runs, guestctl
/// looks for itself, with guestd's configuration. Exit code 1 means that nothing was sent.
#[derive(Debug, clap::Args)]
pub(crate) struct Bmc {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Announce(announce::Announce),
    Discover(discover::Discover),
}

impl Bmc {
    /// Answers.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match &self.verb {
            None => {
                options.refuse_machine("bmc is about this machine, or the one of --socket")?;
                status::run(&self.target, screen)
            }
            Some(Verb::Announce(announce)) => {
                options.refuse_machine("bmc announce writes to a port of this machine")?;
                announce.run(&self.target, screen)
            }
            Some(Verb::Discover(discover)) => {
                options.refuse_dump("a CPUID dump has no BMC")?;
                discover.run(options.root.as_deref(), screen)
            }
        }
    }
}
