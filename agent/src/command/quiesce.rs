//! Freezing and thawing with all that guestd knows of it: `guestd-quiesce-*`.

use std::time::Duration;

use protocol::Error;
use protocol::guestd::quiesce::{
    Check, Freeze, FreezeArguments, HistoryArguments, Record, RecordArguments, Status, Thaw,
};

use super::fsfreeze::{freezing, request, thawing};
use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::quiesce::{Request, Wanted, check};
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    freezing("guestd-quiesce-freeze", |call| {
        let request = request(&call);
        call.with(|agent, arguments| freeze(agent, request, arguments))
    }),
    thawing("guestd-quiesce-thaw", |call| call.plain(thaw)),
    inline("guestd-quiesce-status", Group::Info, |call| call.plain(status)),
    looking("guestd-quiesce-history", |call| call.with(history)),
    looking("guestd-quiesce-record", |call| call.with(record)),
    looking("guestd-quiesce-check", |call| call.plain(look)),
];

const fn looking(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, ..inline(name, Group::Info, run) }
}

fn freeze(
    agent: &Agent,
    request: Request,
    arguments: FreezeArguments<'_>,
) -> Result<Freeze, Error> {
    let deadline = match arguments.deadline_ms {
        None => None,
        Some(milliseconds) => Some(
            u64::try_from(milliseconds)
                .map(Duration::from_millis)
                .map_err(|_| Error::generic("deadline-ms is negative; 0 is for no deadline"))?,
        ),
    };
    let points = arguments.mountpoints;
    let wanted = Wanted {
        strict: true,
        points: points.map(|points| points.into_iter().map(Into::into).collect()),
    };
    let request = Request { wanted, deadline, ..request };
    let frozen = agent.freezer.freeze(&agent.root(), request)?;
    Ok(Freeze { id: frozen.id, frozen: frozen.count as u64 })
}

fn thaw(agent: &Agent) -> Result<Thaw, Error> {
    let thawed = agent.freezer.thaw(&agent.root())?;
    Ok(Thaw { id: thawed.id, thawed: thawed.count as u64, window_us: thawed.window_us })
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn status(agent: &Agent) -> Result<Status, Error> {
    Ok(agent.freezer.full_status())
}

fn history(agent: &Agent, arguments: HistoryArguments) -> Result<Vec<Record>, Error> {
    let limit = usize::try_from(arguments.limit.unwrap_or(i64::MAX))
        .map_err(|_| Error::generic("limit is negative"))?;
    Ok(agent.freezer.records().latest(limit))
}

fn record(agent: &Agent, arguments: RecordArguments<'_>) -> Result<Record, Error> {
    let records = agent.freezer.records();
    match arguments.id {
        Some(id) => records.read(&id).ok_or_else(|| {
            Error::generic(format!(
                "no record {id:?}; guestd-quiesce-history lists those there are"
            ))
        }),
        None => {
            let latest = records.latest(1).into_iter().next();
            latest.ok_or_else(|| Error::generic("nothing has been frozen since the guest booted"))
        }
    }
}

fn look(agent: &Agent) -> Result<Check, Error> {
    check(&agent.root(), &agent.settings.freeze)
}
