//! The commands: what each is called, who may run it, and on which thread.

mod account;
mod cpu;
mod disk;
mod exec;
mod file;
mod filesystem;
mod fsfreeze;
mod fstrim;
mod guestd;
mod guestd_exec;
mod guestd_file;
mod machine;
mod memory;
mod network;
mod power;
mod quiesce;
mod session;
#[cfg(test)]
mod testing;
mod time;
mod user;

use protocol::Error;
use protocol::json::Value;

use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::quiesce::Began;
use crate::reply::{Body, Reply};

/// A command as hosts know it.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    pub(crate) runs: Runs,
    /// False where success is not answered (QEMU's `success-response`).
    pub(crate) answers: bool,
    /// True where it changes the guest, which leaves a line in the log.
    pub(crate) audited: bool,
    /// The freeze that a request is about: one that it begins, or the one that stands.
    pub(crate) operation: fn(&Agent) -> Option<Began>,
    pub(crate) run: fn(Call<'_>) -> Result<Reply, Error>,
}

/// Where a command runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runs {
    /// On the loop that serves all channels: it only looks at memory.
    Inline,
    /// On a thread of its own: it may wait for the kernel or for a program.
    Thread,
    /// On the loop where that needs no wait, which this finds out; else on a thread. To hand
    /// a command over and its answer back costs more than a short command itself.
    Now(Now),
}

/// The result of a command, of which [`Body::next_now`] may have the first piece. `None` where
/// it would have to wait or has something to tell that is no result; then nothing has been done.
pub(crate) type Now = fn(&Agent, &Value<'_>) -> Option<Box<dyn Body>>;

/// A command of the loop that answers and changes nothing; the others are made from it.
const fn inline(
    name: &'static str,
    group: Group,
    run: fn(Call<'_>) -> Result<Reply, Error>,
) -> Command {
    Command {
        name,
        group,
        runs: Runs::Inline,
        answers: true,
        audited: false,
        operation: |_| None,
        run,
    }
}

/// Every command, one table for each group.
const TABLES: &[&[Command]] = &[
    session::COMMANDS,
    time::COMMANDS,
    user::COMMANDS,
    guestd::COMMANDS,
    account::COMMANDS,
    power::COMMANDS,
    machine::COMMANDS,
    cpu::COMMANDS,
    memory::COMMANDS,
    network::COMMANDS,
    fsfreeze::COMMANDS,
    quiesce::COMMANDS,
    file::COMMANDS,
    exec::COMMANDS,
    guestd_exec::COMMANDS,
    guestd_file::COMMANDS,
    disk::COMMANDS,
    filesystem::COMMANDS,
    fstrim::COMMANDS,
];

/// The command of this name.
pub(crate) fn find(name: &str) -> Option<&'static Command> {
    all().find(|command| command.name == name)
}

/// Every command.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    TABLES.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let mut names: Vec<&str> = all().map(|command| command.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    /// Those outside the group info that leave no line in the log, each with the reason.
    const UNAUDITED: &[(&str, &str)] = &[
        ("guest-ssh-get-authorized-keys", "reads"),
        ("guest-exec-status", "reads"),
        ("guest-fsfreeze-status", "reads"),
        ("guest-file-read", "the file was named when it was opened"),
        ("guest-file-write", "the file was named when it was opened"),
        ("guest-file-seek", "the file was named when it was opened"),
        ("guest-file-flush", "the file was named when it was opened"),
        ("guestd-exec-read", "reads"),
        ("guestd-exec-write", "the program was named when it was started"),
        ("guestd-file-get", "reads"),
    ];

    #[test]
    fn what_changes_the_guest_leaves_a_line_in_the_log() {
        let mut quiet: Vec<&str> = all()
            .filter(|command| command.group != Group::Info && !command.audited)
            .map(|command| command.name)
            .collect();
        let mut stated: Vec<&str> = UNAUDITED.iter().map(|(name, _)| *name).collect();
        quiet.sort_unstable();
        stated.sort_unstable();
        assert_eq!(quiet, stated);
    }
}
