//! What guestctl says inside these guests, and here about what it dumped there.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use support::vm::Guest;
use support::{bin, need_guest, packages};

use crate::machines::{EPYC, HASWELL_EVC, MAX, Machine, SKYLAKE, VMWARE_DMI};

/// What a guest has to say about itself.
struct Expected {
    /// CPUID leaf 1 EAX, where QEMU's model fixes it.
    signature: Option<&'static str>,
    cpus: usize,
    /// `verdict` of `guestctl evc`.
    evc: &'static str,
    /// The mode that presents the guest's signature.
    signature_mode: Option<&'static str>,
}

impl Expected {
    /// Not a VMware guest, whatever its signature.
    const OTHER: Self = Self { signature: None, cpus: 1, evc: "not-vmware", signature_mode: None };
}

#[test]
fn haswell_with_the_signature_of_evc_is_no_vmware_guest() -> Result<()> {
    let signature = Some("0x000306f0");
    let signature_mode = Some("intel-haswell");
    check(&HASWELL_EVC, &Expected { signature, signature_mode, ..Expected::OTHER })
}

#[test]
fn skylake_with_two_cpus_is_no_vmware_guest() -> Result<()> {
    let signature = Some("0x00050650");
    let signature_mode = Some("intel-skylake");
    check(&SKYLAKE, &Expected { signature, signature_mode, cpus: 2, ..Expected::OTHER })
}

#[test]
fn epyc_is_no_vmware_guest() -> Result<()> {
    let signature = Some("0x00800f12");
    check(&EPYC, &Expected { signature, signature_mode: Some("amd-zen"), ..Expected::OTHER })
}

#[test]
fn max_is_no_vmware_guest() -> Result<()> {
    check(&MAX, &Expected::OTHER)
}

#[test]
fn vmware_dmi_over_a_cpu_of_no_mode_is_honestly_answered() -> Result<()> {
    // The firmware says VMware, but QEMU's max CPU is a family 15 AMD of no EVC mode.
    check(&VMWARE_DMI, &Expected { evc: "none", ..Expected::OTHER })
}

fn check(machine: &Machine, expected: &Expected) -> Result<()> {
    need_guest!("systemd-detect-virt", "virt-what", "dmidecode", "cpuid");
    let mut guest = machine.boot()?;
    agrees_with_its_peers(&mut guest)?;
    says_the_verdict(&mut guest, expected)?;
    dumps_what_others_read(&mut guest, expected)
}

fn agrees_with_its_peers(guest: &mut Guest) -> Result<()> {
    let ours = guest.run(["guestctl", "-o", "json", "virt"])?.success()?.json()?;
    // Both tools end with an error where there is no hypervisor, and still answer.
    let systemd = guest.run(["systemd-detect-virt", "--vm"])?.text();
    let virt_what = guest.run(["virt-what"])?.success()?.lines();
    assert_eq!(ours["systemd"], Value::from(systemd), "systemd-detect-virt --vm; {ours:#}");
    assert_eq!(ours["virt_what"], Value::from(virt_what), "virt-what; {ours:#}");
    Ok(())
}

fn says_the_verdict(guest: &mut Guest, expected: &Expected) -> Result<()> {
    let evc = guest.run(["guestctl", "evc", "-o", "json"])?.json()?;
    assert_eq!(evc["verdict"], expected.evc, "{evc:#}");
    assert_eq!(evc["signature_mode"], Value::from(expected.signature_mode), "{evc:#}");
    // Without EVC, the mode is the highest baseline that the guest would fit. Which one
    // that is depends on what the installed QEMU emulates.
    assert_eq!(evc["mode"], evc["feature_mode"], "{evc:#}");
    assert!(evc["evidence"].as_array().is_some_and(|list| !list.is_empty()), "{evc:#}");
    assert!(evc["hidden"].is_array(), "{evc:#}");
    Ok(())
}

/// The guest's dump is read here with nothing lost, by us and by etallen's cpuid.
fn dumps_what_others_read(guest: &mut Guest, expected: &Expected) -> Result<()> {
    let dump = guest.run(["guestctl", "cpu", "dump", "--format", "etallen"])?.success()?;
    let lines = dump.lines();
    let leaf_1: Vec<&String> =
        lines.iter().filter(|line| line.contains("0x00000001 0x00")).collect();
    assert_eq!(leaf_1.len(), expected.cpus, "{}", dump.text());
    if let Some(signature) = expected.signature {
        let eax = format!("eax={signature} ");
        assert!(leaf_1.iter().all(|line| line.contains(&eax)), "{leaf_1:?}");
    }

    let dir = tempfile::tempdir()?;
    let file = dir.path().join("dump");
    fs::write(&file, &dump.stdout)?;
    let file = file.to_string_lossy();
    let ours = bin::guestctl()?;
    let again = ["cpu", "dump", "--format", "etallen", "--from", &file];
    assert_eq!(here(&ours.to_string_lossy(), &again)?, dump.text());

    let cpuid = packages::find("cpuid").context("no cpuid")?;
    let theirs = here(&cpuid.to_string_lossy(), &["-r", "-f", &file])?;
    assert_eq!(theirs.lines().map(str::trim).collect::<Vec<_>>(), trimmed(&lines));
    Ok(())
}

fn trimmed(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.trim()).collect()
}

/// What a program says on this machine.
fn here(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{program} {arguments:?}: {errors}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
