//! What qemu-ga's key file and options say, and the settings that follow from it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use super::key_file::{KeyFile, KeyFileError};
use super::options::{Given, Name};
use crate::config::Settings;
use crate::config::settings::{
    Announce, Bmc, Channel, ChannelKind, Freeze, Level, Limits, Log, MAX_CLIENTS, Timeouts,
    UnixSocket, VERSION, VIRTIO_PORT, VsockPort,
};
use crate::policy::Policy;

/// Debian's paths, compiled into its qemu-ga.
pub(super) const CONFIG_FILE: &str = "/etc/qemu/qemu-ga.conf";
pub(super) const HOOK: &str = "/etc/qemu/fsfreeze-hook";
pub(super) const STATE_DIR: &str = "/var/run";
pub(super) const PID_FILE: &str = "/var/run/qemu-ga.pid";
pub(super) const SERIAL_LINE: &str = "/dev/ttyS0";

/// The group of all keys.
const GROUP: &str = "general";

/// What file and options say, options last. A list is in the order in which qemu-ga dumps
/// it: each source reversed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Configuration {
    pub(super) daemon: bool,
    pub(super) method: Option<OsString>,
    pub(super) path: Option<OsString>,
    pub(super) logfile: Option<OsString>,
    pub(super) pidfile: Option<OsString>,
    pub(super) fsfreeze_hook: Option<OsString>,
    pub(super) statedir: Option<OsString>,
    pub(super) verbose: bool,
    pub(super) retry_path: bool,
    pub(super) blocked: Vec<OsString>,
    pub(super) allowed: Vec<OsString>,
    pub(super) advertise_version: Option<OsString>,
}

/// A configuration that cannot run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    /// A listening method has no default path.
    #[error("must specify a path for this channel")]
    NoPath,
    /// A method of no known name.
    #[error(
        "unsupported channel method/type: {0}; known are virtio-serial, isa-serial, unix-listen and vsock-listen"
    )]
    Method(String),
    /// An address of vsock that is not `CID:PORT`.
    #[error("error parsing address '{0}': write <cid>:<port>, two numbers")]
    Address(String),
}

impl Configuration {
    /// What the key file says. Keys and groups of other names are passed over, as qemu-ga
    /// does. The flag tells that the file uses `blacklist`, the name before 7.2.
    pub(super) fn from_key_file(file: &KeyFile) -> Result<(Self, bool), KeyFileError> {
        let text = |key| Ok::<_, KeyFileError>(file.text(GROUP, key)?.map(OsString::from));
        let flag = |key| Ok::<_, KeyFileError>(file.boolean(GROUP, key)?.unwrap_or(false));
        let blacklist = text("blacklist")?;
        let mut read = Self {
            daemon: flag("daemon")?,
            method: text("method")?,
            path: text("path")?,
            logfile: text("logfile")?,
            pidfile: text("pidfile")?,
            fsfreeze_hook: text("fsfreeze-hook")?,
            statedir: text("statedir")?,
            verbose: flag("verbose")?,
            retry_path: flag("retry-path")?,
            blocked: Vec::new(),
            allowed: Vec::new(),
            advertise_version: text("advertise-version")?,
        };
        // Where both names are there, 7.2 takes only the old one and 10 only the new one.
        // What either of them blocked stays blocked.
        add(&mut read.blocked, blacklist.as_deref());
        add(&mut read.blocked, text("block-rpcs")?.as_deref());
        add(&mut read.allowed, text("allow-rpcs")?.as_deref());
        Ok((read, blacklist.is_some()))
    }

    /// Takes one option over. Those that are no settings change nothing.
    pub(super) fn apply(&mut self, Given { name, argument }: Given) {
        match name {
            Name::Daemonize => self.daemon = true,
            Name::Verbose => self.verbose = true,
            Name::RetryPath => self.retry_path = true,
            Name::Method => self.method = argument,
            Name::Path => self.path = argument,
            Name::Logfile => self.logfile = argument,
            Name::Pidfile => self.pidfile = argument,
            Name::Statedir => self.statedir = argument,
            Name::FsfreezeHook => {
                self.fsfreeze_hook = Some(argument.unwrap_or_else(|| HOOK.into()));
            }
            Name::BlockRpcs => add(&mut self.blocked, argument.as_deref()),
            Name::AllowRpcs => add(&mut self.allowed, argument.as_deref()),
            Name::AdvertiseVersion => self.advertise_version = argument,
            Name::Help | Name::Version | Name::Config | Name::DumpConf => {}
        }
    }

    /// Fills in what is not said. A socket from systemd needs no path.
    pub(super) fn complete(&mut self, activated: bool) -> Result<(), Unusable> {
        let method = self.method.get_or_insert_with(|| "virtio-serial".into());
        if self.path.is_none() && !activated {
            self.path = match method.as_bytes() {
                b"virtio-serial" => Some(VIRTIO_PORT.into()),
                b"isa-serial" => Some(SERIAL_LINE.into()),
                _ => return Err(Unusable::NoPath),
            };
        }
        self.pidfile.get_or_insert_with(|| PID_FILE.into());
        self.statedir.get_or_insert_with(|| STATE_DIR.into());
        Ok(())
    }

    /// The version that it advertises.
    pub(super) fn version(&self) -> String {
        self.advertise_version
            .as_deref()
            .map_or_else(|| VERSION.to_owned(), |version| version.to_string_lossy().into_owned())
    }

    /// The settings; `activated` says that systemd has passed a socket, which then takes
    /// the place of method and path.
    pub(super) fn settings(&self, activated: bool) -> Result<Settings, Unusable> {
        let kind = if activated {
            ChannelKind::Inherited { max_clients: MAX_CLIENTS }
        } else {
            self.kind()?
        };
        let names = |list: &[OsString]| -> Vec<String> {
            list.iter().map(|name| name.to_string_lossy().into_owned()).collect()
        };
        let channel = Channel {
            name: self.method.as_deref().unwrap_or_default().to_string_lossy().into_owned(),
            kind,
            policy: Policy::of_lists(names(&self.allowed), names(&self.blocked)),
            wait: self.retry_path,
        };
        Ok(Settings {
            channels: vec![channel],
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            freeze: Freeze { hooks: hooks(self.fsfreeze_hook.clone()), ..Freeze::default() },
            // qemu-ga knows no BMC.
            bmc: Bmc { announce: Announce::Off, ..Bmc::default() },
            log: Log {
                level: if self.verbose { Level::Debug } else { Level::Info },
                file: self.logfile.clone().map(PathBuf::from),
            },
            // Nor metrics.
            metrics: None,
            state_dir: self.statedir.clone().unwrap_or_else(|| STATE_DIR.into()).into(),
            advertise_version: self.version(),
            watchdog: true,
        })
    }

    fn kind(&self) -> Result<ChannelKind, Unusable> {
        let path = self.path.clone().ok_or(Unusable::NoPath)?;
        match self.method.as_deref().unwrap_or_default().as_bytes() {
            b"virtio-serial" => Ok(ChannelKind::VirtioSerial { path: path.into() }),
            b"isa-serial" => Ok(ChannelKind::IsaSerial { path: path.into() }),
            b"unix-listen" => Ok(ChannelKind::Unix(UnixSocket {
                path: path.into(),
                mode: None,
                allowed_uids: None,
                group: None,
                max_clients: MAX_CLIENTS,
            })),
            b"vsock-listen" => {
                let (cid, port) = address(&path)?;
                Ok(ChannelKind::Vsock(VsockPort {
                    cid,
                    port,
                    allowed_cids: None,
                    max_clients: MAX_CLIENTS,
                }))
            }
            other => Err(Unusable::Method(String::from_utf8_lossy(other).into_owned())),
        }
    }
}

/// Adds a comma list in front-to-back reversed order, empty names included: that is what
/// qemu-ga's `-D` shows. An empty text is an empty list.
fn add(list: &mut Vec<OsString>, text: Option<&OsStr>) {
    let text = text.unwrap_or_default().as_bytes();
    if !text.is_empty() {
        let names = text.split(|&byte| byte == b',').rev();
        list.extend(names.map(|name| OsString::from_vec(name.to_vec())));
    }
}

/// `CID:PORT`, both decimal. All bits set are any CID (vsock(7)).
fn address(text: &OsStr) -> Result<(u32, u32), Unusable> {
    let wrong = || Unusable::Address(text.to_string_lossy().into_owned());
    let (cid, port) = text.to_str().and_then(|text| text.split_once(':')).ok_or_else(wrong)?;
    let number = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| plain).ok_or_else(wrong)
    };
    Ok((number(cid)?, number(port)?))
}

/// guestd's own hooks, and qemu-ga's where it is asked for. That often runs many others, and
/// gets the time for it.
fn hooks(one: Option<OsString>) -> hooks::Settings {
    let mut settings = hooks::Settings::default();
    if let Some(one) = one {
        settings.dialects.insert(hooks::Dialect::QemuGa);
        settings.qemu_ga_hook = Some(one.into());
        settings.timeout = settings.phase_timeout;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Group;

    fn with(file: &str, options: &[(Name, &str)]) -> Configuration {
        let file = KeyFile::parse(file.as_bytes()).unwrap();
        let mut read = Configuration::from_key_file(&file).unwrap().0;
        for (name, argument) in options {
            read.apply(Given { name: *name, argument: Some(argument.into()) });
        }
        read
    }

    #[test]
    fn options_win_over_the_file_and_lists_come_together() {
        let read = with(
            "[general]\nmethod=isa-serial\npath=/a\nblock-rpcs=x,y\nblacklist=old\n",
            &[(Name::Path, "/b"), (Name::BlockRpcs, "p,q"), (Name::BlockRpcs, "")],
        );
        assert_eq!(read.path.as_deref(), Some(OsStr::new("/b")));
        assert_eq!(read.method.as_deref(), Some(OsStr::new("isa-serial")));
        assert_eq!(read.blocked, ["old", "y", "x", "q", "p"]);
    }

    #[test]
    fn what_is_not_said_is_what_debian_compiled_in() {
        let mut read = with("", &[]);
        read.complete(false).unwrap();
        let settings = read.settings(false).unwrap();
        let [channel] = &settings.channels[..] else { panic!("{settings:?}") };
        assert_eq!(channel.kind, ChannelKind::VirtioSerial { path: VIRTIO_PORT.into() });
        assert_eq!(channel.policy, Policy::of_lists([], []));
        assert!(!channel.wait);
        assert_eq!(settings.state_dir, PathBuf::from("/var/run"));
        assert_eq!(settings.freeze.hooks.qemu_ga_hook, None);
        assert_eq!(settings.advertise_version, VERSION);
    }

    #[test]
    fn a_name_with_a_semicolon_stays_one_name() {
        let mut read = with("[general]\nallow-rpcs=guest-ping;guest-info\n", &[]);
        read.complete(false).unwrap();
        let policy = &read.settings(false).unwrap().channels[0].policy;
        assert!(policy.allows("guest-ping", Group::Info).is_err());
    }

    #[test]
    fn listening_needs_a_path_unless_systemd_listens() {
        let mut read = with("", &[(Name::Method, "unix-listen")]);
        assert_eq!(read.complete(false), Err(Unusable::NoPath));
        let kind = &read.settings(true).unwrap().channels[0].kind;
        assert_eq!(*kind, ChannelKind::Inherited { max_clients: MAX_CLIENTS });
    }

    #[test]
    fn addresses_of_vsock_are_two_decimal_numbers() {
        let kind = |path| with("", &[(Name::Method, "vsock-listen"), (Name::Path, path)]).kind();
        assert!(matches!(
            kind("4294967295:1234"),
            Ok(ChannelKind::Vsock(VsockPort { cid: u32::MAX, port: 1234, .. }))
        ));
        for wrong in
            ["", ":", "1:", ":1", "1", "1:2:3", "0x1:2", "-1:2", "+1:2", "1 :2", "4294967296:1"]
        {
            assert_eq!(kind(wrong), Err(Unusable::Address(wrong.to_owned())), "{wrong}");
        }
    }
}
