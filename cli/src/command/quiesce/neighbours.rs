//! The agents that run in this guest, what each of them holds, and where two of them are in each
//! other's way.

mod agent;
mod conflict;
mod descriptors;
mod port;
#[cfg(test)]
mod tree;

use std::io;

use introspect::Root;
use serde::Serialize;

use crate::output::{Cell, Table, Text, Tone};
use agent::{Agent, Channel};
use conflict::Conflict;
use port::Port;

/// A process, as a person and a program look for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Process {
    /// As in proc_pid_comm(5); of guestd always that, under whatever name it runs.
    name: String,
    pid: u32,
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.pid)
    }
}

/// What runs beside the guestd that was asked, itself included.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Neighbours {
    agents: Vec<Agent>,
    /// The ports of virtio-serial devices.
    ports: Vec<Port>,
    /// False where another user's processes could not be looked into: then a port that nobody
    /// is seen to hold may have a holder all the same.
    all_processes_seen: bool,
    conflicts: Vec<Conflict>,
}

impl Neighbours {
    /// Looks below what stands for `/`. `own_hooks` is whether guestd has hooks of its own that
    /// another agent would have to run.
    pub(super) fn find(root: &Root, own_hooks: bool) -> Self {
        let mut ports = port::find(root);
        let all_processes_seen = port::look_for_holders(root, &mut ports);
        let agents = agent::find(root, &ports);
        let conflicts = conflict::find(root, &agents, own_hooks);
        Self { agents, ports, all_processes_seen, conflicts }
    }

    /// True where nothing has to be changed.
    pub(super) fn is_well(&self) -> bool {
        self.conflicts.is_empty()
    }

    /// The tables, and whether they tell all.
    pub(super) fn tables(&self, text: &mut Text<'_>) -> io::Result<()> {
        if !self.agents.is_empty() {
            text.heading("Agents of this guest")?;
            let mut table = Table::new(["process", "number", "reached by", "who asks it"]);
            for Agent { process, channels, serves, .. } in &self.agents {
                let reached = match channels {
                    None => Cell::new(Tone::Dim, "not seen"),
                    Some(channels) => {
                        let all: Vec<String> = channels.iter().map(Channel::to_string).collect();
                        all.join(", ").into()
                    }
                };
                let name = process.name.as_str().into();
                table.row([name, process.pid.to_string().into(), reached, (*serves).into()]);
            }
            text.table(&table)?;
        }
        if !self.ports.is_empty() {
            text.heading("Virtio ports")?;
            let mut table = Table::new(["name", "device", "held by"]);
            for Port { name, device, holders } in &self.ports {
                let held = match holders.as_slice() {
                    [] if self.all_processes_seen => Cell::new(Tone::Dim, "nobody"),
                    [] => Cell::new(Tone::Dim, "not seen"),
                    all => {
                        let all: Vec<String> = all.iter().map(Process::to_string).collect();
                        all.join(", ").into()
                    }
                };
                let name = name.as_deref().unwrap_or_default().into();
                table.row([name, device.as_str().into(), held]);
            }
            text.table(&table)?;
        }
        let unseen = !self.all_processes_seen && self.ports.iter().any(|port| !port.is_held());
        if unseen || self.agents.iter().any(|agent| agent.channels.is_none()) {
            text.line(Tone::Dim, "what processes of other users hold is not seen; root sees all")?;
        }
        Ok(())
    }

    /// What is wrong, each as a line.
    pub(super) fn notes(&self, text: &mut Text<'_>) -> io::Result<()> {
        self.conflicts.iter().try_for_each(|conflict| text.note(&conflict.what))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::tree::Tree;
    use super::*;

    #[test]
    fn a_program_is_told_who_holds_what() {
        let tree = Tree::new();
        tree.port("vport1p1", "org.qemu.guest_agent.0\n");
        tree.process(1, "systemd", &[]);
        tree.process(400, "guestd", &["/dev/vport1p1", "socket:[71]"]);
        tree.listening(400, 71, "/run/guestd/guestd.sock");
        let found = serde_json::to_value(Neighbours::find(&tree.root(), false)).unwrap();
        assert_eq!(
            found,
            json!({
                "agents": [{
                    "name": "guestd",
                    "pid": 400,
                    "channels": [
                        {"type": "virtio-serial", "port": "org.qemu.guest_agent.0"},
                        {"type": "unix", "path": "/run/guestd/guestd.sock"},
                    ],
                    "serves": "hosts of QEMU's agent protocol; freezes",
                }],
                "ports": [{
                    "name": "org.qemu.guest_agent.0",
                    "device": "/dev/vport1p1",
                    "holders": [{"name": "guestd", "pid": 400}],
                }],
                "all-processes-seen": true,
                "conflicts": [],
            })
        );
    }

    #[test]
    fn a_machine_without_proc_has_no_neighbours_and_no_certainty() {
        let tree = Tree::new();
        let found = Neighbours::find(&tree.root(), true);
        assert!(found.agents.is_empty() && found.ports.is_empty() && found.is_well());
        assert!(!found.all_processes_seen);
    }
}
