//! The settings that the agent runs with: checked, complete, every default stated here
//! and nowhere else. Both front ends, guestd's TOML files and qemu-ga's options, end in
//! [`Settings`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::policy::{Group, Policy};

/// Where QEMU and libvirt put the port of the guest agent.
pub const VIRTIO_PORT: &str = "/dev/virtio-ports/org.qemu.guest_agent.0";

/// Where guestctl inside the guest finds the agent.
pub const LOCAL_SOCKET: &str = "/run/guestd/guestd.sock";

/// Where the state lies, in memory, unless configured.
const STATE_DIR: &str = "/run/guestd";

/// The file of the metrics, in the state directory unless configured.
pub(crate) const METRICS: &str = "metrics.prom";

/// Whose members may ask for information there.
const LOCAL_GROUP: &str = "guestd";

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything the agent runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where hosts are heard; at least one.
    pub channels: Vec<Channel>,
    /// What outside input may cost.
    pub limits: Limits,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// Freezing of filesystems.
    pub freeze: Freeze,
    /// Announcing the address of the BMC.
    pub bmc: Bmc,
    /// What is logged, and where to.
    pub log: Log,
    /// The file that gets the metrics; none for no file.
    pub metrics: Option<PathBuf>,
    /// Holds the handle counter and the frozen flag. Should not survive a reboot.
    pub state_dir: PathBuf,
    /// The version that `guest-info` tells.
    pub advertise_version: String,
    /// Answer systemd's watchdog where the unit asks for one (`WatchdogSec=`).
    pub watchdog: bool,
}

impl Default for Settings {
    /// What runs without any configuration: the standard virtio port with
    /// [`Group::DEFAULT`], and a socket for root of this guest with everything.
    fn default() -> Self {
        Self {
            channels: vec![Channel::virtio(VIRTIO_PORT), Channel::local()],
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            freeze: Freeze::default(),
            bmc: Bmc::default(),
            log: Log::default(),
            metrics: Some(Path::new(STATE_DIR).join(METRICS)),
            state_dir: PathBuf::from(STATE_DIR),
            advertise_version: VERSION.to_owned(),
            watchdog: true,
        }
    }
}

/// One place where hosts are heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name in the log and in `guestd-status`.
    pub name: String,
    /// What it is and where.
    pub kind: ChannelKind,
    /// What may be asked for on it.
    pub policy: Policy,
    /// Wait for a device or socket that is not there yet, or goes away. Without it such a
    /// channel is an error that ends the agent, as qemu-ga does without `-r`.
    pub wait: bool,
}

impl Channel {
    /// A virtio port with the default groups.
    pub fn virtio(path: impl Into<PathBuf>) -> Self {
        Self {
            name: "virtio-serial".to_owned(),
            kind: ChannelKind::VirtioSerial { path: path.into() },
            policy: Policy::of_groups(Group::DEFAULT, [], []),
            wait: true,
        }
    }

    /// A Unix socket that only root may open, with everything.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self {
            name: "unix".to_owned(),
            kind: ChannelKind::Unix(UnixSocket {
                path: path.into(),
                mode: Some(0o600),
                allowed_uids: Some(vec![0]),
                group: None,
                max_clients: MAX_CLIENTS,
            }),
            policy: Policy::of_groups(Group::ALL, [], []),
            wait: true,
        }
    }

    /// The socket for this guest itself: as [`Channel::unix`], and the members of a group may
    /// ask for information.
    fn local() -> Self {
        let mut channel = Self::unix(LOCAL_SOCKET);
        if let ChannelKind::Unix(socket) = &mut channel.kind {
            socket.group = Some(LOCAL_GROUP.to_owned());
        }
        channel
    }
}

/// Clients of one socket at a time, unless configured; the next one waits.
pub const MAX_CLIENTS: usize = 16;

/// What a channel is and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    /// A port of a virtio-serial device.
    VirtioSerial {
        /// The port's device.
        path: PathBuf,
    },
    /// A serial line.
    IsaSerial {
        /// The terminal's device.
        path: PathBuf,
    },
    /// A Unix socket to listen on.
    Unix(UnixSocket),
    /// A vsock port to listen on.
    Vsock(VsockPort),
    /// A listening socket, Unix or vsock, that systemd passed on as descriptor 3
    /// (`sd_listen_fds(3)`).
    Inherited {
        /// Clients at a time; the next one waits.
        max_clients: usize,
    },
}

/// A Unix socket to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixSocket {
    /// Its path. A socket there that nobody listens on any more is replaced; anything else
    /// is an error. The file stays behind at the end.
    pub path: PathBuf,
    /// Permission bits of its file; `None` leaves them to the umask, as qemu-ga does.
    pub mode: Option<u32>,
    /// Users whose processes may talk (`SO_PEERCRED`); `None` is everybody who can open it.
    pub allowed_uids: Option<Vec<u32>>,
    /// The group of its file, whose members can open it too. Who can open it and is not among
    /// `allowed_uids` may then ask for information only, instead of being sent away. Where the
    /// group does not exist, everything is as without it.
    pub group: Option<String>,
    /// Clients at a time; the next one waits.
    pub max_clients: usize,
}

/// A vsock port to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VsockPort {
    /// The local CID; `u32::MAX` (`VMADDR_CID_ANY`, vsock(7)) is every one.
    pub cid: u32,
    /// The port.
    pub port: u32,
    /// CIDs that may talk; `None` is every one. The host is 2 (vsock(7)).
    pub allowed_cids: Option<Vec<u32>>,
    /// Clients at a time; the next one waits.
    pub max_clients: usize,
}

/// What outside input may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one request.
    pub message_bytes: usize,
    /// JSON tokens of one request.
    pub tokens: usize,
    /// Nesting of one request's objects and arrays.
    pub nesting: usize,
    /// Requests of one channel read ahead while an earlier one runs.
    pub queued_requests: usize,
    /// Files open by `guest-file-open`, on all channels together.
    pub open_files: usize,
    /// Running processes of `guest-exec`, on all channels together.
    pub processes: usize,
    /// Bytes captured of each output stream of a process; the rest is read and dropped.
    pub captured_bytes: usize,
    /// Bytes of captured output and of input that is not read yet, of all processes
    /// together. If they do not suffice, the oldest ended process goes.
    pub captured_total_bytes: usize,
    /// Ended processes whose status nobody has asked for yet; the oldest one goes first.
    pub kept_processes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 16 << 20,
            tokens: 256 << 10,
            nesting: 1024,
            queued_requests: 64,
            open_files: 1024,
            processes: 256,
            captured_bytes: 16 << 20,
            captured_total_bytes: 64 << 20,
            kept_processes: 256,
        }
    }
}

/// How long things may take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeouts {
    /// A process of `guest-exec`, which has no timeout of its own; `None` is for ever, as
    /// with qemu-ga.
    pub exec: Option<Duration>,
}

/// Freezing of filesystems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Whose hooks are run, and what they may cost.
    pub hooks: hooks::Settings,
    /// The unit in which they run; without one they are children of the agent. Of the command
    /// line (`--hooks-socket`), because it has to fit the service's sandbox.
    pub hooks_unit: Option<HooksUnit>,
    /// How long a freeze may stand until the guest thaws by itself; `None` is for ever.
    pub deadline: Option<Duration>,
    /// How long opening all filesystems may take, which hangs below a dead network mount.
    pub open_timeout: Duration,
    /// How long writing out all dirty data may take, before anything is frozen.
    pub sync_timeout: Duration,
    /// How long the kernel may take to freeze one filesystem.
    pub freeze_timeout: Duration,
    /// A filesystem that somebody else has frozen is no error. It may be thawed at any time
    /// by whoever froze it.
    pub accept_frozen: bool,
    /// Filesystems that are left out, by any of their mount points.
    pub exclude: Vec<PathBuf>,
    /// Filesystems that are left out, by their type, such as `xfs`.
    pub exclude_types: Vec<String>,
    /// Filesystems that may stay unfrozen without making the freeze fail, by any of their
    /// mount points.
    pub best_effort: Vec<PathBuf>,
}

impl Default for Freeze {
    fn default() -> Self {
        Self {
            hooks: hooks::Settings::default(),
            hooks_unit: None,
            deadline: Some(Duration::from_secs(300)),
            open_timeout: Duration::from_secs(10),
            sync_timeout: Duration::from_secs(60),
            freeze_timeout: Duration::from_secs(30),
            accept_frozen: false,
            exclude: Vec::new(),
            exclude_types: Vec::new(),
            best_effort: Vec::new(),
        }
    }
}

/// The unit that hooks run in, so that what they need the agent need not be able to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksUnit {
    /// systemd's socket. Each connection starts one (systemd.socket(5), `Accept=yes`).
    pub socket: PathBuf,
    /// The one file that is the agent's configuration, where one was named. The unit has to have
    /// been told the same one.
    pub config: Option<PathBuf>,
}

/// Announcing the address of the BMC to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bmc {
    /// When.
    pub announce: Announce,
    /// The name of the port.
    pub port: String,
    /// Where the address comes from, and which are refused.
    pub plan: bmc::Plan,
    /// A file that gets the address too.
    pub publish_file: Option<PathBuf>,
    /// The key of VMware's guestinfo that gets it too.
    pub guestinfo: Option<String>,
}

impl Bmc {
    /// True where somebody beside the host behind the port gets the address.
    pub(crate) fn publishes(&self) -> bool {
        self.publish_file.is_some() || self.guestinfo.is_some()
    }
}

impl Default for Bmc {
    fn default() -> Self {
        Self {
            announce: Announce::default(),
            port: bmc::DEFAULT_PORT.to_owned(),
            plan: bmc::Plan::default(),
            publish_file: None,
            guestinfo: None,
        }
    }
}

/// When the address is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Announce {
    /// Once per boot, and to a port that comes later or comes again. The port is open, and
    /// the sources are watched, only until then: what else gets the address keeps it.
    #[default]
    Boot,
    /// Also when the address changes and when a host opens its end again, which takes an
    /// open port to notice.
    Change,
    /// Never.
    Off,
}

impl Announce {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boot => "boot",
            Self::Change => "change",
            Self::Off => "off",
        }
    }
}

/// What is logged, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// The least that is logged.
    pub level: Level,
    /// A file to append to; without it stderr.
    pub file: Option<PathBuf>,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Only what failed.
    Error,
    /// Also what looks wrong.
    Warn,
    /// Also what changed the guest, and starts and stops.
    #[default]
    Info,
    /// Also every request.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// Every level, the quietest one first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Settings {
    /// The file that holds the next file handle, in qemu-ga's form.
    pub fn state_file(&self) -> PathBuf {
        self.state_dir.join("qga.state")
    }

    /// The directory of the records of freezes. In memory, so that they can be written at
    /// any time.
    pub fn records(&self) -> PathBuf {
        if self.state_dir.starts_with("/run") || self.state_dir.starts_with("/var/run") {
            Path::new(STATE_DIR).join("quiesce")
        } else {
            self.state_dir.join("quiesce")
        }
    }

    /// The file that is there while filesystems are frozen.
    pub fn frozen_flag(&self) -> PathBuf {
        self.state_dir.join("qga.state.isfrozen")
    }
}

impl ChannelKind {
    /// The device or socket file, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::VirtioSerial { path } | Self::IsaSerial { path } => Some(path),
            Self::Unix(socket) => Some(&socket.path),
            Self::Vsock(_) | Self::Inherited { .. } => None,
        }
    }
}
