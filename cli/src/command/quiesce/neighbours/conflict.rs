//! Where two agents would freeze the same filesystems, or one of them leaves out hooks.

use introspect::Root;
use serde::Serialize;

use super::Process;
use super::agent::{Agent, Channel, GUESTD, HV_VSS, QEMU_GA, VMTOOLSD};
use crate::command::hooks::open_vm_tools_runs_them;

/// Two agents in each other's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Conflict {
    kind: Kind,
    agents: [Process; 2],
    /// In words.
    pub(super) what: String,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Both freeze the same filesystems, each when a host's tool of its own asks.
    BothFreeze,
    /// The second one freezes without the hooks of the first.
    HooksNotRun,
}

/// Each agent that freezes, beside guestd.
pub(super) fn find(root: &Root, agents: &[Agent], own_hooks: bool) -> Vec<Conflict> {
    let Some(guestd) = agents.iter().find(|agent| agent.process.name == GUESTD) else {
        return Vec::new();
    };
    let conflicts = agents.iter().filter_map(|other| {
        let (us, them) = (described(guestd), described(other));
        let both = format!(
            "{us} and {them} freeze the same filesystems for different hosts' tools: the freeze of \
             one can fail because of the other's, or be ended by the other's thaw"
        );
        let (kind, what) = match other.process.name.as_str() {
            QEMU_GA => (Kind::BothFreeze, format!("{both}; let one of them run")),
            HV_VSS => {
                let hooks = if own_hooks { ", and it runs none of guestd's hooks" } else { "" };
                (Kind::BothFreeze, format!("{both}{hooks}; let Hyper-V's backups or guestd freeze"))
            }
            VMTOOLSD if own_hooks && open_vm_tools_runs_them(root.path()) == Some(false) => (
                Kind::HooksNotRun,
                format!(
                    "{them} freezes for VMware's snapshots and does not run guestd's hooks; \
                     `guestctl hooks install --for open-vm-tools` has it run them"
                ),
            ),
            _ => return None,
        };
        let agents = [guestd.process.clone(), other.process.clone()];
        Some(Conflict { kind, agents, what })
    });
    conflicts.collect()
}

/// The process, and the ports by which hosts reach it.
fn described(agent: &Agent) -> String {
    let ports: Vec<String> = agent
        .channels
        .iter()
        .flatten()
        .filter(|channel| matches!(channel, Channel::VirtioSerial { .. }))
        .map(Channel::to_string)
        .collect();
    if ports.is_empty() {
        agent.process.to_string()
    } else {
        format!("{} on {}", agent.process, ports.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Neighbours;
    use super::super::tree::Tree;
    use super::*;

    fn found(tree: &Tree, own_hooks: bool) -> Vec<Conflict> {
        Neighbours::find(&tree.root(), own_hooks).conflicts
    }

    fn with(name: &str) -> Tree {
        let tree = Tree::new();
        tree.process(1, "systemd", &[]);
        tree.process(400, "guestd", &[]);
        tree.process(500, name, &[]);
        tree
    }

    #[test]
    fn two_agents_of_two_ports_are_named_with_them() {
        let tree = Tree::new();
        tree.port("vport1p1", "org.qemu.guest_agent.0\n");
        tree.port("vport1p2", "org.qemu.guest_agent.1\n");
        tree.process(400, "guestd", &["/dev/vport1p1"]);
        tree.process(500, "qemu-ga", &["/dev/vport1p2"]);
        let found = found(&tree, false);
        assert_eq!((found.len(), found[0].kind), (1, Kind::BothFreeze));
        assert_eq!(found[0].agents.each_ref().map(|one| one.pid), [400, 500]);
        let head = "guestd (400) on org.qemu.guest_agent.0 and qemu-ga (500) on \
                    org.qemu.guest_agent.1 freeze the same filesystems";
        assert!(found[0].what.starts_with(head), "{}", found[0].what);
    }

    #[test]
    fn hyper_v_freezes_without_hooks() {
        let tree = with("hv_vss_daemon");
        let told = found(&tree, true);
        assert_eq!((told.len(), told[0].kind), (1, Kind::BothFreeze));
        assert!(told[0].what.contains("none of guestd's hooks"), "{}", told[0].what);
        assert!(!found(&tree, false)[0].what.contains("hooks"));
    }

    #[test]
    fn open_vm_tools_is_fine_once_it_runs_our_hooks() {
        let tree = with("vmtoolsd");
        assert!(found(&tree, false).is_empty());
        let told = found(&tree, true);
        assert_eq!((told.len(), told[0].kind), (1, Kind::HooksNotRun));
        let shim = "/etc/vmware-tools/backupScripts.d/50-guestd";
        tree.file(shim, "#!/bin/sh\nof somebody else\n");
        assert_eq!(found(&tree, true).len(), 1);
        tree.file(shim, &format!("#!/bin/sh\n{}\n", hooks::SHIM_MARK));
        assert!(found(&tree, true).is_empty());
    }

    #[test]
    fn agents_that_do_not_freeze_and_agents_alone_are_fine() {
        assert!(found(&with("VGAuthService"), true).is_empty());
        assert!(found(&with("guestd"), true).is_empty());
        let tree = Tree::new();
        tree.process(500, "qemu-ga", &[]);
        tree.process(501, "hv_vss_daemon", &[]);
        assert!(found(&tree, true).is_empty());
    }
}
