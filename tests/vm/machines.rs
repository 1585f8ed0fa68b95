//! The guests that every answer is checked in.

use anyhow::Result;
use support::vm::{Builder, Guest};

/// One kind of guest.
#[derive(Debug)]
pub(crate) struct Machine {
    /// QEMU's `-cpu`.
    cpu: &'static str,
    machine: &'static str,
    smbios: Option<&'static str>,
    cpus: u32,
}

/// The signature that VMware EVC "Intel Haswell" presents: family 6, model 63, stepping 0.
pub(crate) const HASWELL_EVC: Machine = Machine::cpu("Haswell,model=63,stepping=0,level=13");

/// Two virtual CPUs, with the stepping 0 that no Skylake server was sold with.
pub(crate) const SKYLAKE: Machine =
    Machine { cpus: 2, ..Machine::cpu("Skylake-Server,stepping=0") };

/// AMD.
pub(crate) const EPYC: Machine = Machine::cpu("EPYC");

/// All that QEMU can emulate.
pub(crate) const MAX: Machine = Machine::cpu("max");

/// What the firmware of a VMware guest says, with VMware's port and no hypervisor bit.
/// The CPUID leaves of a hypervisor stay QEMU's: it cannot present VMware's.
pub(crate) const VMWARE_DMI: Machine = Machine {
    cpu: "max,-hypervisor",
    machine: "pc,vmport=on",
    smbios: Some(concat!(
        "type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform,version=None,",
        "serial=VMware-56 4d 3a 1f 8c 5e 07 2b-9d 4e 61 72 a3 b4 c5 d6"
    )),
    cpus: 1,
};

impl Machine {
    const fn cpu(cpu: &'static str) -> Self {
        Self { cpu, machine: "pc", smbios: None, cpus: 1 }
    }

    /// Such a guest with guestctl and the tools it must agree with.
    pub(crate) fn boot(&self) -> Result<Guest> {
        self.describe(Guest::builder()?)?.boot()
    }

    fn describe(&self, builder: Builder) -> Result<Builder> {
        let builder = builder.cpu(self.cpu).machine(self.machine).cpus(self.cpus);
        let builder = match self.smbios {
            Some(table) => builder.smbios(table),
            None => builder,
        };
        builder.guestctl()?.peers()
    }
}
