//! What the kernel and the other tools say in these guests: the ground that the tests
//! of guestctl stand on.

use anyhow::Result;
use support::need_guest;
use support::vm::Guest;

use crate::machines::{EPYC, HASWELL_EVC, MAX, Machine, SKYLAKE, VMWARE_DMI};

#[test]
fn haswell_presents_the_signature_of_its_evc_mode() -> Result<()> {
    expect(&HASWELL_EVC, "GenuineIntel 6 63 0", "qemu", &["qemu"])
}

#[test]
fn skylake_presents_stepping_0_on_both_cpus() -> Result<()> {
    expect(&SKYLAKE, "GenuineIntel 6 85 0\nGenuineIntel 6 85 0", "qemu", &["qemu"])
}

#[test]
fn epyc_is_an_amd() -> Result<()> {
    expect(&EPYC, "AuthenticAMD 23 1 2", "qemu", &["qemu"])
}

#[test]
fn max_is_told_as_qemu() -> Result<()> {
    expect(&MAX, "AuthenticAMD 15 107 1", "qemu", &["qemu"])
}

#[test]
fn vmware_dmi_is_believed_by_both_tools() -> Result<()> {
    expect(&VMWARE_DMI, "AuthenticAMD 15 107 1", "vmware", &["vmware", "qemu"])
}

/// The first /proc/cpuinfo fields of each CPU on a line, and what the tools print.
fn expect(machine: &Machine, cpus: &str, systemd: &str, virt_what: &[&str]) -> Result<()> {
    need_guest!("systemd-detect-virt", "virt-what", "dmidecode");
    let mut guest = machine.boot()?;
    assert_eq!(signatures(&mut guest)?, cpus);
    assert_eq!(guest.run(["systemd-detect-virt", "--vm"])?.success()?.text(), systemd);
    assert_eq!(guest.run(["virt-what"])?.success()?.lines(), virt_what);
    Ok(())
}

fn signatures(guest: &mut Guest) -> Result<String> {
    let fields = "/^(vendor_id|cpu family|model|stepping)\\t/ { printf \"%s%s\", $2, \
                  $1 ~ /^stepping/ ? \"\\n\" : \" \" }";
    let output = guest.run(["awk", "-F", ": ", fields, "/proc/cpuinfo"])?.success()?;
    Ok(output.text())
}
