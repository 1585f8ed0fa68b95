//! `guestctl report`: everything as one document.

use introspect::nfd;
use introspect::report::report;

use crate::args::{Common, Format};
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::Source;
use crate::output::Screen;

/// Write everything as one JSON document, which --from reads back
///
/// docs/report.md describes the document. A fleet's reports, one a line, are what
/// `guestctl evc fleet` reads; --line writes them so.
#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    /// The whole document in one line (NDJSON)
    #[arg(long)]
    line: bool,
    /// Labels for Kubernetes' Node Feature Discovery instead: a file for its features.d
    #[arg(long, conflicts_with = "line")]
    nfd: bool,
}

impl Report {
    /// Reports the machine, the captured tree or the dump that the options name.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        if matches!(screen.format(), Format::Html | Format::Svg) {
            return Err(crate::output::no_page());
        }
        let source = Source::of(options);
        let capture = source.capture(None)?;
        let root = source.has_files().then(|| source.root());
        let document = report(&capture, root.as_ref())
            .ok_or_else(|| Failure::input(source.name(), "there is no CPU in it"))?;
        if self.nfd {
            write!(screen.raw(), "{}", nfd::features(&document))?;
        } else if self.line {
            screen.json_line(&document)?;
        } else {
            screen.json(&document)?;
        }
        Ok(ExitCode::Ok)
    }
}
