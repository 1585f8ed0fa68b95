//! Containers: what shares this kernel, told apart from the machine below.

use super::facts::{line, printable};
use crate::root::Root;

/// Signs of a container around this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerFacts {
    /// /proc/vz without /proc/bc: inside OpenVZ or Virtuozzo.
    pub openvz: bool,
    /// The kernel's release, where it is one of the Windows Subsystem for Linux.
    pub wsl: Option<String>,
    /// What the container manager wrote for us, and into which file.
    pub manager: Option<(&'static str, String)>,
    /// `container=` of process 1; for root only.
    pub environ: Option<String>,
    /// Podman's /run/.containerenv.
    pub containerenv: bool,
    /// Docker's /.dockerenv.
    pub dockerenv: bool,
    /// A Kubernetes service account lies where every pod has it.
    pub kubernetes: bool,
    /// The kind of control group that process 1 is in.
    pub cgroup: Option<&'static str>,
    /// Linux-VServer: true on its host, false in a guest.
    pub vserver_host: Option<bool>,
}

impl ContainerFacts {
    /// Looks at the few files that container managers leave.
    pub fn read(root: &Root) -> Self {
        let manager = ["/run/host/container-manager", "/run/systemd/container"]
            .into_iter()
            .find_map(|path| Some((path, line(root, path)?)));
        Self {
            openvz: root.exists("/proc/vz") && !root.exists("/proc/bc"),
            wsl: line(root, "/proc/sys/kernel/osrelease")
                .filter(|release| release.contains("Microsoft") || release.contains("WSL")),
            manager,
            environ: environ(root),
            containerenv: root.exists("/run/.containerenv"),
            dockerenv: root.exists("/.dockerenv"),
            kubernetes: root.exists("/run/secrets/kubernetes.io")
                || root.exists("/var/run/secrets/kubernetes.io"),
            cgroup: cgroup(root),
            vserver_host: vserver(root),
        }
    }

    /// The container's kind and the evidence for it, in systemd's order and words, with
    /// `kubernetes` where only that is known. systemd counts WSL among the containers.
    pub fn name(&self) -> Option<(&str, String)> {
        if self.openvz {
            return Some(("openvz", "/proc/vz".to_owned()));
        }
        if let Some(release) = &self.wsl {
            return Some(("wsl", format!("/proc/sys/kernel/osrelease {release}")));
        }
        let told = self.manager.as_ref().map(|(path, name)| (*path, name));
        let told = told.or(self.environ.as_ref().map(|name| ("/proc/1/environ container=", name)));
        // `oci` only says that there is some container; the files know more.
        if let Some((source, name)) = told.filter(|(_, name)| *name != "oci") {
            return Some((known(name), format!("{source} {name}")));
        }
        if self.containerenv {
            return Some(("podman", "/run/.containerenv".to_owned()));
        }
        if self.dockerenv {
            return Some(("docker", "/.dockerenv".to_owned()));
        }
        if let Some(kind) = self.cgroup {
            return Some((kind, "/proc/1/cgroup".to_owned()));
        }
        if self.kubernetes {
            return Some(("kubernetes", "/run/secrets/kubernetes.io".to_owned()));
        }
        told.map(|(source, name)| ("container-other", format!("{source} {name}")))
    }
}

/// The managers that systemd knows by name.
fn known(name: &str) -> &'static str {
    const NAMES: &[&str] = &[
        "systemd-nspawn",
        "lxc-libvirt",
        "lxc",
        "openvz",
        "docker",
        "podman",
        "rkt",
        "wsl",
        "proot",
        "pouch",
    ];
    NAMES.iter().find(|known| **known == name).copied().unwrap_or("container-other")
}

fn environ(root: &Root) -> Option<String> {
    let bytes = root.head("/proc/1/environ", 64 << 10).ok()?;
    let value = bytes.split(|byte| *byte == 0).find_map(|v| v.strip_prefix(b"container="))?;
    printable(value)
}

fn cgroup(root: &Root) -> Option<&'static str> {
    let bytes = root.head("/proc/1/cgroup", 4096).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    [("kubepods", "kubernetes"), ("libpod", "podman"), ("/docker", "docker"), ("/lxc", "lxc")]
        .into_iter()
        .find_map(|(part, name)| text.contains(part).then_some(name))
}

fn vserver(root: &Root) -> Option<bool> {
    let bytes = root.head("/proc/self/status", 4096).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    text.lines().find_map(|line| line.strip_prefix("VxID:")).map(|context| context.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(facts: &ContainerFacts) -> Option<&str> {
        facts.name().map(|(name, _)| name)
    }

    #[test]
    fn process_1_knows_better_than_a_file_left_behind() {
        let mut facts = ContainerFacts { dockerenv: true, ..ContainerFacts::default() };
        assert_eq!(name(&facts), Some("docker"));
        for (container, expected) in [
            ("podman", "podman"),
            ("lxc-libvirt", "lxc-libvirt"),
            ("oci", "docker"),
            ("mine", "container-other"),
        ] {
            facts.environ = Some(container.to_owned());
            assert_eq!(name(&facts), Some(expected), "{container}");
        }
        facts.openvz = true;
        assert_eq!(name(&facts), Some("openvz"));
    }

    #[test]
    fn a_pod_is_a_container_whatever_runs_it() {
        let mut facts = ContainerFacts { kubernetes: true, ..ContainerFacts::default() };
        assert_eq!(name(&facts), Some("kubernetes"));
        facts.environ = Some("oci".to_owned());
        assert_eq!(name(&facts), Some("kubernetes"));
        facts.kubernetes = false;
        assert_eq!(name(&facts), Some("container-other"));
        assert_eq!(name(&ContainerFacts::default()), None);
    }
}
