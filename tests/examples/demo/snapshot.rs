//! A snapshot taken while the guest is quiesced, and what the guest tells of it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use support::vm::Guest;
use support::{bin, packages};

use crate::say::show;

const PORT: &str = "org.qemu.guest_agent.0";

/// A writer that never stops, and what an application may want to do at a freeze.
const WRITER: &str = "
mkdir /data && mount -t ext4 /dev/vda /data
(while :; do date >> /data/log; done) > /dev/null 2>&1 < /dev/null &
guestd run < /dev/null > /run/guestd.log 2>&1 &";
const HOOK: &str = "#!/bin/sh\necho \"$1\" >> /data/hook\n";

/// Boots the guest, and takes a snapshot of its disk with quiesce and one without.
pub(crate) fn show_all() -> Result<()> {
    println!(
        "A guest boots whose data disk is written to all the time, with guestd and one hook. The\n\
         host copies the disk while it is written to, and then once more while the guest is\n\
         quiesced. Only the second copy has a clean journal.\n"
    );
    let builder = Guest::builder()?.cpus(2).ext4("data", 64 << 20).port(PORT);
    let builder = builder.file("/etc/guestd/hooks.d/50-application", 0o755, HOOK);
    let mut guest = builder.binary("guestd", &bin::guestd()?)?.boot()?;
    guest.shell(WRITER)?.success()?;
    let (disk, socket) = (guest.disk_path("data"), guest.port_path(PORT));
    let dir = tempfile::tempdir()?;

    let plain = dir.path().join("plain");
    let copied = Command::new("cp").arg(&disk).arg(&plain).status()?;
    ensure!(copied.success(), "cp: {copied}");
    println!("host$ cp data.disk plain");
    journal("plain", &plain)?;

    let quiesced = dir.path().join("quiesced");
    let guestctl = |verb: &str| -> Result<Command> {
        let mut command = Command::new(bin::guestctl()?);
        command.args(["quiesce", verb, "--socket"]).arg(&socket);
        Ok(command)
    };
    println!("host$ guestctl quiesce run --socket guest.sock -- cp data.disk quiesced");
    let status = guestctl("run")?.args(["--", "cp"]).arg(&disk).arg(&quiesced).status()?;
    ensure!(status.success(), "guestctl quiesce run: {status}");
    journal("quiesced", &quiesced)?;

    let output = guestctl("show")?.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let words = ["guestctl", "quiesce", "show", "--socket", "guest.sock"];
    let code = output.status.code().context("guestctl was killed")?;
    show("host", &words, text.trim_end(), errors.trim_end(), code)
}

/// Says whether the filesystem in a file was left clean.
fn journal(name: &str, file: &Path) -> Result<()> {
    let program = packages::find("dumpe2fs").context("no dumpe2fs: apt install e2fsprogs")?;
    let output = Command::new(program).arg("-h").arg(file).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let dirty = String::from_utf8_lossy(&output.stdout).contains("needs_recovery");
    let found = if dirty { "needs_recovery" } else { "clean" };
    println!("host$ dumpe2fs -h {name} | grep -o needs_recovery || echo clean\n{found}\n");
    ensure!(dirty == (name == "plain"), "the {name} copy is {found}");
    Ok(())
}
