//! Freezing and thawing filesystems.

use protocol::Error;
use protocol::qga::fsfreeze::{FsfreezeFreezeListArguments, FsfreezeStatus};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-fsfreeze-status", Group::Quiesce, |call| call.plain(status)),
    acting("guest-fsfreeze-freeze", |call| {
        call.plain(|agent| agent.freezer.freeze(&agent.root(), None))
    }),
    acting("guest-fsfreeze-freeze-list", |call| call.with(freeze_list)),
    acting("guest-fsfreeze-thaw", |call| call.plain(|agent| agent.freezer.thaw(&agent.root()))),
];

const fn acting(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, audited: true, ..inline(name, Group::Quiesce, run) }
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn status(agent: &Agent) -> Result<FsfreezeStatus, Error> {
    Ok(agent.freezer.status())
}

/// Without a list it is as `guest-fsfreeze-freeze`.
fn freeze_list(agent: &Agent, arguments: FsfreezeFreezeListArguments) -> Result<usize, Error> {
    agent.freezer.freeze(&agent.root(), arguments.mountpoints.as_deref())
}
