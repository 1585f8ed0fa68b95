//! What the commands that only look say of this machine. Both agents run on the same one,
//! so all but what changes from one moment to the next has to be the same.

use std::path::Path;

use anyhow::{Result, ensure};
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

/// Puts a command to both, and compares the results after `change` has been at them.
fn compare_changed(
    pair: &mut Pair,
    command: &str,
    by: By,
    change: impl Fn(&mut Value),
) -> Result<()> {
    pair.ask(command, None, |client, _| {
        client.send(request(command).as_bytes())?;
        let mut reply: Value = serde_json::from_slice(&client.line()?)?;
        change(&mut reply);
        Ok(vec![answer::text(reply.to_string().as_bytes(), by)?])
    })
}

/// qemu-ga tells the statistics only of interfaces that have an address; guestd of all.
#[test]
fn interfaces_are_the_same_and_all_have_statistics() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let command = "guest-network-get-interfaces";
    compare_changed(&mut pair, command, By::Facts(&["statistics"]), |reply| {
        for interface in reply["return"].as_array_mut().into_iter().flatten() {
            if let Value::Object(members) = interface
                && !members.contains_key("ip-addresses")
            {
                members.remove("statistics");
            }
        }
    })?;
    let ours = call(
        &mut pair.ours().connect()?,
        &request(command),
        By::Facts(&["name", "hardware-address", "ip-addresses", "statistics"]),
    )?;
    let interfaces: Vec<Value> = serde_json::from_str(&ours)?;
    ensure!(interfaces.iter().all(|interface| interface["statistics"].is_string()), "{ours}");
    pair.finish()
}

/// qemu-ga has serial numbers from udev alone; guestd, where udev has not run, from the
/// kernel.
#[test]
fn disks_and_filesystems_are_the_same() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let udev_has_run = Path::new("/run/udev/data").exists();
    let sizes = By::Facts(&["used-bytes", "total-bytes", "total-bytes-privileged"]);
    for (command, by) in [("guest-get-disks", By::Facts(&[])), ("guest-get-fsinfo", sizes)] {
        compare_changed(&mut pair, command, by, |reply| {
            if !udev_has_run {
                remove(reply, "serial");
            }
        })?;
    }
    pair.finish()
}

/// Removes the members of this name at every level.
fn remove(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            members.remove(name);
            members.values_mut().for_each(|value| remove(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, name)),
        _ => {}
    }
}
