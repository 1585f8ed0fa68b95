//! The ports of virtio-serial devices, and which process holds each. The kernel lets one open a
//! port at a time (drivers/char/virtio_console.c, `port_fops_open`); its children inherit it.

use introspect::Root;
use serde::Serialize;

use super::Process;
use super::descriptors::{self, Open};

/// Where the kernel lists ports, by the names of their devices.
const CLASS: &str = "/sys/class/virtio-ports";
/// Bytes of a port's name that are shown.
const NAME: u64 = 256;

/// A port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Port {
    /// What the host calls it, as in /dev/virtio-ports; some have no name.
    pub(super) name: Option<String>,
    /// Its device.
    pub(super) device: String,
    /// Processes that have it open, as far as they are seen.
    pub(super) holders: Vec<Process>,
}

impl Port {
    /// True if a process is seen to have it open.
    pub(super) fn is_held(&self) -> bool {
        !self.holders.is_empty()
    }

    /// True if a link in /proc/PID/fd is this port. Of a process in a container the kernel writes
    /// the path from where its /dev is mounted.
    pub(super) fn is(&self, link: &str) -> bool {
        self.device == link || self.device.strip_prefix("/dev") == Some(link)
    }

    /// What to call it.
    pub(super) fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.device)
    }
}

/// All of them, by device; nobody has been looked for yet.
pub(super) fn find(root: &Root) -> Vec<Port> {
    let name = |device: &String| {
        let name = root.head(&format!("{CLASS}/{device}/name"), NAME).ok()?;
        let name = String::from_utf8_lossy(&name).trim_end().to_owned();
        // What the kernel prints of a port that the host gave no name.
        (!name.is_empty() && name != "(null)").then_some(name)
    };
    let devices = root.names(CLASS).into_iter();
    devices
        .map(|device| Port {
            name: name(&device),
            device: format!("/dev/{device}"),
            holders: Vec::new(),
        })
        .collect()
}

/// Notes who holds them; true if all processes could be looked into.
pub(super) fn look_for_holders(root: &Root, ports: &mut [Port]) -> bool {
    // Of process 1, which is always there and always root's: where /proc hides the processes of
    // others (`hidepid=`), there is no error to see.
    let mut all_seen = !root.names("/proc/1/fd").is_empty();
    if ports.is_empty() {
        return all_seen;
    }
    for pid in processes(root) {
        let Ok(open) = descriptors::of(root, pid) else {
            all_seen = false;
            continue;
        };
        for port in ports.iter_mut() {
            if open.iter().any(|one| matches!(one, Open::Path(path) if port.is(path))) {
                let name = super::agent::name(root, pid).unwrap_or_default();
                port.holders.push(Process { name, pid });
            }
        }
    }
    all_seen
}

/// The numbers of all processes, in order.
pub(super) fn processes(root: &Root) -> Vec<u32> {
    let names = root.names("/proc").into_iter();
    let mut pids: Vec<u32> = names.filter_map(|name| name.parse().ok()).collect();
    pids.sort_unstable();
    pids
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn each_port_has_its_holders() {
        let tree = Tree::new();
        tree.port("vport1p1", "org.qemu.guest_agent.0\n");
        tree.port("vport1p2", "com.redhat.spice.0\n");
        tree.port("vport2p0", "(null)\n");
        tree.process(1, "systemd", &["/dev/vport1p10"]);
        tree.process(400, "guestd", &["/dev/vport1p1"]);
        tree.process(31, "spice-vdagentd", &["/vport1p2", "/home/x/vport1p1"]);
        let mut ports = find(&tree.root());
        assert!(look_for_holders(&tree.root(), &mut ports));
        let told: Vec<_> = ports
            .iter()
            .map(|port| (port.called(), port.holders.first().map(|one| (&*one.name, one.pid))))
            .collect();
        assert_eq!(
            told,
            [
                ("org.qemu.guest_agent.0", Some(("guestd", 400))),
                ("com.redhat.spice.0", Some(("spice-vdagentd", 31))),
                ("/dev/vport2p0", None),
            ]
        );
    }

    #[test]
    fn what_cannot_be_looked_into_is_said() {
        let tree = Tree::new();
        tree.port("vport1p1", "org.qemu.guest_agent.0\n");
        tree.process(1, "systemd", &[]);
        let mut ports = find(&tree.root());
        assert!(look_for_holders(&tree.root(), &mut ports) && !ports[0].is_held());
        tree.closed_process(500, "qemu-ga");
        assert!(!look_for_holders(&tree.root(), &mut ports));
        // Processes of others are hidden.
        let tree = Tree::new();
        tree.process(900, "bash", &[]);
        assert!(!look_for_holders(&tree.root(), &mut ports));
    }
}
