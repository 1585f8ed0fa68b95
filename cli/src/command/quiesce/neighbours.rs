//! The agents that run in this guest, and what hosts use each of them for.

use introspect::Root;
use serde::Serialize;

/// What a host does through each agent, by the name of its process (proc_pid_comm(5)).
const AGENTS: [(&str, &str); 5] = [
    ("guestd", "hosts of QEMU's agent protocol; freezes"),
    ("qemu-ga", "hosts of QEMU's agent protocol, on a port of its own; freezes"),
    (
        "vmtoolsd",
        "VMware's hosts; freezes for vSphere's quiesced snapshots, and runs guestd's hooks after \
         `guestctl hooks install --for open-vm-tools`",
    ),
    ("VGAuthService", "logins for VMware's guest operations"),
    ("hv_vss_daemon", "Hyper-V's backups; freezes, and runs no hooks"),
];

/// A process that is an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Neighbour {
    pub(super) name: &'static str,
    pub(super) pid: u32,
    /// Who asks it for what.
    pub(super) serves: &'static str,
}

/// All of them, in the order of the table.
pub(super) fn find(root: &Root) -> Vec<Neighbour> {
    let mut found: Vec<Neighbour> = root
        .names("/proc")
        .iter()
        .filter_map(|name| {
            let pid = name.parse().ok()?;
            // A name has 15 bytes at most.
            let comm = root.head(&format!("/proc/{pid}/comm"), 32).ok()?;
            let (name, serves) =
                AGENTS.into_iter().find(|(name, _)| name.as_bytes() == comm.trim_ascii_end())?;
            Some(Neighbour { name, pid, serves })
        })
        .collect();
    let place = |one: &Neighbour| AGENTS.iter().position(|(name, _)| *name == one.name);
    found.sort_by_key(|one| (place(one), one.pid));
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn agents_are_known_by_the_names_of_their_processes() {
        let dir = tempfile::tempdir().unwrap();
        for (pid, comm) in
            [("1", "systemd"), ("30", "vmtoolsd"), ("400", "guestd"), ("401", "guestd-guard")]
        {
            fs::create_dir_all(dir.path().join("proc").join(pid)).unwrap();
            fs::write(dir.path().join("proc").join(pid).join("comm"), format!("{comm}\n")).unwrap();
        }
        fs::create_dir_all(dir.path().join("proc/sys/comm")).unwrap();
        let found = find(&Root::at(dir.path()));
        let found: Vec<_> = found.iter().map(|one| (one.name, one.pid)).collect();
        assert_eq!(found, [("guestd", 400), ("vmtoolsd", 30)]);
        assert!(find(&Root::at(dir.path().join("none"))).is_empty());
    }
}
