//! `guestctl evc`: which EVC mode a guest sees, and everything around modes.

mod check;
mod fleet;
mod list;
mod matrix;
mod show;
mod verdict;

use crate::args::Common;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

use check::Check;
use fleet::Fleet;
use matrix::Matrix;
use show::Show;

pub(crate) use verdict::judge;

/// Say which VMware EVC mode the guest sees, what that hides, and why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl evc                            the verdict about this machine
  guestctl evc --from guest.cpuinfo       the same for a file that someone mailed
  guestctl evc --from vmware.log          both sides known: exactly what is hidden
  guestctl evc show intel-haswell         what a mode presents
  guestctl evc matrix -o html > evc.html  all features by all modes, as a page
  guestctl evc fleet *.json               the highest mode that all machines share
  guestctl evc check --from a --to b      can a guest started on a move to b")]
pub(crate) struct Evc {
    #[command(subcommand)]
    verb: Option<EvcVerb>,
}

#[derive(Debug, clap::Subcommand)]
enum EvcVerb {
    /// List the modes
    List,
    Show(Show),
    Matrix(Matrix),
    Fleet(Fleet),
    Check(Check),
}

impl Evc {
    /// Answers a question about EVC.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let is_catalogue =
            matches!(self.verb, Some(EvcVerb::List | EvcVerb::Show(_) | EvcVerb::Matrix(_)));
        if is_catalogue && (options.from.is_some() || options.root.is_some()) {
            return Err(Failure::Usage(
                "the modes are the same everywhere; leave --from and --root away, or the verb"
                    .to_owned(),
            ));
        }
        match &self.verb {
            None => screen.show(&judge(options)?)?,
            Some(EvcVerb::List) => screen.show(&list::List::new())?,
            Some(EvcVerb::Show(show)) => return show.run(screen),
            Some(EvcVerb::Matrix(matrix)) => screen.show(&matrix.answer())?,
            Some(EvcVerb::Fleet(fleet)) => return fleet.run(options, screen),
            Some(EvcVerb::Check(check)) => return check.run(options, screen),
        }
        Ok(ExitCode::Ok)
    }
}
