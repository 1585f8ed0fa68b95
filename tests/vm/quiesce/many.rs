//! Two hundred filesystems.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use support::bin;
use support::need_guest;
use support::vm::Guest;

use super::agent::{self, KILL_AGENT, KILL_GUARD};
use super::host::Host;
use super::{PORT, watch};

const MOUNT: &str = "
set -e
truncate -s 256K /run/image
/usr/sbin/mke2fs -q -F -t ext4 -O ^has_journal /run/image
for number in $(seq 200); do
    cp /run/image /run/image.$number
    losetup /dev/loop$number /run/image.$number
    mkdir -p /many/$number
    mount -t ext4 /dev/loop$number /many/$number
done
";

#[test]
fn two_hundred_filesystems_are_thawed_as_soon_as_one() -> Result<()> {
    need_guest!("mke2fs");
    let builder = Guest::builder()?.cpus(2).memory(512).port(PORT).module("ext4").module("loop");
    let builder = watch::install(builder.program("mke2fs")?).binary("guestd", &bin::guestd()?)?;
    let mut guest = builder.boot()?;
    // A loop device appears when its node is opened.
    guest.shell("for n in $(seq 200); do mknod -m 600 /dev/loop$n b 7 $n; done 2>/dev/null")?;
    guest.shell(MOUNT)?.success().context("the filesystems are not mounted")?;
    let names: Vec<String> = (1..=200).map(|number| format!("/many/{number}")).collect();
    let places: Vec<&str> = names.iter().map(String::as_str).collect();
    agent::start(&mut guest, "guestd run")?;
    let mut host = Host::connect(&guest)?;
    host.meet()?;

    for (kill, why) in [(KILL_GUARD, "the guard died"), (KILL_AGENT, "the agent ended")] {
        ensure!(host.freeze()? == 200);
        watch::thawed_by(&mut guest, kill, &places)?;
        if kill == KILL_AGENT {
            agent::gone(&mut guest)?;
            agent::start(&mut guest, "guestd run")?;
            host.meet()?;
        }
        host.told_broken(why)?;
        let record = host.record()?;
        let planned = record["filesystems"].as_array().map_or(0, Vec::len);
        ensure!(planned == 200 && record["outcome"] == "auto-thawed", "{record}");
    }

    let id = host.call("guestd-quiesce-freeze", &json!({}))?["id"].take();
    ensure!(host.thaw()? == 200);
    let record = host.record()?;
    ensure!(record["id"] == id && record["outcome"] == "succeeded", "{record}");
    eprintln!("200 filesystems: window {} us, steps {}", record["window-us"], record["steps"]);
    watch::none_frozen(&mut guest, &places)
}
