//! Everything the verdicts are drawn from, read once.

use super::confidential::{self, Confidential};
use super::container::ContainerFacts;
use super::dmi::Dmi;
use super::signature::{self, FIRST_BASE, Interface, interfaces};
use crate::cpuid::cpuinfo::Processor;
use crate::cpuid::source::Cpuid;
use crate::cpuid::vendor::Vendor;
use crate::root::Root;

/// The longest text kept of any one file or string.
const MAX_TEXT: usize = 128;

/// What one machine says about what it runs on. Pure data: the decisions in
/// [`systemd`](super::systemd), [`virt_what`](super::virt_what) and the verdict take
/// nothing else.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What CPUID says; `None` without a CPUID source.
    pub cpu: Option<CpuFacts>,
    /// DMI strings.
    pub dmi: Dmi,
    /// Xen's own files.
    pub xen: Xen,
    /// The kernel's summary of the CPU, read only where CPUID or DMI are missing.
    pub cpuinfo: CpuinfoFacts,
    /// Linux's clock sources, space separated, read only without CPUID: the kernel names
    /// the hypervisor it found there.
    pub clocksources: Option<String>,
    /// The device tree of ARM, POWER and RISC-V machines.
    pub device_tree: Option<DeviceTree>,
    /// `VM00 Control Program` of /proc/sysinfo on s390, empty on a plain partition.
    pub s390: Option<String>,
    /// The OEM ID of the ACPI table FACP, read only where DMI says nothing.
    pub acpi_oem: Option<String>,
    /// Signs of containers.
    pub container: ContainerFacts,
    /// Signs of memory encryption.
    pub confidential: Option<Confidential>,
}

/// What CPUID says about a hypervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuFacts {
    /// Leaf 1 ECX bit 31: a hypervisor shows itself.
    pub hypervisor_bit: bool,
    /// Leaf 0x40000000's letters, valid interface or not, as systemd reads them.
    pub first_letters: Option<[u8; 12]>,
    /// Every valid interface, in ascending order.
    pub interfaces: Vec<Interface>,
    /// The CPU offers VT-x or SVM, so guests can run below this system.
    pub can_nest: Option<bool>,
    /// Hyper-V's 0x40000003 EBX bit 12 (CpuManagement): this is the root partition.
    pub hyperv_root: bool,
    /// Hyper-V's 0x40000004 EAX bit 12: Hyper-V itself runs in a guest (Linux
    /// arch/x86/kernel/cpu/mshyperv.c, HV_X64_HYPERV_NESTED).
    pub hyperv_nested: bool,
}

/// Xen's files in /proc and /sys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xen {
    /// /proc/xen exists.
    pub proc_xen: bool,
    /// /proc/xen/capabilities lists `control_d`.
    pub control_d: bool,
    /// /sys/hypervisor/properties/features, hexadecimal.
    pub features: Option<u64>,
    /// /sys/hypervisor/type.
    pub sys_type: Option<String>,
    /// /sys/hypervisor/uuid.
    pub uuid: Option<String>,
}

impl Xen {
    /// True for the control domain: feature bit 11 (XENFEAT_dom0 of Xen's features.h)
    /// where the kernel shows features, else `control_d`.
    pub fn is_dom0(&self) -> bool {
        self.features.map_or(self.control_d, |features| features & 1 << 11 != 0)
    }
}

/// What /proc/cpuinfo says about a hypervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CpuinfoFacts {
    /// `vendor_id` is `User Mode Linux`.
    pub uml: bool,
    /// `QEMU` stands in a model name.
    pub qemu: bool,
    /// `vendor_id` is `PowerVM Lx86`.
    pub powervm_lx86: bool,
    /// The flag `hypervisor`; `None` where the file was not read or has no flags.
    pub hypervisor: Option<bool>,
}

/// The parts of a device tree that name a hypervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceTree {
    /// `hypervisor/compatible`, its strings joined by spaces.
    pub hypervisor: Option<String>,
    /// `compatible` of the machine.
    pub compatible: Option<String>,
    /// A node's name holds `fw-cfg`, QEMU's configuration device.
    pub fw_cfg: bool,
    /// `ibm,partition-name` and `hmc-managed?` are there: a POWER partition.
    pub powervm: bool,
}

impl Facts {
    /// Reads the machine. Only files under `root` and leaves of `cpu` are touched.
    ///
    /// /proc/cpuinfo is dear on a large machine, so it is opened only where CPUID is
    /// missing or there is no DMI (User Mode Linux has none).
    pub fn gather(cpu: Option<&dyn Cpuid>, root: &Root) -> Self {
        let dmi = Dmi::read(root);
        let cpu_facts = cpu.map(CpuFacts::read);
        let cpuinfo = if cpu.is_none() || dmi.is_empty() {
            CpuinfoFacts::read(root)
        } else {
            CpuinfoFacts::default()
        };
        Self {
            xen: Xen::read(root),
            clocksources: cpu.is_none().then(|| clocksources(root)).flatten(),
            device_tree: DeviceTree::read(root),
            s390: s390(root),
            acpi_oem: if dmi.is_empty() { acpi_oem(root) } else { None },
            container: ContainerFacts::read(root),
            confidential: confidential::read(cpu, cpu_facts.as_ref(), root),
            cpu: cpu_facts,
            dmi,
            cpuinfo,
        }
    }

    /// The interfaces of CPUID; empty without a CPUID source.
    pub fn interfaces(&self) -> &[Interface] {
        self.cpu.as_ref().map_or(&[], |cpu| &cpu.interfaces)
    }

    /// True when an interface has these letters.
    pub fn has_interface(&self, letters: &[u8; 12]) -> bool {
        self.interfaces().iter().any(|found| &found.letters == letters)
    }

    /// Whether a hypervisor shows itself to the CPU's user; `None` where nothing says.
    pub fn hypervisor_bit(&self) -> Option<bool> {
        self.cpu.as_ref().map(|cpu| cpu.hypervisor_bit).or(self.cpuinfo.hypervisor)
    }
}

impl CpuFacts {
    /// Reads leaves 0, 1, 0x40000000 and the few that depend on them.
    pub fn read(cpu: &dyn Cpuid) -> Self {
        let leaf1 = cpu.leaf(1).unwrap_or_default();
        let found = interfaces(cpu);
        let hyperv = signature::hyperv_base(&found).map(|base| {
            let privileges = cpu.leaf(base + 3).unwrap_or_default();
            let hints = cpu.leaf(base + 4).unwrap_or_default();
            (privileges.ebx & 1 << 12 != 0, hints.eax & 1 << 12 != 0)
        });
        let (hyperv_root, hyperv_nested) = hyperv.unwrap_or_default();
        Self {
            hypervisor_bit: leaf1.ecx >> 31 == 1,
            first_letters: signature::letters(cpu, FIRST_BASE),
            interfaces: found,
            can_nest: can_nest(cpu, leaf1.ecx),
            hyperv_root,
            hyperv_nested,
        }
    }
}

/// VMX is leaf 1 ECX bit 5 (Intel SDM), SVM is 0x80000001 ECX bit 2 (AMD APM).
fn can_nest(cpu: &dyn Cpuid, leaf1_ecx: u32) -> Option<bool> {
    if Vendor::from_leaf0(cpu.leaf(0)?).is_amd_like() {
        return Some(cpu.leaf(0x8000_0001)?.ecx & 1 << 2 != 0);
    }
    Some(leaf1_ecx & 1 << 5 != 0)
}

impl Xen {
    fn read(root: &Root) -> Self {
        let proc_xen = root.exists("/proc/xen");
        let sys = root.exists("/sys/hypervisor");
        let sys_line = |name: &str| {
            if sys { line(root, &format!("/sys/hypervisor/{name}")) } else { None }
        };
        Self {
            proc_xen,
            control_d: proc_xen
                && line(root, "/proc/xen/capabilities")
                    .is_some_and(|text| text.split(',').any(|word| word.trim() == "control_d")),
            features: sys_line("properties/features").and_then(|text| {
                let digits = text.trim();
                u64::from_str_radix(digits.strip_prefix("0x").unwrap_or(digits), 16).ok()
            }),
            sys_type: sys_line("type"),
            uuid: sys_line("uuid"),
        }
    }
}

impl CpuinfoFacts {
    /// What a captured /proc/cpuinfo says.
    pub fn of(processor: &Processor) -> Self {
        let vendor = processor.vendor_id.as_deref().unwrap_or_default();
        Self {
            uml: vendor == "User Mode Linux",
            qemu: processor.model_name.as_deref().is_some_and(|name| name.contains("QEMU")),
            powervm_lx86: vendor == "PowerVM Lx86",
            hypervisor: (!processor.flags.is_empty()).then(|| processor.has_flag("hypervisor")),
        }
    }

    /// Reads the first processor's block; every block says the same.
    fn read(root: &Root) -> Self {
        let bytes = root.head("/proc/cpuinfo", 4096).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let value = |key: &str| {
            text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                (name.trim_end() == key).then_some(value.trim())
            })
        };
        let vendor = value("vendor_id").unwrap_or_default();
        Self {
            uml: vendor == "User Mode Linux",
            qemu: value("model name").is_some_and(|name| name.contains("QEMU")),
            powervm_lx86: vendor == "PowerVM Lx86",
            hypervisor: value("flags")
                .map(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor")),
        }
    }
}

impl DeviceTree {
    /// Reads the tree where there is one. /proc/device-tree is an absolute link on a live
    /// machine, so a capture's own /sys is looked at first and such a link not followed.
    fn read(root: &Root) -> Option<Self> {
        let base = ["/sys/firmware/devicetree/base", "/proc/device-tree"]
            .into_iter()
            .find(|path| root.exists(path) && (root.is_live() || !root.join(path).is_symlink()))?;
        let strings = |name: &str| {
            let bytes = root.head(&format!("{base}/{name}"), 256).ok()?;
            let joined = bytes.split(|byte| *byte == 0).collect::<Vec<_>>().join(&b' ');
            printable(&joined)
        };
        Some(Self {
            hypervisor: strings("hypervisor/compatible"),
            compatible: strings("compatible"),
            fw_cfg: root.names(base).iter().any(|name| name.contains("fw-cfg")),
            powervm: root.exists(&format!("{base}/ibm,partition-name"))
                && root.exists(&format!("{base}/hmc-managed?"))
                && !root.exists(&format!("{base}/chosen/qemu,graphic-width")),
        })
    }
}

fn clocksources(root: &Root) -> Option<String> {
    line(root, "/sys/devices/system/clocksource/clocksource0/available_clocksource")
}

fn s390(root: &Root) -> Option<String> {
    let bytes = root.head("/proc/sysinfo", 16384).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let program = text.lines().find_map(|line| line.strip_prefix("VM00 Control Program:"));
    Some(program.and_then(|program| printable(program.trim().as_bytes())).unwrap_or_default())
}

/// The OEM ID at byte 10 of an ACPI table's header (ACPI 6.5, 5.2.6).
fn acpi_oem(root: &Root) -> Option<String> {
    let header = root.head("/sys/firmware/acpi/tables/FACP", 36).ok()?;
    printable(header.get(10..16)?)
}

/// The first line of a file as printable text; `None` for an empty or unreadable one.
pub(super) fn line(root: &Root, path: &str) -> Option<String> {
    let bytes = root.head(path, MAX_TEXT as u64 * 2).ok()?;
    printable(bytes.split(|byte| *byte == b'\n').next()?)
}

/// Untrusted bytes as short ASCII without control characters, for a terminal.
pub(super) fn printable(bytes: &[u8]) -> Option<String> {
    let text: String = bytes
        .iter()
        .take(MAX_TEXT)
        .take_while(|byte| **byte != 0)
        .map(|byte| if *byte == b' ' || byte.is_ascii_graphic() { char::from(*byte) } else { '?' })
        .collect();
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}
