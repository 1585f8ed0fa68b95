//! What a channel may ask for: groups of commands, and single commands by name.
//!
//! A refusal looks on the wire as qemu-ga's: class `CommandNotFound`, which libvirt takes
//! as "not supported here" instead of as a failure.

use std::collections::BTreeSet;
use std::fmt;

/// Commands that a channel is trusted with together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Tells about the guest; changes nothing.
    Info,
    /// Freezes and thaws filesystems.
    Quiesce,
    /// Shuts down, reboots, suspends.
    Power,
    /// Reads and writes any file as root.
    Files,
    /// Runs any program as root.
    Exec,
    /// Passwords and SSH keys.
    Accounts,
    /// Clock, CPUs, memory, trim.
    Tuning,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 7] = [
        Self::Info,
        Self::Quiesce,
        Self::Power,
        Self::Files,
        Self::Exec,
        Self::Accounts,
        Self::Tuning,
    ];

    /// What a host gets unless the configuration says otherwise: nothing that reads
    /// secrets or runs code.
    pub const DEFAULT: [Self; 3] = [Self::Info, Self::Quiesce, Self::Power];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Quiesce => "quiesce",
            Self::Power => "power",
            Self::Files => "files",
            Self::Exec => "exec",
            Self::Accounts => "accounts",
            Self::Tuning => "tuning",
        }
    }

    /// The group of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Commands without which a host cannot even find out what it may do: a policy by groups
/// allows them unless it blocks them by name.
pub const SESSION: [&str; 4] = ["guest-info", "guest-ping", "guest-sync", "guest-sync-delimited"];

/// What answers while filesystems are frozen, whatever the policy says: a host must always
/// be able to thaw (QEMU `qga/main.c`, `ga_freeze_allowlist`). Those of our own look at
/// memory only, but for `guestd-quiesce-freeze`, which is there to say by whom it is frozen.
pub const WHILE_FROZEN: [&str; 11] = [
    "guest-fsfreeze-status",
    "guest-fsfreeze-thaw",
    "guest-info",
    "guest-ping",
    "guest-sync",
    "guest-sync-delimited",
    "guestd-metrics",
    "guestd-quiesce-freeze",
    "guestd-quiesce-status",
    "guestd-quiesce-thaw",
    "guestd-status",
];

/// What one channel may ask for. A name in `blocked` wins over a name in `allowed`, which
/// wins over the groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    groups: BTreeSet<Group>,
    allowed: BTreeSet<String>,
    blocked: BTreeSet<String>,
    source: Source,
}

/// Whose configuration a policy is from: it names the keys that change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// `groups`, `allow` and `block` of a channel.
    Guestd,
    /// `allow-rpcs` and `block-rpcs` of qemu-ga.
    QemuGa,
}

impl Policy {
    /// Everything.
    pub fn everything() -> Self {
        Self::of_groups(Group::ALL, [], [])
    }

    /// guestd's own way: these groups and [`SESSION`], and single commands added or taken away.
    pub fn of_groups(
        groups: impl IntoIterator<Item = Group>,
        allowed: impl IntoIterator<Item = String>,
        blocked: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            groups: groups.into_iter().collect(),
            allowed: allowed.into_iter().chain(SESSION.map(str::to_owned)).collect(),
            blocked: blocked.into_iter().collect(),
            source: Source::Guestd,
        }
    }

    /// qemu-ga's way: everything, or only `allowed` where that names anything; never `blocked`.
    pub fn of_lists(
        allowed: impl IntoIterator<Item = String>,
        blocked: impl IntoIterator<Item = String>,
    ) -> Self {
        let allowed: BTreeSet<String> = allowed.into_iter().collect();
        let groups = if allowed.is_empty() { Group::ALL.into() } else { BTreeSet::new() };
        Self { groups, allowed, blocked: blocked.into_iter().collect(), source: Source::QemuGa }
    }

    /// The groups it allows.
    pub fn groups(&self) -> impl Iterator<Item = Group> {
        self.groups.iter().copied()
    }

    /// The commands it allows by name, whatever their group.
    pub fn allowed(&self) -> impl Iterator<Item = &str> {
        self.allowed.iter().map(String::as_str)
    }

    /// The commands it blocks by name.
    pub fn blocked(&self) -> impl Iterator<Item = &str> {
        self.blocked.iter().map(String::as_str)
    }

    /// Whether the command may run while nothing is frozen.
    ///
    /// # Errors
    /// The policy refuses it.
    pub fn allows(&self, name: &str, group: Group) -> Result<(), Refusal> {
        let refuse = |reason| Err(Refusal { command: name.to_owned(), reason });
        if self.blocked.contains(name) {
            refuse(Reason::Blocked)
        } else if self.allowed.contains(name) || self.groups.contains(&group) {
            Ok(())
        } else {
            refuse(Reason::Group(group))
        }
    }

    /// What an administrator of the guest can do about a refusal on the channel of that
    /// name: the key to change, or the command to run.
    pub fn advice(&self, channel: &str, refusal: &Refusal) -> String {
        let name = &refusal.command;
        match (refusal.reason, self.source) {
            (Reason::Frozen, _) => "thaw first: guest-fsfreeze-thaw, or `guestd thaw`".to_owned(),
            (Reason::Stranger, _) => {
                format!("to allow it, add the user to `allowed-uids` of [channel.{channel}]")
            }
            (Reason::Blocked, Source::Guestd) => {
                format!("to allow it, take {name:?} out of `block` of [channel.{channel}]")
            }
            (Reason::Group(group), Source::Guestd) => format!(
                "to allow it, add \"{group}\" to `groups` of [channel.{channel}], or {name:?} to its `allow`"
            ),
            (Reason::Blocked, Source::QemuGa) => {
                format!("to allow it, take {name} out of block-rpcs")
            }
            (Reason::Group(_), Source::QemuGa) => {
                format!("to allow it, add {name} to allow-rpcs, which names all that is allowed")
            }
        }
    }

    /// Whether the command may run while filesystems are frozen. No policy takes part:
    /// what is safe then is safe on every channel.
    ///
    /// # Errors
    /// The command could touch a frozen filesystem and hang.
    pub fn allows_while_frozen(name: &str) -> Result<(), Refusal> {
        if WHILE_FROZEN.contains(&name) {
            Ok(())
        } else {
            Err(Refusal { command: name.to_owned(), reason: Reason::Frozen })
        }
    }
}

/// Why a command does not run. Displays as the text for the log; the host is not told
/// which rule of the policy it met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{command} refused: {reason}")]
pub struct Refusal {
    /// The command asked for.
    pub command: String,
    /// The rule that refused it.
    pub reason: Reason,
}

/// The rule that refused a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is blocked by name.
    Blocked,
    /// Neither its group nor its name is allowed.
    Group(Group),
    /// Filesystems are frozen.
    Frozen,
    /// Whoever asks may ask for information only.
    Stranger,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked => f.write_str("blocked by name on this channel"),
            Self::Group(group) => write!(f, "group {group} is not allowed on this channel"),
            Self::Frozen => f.write_str("filesystems are frozen"),
            Self::Stranger => f.write_str("this user may ask for information only"),
        }
    }
}

impl From<Refusal> for protocol::Error {
    /// A command of QEMU's is refused as QEMU 10's agent refuses it, for each of these
    /// reasons. Nobody else has ours, so there the host is told what to do.
    fn from(Refusal { command, reason }: Refusal) -> Self {
        let ours = command.starts_with("guestd-");
        let more = match reason {
            _ if !ours => "",
            Reason::Frozen => "; filesystems are frozen: thaw them first",
            Reason::Blocked | Reason::Group(_) | Reason::Stranger => {
                "; an administrator of the guest can allow it on this channel, and the guest's log names the setting"
            }
        };
        Self::not_found(format!(
            "Command {command} has been disabled: the command is not allowed{more}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_blocked_name_wins_over_an_allowed_one_which_wins_over_groups() {
        let policy = Policy::of_groups(
            Group::DEFAULT,
            names(&["guest-exec", "guest-file-open"]),
            names(&["guest-shutdown", "guest-exec"]),
        );
        assert_eq!(policy.allows("guest-get-load", Group::Info), Ok(()));
        assert_eq!(policy.allows("guest-file-open", Group::Files), Ok(()));
        let refused = |name, group| policy.allows(name, group).unwrap_err().reason;
        assert_eq!(refused("guest-shutdown", Group::Power), Reason::Blocked);
        assert_eq!(refused("guest-exec", Group::Exec), Reason::Blocked);
        assert_eq!(refused("guest-file-read", Group::Files), Reason::Group(Group::Files));
    }

    #[test]
    fn a_host_can_always_find_out_what_it_may_do_unless_blocked_by_name() {
        let policy = Policy::of_groups([], [], names(&["guest-ping"]));
        assert_eq!(policy.allows("guest-info", Group::Info), Ok(()));
        assert!(policy.allows("guest-ping", Group::Info).is_err());
        assert!(policy.allows("guest-get-load", Group::Info).is_err());
    }

    #[test]
    fn an_allow_list_of_qemu_ga_leaves_nothing_else() {
        let policy = Policy::of_lists(names(&["guest-ping"]), []);
        assert_eq!(policy.allows("guest-ping", Group::Info), Ok(()));
        assert!(policy.allows("guest-info", Group::Info).is_err());
        for policy in [Policy::of_lists([], []), Policy::everything()] {
            assert_eq!(policy.allows("guest-exec", Group::Exec), Ok(()));
        }
    }

    #[test]
    fn an_administrator_is_told_the_key_to_change() {
        let advice = |policy: &Policy, name| {
            let refusal = policy.allows(name, Group::Exec).unwrap_err();
            policy.advice("unix", &refusal)
        };
        let groups = Policy::of_groups([Group::Info], [], names(&["guest-exec"]));
        assert_eq!(
            advice(&groups, "guest-exec"),
            "to allow it, take \"guest-exec\" out of `block` of [channel.unix]"
        );
        assert_eq!(
            advice(&groups, "guestd-exec"),
            "to allow it, add \"exec\" to `groups` of [channel.unix], or \"guestd-exec\" to its `allow`"
        );
        let lists = Policy::of_lists(names(&["guest-ping"]), names(&["guest-exec"]));
        assert_eq!(advice(&lists, "guest-exec"), "to allow it, take guest-exec out of block-rpcs");
        assert!(advice(&lists, "guest-exec-status").contains("to allow-rpcs"));
        let frozen = Policy::allows_while_frozen("guest-exec").unwrap_err();
        assert!(lists.advice("unix", &frozen).starts_with("thaw first"));
    }

    #[test]
    fn a_host_is_told_more_about_commands_that_only_guestd_has() {
        let said = |command: &str, reason| {
            let error = protocol::Error::from(Refusal { command: command.to_owned(), reason });
            assert_eq!(error.class, protocol::ErrorClass::CommandNotFound);
            error.desc
        };
        let group = Reason::Group(Group::Exec);
        assert!(said("guest-exec", group).ends_with(": the command is not allowed"));
        assert!(said("guestd-exec", group).contains("an administrator of the guest can allow it"));
        assert!(said("guestd-exec", Reason::Frozen).ends_with("thaw them first"));
    }

    #[test]
    fn frozen_leaves_the_way_back_and_nothing_that_could_hang() {
        assert_eq!(Policy::allows_while_frozen("guest-fsfreeze-thaw"), Ok(()));
        let refusal = Policy::allows_while_frozen("guest-get-fsinfo").unwrap_err();
        assert_eq!(refusal.to_string(), "guest-get-fsinfo refused: filesystems are frozen");
        let error = protocol::Error::from(refusal);
        assert_eq!(error.class, protocol::ErrorClass::CommandNotFound);
        assert_eq!(
            error.desc,
            "Command guest-get-fsinfo has been disabled: the command is not allowed"
        );
    }

    #[test]
    fn names_of_groups_read_back() {
        for group in Group::ALL {
            assert_eq!(Group::from_name(group.name()), Some(group));
        }
        assert_eq!(Group::from_name("Info"), None);
    }
}
