//! `guestctl cpu`: the CPU decoded, and the questions about its registers.

mod check;
mod decoded;
mod diff;
mod dump;
mod features;
mod leaf;
mod raw;
mod state;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::Source;
use crate::output::Screen;

use check::Check;
use decoded::Whole;
use diff::Diff;
use dump::Dump;
use features::Features;
use leaf::Leaves;
use raw::{LeafChoice, Raw};

/// Decode the CPU: what it is, what it has, leaf by leaf
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl cpu                    this machine's CPU, decoded
  guestctl cpu --leaf 7           leaf 7 with all its subleaves, field by field
  guestctl cpu --leaf 0xd.1 --raw its registers only
  guestctl cpu --cpu 3            another logical CPU
  guestctl cpu --from vmware.log  the CPU that a VM was given")]
pub(crate) struct Cpu {
    #[command(subcommand)]
    verb: Option<CpuVerb>,
    /// Ask this logical CPU, counted from 0
    #[arg(long, global = true, value_name = "N")]
    cpu: Option<usize>,
    /// Only this leaf, in hexadecimal, with an optional subleaf: 1, 0x80000008, 0xd.1
    #[arg(long, value_name = "LEAF[.SUB]")]
    leaf: Option<LeafChoice>,
    /// Registers as they are, not decoded
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, clap::Subcommand)]
enum CpuVerb {
    Features(Features),
    Diff(Diff),
    Dump(Dump),
    Check(Check),
}

impl Cpu {
    /// Answers a question about the CPU.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let source = Source::of(options);
        if self.verb.is_some() && (self.raw || self.leaf.is_some()) {
            return Err(Failure::Usage(
                "--leaf and --raw belong to `guestctl cpu` itself; leave them or the verb away"
                    .to_owned(),
            ));
        }
        match &self.verb {
            Some(CpuVerb::Features(features)) => features.run(&source, self.cpu, screen),
            Some(CpuVerb::Diff(diff)) => diff.run(options, self.cpu, screen),
            Some(CpuVerb::Dump(dump)) => dump.run(&source, self.cpu, screen),
            Some(CpuVerb::Check(check)) => check.run(&source, self.cpu, screen),
            None => {
                match (self.raw, self.leaf) {
                    (true, leaf) => screen.show(&Raw::of(&source, self.cpu, leaf)?),
                    (false, Some(leaf)) => screen.show(&Leaves::of(&source, self.cpu, leaf)?),
                    (false, None) => screen.show(&Whole::of(&source, self.cpu)?),
                }?;
                Ok(ExitCode::Ok)
            }
        }
    }
}
