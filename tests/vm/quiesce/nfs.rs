//! An NFS server that is gone, under a hard mount: whoever asks it waits for ever.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use support::bin;
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, END_AGENT};
use super::host::Host;
use super::{PORT, watch};
use crate::channels::agent::another_port;

/// The port of the agent's that may open files and trim.
const MORE: &str = "org.example.more";
/// The port of QEMU's own agent.
const PEER: &str = "org.example.peer";

/// Long enough to call it for ever: a server that lives answers in milliseconds.
const FOR_EVER: Duration = Duration::from_secs(5);

const SERVE: &str = include_str!("nfs.sh");

/// The agent, asked by a port of few rights and one of more, and QEMU's own beside it.
struct Client {
    guest: Guest,
    host: Host,
    more: Host,
    peer: Host,
}

impl Client {
    /// `before` is a script that runs while the server still lives.
    fn of_a_dead_server(before: &str) -> Result<Self> {
        let another = another_port("more", MORE);
        let settings = format!(
            "{another}groups = [\"info\", \"files\", \"tuning\"]\n[quiesce]\nopen-timeout = 2\n"
        );
        let builder = Guest::builder()?.cpus(2).memory(512).port(PORT).port(MORE).port(PEER);
        let builder = builder.ext4("data", 64 << 20).ext4("inner", 32 << 20);
        let builder = watch::install(builder.module("nfsd").module("nfsv4")).guestctl()?;
        let builder = builder.binary("guestd", &bin::guestd()?)?.program("qemu-ga")?;
        let mut guest = builder.file("/etc/guestd/guestd.toml", 0o600, settings).boot()?;
        guest.shell(SERVE)?.success().context("there is no NFS mount")?;
        guest.shell(before)?.success()?;
        let mut host = Host::connect(&guest)?;
        let mut more = Host::connect_to(&guest, MORE)?;
        let mut peer = Host::connect_to(&guest, PEER)?;
        let qemu = format!(
            "qemu-ga -p /dev/virtio-ports/{PEER} -t /run -f /run/peer.pid >/dev/null 2>&1 </dev/null &"
        );
        guest.shell(&qemu)?;
        agent::start(&mut guest, "guestd run")?;
        for host in [&mut host, &mut more, &mut peer] {
            host.meet()?;
        }
        guest.shell("echo 0 >/proc/fs/nfsd/threads && sleep 2")?.success()?;
        Ok(Self { guest, host, more, peer })
    }

    /// That program waits; it is left behind, because some of them cannot even be killed.
    fn hangs(&mut self, words: &str) -> Result<()> {
        let seconds = FOR_EVER.as_secs();
        let script = format!(
            "(exec {words}) >/dev/null 2>&1 </dev/null &
            sleep {seconds}; kill -0 $!"
        );
        self.guest.shell(&script)?.success().with_context(|| format!("{words} does not hang"))?;
        Ok(())
    }

    /// That guestctl ends well and soon.
    fn guestctl(&mut self, words: &str) -> Result<String> {
        let output = self.guest.shell(&format!("timeout 30 guestctl {words}"))?;
        Ok(output.success().with_context(|| format!("guestctl {words}"))?.text())
    }

    /// What `quiesce check` tells, which has to come soon and to find nothing wrong but that two
    /// agents would freeze.
    fn check(&mut self) -> Result<String> {
        let output = self.guest.shell("timeout 30 guestctl quiesce check")?;
        let told = output.text();
        let notes: Vec<&str> = told.lines().filter(|line| line.starts_with("note: ")).collect();
        let beside = notes.len() == 1 && notes[0].contains(&format!(" on {PEER} freeze"));
        ensure!(output.code == 1 && beside, "{output:?}");
        Ok(told)
    }

    /// The agent ends when it is told to, whatever still hangs in it.
    fn ends(&mut self) -> Result<()> {
        self.guest.shell(END_AGENT)?.success()?;
        agent::gone(&mut self.guest)
    }
}

/// A filesystem among those that an agent tells.
fn told(host: &mut Host, point: &str) -> Result<Value> {
    let told = host.call("guest-get-fsinfo", &json!({}))?;
    let mut all = told.as_array().into_iter().flatten();
    let found = all.find(|one| one["mountpoint"] == point).cloned();
    found.with_context(|| format!("no {point} in {told}"))
}

#[test]
fn a_dead_nfs_server_holds_nobody_up() -> Result<()> {
    need_guest!("mke2fs", "qemu-ga");
    let mut client = Client::of_a_dead_server("")?;
    client.hangs("stat -f /nfs")?;
    client.hangs("sync")?;

    // Whoever asks for a file of it waits, and nobody else does.
    client.more.send("guest-file-open", &json!({"path": "/nfs/file"}))?;
    client.more.is_silent_for(FOR_EVER)?;

    // Twice, because the second agent starts while the server is dead.
    for _ in 0..2 {
        client.host.call("guest-ping", &json!({}))?;
        ensure!(told(&mut client.host, "/data")?["used-bytes"].is_u64());
        let disks = client.host.call("guest-get-disks", &json!({}))?;
        ensure!(disks.as_array().is_some_and(|disks| disks.len() >= 2), "{disks}");
        ensure!(client.host.freeze()? == 1);
        ensure!(watch::frozen(&mut client.guest, &["/data"])? == ["/data"]);
        ensure!(client.host.status()? == "frozen");
        ensure!(client.host.thaw()? == 1);
        watch::none_frozen(&mut client.guest, &["/data"])?;

        let check = client.check()?;
        let left = check.lines().find(|line| line.contains("/nfs"));
        ensure!(left.is_some_and(|line| line.contains("another machine")), "{check}");
        for words in ["virt", "report", "support-bundle /run/bundle.tar"] {
            client.guestctl(words)?;
        }
        client.guest.shell("rm /run/bundle.tar")?.success()?;

        client.ends()?;
        agent::start(&mut client.guest, "guestd run")?;
        client.host.meet()?;
    }

    // It neither lists nor freezes what lies on no disk.
    told(&mut client.peer, "/data")?;
    client.peer.freeze()?;
    client.peer.thaw()?;
    // One command that hangs silences it.
    client.peer.send("guest-file-open", &json!({"path": "/nfs/file"}))?;
    client.peer.send("guest-ping", &json!({}))?;
    client.peer.is_silent_for(FOR_EVER)
}

#[test]
fn what_lies_below_a_dead_nfs_server_is_named_and_holds_nobody_up() -> Result<()> {
    need_guest!("mke2fs", "qemu-ga");
    let mut client = Client::of_a_dead_server("mount -t ext4 /dev/vdb /nfs/inner")?;
    client.hangs("stat /nfs/inner")?;

    // The second time nobody is sent after the one that hangs.
    for _ in 0..2 {
        let inner = told(&mut client.host, "/nfs/inner")?;
        ensure!(inner["name"] == "vdb" && inner["used-bytes"].is_null(), "{inner}");
        ensure!(inner["disk"][0]["dev"] == "/dev/vdb", "{inner}");
        ensure!(told(&mut client.host, "/data")?["used-bytes"].is_u64());
        let trimmed = client.more.call("guest-fstrim", &json!({}))?;
        let paths = trimmed["paths"].as_array().context("no paths")?;
        let of = |point: &str| paths.iter().find(|one| one["path"] == point);
        let error = of("/nfs/inner").and_then(|one| one["error"].as_str()).unwrap_or_default();
        ensure!(error.contains("dead network mount"), "{trimmed}");
        ensure!(of("/data").is_some_and(|one| one["trimmed"].is_u64()), "{trimmed}");

        let error = client.host.refused("guest-fsfreeze-freeze", &json!({}))?;
        ensure!(error.contains("/nfs/inner") && error.contains("dead network mount"), "{error}");
        watch::none_frozen(&mut client.guest, &["/data"])?;
        let only = json!({"mountpoints": ["/data"]});
        ensure!(client.host.call("guest-fsfreeze-freeze-list", &only)? == 1);
        ensure!(watch::frozen(&mut client.guest, &["/data"])? == ["/data"]);
        ensure!(client.host.thaw()? == 1);
    }
    client.check()?;
    client.ends()?;

    // It answers nobody any more, not even a ping.
    client.peer.send("guest-get-fsinfo", &json!({}))?;
    client.peer.send("guest-ping", &json!({}))?;
    client.peer.is_silent_for(FOR_EVER)
}
