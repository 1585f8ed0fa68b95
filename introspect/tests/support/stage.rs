//! A stage on which the system's own tools see a captured machine.
//!
//! In a mount namespace of its own the case's /sys, /proc and /run take the place of the
//! real ones, and virt-what's CPUID helper answers with the case's letters. CPUID itself
//! stays that of this machine, since no tool can be given another.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::cases::Case;
use super::smbios;

/// Where Debian and Fedora keep virt-what's helper.
const HELPER: &str = "/usr/libexec/virt-what-cpuid-helper";

/// The letters the helper looks for, as virt-what 1.25 has them.
const KNOWN_TO_HELPER: &[&str] = &[
    "VMwareVMware",
    "KVMKVMKVM",
    "Microsoft Hv",
    "XenVMMXenVMM",
    "TCGTCGTCGTCG",
    "bhyve bhyve ",
    "LKVMLKVMLKVM",
    "OpenBSDVMM58",
];

const SET: &str = r#"
set -e
for path in /*; do
    name=${path#/}
    case $name in proc|sys|run|tmp) continue ;; esac
    if [ -L "$path" ]; then cp -P "$path" "$1/"
    elif [ -d "$path" ]; then mkdir -p "$1/$name"; mount --rbind "$path" "$1/$name"; fi
done
mkdir -p "$1/.proc" "$1/proc" "$1/sys" "$1/run" "$1/tmp"
mount -t proc proc "$1/.proc"
for path in "$1"/.proc/*; do
    name=${path##*/}
    [ -e "$1/proc/$name" ] || ln -s "/.proc/$name" "$1/proc/$name"
done
mount --bind "$1/helper" "$1$2"
exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'systemd-detect-virt --vm; virt-what'
"#;

/// What systemd-detect-virt --vm and virt-what print.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) systemd: String,
    pub(crate) virt_what: Vec<String>,
}

/// Why the stage cannot be set here, if it cannot.
pub(crate) fn missing() -> Option<String> {
    for tool in ["unshare", "virt-what", "dmidecode", "systemd-detect-virt"] {
        if run(Command::new(tool).arg("--version")).is_none() {
            return Some(format!("{tool} is not installed"));
        }
    }
    let version = run(Command::new("virt-what").arg("--version"))?.stdout;
    let version = String::from_utf8_lossy(&version);
    if version.trim() != "1.25" {
        return Some(format!("virt-what is {}, not 1.25", version.trim()));
    }
    if !Path::new(HELPER).exists() {
        return Some(format!("{HELPER} is not there"));
    }
    let allowed = run(Command::new("unshare").args(["-mpf", "--mount-proc", "true"]));
    allowed.is_none_or(|output| !output.status.success()).then(|| "no root".to_owned())
}

/// Lets the tools look at a case.
pub(crate) fn ask(case: &Case) -> Answer {
    let stage = tempfile::tempdir().unwrap();
    let root = stage.path();
    for part in ["sys", "proc", "run", ".dockerenv"] {
        copy(&case.path.join(part), &root.join(part));
    }
    smbios::write(&root.join("sys"));
    let letters = case.letters();
    let known = letters.iter().rev().find(|one| KNOWN_TO_HELPER.contains(&one.as_str()));
    let script = format!("#!/bin/sh\necho '{}'\n", known.map_or("", |one| one.as_str()));
    let helper = root.join("helper");
    fs::write(&helper, script).unwrap();
    run(Command::new("chmod").arg("755").arg(&helper)).unwrap();

    let mut command = Command::new("unshare");
    command.args(["-mpf", "--mount-proc", "sh", "-c", SET, "sh"]).arg(root).arg(HELPER);
    let output = run(&mut command).unwrap();
    assert!(output.status.success(), "{}: {output:?}", case.name);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    Answer { systemd: lines.next().unwrap_or_default(), virt_what: lines.collect() }
}

/// The output of a tool; `None` where it is not installed.
pub(crate) fn run(command: &mut Command) -> Option<Output> {
    command.output().ok()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else if from.exists() {
        fs::copy(from, to).unwrap();
    }
}
