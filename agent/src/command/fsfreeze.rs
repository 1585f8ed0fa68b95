//! Freezing and thawing filesystems, as qemu-ga does.

use protocol::Error;
use protocol::qga::fsfreeze::{FsfreezeFreezeListArguments, FsfreezeStatus};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::quiesce::{Began, Request, Wanted};
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-fsfreeze-status", Group::Quiesce, |call| call.plain(status)),
    freezing("guest-fsfreeze-freeze", |call| {
        let request = request(&call);
        call.plain(|agent| freeze(agent, request, None))
    }),
    freezing("guest-fsfreeze-freeze-list", |call| {
        let request = request(&call);
        call.with(|agent, list: FsfreezeFreezeListArguments| {
            // Without a list it is as guest-fsfreeze-freeze.
            freeze(agent, request, list.mountpoints)
        })
    }),
    thawing("guest-fsfreeze-thaw", |call| {
        call.plain(|agent| agent.freezer.thaw(&agent.root()).map(|thawed| thawed.count))
    }),
];

/// A command that begins a freeze.
pub(super) const fn freezing(
    name: &'static str,
    run: fn(Call<'_>) -> Result<Reply, Error>,
) -> Command {
    Command { operation: |_| Some(Began::now()), ..thawing(name, run) }
}

/// A command that ends the freeze that stands.
pub(super) const fn thawing(
    name: &'static str,
    run: fn(Call<'_>) -> Result<Reply, Error>,
) -> Command {
    Command {
        runs: Runs::Thread,
        audited: true,
        operation: |agent| agent.freezer.operation(),
        ..inline(name, Group::Quiesce, run)
    }
}

/// Who asks for a freeze, which is as yet of everything.
pub(super) fn request(call: &Call<'_>) -> Request {
    let began = call.operation.clone();
    Request { channel: call.channel.to_owned(), began, ..Request::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "commands may fail")]
fn status(agent: &Agent) -> Result<FsfreezeStatus, Error> {
    Ok(agent.freezer.status())
}

fn freeze(agent: &Agent, request: Request, points: Option<Vec<String>>) -> Result<usize, Error> {
    let request = Request { wanted: Wanted { points, strict: false }, ..request };
    agent.freezer.freeze(&agent.root(), request).map(|frozen| frozen.count)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Guest;
    use crate::log::testing::records;

    /// The value of a field of a record.
    fn field<'a>(record: &'a str, name: &str) -> Option<&'a str> {
        record.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }

    #[test]
    fn the_log_tells_who_asked_for_a_freeze_and_what_became_of_it_by_one_number() {
        // Without a list of mounts nothing is frozen, and there is no record.
        let guest = Guest::new();
        for command in
            ["guest-fsfreeze-freeze", "guest-fsfreeze-freeze-list", "guestd-quiesce-freeze"]
        {
            let told = records(|| {
                guest.refuses(command, &json!({}));
            });
            let numbered: Vec<&String> =
                told.iter().filter(|one| field(one, "GUESTD_OPERATION_ID").is_some()).collect();
            let [asked, refused] = numbered[..] else { panic!("{command}: {told:?}") };
            assert_eq!(field(asked, "GUESTD_COMMAND"), Some(command));
            assert_eq!(field(asked, "GUESTD_PEER"), Some("the program"));
            assert!(field(refused, "MESSAGE").unwrap().starts_with("freeze refused: cannot read"));
            let [asked, refused] =
                [asked, refused].map(|record| field(record, "GUESTD_OPERATION_ID"));
            assert_eq!(asked, refused);
        }
    }

    #[test]
    fn a_thaw_of_nothing_is_logged_without_a_number() {
        let guest = Guest::new();
        for command in ["guest-fsfreeze-thaw", "guestd-quiesce-thaw"] {
            let told = records(|| {
                guest.returns(command);
            });
            let asked =
                told.iter().find(|one| field(one, "GUESTD_COMMAND") == Some(command)).unwrap();
            assert_eq!(field(asked, "GUESTD_OPERATION_ID"), None);
        }
    }
}
