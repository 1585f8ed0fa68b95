//! Once per boot: `announce = "boot"`.

use std::os::unix::net::UnixStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use support::vm::Guest;
use support::{bin, need_guest};

use super::peer::{Outcome, Placemat};
use super::power;
use super::{ADDRESS, Agent, NECO, NOTHING, OTHER, PORT, ask, builder, logged, neco, restart};

/// Where QEMU's hosts look for an agent.
const AGENT: &str = "org.qemu.guest_agent.0";

const QUIET: Duration = Duration::from_secs(2);

fn announced() -> Result<Outcome> {
    Ok(Outcome::Listens(ADDRESS.parse()?))
}

#[test]
fn a_host_that_comes_later_gets_the_line_and_nothing_else() -> Result<()> {
    need_guest!();
    let builder =
        builder("[bmc]\nnetwork = \"10.72.16.0/20\"\n")?.port(OTHER).port(PORT).port(AGENT);
    let mut guest = builder.file(NECO, 0o644, neco(ADDRESS)).boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    logged(&mut guest, "10.72.17.4 waits for a host at the port placemat")?;
    assert_eq!(agent.idle(&mut guest, 5)?, NOTHING, "without a host");
    let (status, code) = ask(&mut guest, &["bmc"])?;
    ensure!(code == 1 && status["guestd"] == true && status["state"] == "no-host", "{status}");
    ensure!(status["address"] == ADDRESS && status["source"] == "neco", "{status}");

    let mut other = Placemat::new(guest.port(OTHER)?)?;
    let mut host = Placemat::new(guest.port(PORT)?)?;
    let start = Instant::now();
    ensure!(host.first()? == b"10.72.17.4\n", "{host:?}");
    eprintln!("the line came {:?} after the host", start.elapsed());
    ensure!(host.outcome()? == announced()?);
    logged(
        &mut guest,
        "10.72.17.4 (from neco, /etc/neco/bmc-address.json) sent to the port placemat",
    )?;
    assert_eq!(agent.idle(&mut guest, 5)?, NOTHING, "after the line");
    let (status, code) = ask(&mut guest, &["bmc"])?;
    ensure!(code == 0 && status["state"] == "sent" && status["sent"]["times"] == 1, "{status}");

    // The host can ask, too.
    let mut command = Command::new(bin::guestctl()?);
    let output =
        command.args(["bmc", "-o", "json", "--socket"]).arg(guest.port_path(AGENT)).output()?;
    let status: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(status["guestd"] == true && status["sent"]["address"] == ADDRESS, "{status}");
    let output = guest.run(["guestctl", "agent", "call", "guestd-report"])?.success()?;
    let report = output.json()?;
    ensure!(report["schema"] == "guestd-report" && report["bmc"]["state"] == "sent", "{report}");

    // The port is free for others, who are not heard by Placemat any more.
    let (sent, code) = ask(&mut guest, &["bmc", "announce", "10.72.17.9"])?;
    ensure!(code == 0 && sent["port"] == PORT, "{sent}");
    ensure!(host.dropped()? == b"10.72.17.9\n");
    ensure!(host.outcome()? == announced()?);

    // An agent that is started again knows, and in this mode nothing else makes it send.
    restart(&mut guest)?.settle(&mut guest)?;
    guest.shell(&format!("echo '{}' > {NECO}", neco("10.72.17.5").trim()))?.success()?;
    drop(host);
    let mut next = Placemat::new(guest.port(PORT)?)?;
    guest.plug_port("third")?;
    next.quiet(QUIET)?;
    other.quiet(Duration::ZERO)?;

    // With another address it does send, and says what that is worth.
    restart(&mut guest)?.settle(&mut guest)?;
    ensure!(next.first()? == b"10.72.17.5\n");
    logged(&mut guest, "sent; a running Placemat may keep the old one, 10.72.17.4")?;

    // Nothing is sent that would harm a host.
    for wrong in ["10.72.32.1", "127.0.0.1", "10.72.16.0", "0.0.0.0"] {
        guest.shell(&format!("echo '{}' > {NECO}", neco(wrong).trim()))?.success()?;
        restart(&mut guest)?.settle(&mut guest)?;
        let (status, code) = ask(&mut guest, &["bmc"])?;
        ensure!(code == 1 && status["state"] == "no-address", "{wrong}: {status}");
        ensure!(status["problem"].as_str().context("no problem")?.contains(wrong), "{status}");
    }
    next.quiet(QUIET)?;
    // The file is put right while it waits.
    guest.shell(&format!(
        "echo '{}' > {NECO}.new; mv {NECO}.new {NECO}",
        neco("10.72.17.6").trim()
    ))?;
    ensure!(next.dropped()? == b"10.72.17.6\n");
    Ok(())
}

#[test]
fn a_host_that_was_there_first_gets_the_line_after_every_boot() -> Result<()> {
    let [simulator, client, unshare, ip, timeout] = power::NEEDS;
    need_guest!(simulator, client, unshare, ip, timeout);
    // As Placemat starts it: QEMU listens, and the host connects once, before the guest runs.
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("node.guest");
    let chardev = format!("socket,id=char0,path={},server=on,wait=off", socket.display());
    let device = format!("virtserialport,chardev=char0,name={PORT}");
    let append = format!("console=ttyS0 panic=-1 quiet guestd.bmc={ADDRESS}");
    let builder = builder("")?
        .smbios("type=1,serial=b8a5b6d4b1f2")
        .arguments(["-chardev", &chardev, "-device", &device])
        .arguments(["-action", "reboot=reset", "-append", &append]);
    let host = thread::spawn(move || {
        for _ in 0..6000 {
            if let Ok(stream) = UnixStream::connect(&socket) {
                return Placemat::new(stream);
            }
            thread::sleep(Duration::from_millis(10));
        }
        anyhow::bail!("QEMU does not listen")
    });
    let mut guest = builder.boot()?;
    let mut host = host.join().ok().context("the host panicked")??;
    let start = Instant::now();
    let agent = Agent::start(&mut guest, &["run"])?;
    ensure!(host.first()? == b"10.72.17.4\n");
    let took = start.elapsed();
    eprintln!("the line came {took:?} after the start of guestd was asked for");
    ensure!(took < Duration::from_secs(5), "{took:?}");
    logged(&mut guest, "(from cmdline, /proc/cmdline) sent")?;
    assert_eq!(agent.idle(&mut guest, 3)?, NOTHING);
    // What the line is for, with a stand-in for Placemat.
    let Outcome::Listens(address) = host.outcome()? else { bail!("no BMC: {host:?}") };
    ensure!(power::stat(address)? == format!("{ADDRESS}: on"));

    // The host sees no end of the connection when the guest reboots, and drops the line.
    guest.qmp()?.execute("system_reset", serde_json::json!({}))?;
    guest.rebooted(Duration::from_secs(120))?;
    Agent::start(&mut guest, &["run"])?;
    ensure!(host.dropped()? == b"10.72.17.4\n");
    ensure!(host.outcome()? == announced()?);
    Ok(())
}

#[test]
fn by_hand_without_guestd() -> Result<()> {
    need_guest!();
    let builder = builder("")?.port(PORT).port(OTHER).file(NECO, 0o644, neco(ADDRESS));
    let mut guest = builder.boot()?;
    let announce = |guest: &mut Guest, words: &[&str]| {
        guest.run(["guestctl", "bmc", "announce"].iter().chain(words).copied())
    };
    // Nobody is there, and no process is left waiting for somebody.
    let start = Instant::now();
    let output = announce(&mut guest, &["--timeout", "1"])?;
    ensure!(output.code == 4 && output.errors().contains("no host has opened"), "{output:?}");
    ensure!(start.elapsed() < Duration::from_secs(10));
    for wrong in ["127.0.0.1", "10.72.17.4/20", "::1", "localhost", " 10.72.17.4", ""] {
        let output = announce(&mut guest, &["--", wrong])?;
        ensure!(output.code == 2, "{wrong}: {output:?}");
    }
    let output = announce(&mut guest, &["--port", "missing"])?;
    ensure!(output.errors().contains("there is no port missing"), "{output:?}");
    let output = announce(&mut guest, &["10.72.17.4", "--network", "10.0.0.0/16"])?;
    ensure!(output.code == 2 && output.errors().contains("outside"), "{output:?}");

    let mut host = Placemat::new(guest.port(PORT)?)?;
    let output = announce(&mut guest, &[])?.success()?;
    ensure!(output.text().starts_with("10.72.17.4 (from neco) sent"), "{output:?}");
    ensure!(host.first()? == b"10.72.17.4\n");

    // Another program has the port open for a while.
    guest.shell("(exec 3<>/dev/virtio-ports/placemat; sleep 8) >/dev/null 2>&1 & usleep 300000")?;
    let output = announce(&mut guest, &["10.72.17.5", "--timeout", "0.5"])?;
    ensure!(output.code == 2, "whole seconds: {output:?}");
    let output = announce(&mut guest, &["10.72.17.5", "--timeout", "1"])?;
    ensure!(output.code == 4 && output.errors().contains("another program"), "{output:?}");
    announce(&mut guest, &["10.72.17.5"])?.success()?;
    ensure!(host.dropped()? == b"10.72.17.5\n");
    let (status, code) = ask(&mut guest, &["bmc"])?;
    ensure!(code == 0 && status["guestd"] == false && status["address"] == ADDRESS, "{status}");
    let by_hand = &status["by-hand"];
    ensure!(by_hand["address"] == "10.72.17.5" && by_hand["times"] == 2, "{status}");
    ensure!(by_hand["by"] == "guestctl (root)" && status.get("sent").is_none(), "{status}");
    drop(host);
    as_configured(&mut guest)
}

/// What guestd would do is done by hand without it, and is known to it later.
fn as_configured(guest: &mut Guest) -> Result<()> {
    let configure = |guest: &mut Guest, text: &str| {
        guest.shell(&format!("cat > /etc/guestd/guestd.toml <<'END'\n[bmc]\n{text}END"))?.success()
    };
    configure(guest, "port = \"placemat\"\nadress = \"10.72.17.6\"\n")?;
    let output = guest.run(["guestctl", "bmc", "announce"])?;
    ensure!(output.code == 4, "{output:?}");
    ensure!(output.errors().contains("guestd.toml:3: unknown key `adress`"), "{output:?}");

    let sources = "sources = [\"command\"]\ncommand = [\"/bin/echo\", \"10.72.17.6\"]\n";
    configure(guest, &format!("port = \"{OTHER}\"\nnetwork = \"10.72.16.0/20\"\n{sources}"))?;
    let (found, code) = ask(guest, &["bmc", "discover"])?;
    let findings = found["findings"].as_array().context("no findings")?;
    ensure!(code == 0 && findings.len() == 1 && findings[0]["source"] == "command", "{found}");
    let output = guest.run(["guestctl", "bmc", "announce", "10.72.32.1"])?;
    ensure!(output.code == 2 && output.errors().contains("outside"), "{output:?}");
    let (status, code) = ask(guest, &["bmc"])?;
    ensure!(code == 1 && status["port"] == OTHER && status["state"] == "off", "{status}");
    let mut host = Placemat::new(guest.port(OTHER)?)?;
    let (sent, _) = ask(guest, &["bmc", "announce"])?;
    ensure!(sent["port"] == OTHER && sent["source"] == "command", "{sent}");
    ensure!(host.first()? == b"10.72.17.6\n");

    // guestd does not send the same once more.
    Agent::start(guest, &["run"])?.settle(guest)?;
    let (status, code) = ask(guest, &["bmc"])?;
    ensure!(code == 0 && status["guestd"] == true && status["state"] == "sent", "{status}");
    ensure!(status["by-hand"]["address"] == "10.72.17.6", "{status}");
    host.quiet(Duration::from_millis(200))
}
