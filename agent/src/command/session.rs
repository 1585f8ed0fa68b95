//! Finding out that somebody is there, and what it can do.

use protocol::Error;
use protocol::json;
use serde::Deserialize;

use super::{Command, inline};
use crate::call::{Call, NoArguments};
use crate::policy::{Group, Policy};
use crate::reply::{Nothing, Reply};

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-sync-delimited", Group::Info, |call| {
        sync(call).map(|Sync { id }| Reply::Delimited(json::to_vec(&id)))
    }),
    inline("guest-sync", Group::Info, |call| sync(call).map(|Sync { id }| Reply::value(&id))),
    inline("guest-ping", Group::Info, |call| call.plain(|_| Ok(Nothing {}))),
    inline("guest-info", Group::Info, info),
];

/// A number of the host's choice, by which it knows the reply.
#[derive(Deserialize)]
struct Sync {
    id: i64,
}

fn sync(call: Call<'_>) -> Result<Sync, Error> {
    json::from_value(call.arguments)
}

/// What `guest-info` returns, in the form of QEMU's schema; written by hand in
/// [`info`] because hosts ask it often and it is long.
fn info(call: Call<'_>) -> Result<Reply, Error> {
    let NoArguments {} = json::from_value(call.arguments)?;
    let frozen = call.agent.is_frozen();
    let mut text = Vec::with_capacity(5 << 10);
    text.extend_from_slice(b"{\"version\": ");
    text.extend(json::to_vec(&call.agent.settings.advertise_version));
    text.extend_from_slice(b", \"supported_commands\": [");
    for (index, command) in super::all().enumerate() {
        if index > 0 {
            text.extend_from_slice(b", ");
        }
        let enabled = call.policy.allows(command.name, command.group).is_ok()
            && (!frozen || Policy::allows_while_frozen(command.name).is_ok());
        for part in ["{\"enabled\": ", word(enabled), ", \"name\": \"", command.name] {
            text.extend_from_slice(part.as_bytes());
        }
        for part in ["\", \"success-response\": ", word(command.answers), "}"] {
            text.extend_from_slice(part.as_bytes());
        }
    }
    text.extend_from_slice(b"]}");
    Ok(Reply::Value(text))
}

const fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
