//! The word `systemd-detect-virt --vm` prints for the same facts.
//!
//! The words are those of systemd-detect-virt(1); the order of the questions is proved
//! by the words that systemd 252 and 257 printed over our captured machines. Version 256
//! changed what a Hyper-V signature means.

use super::dmi::{Dmi, Field};
use super::facts::Facts;
use super::names;
use super::signature;
use crate::root::Root;

/// Which generation of systemd answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Up to 255: `Microsoft Hv` at 0x40000000 is Hyper-V.
    UpTo255,
    /// From 256: `Microsoft Hv` is Hyper-V only if DMI and the rest say nothing else,
    /// because KVM and others imitate it for their Windows guests. As of 258, which was
    /// carried back to 257: Google's name in DMI does not make bare metal virtual.
    From256,
}

/// The directories that hold `libsystemd-shared-<version>.so`, by distribution.
const LIBRARIES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/systemd",
    "/usr/lib/systemd",
    "/usr/lib64/systemd",
    "/usr/lib/aarch64-linux-gnu/systemd",
    "/lib/x86_64-linux-gnu/systemd",
    "/lib/systemd",
    "/lib64/systemd",
    "/usr/lib/powerpc64le-linux-gnu/systemd",
    "/usr/lib/riscv64-linux-gnu/systemd",
    "/usr/lib/s390x-linux-gnu/systemd",
];

/// The fields in the order systemd reads them.
const FIELDS: &[Field] = &[
    Field::ProductName,
    Field::SysVendor,
    Field::BoardVendor,
    Field::BiosVendor,
    Field::ProductVersion,
];

/// What a field starts with, and systemd's word for it; the first row that fits counts.
const VENDORS: &[(&str, &str)] = &[
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("KubeVirt", "kvm"),
    ("Amazon EC2", "amazon"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Oracle Corporation", "oracle"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Apple Virtualization", "apple"),
    ("Google Compute Engine", "google"),
];

/// The word of this generation of systemd.
pub fn word(facts: &Facts, rules: Rules) -> &'static str {
    let dmi = dmi_word(&facts.dmi);
    if let Some(word @ ("oracle" | "xen" | "amazon" | "parallels")) = dmi {
        return word;
    }
    let google = dmi == Some("google");
    // Google rents bare metal too. Newer systemd believes its name on KVM only, and
    // without condition on machines that have no CPUID to ask.
    if google && (rules == Rules::UpTo255 || facts.hypervisor_bit().is_none()) {
        return "google";
    }
    if facts.cpuinfo.uml {
        return "uml";
    }
    let dom0 = facts.xen.proc_xen && facts.xen.is_dom0();
    if facts.xen.proc_xen && !dom0 {
        return "xen";
    }
    let cpuid = cpuid_word(facts);
    let hyperv = cpuid == Some("microsoft") && rules == Rules::From256;
    match cpuid {
        None | Some("vm-other") => {}
        Some(_) if hyperv => {}
        Some("kvm") if google => return "google",
        Some(word) => return word,
    }
    let strings = dmi.filter(|_| !google).or_else(|| platform_word(facts));
    match strings.filter(|_| !dom0) {
        Some(word) => word,
        None if hyperv => "microsoft",
        None => cpuid.unwrap_or("none"),
    }
}

/// The version of the systemd that is installed under `root`, from the file name of its
/// shared library, which carries it in every distribution.
pub fn installed_version(root: &Root) -> Option<u32> {
    LIBRARIES.iter().find_map(|directory| {
        root.names(directory).iter().find_map(|name| {
            let rest = name.strip_prefix("libsystemd-shared-")?;
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse().ok()
        })
    })
}

/// What the firmware's strings mean to systemd.
///
/// EC2's strings stand on its bare metal machines too. There the virtual machine bit of
/// SMBIOS type 0 decides, and where only root could read it, the instance type's name.
fn dmi_word(dmi: &Dmi) -> Option<&'static str> {
    let word = FIELDS.iter().find_map(|field| {
        let text = dmi.get(*field)?;
        VENDORS.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, word)| *word)
    });
    match (word, dmi.smbios_vm) {
        (Some("amazon"), Some(virtual_machine)) => virtual_machine.then_some("amazon"),
        (Some("amazon"), None) => (!is_metal(dmi)).then_some("amazon"),
        (None, Some(true)) => Some("vm-other"),
        (word, _) => word,
    }
}

/// True for instance types such as `m5.metal` and `c6a.metal-48xl`.
pub(super) fn is_metal(dmi: &Dmi) -> bool {
    dmi.product_name.as_deref().is_some_and(|name| {
        name.split_once(".metal").is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('-'))
    })
}

/// systemd looks at leaf 0x40000000 only, and only behind the hypervisor bit.
fn cpuid_word(facts: &Facts) -> Option<&'static str> {
    let Some(cpu) = &facts.cpu else { return kernel_word(facts) };
    if !cpu.hypervisor_bit {
        return None;
    }
    let text = signature::text(&cpu.first_letters.unwrap_or_default());
    let known = names::KNOWN.iter().find(|known| signature::text(known.letters) == text);
    Some(known.and_then(|known| known.systemd).unwrap_or("vm-other"))
}

/// Without CPUID: what the machine's own kernel found there, by its clock source.
fn kernel_word(facts: &Facts) -> Option<&'static str> {
    let clock = facts.clocksources.as_deref().unwrap_or_default();
    match clock.split_whitespace().find_map(super::verdict::clocksource_letters) {
        Some(letters) => names::known(letters)?.systemd,
        None => (facts.cpuinfo.hypervisor == Some(true)).then_some("vm-other"),
    }
}

/// What /sys/hypervisor, the device tree and s390's /proc/sysinfo say, in that order.
fn platform_word(facts: &Facts) -> Option<&'static str> {
    if let Some(kind) = &facts.xen.sys_type {
        return Some(if kind == "xen" { "xen" } else { "vm-other" });
    }
    if let Some(tree) = &facts.device_tree {
        let word = match tree.hypervisor.as_deref() {
            Some("linux,kvm") => Some("kvm"),
            Some(name) if name.contains("xen") => Some("xen"),
            Some(name) if name.contains("vmware") => Some("vmware"),
            Some(_) => Some("vm-other"),
            None if tree.powervm => Some("powervm"),
            None if tree.fw_cfg || tree.compatible.as_deref() == Some("qemu,pseries") => {
                Some("qemu")
            }
            None => None,
        };
        if word.is_some() {
            return word;
        }
    }
    let program = facts.s390.as_deref().filter(|program| !program.is_empty())?;
    Some(if program.starts_with("z/VM") { "zvm" } else { "kvm" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amazon(product: &str, smbios_vm: Option<bool>) -> Dmi {
        Dmi {
            sys_vendor: Some("Amazon EC2".to_owned()),
            product_name: Some(product.to_owned()),
            smbios_vm,
            ..Dmi::default()
        }
    }

    #[test]
    fn ec2_metal_is_told_by_the_firmware_bit_or_by_name() {
        assert_eq!(dmi_word(&amazon("m5.metal", Some(true))), Some("amazon"));
        assert_eq!(dmi_word(&amazon("m5.large", Some(false))), None);
        assert_eq!(dmi_word(&amazon("m5.large", None)), Some("amazon"));
        assert_eq!(dmi_word(&amazon("m5.metal", None)), None);
        assert_eq!(dmi_word(&amazon("c6a.metal-48xl", None)), None);
        assert_eq!(dmi_word(&amazon("m5.metallic", None)), Some("amazon"));
    }

    #[test]
    fn the_version_stands_in_the_library_name() {
        for (name, version) in [
            ("libsystemd-shared-252.so", Some(252)),
            ("libsystemd-shared-257.9-1.fc42.so", Some(257)),
            ("libsystemd-core-252.so", None),
            ("libsystemd-shared-.so", None),
            ("libsystemd-shared-99999999999.so", None),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let library = dir.path().join("usr/lib/systemd");
            std::fs::create_dir_all(&library).unwrap();
            std::fs::write(library.join(name), "").unwrap();
            assert_eq!(installed_version(&Root::at(dir.path())), version, "{name}");
        }
    }
}
