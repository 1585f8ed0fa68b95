//! The command line, as the user types it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::command::agent::Agent;
use crate::command::bmc::Bmc;
use crate::command::config::Config;
use crate::command::cpu::Cpu;
use crate::command::evc::Evc;
use crate::command::hooks::Hooks;
use crate::command::metrics::Metrics;
use crate::command::quiesce::Quiesce;
use crate::command::report::Report;
use crate::command::support_bundle::SupportBundle;
use crate::command::virt::Virt;
use crate::exit_code::ExitCode;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  guestctl                              this machine on one screen
  guestctl evc                          its VMware EVC verdict, and what is hidden from it
  guestctl evc --from guest.cpuinfo     the same for a file that someone mailed
  guestctl virt                         its hypervisor, cloud and container
  guestctl cpu                          its CPU, decoded
  guestctl cpu features avx             has it AVX, and which kinds
  guestctl cpu diff old.txt live        what differs between a dump and this machine
  guestctl cpu dump --format etallen    all leaves of all CPUs, for another tool
  ssh guest guestctl cpu dump | guestctl cpu --from -
  guestctl agent ping                   does the guest agent of this guest answer
  guestctl agent --socket S call guest-get-osinfo
                                        any command, from the host of the guest
  guestctl quiesce check                what a freeze would do now, and what is wrong with that
  guestctl bmc discover                 where this machine's BMC has its address from
  guestctl config where                 which line of which file each setting of guestd is from
  guestctl quiesce show                 what the last freeze did, as a timeline

Exit codes:";

/// What machine is this really? CPU, VMware EVC mode and hypervisor, live or from a dump; and its guest agent
#[derive(Debug, Parser)]
#[command(name = "guestctl", version, max_term_width = 100, after_help = EXAMPLES.to_owned() + &ExitCode::help())]
pub(crate) struct Args {
    /// Options of every verb.
    #[command(flatten)]
    pub(crate) common: Common,
    /// The question.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// Options of every verb.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine
    ///
    /// The format is recognised by content: etallen `cpuid -r`, InstLatx64/AIDA64,
    /// libcpuid, libvirt XML, raw-cpuid, vmware.log, .vmx, VBox.log, /proc/cpuinfo and
    /// guestctl's own JSON.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Look up /proc, /sys and /etc under this directory; the live CPU is not asked
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How to write the answer
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Format,
    /// When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    /// Lay out text for this many columns, terminal or not
    #[arg(long, global = true, value_name = "COLUMNS", hide = true)]
    pub(crate) width: Option<u16>,
}

impl Common {
    /// Refuses --from for a verb that asks about files of a machine, and not about its CPU.
    ///
    /// # Errors
    /// `Usage` with what the verb does instead.
    pub(crate) fn refuse_dump(&self, instead: &str) -> Result<(), Failure> {
        if self.from.is_some() {
            return Err(Failure::Usage(format!("{instead}; leave --from away")));
        }
        Ok(())
    }

    /// Refuses --from and --root for a verb that does not ask one machine.
    ///
    /// # Errors
    /// `Usage` with what the verb does instead.
    pub(crate) fn refuse_machine(&self, instead: &str) -> Result<(), Failure> {
        if self.from.is_some() || self.root.is_some() {
            return Err(Failure::Usage(format!("{instead}; leave --from and --root away")));
        }
        Ok(())
    }
}

/// The forms an answer can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal.
    Text,
    /// One document, for a program.
    Json,
    /// A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show).
    Html,
    /// A drawing (quiesce show).
    Svg,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Also into a file or a pipe.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// The CPU: decode, features, differences, dumps
    Cpu(Cpu),
    Evc(Evc),
    Virt(Virt),
    Report(Report),
    Agent(Agent),
    Hooks(Hooks),
    Quiesce(Quiesce),
    Metrics(Metrics),
    Bmc(Bmc),
    Config(Config),
    SupportBundle(SupportBundle),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn common_options_stand_before_or_after_the_verb() {
        for line in [
            ["guestctl", "--from", "x", "cpu", "features"],
            ["guestctl", "cpu", "--from", "x", "features"],
            ["guestctl", "cpu", "features", "--from", "x"],
        ] {
            let args = Args::try_parse_from(line).unwrap();
            assert_eq!(args.common.from, Some(PathBuf::from("x")), "{line:?}");
        }
    }
}
