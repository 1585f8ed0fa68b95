//! What the commands that only look say of this machine. Both agents run on the same one,
//! so all but what changes from one moment to the next has to be the same.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::need;

use super::answer::{self, By};
use super::case::Case;
use super::pair::{Pair, call};

/// Commands without arguments, and the members that may differ in value.
const COMMANDS: &[(&str, By)] = &[
    ("guest-ping", By::Words),
    ("guest-get-time", By::Class),
    ("guest-get-host-name", By::Words),
    ("guest-get-timezone", By::Words),
    ("guest-get-osinfo", By::Words),
    ("guest-get-users", By::Facts(&[])),
    ("guest-get-vcpus", By::Facts(&[])),
    ("guest-get-memory-blocks", By::Facts(&[])),
    ("guest-get-memory-block-info", By::Words),
    ("guest-get-disks", By::Facts(&[])),
    ("guest-get-fsinfo", By::Facts(&["used-bytes", "total-bytes", "total-bytes-privileged"])),
    ("guest-fsfreeze-status", By::Words),
    ("guest-get-cpustats", By::Facts(CPU_TIMES)),
    ("guest-get-diskstats", By::Facts(&["stats"])),
];

const CPU_TIMES: &[&str] =
    &["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guestnice"];

fn request(command: &str) -> String {
    format!(r#"{{"execute": "{command}"}}"#)
}

#[test]
fn both_say_the_same_of_this_machine() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for (command, by) in COMMANDS {
        pair.run([Case::new(request(command)).by(*by)])?;
    }
    pair.finish()
}

/// qemu-ga tells the statistics only of interfaces that have an address; guestd of all.
#[test]
fn interfaces_are_the_same_and_all_have_statistics() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    pair.ask("guest-network-get-interfaces", None, |client, _| {
        client.send(request("guest-network-get-interfaces").as_bytes())?;
        let mut reply: Value = serde_json::from_slice(&client.line()?)?;
        let interfaces = reply["return"].as_array_mut().context("no list")?;
        for interface in interfaces {
            let members = interface.as_object_mut().context("no object")?;
            if !members.contains_key("ip-addresses") {
                members.remove("statistics");
            }
        }
        let text = answer::text(reply.to_string().as_bytes(), By::Facts(&["statistics"]))?;
        Ok(vec![text])
    })?;
    let ours = call(
        &mut pair.ours().connect()?,
        &request("guest-network-get-interfaces"),
        By::Facts(&["name", "hardware-address", "ip-addresses", "statistics"]),
    )?;
    let interfaces: Vec<Value> = serde_json::from_str(&ours)?;
    ensure!(interfaces.iter().all(|interface| interface["statistics"].is_string()), "{ours}");
    pair.finish()
}
