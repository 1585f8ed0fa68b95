//! The verbs, one file each: the options, the answer, and how it is told.

pub(crate) mod agent;
pub(crate) mod bmc;
pub(crate) mod config;
pub(crate) mod cpu;
pub(crate) mod evc;
mod guestd;
pub(crate) mod hooks;
pub(crate) mod metrics;
pub(crate) mod quiesce;
pub(crate) mod report;
mod summary;
pub(crate) mod support_bundle;
pub(crate) mod virt;

use crate::args::{Args, Verb};
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Answers the question of the command line.
///
/// # Errors
/// Why there is no answer.
pub(crate) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    if args.common.from.is_some() && args.common.root.is_some() {
        return Err(Failure::Usage(
            "--from and --root name two machines; give one of them".to_owned(),
        ));
    }
    match &args.verb {
        Some(Verb::Agent(agent)) => agent.run(&args.common, screen),
        Some(Verb::Bmc(bmc)) => bmc.run(&args.common, screen),
        Some(Verb::Config(config)) => config.run(&args.common, screen),
        Some(Verb::Cpu(cpu)) => cpu.run(&args.common, screen),
        Some(Verb::Evc(evc)) => evc.run(&args.common, screen),
        Some(Verb::Hooks(hooks)) => hooks.run(&args.common, screen),
        Some(Verb::Virt(virt)) => virt.run(&args.common, screen),
        Some(Verb::Quiesce(quiesce)) => quiesce.run(&args.common, screen),
        Some(Verb::Metrics(metrics)) => metrics.run(&args.common, screen),
        Some(Verb::Report(report)) => report.run(&args.common, screen),
        Some(Verb::SupportBundle(bundle)) => bundle.run(&args.common, screen),
        None => summary::run(&args.common, screen),
    }
}
