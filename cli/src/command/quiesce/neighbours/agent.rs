//! The agents among the processes, what hosts use each of them for, and how they reach it.

use std::fmt;
use std::path::Path;

use introspect::Root;
use serde::Serialize;

use super::Process;
use super::descriptors::{self, Open};
use super::port::{Port, processes};

/// What a host does through each agent, by the name of its process (proc_pid_comm(5)).
const AGENTS: [(&str, &str); 5] = [
    (GUESTD, "hosts of QEMU's agent protocol; freezes"),
    (QEMU_GA, "hosts of QEMU's agent protocol, on a port of its own; freezes"),
    (
        VMTOOLSD,
        "VMware's hosts; freezes for vSphere's quiesced snapshots, and runs guestd's hooks after \
         `guestctl hooks install --for open-vm-tools`",
    ),
    ("VGAuthService", "logins for VMware's guest operations"),
    (HV_VSS, "Hyper-V's backups; freezes, and runs no hooks"),
];
pub(super) const GUESTD: &str = "guestd";
pub(super) const QEMU_GA: &str = "qemu-ga";
pub(super) const VMTOOLSD: &str = "vmtoolsd";
pub(super) const HV_VSS: &str = "hv_vss_daemon";

/// Bytes of a command line that are looked at.
const WORDS: u64 = 4096;

/// A process that is an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Agent {
    #[serde(flatten)]
    pub(super) process: Process,
    /// By which ways it is asked; none where this user may not know. vsock is not among them:
    /// the kernel lists its sockets nowhere in /proc.
    pub(super) channels: Option<Vec<Channel>>,
    /// Who asks it for what.
    pub(super) serves: &'static str,
}

/// A way to an agent, named as in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Channel {
    /// A port of a virtio-serial device: its name, or where it has none its device.
    VirtioSerial { port: String },
    /// A serial line.
    IsaSerial { device: String },
    /// A Unix socket on which it listens.
    Unix { path: String },
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VirtioSerial { port } => port,
            Self::IsaSerial { device } => device,
            Self::Unix { path } => path,
        })
    }
}

/// All of them, in the order of the table.
pub(super) fn find(root: &Root, ports: &[Port]) -> Vec<Agent> {
    let mut found: Vec<(usize, Agent)> = processes(root)
        .into_iter()
        .filter_map(|pid| {
            let name = name(root, pid)?;
            let place = AGENTS.iter().position(|(known, _)| *known == name)?;
            is_agent(&name, &words(root, pid)).then_some(())?;
            let channels = channels(root, pid, ports);
            let agent = Agent { process: Process { name, pid }, channels, serves: AGENTS[place].1 };
            Some((place, agent))
        })
        .collect();
    // Stable, so that those of one name stay in the order of their numbers.
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, agent)| agent).collect()
}

/// The name of a process; of guestd its own where it runs as qemu-ga.
pub(super) fn name(root: &Root, pid: u32) -> Option<String> {
    // A name has 15 bytes at most.
    let comm = root.head(&format!("/proc/{pid}/comm"), 32).ok()?;
    let comm = String::from_utf8_lossy(comm.trim_ascii_end()).into_owned();
    let is_guestd = || {
        let exe = std::fs::read_link(root.join(&format!("/proc/{pid}/exe"))).ok()?;
        Some(exe.file_name()? == Path::new(GUESTD))
    };
    Some(if comm == QEMU_GA && is_guestd() == Some(true) { GUESTD.to_owned() } else { comm })
}

/// The command line.
fn words(root: &Root, pid: u32) -> Vec<String> {
    let line = root.head(&format!("/proc/{pid}/cmdline"), WORDS).unwrap_or_default();
    let words = line.split(|byte| *byte == 0);
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// False for what has the name of an agent and is none: guestd when it runs hooks or checks the
/// configuration, and the part of open-vm-tools that belongs to a desktop session.
fn is_agent(name: &str, words: &[String]) -> bool {
    match name {
        GUESTD => {
            let verb = words.get(1).map_or("", String::as_str);
            !["hooks", "check", "thaw"].contains(&verb)
        }
        VMTOOLSD => !words.windows(2).any(|pair| pair == ["-n", "vmusr"]),
        _ => true,
    }
}

fn channels(root: &Root, pid: u32, ports: &[Port]) -> Option<Vec<Channel>> {
    let open = descriptors::of(root, pid).ok()?;
    let listening = listening(&root.text(&format!("/proc/{pid}/net/unix")).unwrap_or_default());
    let mut channels: Vec<Channel> = open
        .iter()
        .filter_map(|one| match one {
            Open::Path(path) => match ports.iter().find(|port| port.is(path)) {
                Some(port) => Some(Channel::VirtioSerial { port: port.called().to_owned() }),
                None => path
                    .starts_with("/dev/tty")
                    .then(|| Channel::IsaSerial { device: path.clone() }),
            },
            Open::Socket(inode) => {
                let (_, path) = listening.iter().find(|(other, _)| other == inode)?;
                Some(Channel::Unix { path: path.clone() })
            }
        })
        .collect();
    channels.sort_unstable();
    channels.dedup();
    Some(channels)
}

/// The inodes and paths of sockets that listen: `__SO_ACCEPTCON` among the flags of
/// /proc/net/unix (proc_pid_net(5), net/unix/af_unix.c `unix_seq_show`).
fn listening(table: &str) -> Vec<(u64, String)> {
    const ACCEPTCON: u32 = 1 << 16;
    let lines = table.lines().skip(1);
    lines
        .filter_map(|line| {
            let mut fields = line.splitn(7, ' ');
            let flags = u32::from_str_radix(fields.nth(3)?, 16).ok()?;
            (flags & ACCEPTCON != 0).then_some(())?;
            // The inode is padded with spaces, and the path may hold some.
            let (inode, path) = fields.nth(2)?.trim_start().split_once(' ')?;
            Some((inode.parse().ok()?, path.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn agents_are_known_by_the_names_of_their_processes() {
        let tree = Tree::new();
        for (pid, name) in [
            (1, "systemd"),
            (30, "vmtoolsd"),
            (401, "guestd"),
            (400, "guestd"),
            (402, "guestd-guard"),
        ] {
            tree.process(pid, name, &[]);
        }
        let found = find(&tree.root(), &[]);
        let found: Vec<_> = found.iter().map(|one| one.process.to_string()).collect();
        assert_eq!(found, ["guestd (400)", "guestd (401)", "vmtoolsd (30)"]);
    }

    #[test]
    fn what_only_has_the_name_of_an_agent_is_none() {
        let tree = Tree::new();
        for (pid, name, words) in [
            (10, "guestd", "/usr/sbin/guestd\0hooks\0"),
            (11, "guestd", "/usr/sbin/guestd\0run\0"),
            (12, "vmtoolsd", "/usr/bin/vmtoolsd\0-n\0vmusr\0--blockFd\x003\0"),
            (13, "vmtoolsd", "/usr/bin/vmtoolsd\0"),
            (14, "qemu-ga", "qemu-ga\0-t\0/run\0"),
        ] {
            tree.process(pid, name, &[]);
            tree.command_line(pid, words);
        }
        tree.program(14, "/usr/sbin/guestd");
        let found = find(&tree.root(), &[]);
        let found: Vec<_> = found.iter().map(|one| one.process.to_string()).collect();
        assert_eq!(found, ["guestd (11)", "guestd (14)", "vmtoolsd (13)"]);
    }

    #[test]
    fn an_agent_is_reached_by_what_it_holds() {
        let tree = Tree::new();
        tree.port("vport1p2", "org.example.0\n");
        tree.process(9, "qemu-ga", &["/dev/vport1p2", "/dev/ttyS1", "socket:[5]", "socket:[6]"]);
        tree.listening(9, 5, "/run/a b");
        tree.closed_process(10, "qemu-ga");
        let found = find(&tree.root(), &super::super::port::find(&tree.root()));
        assert_eq!(
            found[0].channels.as_deref().unwrap(),
            [
                Channel::VirtioSerial { port: "org.example.0".to_owned() },
                Channel::IsaSerial { device: "/dev/ttyS1".to_owned() },
                Channel::Unix { path: "/run/a b".to_owned() },
            ]
        );
        assert_eq!(found[1].channels, None);
    }

    #[test]
    fn only_sockets_that_listen_and_have_a_name_count() {
        let table = "\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01  7043 /run/systemd/private
0000000000000000: 00000002 00000000 00000000 0002 01    12 /run/systemd/notify
0000000000000000: 00000003 00000000 00000000 0001 03 15423
0000000000000000: 00000002 00000000 00010000 0001 01 1234567 @abstract
short
";
        assert_eq!(
            listening(table),
            [(7043, "/run/systemd/private".to_owned()), (1_234_567, "@abstract".to_owned())]
        );
        assert!(listening("").is_empty());
    }
}
