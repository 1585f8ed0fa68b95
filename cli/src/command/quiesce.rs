//! `guestctl quiesce`: freeze and thaw with guestd, and see what a freeze did.

mod act;
mod check;
mod history;
mod neighbours;
mod run;
mod show;
mod status;
mod svg;
mod timeline;

use clap::Subcommand;

use super::agent::connect::Target;
use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Freeze and thaw through guestd, and see what each freeze did
///
/// Without --socket and --vsock it is the guestd of this machine; on a host, --socket takes
/// the Unix socket of QEMU's chardev. qemu-ga has none of this: `guestctl agent freeze` works
/// with either.
#[derive(Debug, clap::Args)]
pub(crate) struct Quiesce {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Freeze(act::Freeze),
    /// Thaw what was frozen; an error if it has not stayed frozen until now
    Thaw,
    Status(status::Command),
    Run(run::Run),
    History(history::Command),
    Show(show::Show),
    Check(check::Command),
}

impl Quiesce {
    /// Asks the agent.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("quiesce asks the agent that --socket or --vsock names")?;
        let mut agent = self.target.connect()?;
        match &self.verb {
            Verb::Freeze(freeze) => freeze.run(&mut agent, screen),
            Verb::Thaw => act::thaw(&mut agent, screen),
            Verb::Status(status) => status.run(&mut agent, screen),
            Verb::Run(run) => run.run(&self.target, &mut agent),
            Verb::History(history) => history.run(&mut agent, screen),
            Verb::Show(show) => show.run(&mut agent, screen),
            Verb::Check(check) => check.run(self.target.is_local(), &mut agent, screen),
        }
    }
}

/// Microseconds for people: four digits at most.
fn micros(time: u64) -> String {
    match time {
        0..1_000 => format!("{time} us"),
        1_000..10_000 => format!("{}.{} ms", time / 1_000, time / 100 % 10),
        10_000..1_000_000 => format!("{} ms", time / 1_000),
        1_000_000..100_000_000 => format!("{}.{} s", time / 1_000_000, time / 100_000 % 10),
        _ => format!("{} s", time / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_that_fits() {
        let told = [0, 999, 1_000, 9_999, 10_000, 999_999, 1_000_000, 99_900_000, 300_115_000];
        assert_eq!(
            told.map(micros),
            ["0 us", "999 us", "1.0 ms", "9.9 ms", "10 ms", "999 ms", "1.0 s", "99.9 s", "300 s"]
        );
    }
}
