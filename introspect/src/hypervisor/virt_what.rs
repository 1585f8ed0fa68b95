//! The lines `virt-what` 1.25 prints for the same facts.
//!
//! Its facts and their meaning are those of virt-what(1); the order and the exclusions
//! were found by running it over made-up firmware tables and signatures.

use super::dmi::Field;
use super::facts::Facts;
use super::names::{self, Known};

/// The lines, in the order virt-what prints them. Empty on bare metal.
pub fn lines(facts: &Facts) -> Vec<&'static str> {
    let mut lines = Vec::new();
    firmware(facts, &mut lines);
    let covered = parallels(facts, &mut lines);
    brands(facts, &mut lines);
    let covered = xen(facts, &mut lines) || covered;
    if !covered {
        lines.extend(kvm_or_qemu(facts));
    }
    after(facts, &mut lines);
    lines
}

/// virt-what searches all bases from the highest down, for the letters it knows.
fn letters(facts: &Facts) -> Option<&'static [u8; 12]> {
    let known = |known: &&'static Known| known.virt_what;
    let found = facts.interfaces().iter().rev().find_map(|one| one.known().filter(known));
    match (found, &facts.cpu) {
        (Some(found), _) => Some(found.letters),
        (None, Some(_)) => None,
        // Without CPUID: what the machine's own kernel found there.
        (None, None) => super::verdict::kernel_letters(facts),
    }
}

/// Hypervisors that show by their own letters or strings, and containers.
fn firmware(facts: &Facts, lines: &mut Vec<&'static str>) {
    let dmi = &facts.dmi;
    let manufacturer = |prefix| dmi.any_starts(Field::MANUFACTURER, prefix);
    let product = |prefix| dmi.any_starts(Field::PRODUCT, prefix);
    let cpuid = letters(facts);
    if manufacturer("Alibaba") {
        lines.push("alibaba_cloud");
    }
    if cpuid == Some(names::VMWARE) || manufacturer("VMware") {
        lines.push("vmware");
    }
    if cpuid == Some(names::HYPERV) {
        lines.push("hyperv");
    } else if manufacturer("Microsoft Corporation") && product("Virtual Machine") {
        lines.push("virtualpc");
    }
    if manufacturer("innotek GmbH") {
        lines.push("virtualbox");
    }
    if cpuid == Some(b"bhyve bhyve ") || dmi.starts(Field::BiosVendor, "BHYVE") {
        lines.push("bhyve");
    }
    let container = &facts.container;
    if container.openvz {
        lines.push("openvz");
    }
    if container.environ.as_deref().is_some_and(|name| name.starts_with("lxc")) {
        lines.push("lxc");
    }
    if let Some(host) = container.vserver_host {
        lines.push("linux_vserver");
        lines.push(if host { "linux_vserver-host" } else { "linux_vserver-guest" });
    }
    if facts.cpuinfo.uml {
        lines.push("uml");
    }
    if facts.cpuinfo.powervm_lx86 {
        lines.push("powervm_lx86");
    }
    if manufacturer("HITACHI")
        && dmi.product_name.as_deref().is_some_and(|p| p.contains("HVM LPAR"))
    {
        lines.push("virtage");
    }
    if let Some(program) = &facts.s390 {
        lines.push("ibm_systemz");
        lines.push(match program.as_str() {
            "" => "ibm_systemz-lpar",
            name if name.starts_with("z/VM") => "ibm_systemz-zvm",
            name if name.starts_with("KVM") => "ibm_systemz-kvm",
            _ => "ibm_systemz-direct",
        });
    }
}

/// Parallels, after which virt-what does not look for KVM.
fn parallels(facts: &Facts, lines: &mut Vec<&'static str>) -> bool {
    let found = facts.dmi.starts(Field::BiosVendor, "Parallels");
    if found {
        lines.push("parallels");
    }
    found
}

/// Products built on KVM, told by DMI.
fn brands(facts: &Facts, lines: &mut Vec<&'static str>) {
    for (fields, prefix, line) in [
        (Field::MANUFACTURER, "Nutanix", "nutanix_ahv"),
        (Field::MANUFACTURER, "oVirt", "ovirt"),
        (Field::PRODUCT, "RHEV Hypervisor", "rhev"),
        (Field::PRODUCT, "Google Compute Engine", "google_cloud"),
        (Field::MANUFACTURER, "Red Hat", "redhat"),
    ] {
        if facts.dmi.any_starts(fields, prefix) {
            lines.push(line);
        }
    }
}

/// Xen; true where virt-what then does not look for KVM.
fn xen(facts: &Facts, lines: &mut Vec<&'static str>) -> bool {
    let tree = |name| {
        let tree = facts.device_tree.as_ref().and_then(|tree| tree.hypervisor.as_deref());
        tree.is_some_and(|compatible| compatible.contains(name))
    };
    if letters(facts) == Some(names::XEN) {
        lines.extend(["xen", "xen-hvm"]);
        return true;
    }
    if facts.xen.proc_xen {
        lines.push("xen");
        lines.push(if facts.xen.control_d { "xen-dom0" } else { "xen-domU" });
        return true;
    }
    if facts.xen.sys_type.as_deref() == Some("xen") || tree("xen") {
        lines.push("xen");
    } else if tree("vmware") {
        lines.push("vmware");
        return true;
    }
    false
}

fn kvm_or_qemu(facts: &Facts) -> Option<&'static str> {
    let dmi = &facts.dmi;
    let tree = facts.device_tree.as_ref();
    let compatible = tree.and_then(|tree| tree.hypervisor.as_deref());
    match letters(facts) {
        Some(names::KVM) => return Some("kvm"),
        Some(names::TCG) => return Some("qemu"),
        _ => {}
    }
    if dmi.any_starts(Field::PRODUCT, "KVM") || dmi.any_starts(Field::MANUFACTURER, "KVM") {
        return Some("kvm");
    }
    // EC2's ARM machines have no CPUID; the firmware says that they are virtual.
    if dmi.any_starts(Field::MANUFACTURER, "Amazon EC2") && dmi.smbios_vm == Some(true) {
        return Some("kvm");
    }
    if dmi.any_starts(Field::MANUFACTURER, "QEMU") || tree.is_some_and(|tree| tree.fw_cfg) {
        return Some("qemu");
    }
    if compatible == Some("linux,kvm") {
        return Some("ibm_power-kvm");
    }
    if facts.cpuinfo.qemu {
        return Some("qemu");
    }
    (letters(facts) == Some(b"LKVMLKVMLKVM")).then_some("lkvm")
}

/// Container files, OpenBSD's vmm and AWS, which virt-what looks for in any case.
fn after(facts: &Facts, lines: &mut Vec<&'static str>) {
    if facts.container.dockerenv {
        lines.push("docker");
    }
    if facts.container.environ.as_deref() == Some("podman") {
        lines.push("podman");
    }
    if letters(facts) == Some(b"OpenBSDVMM58") {
        lines.push("vmm");
    }
    let version = |field: &Field| facts.dmi.get(*field).is_some_and(is_amazon_version);
    if Field::VERSION.iter().any(version) || facts.dmi.starts(Field::BiosVendor, "Amazon EC2") {
        lines.push("aws");
    }
}

/// EC2's Xen has firmware of versions such as `4.11.amazon`.
pub(super) fn is_amazon_version(text: &str) -> bool {
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = text.splitn(3, '.');
    number(parts.next())
        && number(parts.next())
        && parts.next().is_some_and(|rest| rest.starts_with("amazon"))
}

#[cfg(test)]
mod tests {
    use super::is_amazon_version;

    #[test]
    fn amazon_versions_are_two_numbers_and_the_name() {
        // The answers of virt-what 1.25 to the same versions.
        assert!(is_amazon_version("4.2.amazon"));
        assert!(is_amazon_version("4.2.amazonx"));
        for other in ["x4.2.amazon", "4.2.3.amazon", "4.amazon", "amazon", ".2.amazon", ""] {
            assert!(!is_amazon_version(other), "{other}");
        }
    }
}
