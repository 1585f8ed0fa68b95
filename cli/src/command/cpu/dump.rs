//! `guestctl cpu dump`: every leaf, as a file that this and other tools read back.

use clap::ValueEnum;
use introspect::cpuid::{Format, format};

use crate::args;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::input::Source;
use crate::output::{Screen, no_page};

/// Write every leaf of every CPU in a format that can be read back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guestctl cpu dump > here.json                 for --from, later or elsewhere
  guestctl cpu dump --format etallen | cpuid -f -
  guestctl cpu dump --from vmware.log --cpu 0   the guest's side of a VMware log")]
pub(crate) struct Dump {
    /// The format of the dump [default: native]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Kind>,
}

/// The formats we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Our own JSON, which keeps everything.
    Native,
    /// The text of etallen's `cpuid -r`, for `cpuid -f`.
    Etallen,
    /// libvirt's XML, one CPU.
    Libvirt,
}

impl Dump {
    /// Writes the dump of one CPU or of all.
    pub(super) fn run(
        &self,
        source: &Source,
        cpu: Option<usize>,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let kind = self.format.unwrap_or(Kind::Native);
        match screen.format() {
            args::Format::Html | args::Format::Svg => return Err(no_page()),
            args::Format::Json if kind != Kind::Native => {
                return Err(Failure::Usage(
                    "-o json and --format contradict each other; the native format is JSON"
                        .to_owned(),
                ));
            }
            args::Format::Json | args::Format::Text => {}
        }
        let capture = source.capture(cpu)?;
        let format = kind.format();
        format::export(&capture, format, screen.raw()).map_err(|error| match error {
            format::ExportError::Io(error) => Failure::Output(error),
            error => Failure::input(source.name(), error),
        })?;
        Ok(ExitCode::Ok)
    }
}

impl Kind {
    const fn format(self) -> Format {
        match self {
            Self::Native => Format::Native,
            Self::Etallen => Format::Etallen,
            Self::Libvirt => Format::Libvirt,
        }
    }
}
