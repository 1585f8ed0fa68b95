//! Every piece of evidence, in the order from the CPU outwards.

use serde::Serialize;

use super::cloud::{self, Cloud};
use super::dmi::Field;
use super::facts::Facts;
use super::verdict;

/// One thing that was seen, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Where it stands, such as `cpuid 0x40000000` or `dmi sys_vendor`.
    pub source: String,
    /// What stands there, made printable.
    pub value: String,
    /// What it means; `None` where it says nothing about virtualization by itself.
    pub says: Option<String>,
}

/// The fields shown. Serial number and UUID name the machine and are shown in part only.
const SHOWN: &[Field] = &[
    Field::SysVendor,
    Field::ProductName,
    Field::ProductVersion,
    Field::BoardVendor,
    Field::BiosVendor,
    Field::BiosVersion,
    Field::ChassisVendor,
    Field::ChassisAssetTag,
];

/// What a DMI string of any field starts with, and what that says.
const STRINGS: &[(&str, &str)] = &[
    ("Amazon EC2", "Amazon EC2"),
    ("Google Compute Engine", "Google Compute Engine"),
    ("Google", "Google"),
    ("Alibaba Cloud", "Alibaba Cloud"),
    ("OpenStack", "OpenStack"),
    ("KubeVirt", "KubeVirt"),
    ("Nutanix", "Nutanix AHV"),
    ("RHEV Hypervisor", "RHEV"),
    ("oVirt", "oVirt"),
    ("Red Hat", "Red Hat virtualization"),
    ("Cloud Hypervisor", "Cloud Hypervisor"),
    ("QEMU", "QEMU"),
    ("KVM", "KVM"),
    ("SeaBIOS", "a virtual machine's firmware"),
    ("EFI Development Kit II", "a virtual machine's firmware"),
    ("Bochs", "Bochs or QEMU"),
    ("VMware", "VMware"),
    ("VMW", "VMware"),
    ("innotek GmbH", "VirtualBox"),
    ("VirtualBox", "VirtualBox"),
    ("Xen", "Xen"),
    ("Parallels", "Parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "Microsoft Hyper-V"),
    ("Virtual Machine", "Microsoft Hyper-V"),
    ("Apple Virtualization", "Apple Virtualization"),
];

/// The list.
pub fn layers(facts: &Facts, cloud: Option<&Cloud>) -> Vec<Layer> {
    let mut list = List::default();
    cpu(facts, &mut list);
    firmware(facts, cloud, &mut list);
    kernel(facts, &mut list);
    if let Some(found) = &facts.confidential {
        list.add(found.evidence, found.kind, Some("memory encryption"));
    }
    if let Some((name, evidence)) = facts.container.name() {
        list.add("container", &evidence, Some(name));
    }
    list.0
}

#[derive(Default)]
struct List(Vec<Layer>);

impl List {
    fn add(&mut self, source: &str, value: &str, says: Option<&str>) {
        self.0.push(Layer {
            source: source.to_owned(),
            value: value.to_owned(),
            says: says.map(str::to_owned),
        });
    }
}

fn cpu(facts: &Facts, list: &mut List) {
    if let Some(cpu) = &facts.cpu {
        let (value, says) = match cpu.hypervisor_bit {
            true => ("set", "a hypervisor"),
            false => ("clear", "no hypervisor"),
        };
        list.add("cpuid 0x1 ecx[31]", value, Some(says));
    } else if let Some(flag) = facts.cpuinfo.hypervisor {
        let (value, says) = if flag { ("set", "a hypervisor") } else { ("clear", "no hypervisor") };
        list.add("/proc/cpuinfo hypervisor", value, Some(says));
    }
    for found in facts.interfaces() {
        let source = format!("cpuid {:#x}", found.base);
        list.add(&source, &found.text(), Some(found.product().unwrap_or("an unknown hypervisor")));
    }
    if facts.cpu.as_ref().is_some_and(|cpu| cpu.hyperv_root) {
        list.add("cpuid 0x40000003 ebx[12]", "set", Some("Hyper-V root partition"));
    }
    if facts.cpu.as_ref().is_some_and(|cpu| cpu.hyperv_nested) {
        list.add("cpuid 0x40000004 eax[12]", "set", Some("nested Hyper-V"));
    }
}

fn firmware(facts: &Facts, cloud: Option<&Cloud>, list: &mut List) {
    let dmi = &facts.dmi;
    for field in SHOWN {
        let Some(text) = dmi.get(*field) else { continue };
        let says = STRINGS.iter().find(|(prefix, _)| text.starts_with(prefix));
        let says = says.map(|(_, says)| *says).or_else(|| {
            // A string that only a cloud's own table knows.
            cloud.filter(|cloud| cloud.evidence.starts_with(field.name())).map(|cloud| cloud.name)
        });
        list.add(&format!("dmi {}", field.name()), text, says);
    }
    for (mark, says) in [("GoogleCloud-", "Google Compute Engine"), ("VMware-", "VMware")] {
        if dmi.starts(Field::ProductSerial, mark) {
            list.add("dmi product_serial", &format!("{mark}..."), Some(says));
        }
    }
    if dmi.product_uuid.as_deref().is_some_and(cloud::is_ec2_uuid) {
        list.add("dmi product_uuid", "ec2...", Some("Amazon EC2, or chance"));
    }
    match dmi.smbios_vm {
        Some(true) => list.add("smbios virtual machine bit", "set", Some("a virtual machine")),
        Some(false) => list.add("smbios virtual machine bit", "clear", None),
        None => {}
    }
    if let Some(oem) = &facts.acpi_oem {
        list.add("acpi FACP OEM ID", oem, verdict::acpi_product(facts));
    }
}

fn kernel(facts: &Facts, list: &mut List) {
    let xen = &facts.xen;
    if xen.proc_xen {
        let domain = if xen.is_dom0() { "Xen dom0" } else { "Xen domU" };
        list.add("/proc/xen", if xen.control_d { "control_d" } else { "" }, Some(domain));
    }
    if let Some(kind) = &xen.sys_type {
        let says = if kind == "xen" { "Xen" } else { "a hypervisor" };
        list.add("/sys/hypervisor/type", kind, Some(says));
    }
    if xen.uuid.as_deref().is_some_and(cloud::is_ec2_uuid) {
        list.add("/sys/hypervisor/uuid", "ec2...", Some("Amazon EC2"));
    }
    if let Some(tree) = &facts.device_tree {
        if let Some(compatible) = &tree.hypervisor {
            list.add("device tree hypervisor", compatible, Some("a hypervisor"));
        }
        if tree.fw_cfg {
            list.add("device tree fw-cfg", "", Some("QEMU"));
        }
        if let Some(compatible) = &tree.compatible {
            list.add("device tree compatible", compatible, None);
        }
    }
    if let Some(program) = &facts.s390 {
        let says = if program.is_empty() { "a partition" } else { "a virtual machine" };
        list.add("/proc/sysinfo VM00 Control Program", program, Some(says));
    }
    if facts.cpuinfo.uml {
        list.add("/proc/cpuinfo vendor_id", "User Mode Linux", Some("User-mode Linux"));
    }
    if let Some(clocks) = &facts.clocksources {
        let says = verdict::kernel_letters(facts).and_then(super::names::known);
        list.add("clock sources", clocks, says.map(|known| known.product));
    }
    if let Some(release) = &facts.container.wsl {
        list.add("/proc/sys/kernel/osrelease", release, Some("Windows Subsystem for Linux"));
    }
}
