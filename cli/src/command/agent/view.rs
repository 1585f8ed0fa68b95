//! What the agent tells of its machine, as tables: one verb for each question.

mod disks;
mod filesystems;
mod machine;
mod network;

use clap::Subcommand;
pub(in crate::command) use machine::rfc3339;
use protocol::client::Empty;

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// The questions.
#[derive(Debug, Subcommand)]
pub(super) enum View {
    /// Show its operating system, name, time and load
    Os,
    /// List who is logged in
    Users,
    /// List its CPUs
    Cpus,
    /// List its network interfaces, addresses and traffic
    Net,
    /// List its routes
    Routes,
    /// List its mounted filesystems, and on which disks they are
    Fsinfo,
    /// List its disks and partitions
    Disks,
}

impl View {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match self {
            Self::Os => screen.show(&machine::Os::ask(agent)?)?,
            Self::Users => {
                screen.show(&machine::Users(agent.call("guest-get-users", Empty {})?))?
            }
            Self::Cpus => screen.show(&machine::Cpus(agent.call("guest-get-vcpus", Empty {})?))?,
            Self::Net => {
                screen.show(&network::Interfaces(
                    agent.call("guest-network-get-interfaces", Empty {})?,
                ))?;
            }
            Self::Routes => {
                screen.show(&network::Routes(agent.call("guest-network-get-route", Empty {})?))?
            }
            Self::Fsinfo => {
                screen.show(&filesystems::Filesystems(agent.call("guest-get-fsinfo", Empty {})?))?
            }
            Self::Disks => screen.show(&disks::Disks(agent.call("guest-get-disks", Empty {})?))?,
        }
        Ok(ExitCode::Ok)
    }
}

/// A cell for what may not be known.
fn or_dash(value: Option<&str>) -> &str {
    value.unwrap_or("-")
}

/// Bytes in the unit that a person reads: at most four digits before it.
pub(in crate::command) fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let (mut tenths, mut unit) = (u128::from(count) * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_down_to_a_tenth() {
        let shown = [0, 1023, 1024, 1536, 1 << 20, (1 << 30) - 1, u64::MAX].map(bytes);
        assert_eq!(
            shown,
            ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "1023.9 MiB", "15.9 EiB"]
        );
    }
}
