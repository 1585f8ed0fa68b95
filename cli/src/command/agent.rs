//! `guestctl agent`: talk to a guest agent, ours or qemu-ga, in this guest or from its host.

mod act;
mod call;
pub(super) mod connect;
mod exec;
mod file;
mod info;
mod ping;
pub(in crate::command) mod view;

use clap::Subcommand;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

use connect::Target;

/// Talk to a guest agent: guestd or qemu-ga, in this guest or from its host
///
/// Without --socket and --vsock it is the guestd of this machine. On a host, --socket takes
/// the Unix socket of QEMU's chardev, as long as nothing else, such as libvirt, holds it.
#[derive(Debug, clap::Args)]
pub(crate) struct Agent {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    verb: Verb,
}

/// What to ask the agent.
#[derive(Debug, Subcommand)]
enum Verb {
    Ping(ping::Ping),
    Info(info::Info),
    Call(call::Call),
    Exec(exec::Exec),
    File(file::Files),
    /// Copy a file between here and the inside, whose paths begin with :
    Cp(file::Cp),
    #[command(flatten)]
    View(view::View),
    #[command(flatten)]
    Act(act::Act),
}

impl Agent {
    /// Asks the agent.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("agent asks the agent that --socket or --vsock names")?;
        let mut agent = self.target.connect()?;
        match &self.verb {
            Verb::Ping(ping) => ping.run(&mut agent, screen),
            Verb::Info(info) => info.run(&mut agent, screen),
            Verb::Call(call) => call.run(&mut agent, screen),
            Verb::Exec(exec) => exec.run(&mut agent, screen),
            Verb::File(files) => files.run(&mut agent, screen),
            Verb::Cp(cp) => cp.run(&mut agent),
            Verb::View(view) => view.run(&mut agent, screen),
            Verb::Act(act) => act.run(&mut agent, screen),
        }
    }
}
