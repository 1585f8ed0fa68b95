//! `make demo`: what guestctl says inside a small guest with the CPU signature of a
//! VMware EVC mode, what a host gets from guestd in another guest, by itself and through
//! libvirt, the address of a BMC that a guest tells its host, what guestctl says about a
//! captured guest of a real vSphere cluster, and at last a quiesced snapshot with its timeline.

mod agent;
mod bmc;
mod say;
mod snapshot;
mod through_libvirt;

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use support::vm::Guest;
use support::{bin, root};

use say::{heading, show};

const CPU: &str = "Haswell,model=63,stepping=0,level=13";
const CAPTURED: &str = "tests/fixtures/cpuinfo/kabylake-evc-haswell.cpuinfo";

fn main() -> Result<()> {
    heading("A guest under QEMU");
    println!(
        "A small guest boots here, under software emulation, with `-cpu {CPU}`.\n\
         That is the signature (family 6, model 63, stepping 0) that VMware EVC presents in its\n\
         mode Intel Haswell. The hypervisor is not VMware, and guestctl has to notice.\n"
    );
    in_guest()?;

    heading("A host and its guest's agent");
    agent::show_all()?;

    heading("libvirt and its guest's agent");
    through_libvirt::show_all()?;

    heading("A host and its guest's BMC");
    bmc::show_all()?;

    heading("A captured guest");
    println!(
        "This /proc/cpuinfo was captured in a VMware guest whose host is a Kaby Lake, in a\n\
         cluster whose EVC mode is Intel Haswell. Nothing of that machine is needed here.\n"
    );
    captured(&["guestctl", "--from", CAPTURED])?;
    captured(&["guestctl", "evc", "--from", CAPTURED])?;

    heading("A quiesced snapshot");
    snapshot::show_all()
}

fn in_guest() -> Result<()> {
    println!("(building guestctl, and fetching Debian's cloud kernel if this is the first time)");
    let builder = Guest::builder()?.cpu(CPU).guestctl()?.peers()?;
    let start = Instant::now();
    let mut guest = builder.boot()?;
    println!("(booted in {:.1} s)\n", start.elapsed().as_secs_f64());

    let commands: [&[&str]; 4] =
        [&["guestctl"], &["guestctl", "evc"], &["systemd-detect-virt", "--vm"], &["virt-what"]];
    for words in commands {
        let output = guest.run(words.iter().copied())?;
        show("guest", words, &output.text(), &output.errors(), output.code)?;
    }
    Ok(())
}

fn captured(words: &[&str]) -> Result<()> {
    let mut command = Command::new(bin::guestctl()?);
    let arguments = words.iter().skip(1);
    let output = command.current_dir(root()).args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().context("guestctl was killed")?;
    show("here", words, text.trim_end(), errors.trim_end(), code)
}
