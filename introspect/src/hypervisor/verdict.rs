//! One answer out of all layers: vendor, product, nesting, and how sure that is.

use serde::Serialize;

use super::cloud::Cloud;
use super::dmi::Field;
use super::facts::Facts;
use super::names::{self, Known};
use super::systemd;

/// How the verdict is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The hypervisor's own interface answered, or CPUID says that there is none.
    Observed,
    /// Only strings say so that whoever starts a machine may choose.
    Inferred,
    /// There is a hypervisor that nothing names, or nothing says anything.
    Unknown,
}

/// Whether there is a hypervisor below the hypervisor, and whether there may be one above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nesting {
    /// True where something shows a second hypervisor below the first, false on bare
    /// metal, `None` where it cannot be seen from here, which is the usual case.
    pub nested: Option<bool>,
    /// True where VT-x or SVM is offered, so that this system can run guests itself.
    pub can_run_guests: Option<bool>,
    /// What shows the second hypervisor.
    pub evidence: Option<String>,
}

/// The verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who made the hypervisor; `None` on bare metal or where nothing says.
    pub vendor: Option<String>,
    /// What it is, as exactly as the strings tell.
    pub product: Option<String>,
    /// How this is known.
    pub confidence: Confidence,
    /// Hypervisors below and above.
    pub nesting: Nesting,
}

/// DMI strings that name the product on top of KVM, the first that fits.
const KVM_PRODUCTS: &[(Field, &str, &str)] = &[
    (Field::SysVendor, "Nutanix", "Nutanix AHV"),
    (Field::SysVendor, "KubeVirt", "KubeVirt"),
    (Field::ProductName, "KubeVirt", "KubeVirt"),
    (Field::ProductName, "OpenStack", "OpenStack Nova"),
    (Field::ProductName, "RHEV Hypervisor", "RHEV"),
    (Field::SysVendor, "oVirt", "oVirt"),
    (Field::ProductName, "CloudStack KVM", "Apache CloudStack"),
    (Field::ProductName, "Google Compute Engine", "Google Compute Engine"),
    (Field::SysVendor, "Amazon EC2", "Amazon EC2 Nitro"),
    (Field::ProductName, "Alibaba Cloud ECS", "Alibaba Cloud ECS"),
    (Field::SysVendor, "Cloud Hypervisor", "Cloud Hypervisor"),
    (Field::SysVendor, "ChromiumOS", "crosvm"),
    (Field::SysVendor, "QEMU", "QEMU/KVM"),
    (Field::ChassisVendor, "QEMU", "QEMU/KVM"),
    (Field::SysVendor, "Red Hat", "QEMU/KVM"),
    (Field::SysVendor, "Bochs", "QEMU/KVM"),
    (Field::ChassisVendor, "Bochs", "QEMU/KVM"),
];

/// DMI strings that name a hypervisor by themselves: vendor, then product.
const DMI_VENDORS: &[(Field, &str, &str, &str)] = &[
    (Field::SysVendor, "VMware", "VMware", "VMware"),
    (Field::ProductName, "VMware", "VMware", "VMware"),
    (Field::SysVendor, "innotek GmbH", "Oracle VirtualBox", "VirtualBox"),
    (Field::ProductName, "VirtualBox", "Oracle VirtualBox", "VirtualBox"),
    (Field::SysVendor, "Parallels", "Parallels", "Parallels"),
    (Field::BiosVendor, "Parallels", "Parallels", "Parallels"),
    (Field::SysVendor, "Xen", "Xen", "Xen HVM"),
    (Field::BiosVendor, "BHYVE", "bhyve", "bhyve"),
    (Field::SysVendor, "BHYVE", "bhyve", "bhyve"),
    (Field::ProductName, "Apple Virtualization", "Apple", "Apple Virtualization"),
    (Field::ProductVersion, "Hyper-V", "Microsoft Hyper-V", "Microsoft Hyper-V"),
    (Field::BiosVersion, "Hyper-V", "Microsoft Hyper-V", "Microsoft Hyper-V"),
    (Field::ProductName, "Virtual Machine", "Microsoft Hyper-V", "Microsoft Hyper-V"),
    (Field::BoardName, "Virtual Machine", "Microsoft Hyper-V", "Microsoft Hyper-V"),
];

/// Weighs the facts.
pub fn decide(facts: &Facts, cloud: Option<&Cloud>) -> Verdict {
    let (vendor, product, confidence) = name(facts, cloud);
    Verdict { vendor, product, confidence, nesting: nesting(facts) }
}

fn name(facts: &Facts, cloud: Option<&Cloud>) -> (Option<String>, Option<String>, Confidence) {
    let say = |vendor: &str, product: &str, confidence| {
        (Some(vendor.to_owned()), Some(product.to_owned()), confidence)
    };
    if facts.cpuinfo.uml {
        return say("User-mode Linux", "User-mode Linux", Confidence::Observed);
    }
    if let Some(product) = xen_product(facts) {
        return say("Xen", product, Confidence::Observed);
    }
    // Letters behind a clear hypervisor bit are shown to nobody: Linux and systemd do not
    // read them. So what the firmware says goes before them.
    let unseen = facts.cpu.as_ref().is_some_and(|cpu| !cpu.hypervisor_bit);
    if let Some((vendor, product)) = dmi_vendor(facts).filter(|_| unseen) {
        return say(vendor, product, Confidence::Inferred);
    }
    if let Some(known) = strongest(facts) {
        let (vendor, product, confidence) = refine(facts, known);
        return say(vendor, product, confidence);
    }
    if let Some(stranger) = facts.interfaces().last() {
        return say("unknown", &stranger.text(), Confidence::Observed);
    }
    // A CPU that shows no hypervisor is believed, unless the firmware names one.
    if let Some((vendor, product)) = dmi_vendor(facts).or_else(|| platform(facts)) {
        return say(vendor, product, Confidence::Inferred);
    }
    if kvm_by_dmi(facts, cloud) {
        return say("KVM", kvm_product(facts).unwrap_or("KVM"), Confidence::Inferred);
    }
    if let Some(product) = acpi_product(facts) {
        return say("KVM", product, Confidence::Inferred);
    }
    let nothing = match facts.hypervisor_bit() {
        Some(false) => Confidence::Observed,
        Some(true) => Confidence::Unknown,
        None if facts.dmi.is_empty() => Confidence::Unknown,
        None => Confidence::Inferred,
    };
    (None, None, nothing)
}

/// The letters of the machine's own kernel, where there is no CPUID.
pub(super) fn kernel_letters(facts: &Facts) -> Option<&'static [u8; 12]> {
    facts.clocksources.as_deref()?.split_whitespace().find_map(clocksource_letters)
}

/// The hypervisor whose clock Linux registers under this name
/// (/sys/devices/system/clocksource, drivers/clocksource/hyperv_timer.c and others).
pub(super) fn clocksource_letters(clock: &str) -> Option<&'static [u8; 12]> {
    match clock {
        "kvm-clock" => Some(names::KVM),
        "xen" => Some(names::XEN),
        name if name.starts_with("hyperv_clocksource") => Some(names::HYPERV),
        _ => None,
    }
}

/// The interface that says most: Hyper-V's letters are imitated by others, so another
/// known interface beside them is the true one.
fn strongest(facts: &Facts) -> Option<&'static Known> {
    let known = || facts.interfaces().iter().filter_map(|one| one.known());
    known()
        .find(|one| one.letters != names::HYPERV)
        .or_else(|| known().next())
        .or_else(|| names::known(kernel_letters(facts)?))
}

/// The product behind an interface, by the firmware's strings.
fn refine(facts: &Facts, known: &'static Known) -> (&'static str, &'static str, Confidence) {
    let plain = (known.vendor, known.product, Confidence::Observed);
    match known.letters {
        // VirtualBox and Parallels lend their guests the interface of KVM or Hyper-V, and
        // VMware can show Hyper-V's to Windows.
        names::KVM | names::KVM_HYPERV | names::HYPERV => {
            let lender = dmi_vendor(facts).filter(|(vendor, _)| *vendor != "Xen");
            let is_hyperv = known.letters == names::HYPERV;
            match lender {
                Some(("Microsoft Hyper-V", product)) if is_hyperv => {
                    let root = facts.cpu.as_ref().is_some_and(|cpu| cpu.hyperv_root);
                    let product = if root { "Hyper-V root partition" } else { product };
                    (known.vendor, product, Confidence::Observed)
                }
                Some(("Microsoft Hyper-V", _)) => plain,
                Some((vendor, product)) => (vendor, product, Confidence::Inferred),
                None if is_hyperv => match kvm_product(facts) {
                    Some(product) => ("KVM", product, Confidence::Inferred),
                    None => plain,
                },
                None => {
                    let product = kvm_product(facts).or_else(|| acpi_product(facts));
                    (known.vendor, product.unwrap_or(known.product), Confidence::Observed)
                }
            }
        }
        _ => plain,
    }
}

fn kvm_product(facts: &Facts) -> Option<&'static str> {
    KVM_PRODUCTS
        .iter()
        .find(|(field, prefix, _)| facts.dmi.starts(*field, prefix))
        .map(|(_, _, product)| *product)
}

/// The monitors that have no DMI sign their ACPI tables.
pub(super) fn acpi_product(facts: &Facts) -> Option<&'static str> {
    match facts.acpi_oem.as_deref()? {
        "FIRECK" => Some("Firecracker"),
        "CLOUDH" => Some("Cloud Hypervisor"),
        "CROSVM" => Some("crosvm"),
        "BOCHS" => Some("QEMU/KVM"),
        _ => None,
    }
}

fn dmi_vendor(facts: &Facts) -> Option<(&'static str, &'static str)> {
    let found = DMI_VENDORS.iter().find(|(field, prefix, ..)| facts.dmi.starts(*field, prefix));
    found.map(|(_, _, vendor, product)| (*vendor, *product))
}

/// Machines of KVM's kind without CPUID, such as ARM's: the firmware's strings say so.
/// EC2 and others rent bare metal under the same strings.
fn kvm_by_dmi(facts: &Facts, cloud: Option<&Cloud>) -> bool {
    let dmi = &facts.dmi;
    if facts.hypervisor_bit() == Some(false) && dmi.smbios_vm != Some(true) {
        return dmi.starts(Field::SysVendor, "QEMU") || dmi.starts(Field::ProductName, "KVM");
    }
    if cloud.is_some_and(|cloud| cloud.id == "aws") {
        return dmi.smbios_vm.unwrap_or(!systemd::is_metal(dmi));
    }
    kvm_product(facts).is_some() || dmi.starts(Field::ProductName, "KVM")
}

/// Xen, and which kind of its domains this is.
fn xen_product(facts: &Facts) -> Option<&'static str> {
    let interface = facts.has_interface(names::XEN) || kernel_letters(facts) == Some(names::XEN);
    let sys = facts.xen.sys_type.as_deref() == Some("xen");
    if !interface && !sys && !facts.xen.proc_xen {
        return None;
    }
    Some(match () {
        () if facts.xen.is_dom0() => "Xen dom0",
        () if facts.dmi.starts(Field::SysVendor, "Xen") => "Xen HVM",
        () if facts.dmi.is_empty() && sys && interface => "Xen PVH",
        () if facts.dmi.is_empty() => "Xen PV",
        () => "Xen HVM",
    })
}

/// What the platforms without CPUID say.
fn platform(facts: &Facts) -> Option<(&'static str, &'static str)> {
    if let Some(program) = facts.s390.as_deref().filter(|program| !program.is_empty()) {
        let zvm = program.starts_with("z/VM");
        return Some(if zvm { ("IBM z/VM", "z/VM") } else { ("KVM", "KVM") });
    }
    let tree = facts.device_tree.as_ref()?;
    match tree.hypervisor.as_deref() {
        Some("linux,kvm") => Some(("KVM", "KVM")),
        Some(name) if name.contains("xen") => Some(("Xen", "Xen")),
        Some(name) if name.contains("vmware") => Some(("VMware", "VMware")),
        None if tree.powervm => Some(("IBM PowerVM", "PowerVM")),
        None if tree.fw_cfg => Some(("QEMU", "QEMU")),
        _ => None,
    }
}

fn nesting(facts: &Facts) -> Nesting {
    let can_run_guests = facts.cpu.as_ref().and_then(|cpu| cpu.can_nest);
    let shown =
        |evidence: String| Nesting { nested: Some(true), can_run_guests, evidence: Some(evidence) };
    if facts.cpu.as_ref().is_some_and(|cpu| cpu.hyperv_nested) {
        return shown("Hyper-V says that it runs in a guest (0x40000004 EAX bit 12)".to_owned());
    }
    // A control domain sees the firmware of the machine that Xen was started on.
    if facts.xen.proc_xen
        && facts.xen.is_dom0()
        && let Some((vendor, _)) = dmi_vendor(facts).filter(|(vendor, _)| *vendor != "Xen")
    {
        return shown(format!("Xen's dom0 sees firmware of {vendor}"));
    }
    let beside = |letters| facts.has_interface(letters) && facts.interfaces().len() > 1;
    if facts.cpuinfo.uml {
        let below = facts.interfaces().iter().find_map(|one| one.product());
        if let Some(product) = below {
            return shown(format!("User-mode Linux on a machine that shows {product}"));
        }
    } else if beside(names::VMWARE) && facts.has_interface(names::XEN) {
        return shown("CPUID names VMware and Xen".to_owned());
    }
    let bare = facts.hypervisor_bit() == Some(false)
        && facts.interfaces().is_empty()
        && !facts.xen.proc_xen
        && facts.xen.sys_type.is_none()
        && dmi_vendor(facts).is_none();
    Nesting { nested: bare.then_some(false), can_run_guests, evidence: None }
}
