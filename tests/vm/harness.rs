//! The small guests themselves: that a test can believe what they answer.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::Result;
use support::need_guest;
use support::vm::Guest;

#[test]
fn a_guest_runs_commands_with_input_output_and_exit_code() -> Result<()> {
    need_guest!();
    let mut guest = Guest::builder()?.boot()?;

    let output = guest.shell("echo out; echo err >&2; exit 3")?;
    assert_eq!((output.code, output.text().as_str(), output.errors().as_str()), (3, "out", "err"));

    let words = ["printf", "%s|", "two words", "it's", "$HOME", "line\nbreak"];
    assert_eq!(guest.run(words)?.success()?.text(), "two words|it's|$HOME|line\nbreak|");

    let binary: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let output = guest.command(["cat"]).input(binary.clone()).run()?.success()?;
    assert_eq!(output.stdout, binary);

    let error = guest.command(["sleep", "30"]).timeout(Duration::from_millis(300)).run();
    assert!(format!("{:#}", error.unwrap_err()).contains("no answer in time"));
    // A late answer must not be taken for that of another command.
    assert!(guest.run(["true"]).is_err());
    Ok(())
}

#[test]
fn a_port_reaches_the_guest_and_a_disk_is_there() -> Result<()> {
    need_guest!();
    let mut guest = Guest::builder()?
        .cpus(2)
        .port("org.guestd.test.0")
        .disk("data", 32 << 20)
        .module("dm_mod")
        .module("vsock_loopback")
        .file("/etc/greeting", 0o644, "hello")
        .boot()?;
    assert_eq!(guest.run(["cat", "/etc/greeting"])?.text(), "hello");
    assert_eq!(guest.shell("grep -c ^processor /proc/cpuinfo")?.text(), "2");
    let disk =
        guest.shell("cat /sys/block/vda/size /sys/block/vda/serial; ls -d /sys/module/dm_mod")?;
    assert_eq!(disk.text(), "65536\ndata/sys/module/dm_mod");

    let mut port = guest.port("org.guestd.test.0")?;
    port.set_read_timeout(Some(Duration::from_secs(20)))?;
    let echo = "{ read -r line; echo \"got $line\"; } <>/dev/virtio-ports/org.guestd.test.0 >&0 2>/run/e &";
    guest.shell(echo)?.success()?;
    port.write_all(b"ping\n")?;
    let mut answer = [0; 9];
    port.read_exact(&mut answer)?;
    assert_eq!(&answer, b"got ping\n");

    guest.power_off(Duration::from_secs(30))
}

#[test]
fn a_guest_that_panics_fails_with_its_console() -> Result<()> {
    need_guest!();
    let broken = Guest::builder()?.file("/init", 0o755, "#!/bin/busybox sh\necho last words\n");
    let error = format!("{:?}", broken.boot().unwrap_err());
    assert!(error.contains("last words") && error.contains("Kernel panic"), "{error}");
    Ok(())
}
