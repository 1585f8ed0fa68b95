//! Named CPUID bits: our own table, one row a bit.

mod table;
#[cfg(test)]
mod tests;

use super::registers::{LeafId, Register, Registers};
use super::source::{Cpuid, beyond_maximum, range_base};
use super::vendor::Vendor;
use crate::hypervisor::signature::{FIRST_BASE, interface_base};

/// Whose definition of a bit a row follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The same for every vendor that defines it.
    Any,
    /// Intel, Centaur and Zhaoxin.
    Intel,
    /// AMD and Hygon.
    Amd,
    /// KVM's leaves, wherever their base is.
    Kvm,
    /// Hyper-V's leaves, or a hypervisor's imitation of them.
    HyperV,
}

/// The named bits of one register.
#[derive(Debug)]
pub struct Group {
    /// The leaf; hypervisor leaves are written with base 0x40000000.
    pub leaf: u32,
    /// The subleaf.
    pub subleaf: u32,
    /// The register.
    pub register: Register,
    /// Whose definition the rows follow unless they say otherwise.
    pub scope: Scope,
    /// The rows, in ascending order of the bit.
    pub bits: &'static [Bit],
}

/// One row of the table.
#[derive(Debug)]
pub struct Bit {
    /// The bit's number, 0 to 31.
    pub bit: u8,
    /// Our name: the kernel's flag name where Linux has one, else the manual's in lower case.
    pub name: &'static str,
    /// The name in /proc/cpuinfo, where Linux prints one for this very bit.
    pub linux: Option<&'static str>,
    /// VMware's key in an EVC mode's feature mask, such as `cpuid.AVX2`.
    pub evc: Option<&'static str>,
    /// Whose definition this row follows, where it is not the group's.
    pub scope: Option<Scope>,
    /// One line of meaning.
    pub meaning: &'static str,
}

impl Bit {
    /// A row with a name of our own only.
    pub const fn new(bit: u8, name: &'static str, meaning: &'static str) -> Self {
        Self { bit, name, linux: None, evc: None, scope: None, meaning }
    }

    /// Only AMD and Hygon define the bit, in a register that others define too.
    #[must_use]
    pub const fn amd(mut self) -> Self {
        self.scope = Some(Scope::Amd);
        self
    }

    /// Every vendor may define the bit, in a register that is otherwise one vendor's.
    #[must_use]
    pub const fn any(mut self) -> Self {
        self.scope = Some(Scope::Any);
        self
    }

    /// Only Intel and those who follow it define the bit.
    #[must_use]
    pub const fn intel(mut self) -> Self {
        self.scope = Some(Scope::Intel);
        self
    }

    /// Linux prints the bit under our name.
    #[must_use]
    pub const fn linux(mut self) -> Self {
        self.linux = Some(self.name);
        self
    }

    /// Linux prints the bit under another name, because ours would stand twice.
    #[must_use]
    pub const fn linux_as(mut self, flag: &'static str) -> Self {
        self.linux = Some(flag);
        self
    }

    /// VMware masks the bit under this key.
    #[must_use]
    pub const fn evc(mut self, key: &'static str) -> Self {
        self.evc = Some(key);
        self
    }
}

/// A named bit of CPUID.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    group: &'static Group,
    bit: &'static Bit,
}

/// Whether a feature is there, as far as a source can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// The bit is set.
    Present,
    /// The bit is clear, or its leaf is beyond what the CPU has.
    Absent,
    /// The source does not have the leaf.
    Unknown,
}

impl Presence {
    /// True when the bit is set.
    pub fn is_present(self) -> bool {
        self == Self::Present
    }

    /// True when the bit is known to be clear.
    pub fn is_absent(self) -> bool {
        self == Self::Absent
    }
}

impl Feature {
    /// Our name, unique in the table.
    pub fn name(&self) -> &'static str {
        self.bit.name
    }

    /// The flag of /proc/cpuinfo that shows this bit.
    pub fn linux(&self) -> Option<&'static str> {
        self.bit.linux
    }

    /// VMware's EVC key.
    pub fn evc(&self) -> Option<&'static str> {
        self.bit.evc
    }

    /// One line of meaning.
    pub fn meaning(&self) -> &'static str {
        self.bit.meaning
    }

    /// Leaf and subleaf, hypervisor leaves with base 0x40000000.
    pub fn leaf(&self) -> LeafId {
        LeafId::new(self.group.leaf, self.group.subleaf)
    }

    /// The register.
    pub fn register(&self) -> Register {
        self.group.register
    }

    /// The bit's number in the register.
    pub fn bit(&self) -> u8 {
        self.bit.bit
    }

    /// Where the bit is, such as `0x7.0.ebx[5]`.
    pub fn place(&self) -> String {
        format!("{}.{}[{}]", self.leaf(), self.register(), self.bit())
    }

    /// The bit as a mask of the register.
    pub fn mask(&self) -> u32 {
        1 << self.bit.bit
    }

    /// Whose definition the bit follows.
    pub fn scope(&self) -> Scope {
        self.bit.scope.unwrap_or(self.group.scope)
    }

    /// False where another vendor's manual defines the bit.
    pub fn applies_to(&self, vendor: Vendor) -> bool {
        match self.scope() {
            Scope::Intel => !vendor.is_amd_like(),
            Scope::Amd => !vendor.is_intel_like(),
            Scope::Any | Scope::Kvm | Scope::HyperV => true,
        }
    }

    /// Whether `cpu` has the bit set. The vendor is not looked at.
    ///
    /// A hypervisor's bit costs a search for its interface each time: [`presences`] is
    /// the way to ask for many features.
    pub fn presence(&self, cpu: &dyn Cpuid) -> Presence {
        let base = match self.scope() {
            scope @ (Scope::Kvm | Scope::HyperV) => interface_base(cpu, scope),
            Scope::Any | Scope::Intel | Scope::Amd => None,
        };
        self.presence_from(cpu, base)
    }

    /// [`Feature::presence`] when the base of the hypervisor's interface is known.
    fn presence_from(&self, cpu: &dyn Cpuid, base: Option<u32>) -> Presence {
        let LeafId { leaf, subleaf } = self.leaf();
        let leaf = match self.scope() {
            Scope::Kvm | Scope::HyperV => match base {
                Some(base) => base + (leaf & 0xff),
                None => return without_interface(cpu),
            },
            Scope::Any | Scope::Intel | Scope::Amd => leaf,
        };
        match known_registers(cpu, LeafId::new(leaf, subleaf)) {
            Some(registers) if registers.register(self.register()) & self.mask() != 0 => {
                Presence::Present
            }
            Some(_) => Presence::Absent,
            None => Presence::Unknown,
        }
    }
}

/// The registers of a leaf, zeros where the source itself says that the CPU has no such
/// leaf, and `None` where it does not tell.
pub fn known_registers(cpu: &dyn Cpuid, id: LeafId) -> Option<Registers> {
    match cpu.registers(id.leaf, id.subleaf) {
        Some(registers) => Some(registers),
        None if beyond_maximum(cpu, id.leaf) => Some(Registers::default()),
        None if subleaf_is_absent(cpu, id) => Some(Registers::default()),
        None => None,
    }
}

/// True when subleaf 0 says that the CPU does not have this subleaf, so that a dump
/// need not list it.
fn subleaf_is_absent(cpu: &dyn Cpuid, id: LeafId) -> bool {
    let Some(first) = cpu.leaf(id.leaf) else { return false };
    match id.leaf {
        // EAX of subleaf 0 is the last subleaf (SDM vol. 2A, CPUID).
        7 | 0x14 | 0x17 | 0x18 | 0x1d | 0x1e | 0x20 | 0x24 | 0x29 => first.eax < id.subleaf,
        // One subleaf per bit of EDX (monitoring) or EBX (allocation).
        0xf if id.subleaf < 32 => first.edx >> id.subleaf & 1 == 0,
        0x10 if id.subleaf < 32 => first.ebx >> id.subleaf & 1 == 0,
        // XSAVE components: one subleaf per bit of XCR0 (subleaf 0 EAX) or XSS (subleaf 1 ECX).
        0xd if id.subleaf >= 2 && id.subleaf < 32 => {
            let supervisor = cpu.registers(0xd, 1).map(|r| r.ecx);
            (first.eax | supervisor.unwrap_or(u32::MAX)) >> id.subleaf & 1 == 0
        }
        _ => false,
    }
}

/// Where no such hypervisor interface is seen: it is not there, unless the source has left
/// the hypervisor's leaves out, as libcpuid does.
fn without_interface(cpu: &dyn Cpuid) -> Presence {
    let is_guest = cpu.leaf(1).is_none_or(|leaf1| leaf1.ecx >> 31 == 1);
    if is_guest && cpu.leaf(FIRST_BASE).is_none() { Presence::Unknown } else { Presence::Absent }
}

impl PartialEq for Feature {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Feature {}

/// Every named bit, by leaf, subleaf, register and bit.
pub fn all() -> impl Iterator<Item = Feature> {
    table::GROUPS.iter().flat_map(|group| group.bits.iter().map(move |bit| Feature { group, bit }))
}

/// Every named bit and whether `cpu` has it, with one search for the hypervisors'
/// interfaces.
pub fn presences(cpu: &dyn Cpuid) -> impl Iterator<Item = (Feature, Presence)> {
    let [kvm, hyperv] = [Scope::Kvm, Scope::HyperV].map(|scope| interface_base(cpu, scope));
    all().map(move |feature| {
        let base = if feature.scope() == Scope::Kvm { kvm } else { hyperv };
        (feature, feature.presence_from(cpu, base))
    })
}

/// The feature of this name.
pub fn by_name(name: &str) -> Option<Feature> {
    all().find(|feature| feature.name() == name)
}

/// The feature that VMware masks under this key, such as `cpuid.AVX2`.
pub fn by_evc_key(key: &str) -> Option<Feature> {
    all().find(|feature| feature.evc() == Some(key))
}

/// The features at the bits `mask` of one register of `cpu`, as `cpu`'s vendor and
/// hypervisor define them: for naming the bits in which two registers differ.
pub fn at(cpu: &dyn Cpuid, id: LeafId, register: Register, mask: u32) -> Vec<Feature> {
    let vendor = cpu.leaf(0).map_or(Vendor::Other, Vendor::from_leaf0);
    let hypervisor = range_base(id.leaf) >> 16 == 0x4000;
    let leaf = if hypervisor { FIRST_BASE | id.leaf & 0xff } else { id.leaf };
    let place = (leaf, id.subleaf, register);
    let found: Vec<Feature> = table::GROUPS
        .iter()
        .filter(|group| (group.leaf, group.subleaf, group.register) == place)
        .flat_map(|group| group.bits.iter().map(move |bit| Feature { group, bit }))
        .filter(|feature| feature.mask() & mask != 0 && feature.applies_to(vendor))
        .collect();
    match found.first() {
        // The rows of one place belong to one interface, which may live at another base.
        Some(first) if hypervisor => {
            let base = interface_base(cpu, first.scope());
            if base == Some(range_base(id.leaf)) { found } else { Vec::new() }
        }
        _ => found,
    }
}

/// The features that Linux prints as this flag: more than one where vendors
/// put the same thing into different leaves.
pub fn by_linux_flag(flag: &str) -> impl Iterator<Item = Feature> {
    all().filter(move |feature| feature.linux() == Some(flag))
}
