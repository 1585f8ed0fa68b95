//! guestd in a guest, and guestctl on the host of it: nothing but QEMU in between.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use support::bin;
use support::vm::Guest;

use crate::say::show;

const PORT: &str = "org.qemu.guest_agent.0";

/// Boots the guest and asks its agent.
pub(crate) fn show_all() -> Result<()> {
    println!(
        "Another guest boots, with a data disk and the virtio-serial port that every host gives\n\
         to a guest agent. guestd takes the place of qemu-ga in it. On the host, guestctl talks to\n\
         it through the socket that QEMU made: no libvirt, no network.\n"
    );
    let builder = Guest::builder()?.ext4("data", 64 << 20).port(PORT);
    let builder = builder.module("ext4").binary("guestd", &bin::guestd()?)?;
    let mut guest = builder.boot()?;
    let start = "mkdir -p /data /run && mount -t ext4 /dev/vda /data && \\
                 (guestd qemu-ga -t /run </dev/null >/run/guestd.log 2>&1 &)";
    guest.shell(start)?.success()?;
    println!("guest$ guestd qemu-ga &\n");
    let socket = guest.port_path(PORT);
    let questions: [&[&str]; 9] = [
        &["ping"],
        &["os"],
        &["fsinfo"],
        &["net"],
        &["exec", "--", "sh", "-c", "uname -sr; exit 0"],
        &["freeze"],
        &["frozen"],
        &["ping"],
        &["thaw"],
    ];
    for words in questions {
        ask(&socket, words)?;
    }
    Ok(())
}

fn ask(socket: &Path, words: &[&str]) -> Result<()> {
    let mut command = Command::new(bin::guestctl()?);
    let output = command.args(["agent", "--socket"]).arg(socket).args(words).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let typed = [&["guestctl", "agent", "--socket", "guest.sock"], words].concat();
    let code = output.status.code().context("guestctl was killed")?;
    show("host", &typed, text.trim_end(), errors.trim_end(), code)
}
