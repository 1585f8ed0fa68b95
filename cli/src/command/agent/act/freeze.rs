//! `guestctl agent freeze`, `thaw`, `frozen`.

use std::io;

use protocol::client::Empty;
use protocol::qga::fsfreeze::{FsfreezeFreezeListArguments, FsfreezeStatus};
use serde::Serialize;

use super::super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone, count};

#[derive(Debug, clap::Args)]
pub(in crate::command::agent) struct Freeze {
    /// Only the filesystems mounted here
    mountpoints: Vec<String>,
}

/// How many filesystems changed.
#[derive(Debug, Serialize)]
struct Count {
    filesystems: u64,
    #[serde(skip)]
    what: &'static str,
}

/// Exit code 1 means that there was nothing to freeze.
impl Freeze {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let filesystems: u64 = if self.mountpoints.is_empty() {
            agent.call("guest-fsfreeze-freeze", Empty {})?
        } else {
            let list = FsfreezeFreezeListArguments { mountpoints: Some(self.mountpoints.clone()) };
            agent.call("guest-fsfreeze-freeze-list", list)?
        };
        screen.show(&Count { filesystems, what: "frozen" })?;
        Ok(if filesystems > 0 { ExitCode::Ok } else { ExitCode::No })
    }
}

pub(super) fn thaw(agent: &mut Agent, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let filesystems = agent.call("guest-fsfreeze-thaw", Empty {})?;
    screen.show(&Count { filesystems, what: "thawed" })?;
    Ok(ExitCode::Ok)
}

/// Exit code 1 means that nothing is frozen.
pub(super) fn frozen(agent: &mut Agent, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let status: FsfreezeStatus = agent.call("guest-fsfreeze-status", Empty {})?;
    screen.show(&Status { status })?;
    Ok(if status == FsfreezeStatus::Frozen { ExitCode::Ok } else { ExitCode::No })
}

#[derive(Debug, Serialize)]
struct Status {
    status: FsfreezeStatus,
}

impl Answer for Count {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        text.line(Tone::Plain, &format!("{} {}", count(self.filesystems, "filesystem"), self.what))
    }
}

impl Answer for Status {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let word = if self.status == FsfreezeStatus::Frozen { "frozen" } else { "thawed" };
        text.line(Tone::Plain, word)
    }
}
