//! `guestctl metrics`.

use protocol::client::Empty;
use serde::{Deserialize, Serialize};

use super::agent::connect::Target;
use crate::args::{Common, Format};
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Screen, no_page, printable};

/// What guestd has counted since it started, as Prometheus text
///
/// Without --socket and --vsock it is the guestd of this machine; on a host, --socket takes
/// the Unix socket of QEMU's chardev. qemu-ga counts nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Metrics {
    #[command(flatten)]
    target: Target,
}

/// Result of `guestd-metrics`.
#[derive(Debug, Serialize, Deserialize)]
struct Counted {
    /// The text format of Prometheus 0.0.4.
    text: String,
}

impl Metrics {
    /// Asks the agent.
    pub(super) fn run(
        &self,
        options: &Common,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        options.refuse_machine("metrics asks the agent that --socket or --vsock names")?;
        let mut agent = self.target.connect()?;
        let counted: Counted = agent.call("guestd-metrics", Empty {})?;
        match screen.format() {
            Format::Text => {
                // A hostile guest must not steer the terminal of its host.
                for line in counted.text.lines() {
                    writeln!(screen.raw(), "{}", printable(line))?;
                }
            }
            Format::Json => screen.json(&counted)?,
            Format::Html | Format::Svg => return Err(no_page()),
        }
        Ok(ExitCode::Ok)
    }
}
