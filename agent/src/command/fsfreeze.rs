//! Freezing and thawing filesystems, as qemu-ga does.

use protocol::Error;
use protocol::qga::fsfreeze::{FsfreezeFreezeListArguments, FsfreezeStatus};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::quiesce::{Request, Wanted};
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-fsfreeze-status", Group::Quiesce, |call| call.plain(status)),
    acting("guest-fsfreeze-freeze", |call| {
        let channel = call.channel.to_owned();
        call.plain(|agent| freeze(agent, channel, None))
    }),
    acting("guest-fsfreeze-freeze-list", |call| {
        let channel = call.channel.to_owned();
        call.with(|agent, list: FsfreezeFreezeListArguments| {
            // Without a list it is as guest-fsfreeze-freeze.
            freeze(agent, channel, list.mountpoints)
        })
    }),
    acting("guest-fsfreeze-thaw", |call| {
        call.plain(|agent| agent.freezer.thaw(&agent.root()).map(|thawed| thawed.count))
    }),
];

const fn acting(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, audited: true, ..inline(name, Group::Quiesce, run) }
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn status(agent: &Agent) -> Result<FsfreezeStatus, Error> {
    Ok(agent.freezer.status())
}

fn freeze(agent: &Agent, channel: String, points: Option<Vec<String>>) -> Result<usize, Error> {
    let wanted = Wanted { points, strict: false };
    let request = Request { channel, wanted, deadline: None };
    agent.freezer.freeze(&agent.root(), request).map(|frozen| frozen.count)
}
