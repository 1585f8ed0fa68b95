//! What the agent does to its machine: one verb for each.

mod accounts;
mod freeze;
mod power;

use clap::Subcommand;
use protocol::client::Empty;
use protocol::qga::filesystem::{Fstrim, FstrimArguments};
use protocol::qga::time::SetTimeArguments;
use serde::Serialize;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use super::connect::Agent;
use super::view::bytes;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Table, Text, Tone};

/// The deeds.
#[derive(Debug, Subcommand)]
pub(super) enum Act {
    /// Freeze its filesystems; nothing can be written there until `thaw`
    Freeze(freeze::Freeze),
    /// Thaw its filesystems
    Thaw,
    /// Say whether its filesystems are frozen
    Frozen,
    /// Tell its disks which blocks its filesystems do not use
    Trim {
        /// Leave out free ranges of fewer bytes
        #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(i64).range(0..))]
        minimum: Option<i64>,
    },
    /// Power it off, or restart it
    Shutdown(power::Shutdown),
    /// Suspend it
    Suspend(power::Suspend),
    /// Set its clock to ours
    SetTime {
        /// Set it to its own hardware clock instead
        #[arg(long)]
        from_rtc: bool,
    },
    /// Set a user's password, read from standard input
    Passwd(accounts::Passwd),
    /// List, add or remove the SSH keys that may log in as a user
    Keys(accounts::Keys),
}

impl Act {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        match self {
            Self::Freeze(freeze) => return freeze.run(agent, screen),
            Self::Thaw => return freeze::thaw(agent, screen),
            Self::Frozen => return freeze::frozen(agent, screen),
            Self::Trim { minimum } => {
                let trimmed: Fstrim =
                    agent.call("guest-fstrim", FstrimArguments { minimum: *minimum })?;
                let failed = trimmed.paths.iter().any(|path| path.error.is_some());
                screen.show(&Trimmed(trimmed))?;
                return Ok(if failed { ExitCode::No } else { ExitCode::Ok });
            }
            Self::Shutdown(shutdown) => shutdown.run(agent)?,
            Self::Suspend(suspend) => suspend.run(agent)?,
            Self::SetTime { from_rtc } => set_time(*from_rtc, agent)?,
            Self::Passwd(passwd) => passwd.run(agent)?,
            Self::Keys(keys) => return keys.run(agent, screen),
        }
        Ok(ExitCode::Ok)
    }
}

fn set_time(from_rtc: bool, agent: &mut Agent) -> Result<(), Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|now| i64::try_from(now.as_nanos()).ok());
    if now.is_none() && !from_rtc {
        return Err(Failure::Machine(
            "the clock of this machine shows no time after 1970".to_owned(),
        ));
    }
    let time = if from_rtc { None } else { now };
    agent.call::<Empty>("guest-set-time", SetTimeArguments { time }).map(drop)
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Trimmed(Fstrim);

impl Answer for Trimmed {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        if self.0.paths.is_empty() {
            return text.line(Tone::Plain, "no filesystem can be trimmed");
        }
        let mut table = Table::new(["mounted on", "trimmed"]);
        for path in &self.0.paths {
            let trimmed = path.trimmed.and_then(|count| u64::try_from(count).ok()).map(bytes);
            let result = path.error.clone().or(trimmed).unwrap_or_else(|| "-".to_owned());
            table.row([path.path.as_str().into(), result.into()]);
        }
        text.table(&table)
    }
}
