//! From what the files say to what the agent runs with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use hooks::{Configured, Seconds};

use super::fragment::{self, Count, Fragment, GroupName, Kind, Mode};
use super::settings::{
    Bmc, Channel, ChannelKind, Freeze, Limits, Log, MAX_CLIENTS, METRICS, Settings, Timeouts,
    UnixSocket, VsockPort,
};
use crate::announce::check_key;
use crate::command;
use crate::policy::{Group, Policy};

/// What is wrong, with the key that it is about.
type Wrong = (String, String);

/// The settings; a key that no file has keeps its default.
///
/// # Errors
/// What does not go together, such as a channel without a path.
pub(super) fn settings(fragment: Fragment) -> Result<Settings, Wrong> {
    let default = Settings::default();
    let Fragment { state_dir, advertise_version, watchdog, channel, .. } = fragment;
    if state_dir.as_ref().is_some_and(|dir| !dir.is_absolute()) {
        return Err(("state-dir".to_owned(), "state-dir has to be an absolute path".to_owned()));
    }
    let metrics = match fragment.metrics.file {
        Some(file) if file.as_os_str().is_empty() => None,
        Some(file) if !file.is_absolute() => {
            let what = "metrics.file has to be an absolute path, or \"\" for none";
            return Err(("metrics.file".to_owned(), what.to_owned()));
        }
        Some(file) => Some(file),
        None => Some(state_dir.as_ref().unwrap_or(&default.state_dir).join(METRICS)),
    };
    Ok(Settings {
        channels: channels(&default.channels, channel)?,
        limits: limits(&default.limits, &fragment.limits),
        timeouts: Timeouts { exec: fragment.timeouts.exec.map_or(default.timeouts.exec, limited) },
        freeze: freeze(default.freeze, fragment.quiesce)?,
        bmc: bmc(default.bmc, fragment.bmc)?,
        log: Log {
            level: fragment.log.level.map_or(default.log.level, |level| level.0),
            file: fragment.log.file.or(default.log.file),
        },
        metrics,
        state_dir: state_dir.unwrap_or(default.state_dir),
        advertise_version: advertise_version.unwrap_or(default.advertise_version),
        watchdog: watchdog.unwrap_or(default.watchdog),
    })
}

/// A time, or none where it is 0.
fn limited(seconds: Seconds) -> Option<Duration> {
    (!seconds.0.is_zero()).then_some(seconds.0)
}

fn limits(default: &Limits, said: &fragment::Limits) -> Limits {
    let or = |said: Option<Count>, default: usize| said.map_or(default, |count| count.0);
    Limits {
        message_bytes: or(said.message_bytes, default.message_bytes),
        tokens: or(said.tokens, default.tokens),
        nesting: or(said.nesting, default.nesting),
        queued_requests: or(said.queued_requests, default.queued_requests),
        open_files: or(said.open_files, default.open_files),
        processes: or(said.processes, default.processes),
        captured_bytes: or(said.captured_bytes, default.captured_bytes),
        captured_total_bytes: or(said.captured_total_bytes, default.captured_total_bytes),
        kept_processes: or(said.kept_processes, default.kept_processes),
    }
}

fn freeze(default: Freeze, said: fragment::Quiesce) -> Result<Freeze, Wrong> {
    let time = |key: &str, said: Option<Seconds>, default: Duration| match said {
        Some(Seconds(Duration::ZERO)) => Err((
            format!("quiesce.{key}"),
            format!("quiesce.{key} has to be more than 0: a freeze that waits for ever is none"),
        )),
        Some(Seconds(time)) => Ok(time),
        None => Ok(default),
    };
    let points = |key: &str, points: Option<Vec<PathBuf>>| match points {
        Some(points) if points.iter().any(|point| !point.is_absolute()) => Err((
            format!("quiesce.{key}"),
            format!("quiesce.{key} takes mount points, which are absolute paths"),
        )),
        points => Ok(points.unwrap_or_default()),
    };
    let hooks = Configured {
        qemu_ga_hook: said.qemu_ga_hook,
        dialects: said.dialects,
        hook_timeout: said.hook_timeout,
        hooks_timeout: said.hooks_timeout,
        script_argument: said.script_argument,
        hook: said.hook,
    };
    Ok(Freeze {
        hooks: hooks.settings()?,
        hooks_unit: None,
        deadline: said.deadline.map_or(default.deadline, limited),
        open_timeout: time("open-timeout", said.open_timeout, default.open_timeout)?,
        sync_timeout: time("sync-timeout", said.sync_timeout, default.sync_timeout)?,
        freeze_timeout: time("freeze-timeout", said.freeze_timeout, default.freeze_timeout)?,
        accept_frozen: said.accept_frozen.unwrap_or(default.accept_frozen),
        exclude: points("exclude", said.exclude)?,
        exclude_types: said.exclude_types.unwrap_or(default.exclude_types),
        best_effort: points("best-effort", said.best_effort)?,
    })
}

fn bmc(default: Bmc, said: fragment::Bmc) -> Result<Bmc, Wrong> {
    let wrong = |key: &str, what: String| (format!("bmc.{key}"), format!("bmc.{key}: {what}"));
    let port = said.port.unwrap_or(default.port);
    bmc::check_name(&port).map_err(|what| wrong("port", format!("{port:?} {what}")))?;
    let network = said.network.map(|text| {
        text.parse::<bmc::Network>().map_err(|what| wrong("network", format!("{text:?} {what}")))
    });
    let network = network.transpose()?;
    if let Some(text) = &said.address {
        let judged = text.parse::<bmc::Address>().and_then(|address| address.within(network));
        judged.map_err(|what| wrong("address", format!("{text:?} {what}")))?;
    }
    let sources = said.sources.unwrap_or(default.plan.sources);
    if sources.contains(&bmc::Source::Config) {
        let what = "config is bmc.address, which always comes first; leave it out";
        return Err(wrong("sources", what.to_owned()));
    }
    let command = said.command.unwrap_or(default.plan.command);
    if command.first().is_some_and(|program| !program.starts_with('/')) {
        return Err(wrong("command", "the program has to be an absolute path".to_owned()));
    }
    let publish_file = said.publish_file.or(default.publish_file);
    if publish_file.as_ref().is_some_and(|file| !file.is_absolute()) {
        return Err(wrong("publish-file", "has to be an absolute path".to_owned()));
    }
    let guestinfo = said.guestinfo.or(default.guestinfo);
    if let Some(key) = &guestinfo {
        check_key(key).map_err(|what| wrong("guestinfo", format!("{key:?} {what}")))?;
    }
    Ok(Bmc {
        announce: said.announce.unwrap_or(default.announce),
        port,
        plan: bmc::Plan { address: said.address, sources, network, command },
        publish_file,
        guestinfo,
    })
}

/// The default channels, changed by what is said of them, then the others by their names.
fn channels(
    default: &[Channel],
    mut said: BTreeMap<String, fragment::Channel>,
) -> Result<Vec<Channel>, Wrong> {
    let mut channels = Vec::new();
    for channel in default {
        let said = said.remove(&channel.name).unwrap_or_default();
        channels.extend(changed(channel.clone(), said)?);
    }
    for (name, said) in said {
        let wrong = |what: &str| (format!("channel.{name}"), format!("channel.{name}: {what}"));
        let kind = said.kind.ok_or_else(|| {
            wrong("a new channel needs a type: virtio-serial, isa-serial, unix or vsock")
        })?;
        let path = || said.path.clone().ok_or_else(|| wrong("a channel of this type needs a path"));
        let kind = match kind {
            Kind::VirtioSerial => ChannelKind::VirtioSerial { path: path()? },
            Kind::IsaSerial => ChannelKind::IsaSerial { path: path()? },
            Kind::Unix => Channel::unix(path()?).kind,
            Kind::Vsock => ChannelKind::Vsock(VsockPort {
                cid: u32::MAX,
                port: said.port.ok_or_else(|| wrong("a vsock channel needs a port"))?,
                // The host (vsock(7)).
                allowed_cids: Some(vec![2]),
                max_clients: MAX_CLIENTS,
            }),
        };
        // The least that a new channel may be trusted with, until it is told.
        let policy = Policy::of_groups(Group::DEFAULT, [], []);
        let channel = Channel { name, kind, policy, wait: true };
        channels.extend(changed(channel, said)?);
    }
    if channels.is_empty() {
        let what = "every channel is disabled, so nobody could be heard";
        return Err(("channel".to_owned(), what.to_owned()));
    }
    Ok(channels)
}

/// A channel with what is said of it; `None` where that is that it is not enabled.
fn changed(channel: Channel, said: fragment::Channel) -> Result<Option<Channel>, Wrong> {
    let Channel { name, kind, policy, wait } = channel;
    let wrong = |what: String| (format!("channel.{name}"), format!("channel.{name}: {what}"));
    if said.kind.is_some_and(|said| said != kind_of(&kind)) {
        let is = kind_of(&kind).name();
        return Err(wrong(format!("it is of type {is}; give one of another type another name")));
    }
    refuse_foreign(&kind, &said).map_err(wrong)?;
    let policy = new_policy(policy, &said).map_err(wrong)?;
    if said.enabled == Some(false) {
        return Ok(None);
    }
    let path = |path: PathBuf| match &said.path {
        Some(said) if !said.is_absolute() => Err(wrong("path has to be absolute".to_owned())),
        Some(said) => Ok(said.clone()),
        None => Ok(path),
    };
    let clients = |default: usize| said.max_clients.map_or(default, |count| count.0);
    let kind = match kind {
        ChannelKind::VirtioSerial { path: own } => ChannelKind::VirtioSerial { path: path(own)? },
        ChannelKind::IsaSerial { path: own } => ChannelKind::IsaSerial { path: path(own)? },
        ChannelKind::Unix(own) => ChannelKind::Unix(UnixSocket {
            path: path(own.path)?,
            mode: said.mode.map(|Mode(mode)| mode).or(own.mode),
            allowed_uids: said.allowed_uids.clone().or(own.allowed_uids),
            group: said.group.clone().or(own.group).filter(|group| !group.is_empty()),
            max_clients: clients(own.max_clients),
        }),
        ChannelKind::Vsock(own) => ChannelKind::Vsock(VsockPort {
            cid: said.cid.unwrap_or(own.cid),
            port: said.port.unwrap_or(own.port),
            allowed_cids: said.allowed_cids.clone().or(own.allowed_cids),
            max_clients: clients(own.max_clients),
        }),
        ChannelKind::Inherited { .. } => {
            return Err(wrong("a socket of systemd takes no settings".to_owned()));
        }
    };
    let wait = said.wait.unwrap_or(wait);
    Ok(Some(Channel { name, kind, policy, wait }))
}

fn kind_of(kind: &ChannelKind) -> Kind {
    match kind {
        ChannelKind::VirtioSerial { .. } => Kind::VirtioSerial,
        ChannelKind::IsaSerial { .. } => Kind::IsaSerial,
        ChannelKind::Unix(_) | ChannelKind::Inherited { .. } => Kind::Unix,
        ChannelKind::Vsock(_) => Kind::Vsock,
    }
}

/// A key that a channel of this type has no use for would be passed over silently.
fn refuse_foreign(kind: &ChannelKind, said: &fragment::Channel) -> Result<(), String> {
    let unix = matches!(kind, ChannelKind::Unix(_));
    let vsock = matches!(kind, ChannelKind::Vsock(_));
    let foreign = [
        ("path", said.path.is_some() && vsock),
        ("mode", said.mode.is_some() && !unix),
        ("allowed-uids", said.allowed_uids.is_some() && !unix),
        ("group", said.group.is_some() && !unix),
        ("cid", said.cid.is_some() && !vsock),
        ("port", said.port.is_some() && !vsock),
        ("allowed-cids", said.allowed_cids.is_some() && !vsock),
        ("max-clients", said.max_clients.is_some() && !unix && !vsock),
    ];
    match foreign.iter().find(|(_, foreign)| *foreign) {
        Some((key, _)) => Err(format!("{key} is not for type {}", kind_of(kind).name())),
        None => Ok(()),
    }
}

fn new_policy(policy: Policy, said: &fragment::Channel) -> Result<Policy, String> {
    if said.groups.is_none() && said.allow.is_none() && said.block.is_none() {
        return Ok(policy);
    }
    let lists = said.allow.iter().chain(&said.block).flatten();
    for name in lists {
        if command::find(name).is_none() {
            return Err(format!("there is no command {name}; guestctl agent info lists all"));
        }
    }
    let groups: Vec<Group> = match &said.groups {
        Some(groups) => groups.iter().map(|GroupName(group)| *group).collect(),
        None => policy.groups().collect(),
    };
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    Ok(Policy::of_groups(groups, list(&said.allow), list(&said.block)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Settings, String> {
        settings(toml::from_str(text).unwrap()).map_err(|(_, what)| what)
    }

    #[test]
    fn channels_are_changed_added_and_disabled_by_name() {
        let settings = of("\
[channel.virtio-serial]
groups = [\"info\", \"exec\"]
block = [\"guest-exec-status\"]
[channel.unix]
enabled = false
[channel.host]
type = \"vsock\"
port = 1024
")
        .unwrap();
        let [virtio, host] = settings.channels.as_slice() else { panic!("{settings:?}") };
        assert!(virtio.policy.allows("guest-exec", Group::Exec).is_ok());
        assert!(virtio.policy.allows("guest-exec-status", Group::Exec).is_err());
        assert!(virtio.policy.allows("guest-shutdown", Group::Power).is_err());
        assert!(host.policy.allows("guest-exec", Group::Exec).is_err());
        let ChannelKind::Vsock(port) = &host.kind else { panic!("{host:?}") };
        assert_eq!((port.port, port.allowed_cids.as_deref()), (1024, Some(&[2][..])));
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        for (text, error) in [
            (
                "[channel.x]\n",
                "channel.x: a new channel needs a type: virtio-serial, isa-serial, unix or vsock",
            ),
            ("[channel.x]\ntype = \"unix\"\n", "channel.x: a channel of this type needs a path"),
            (
                "[channel.unix]\ntype = \"vsock\"\nport = 1\n",
                "channel.unix: it is of type unix; give one of another type another name",
            ),
            ("[channel.unix]\nport = 1\n", "channel.unix: port is not for type unix"),
            (
                "[channel.unix]\nblock = [\"guest-pong\"]\n",
                "channel.unix: there is no command guest-pong; guestctl agent info lists all",
            ),
            (
                "[channel.unix]\nenabled = false\n[channel.virtio-serial]\nenabled = false\n",
                "every channel is disabled, so nobody could be heard",
            ),
            ("[channel.unix]\npath = \"x\"\n", "channel.unix: path has to be absolute"),
            (
                "[quiesce]\nfreeze-timeout = 0\n",
                "quiesce.freeze-timeout has to be more than 0: a freeze that waits for ever is none",
            ),
            (
                "[quiesce]\nexclude = [\"srv\"]\n",
                "quiesce.exclude takes mount points, which are absolute paths",
            ),
            (
                "[bmc]\nport = \"/dev/virtio-ports/x\"\n",
                "bmc.port: \"/dev/virtio-ports/x\" is a path: give the name alone, such as placemat",
            ),
            (
                "[bmc]\naddress = \"10.0.0.1/24\"\n",
                "bmc.address: \"10.0.0.1/24\" has the length of a prefix: give the address without it",
            ),
            (
                "[bmc]\naddress = \"10.0.0.1\"\nnetwork = \"10.0.1.0/24\"\n",
                "bmc.address: \"10.0.0.1\" is outside the network 10.0.1.0/24",
            ),
            (
                "[bmc]\nsources = [\"config\"]\n",
                "bmc.sources: config is bmc.address, which always comes first; leave it out",
            ),
            ("[bmc]\ncommand = [\"bmc\"]\n", "bmc.command: the program has to be an absolute path"),
            ("[bmc]\npublish-file = \"bmc\"\n", "bmc.publish-file: has to be an absolute path"),
            (
                "[bmc]\nguestinfo = \"guestinfo.bmc ipv4\"\n",
                "bmc.guestinfo: \"guestinfo.bmc ipv4\" may have letters, digits, dots, - and _ only",
            ),
            (
                "[metrics]\nfile = \"x.prom\"\n",
                "metrics.file has to be an absolute path, or \"\" for none",
            ),
            ("state-dir = \"x\"\n", "state-dir has to be an absolute path"),
        ] {
            assert_eq!(of(text).unwrap_err(), error);
        }
    }
}
