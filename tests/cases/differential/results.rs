//! What the commands that only look say of this machine. Both agents run on the same one,
//! so all but what changes from one moment to the next has to be the same.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::agent::Agent;
use support::need;

use super::answer::{self, By};
use super::case::Case;
use super::deviation::Deviation;
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

/// Both are younger than 7.2, so beside that only guestd answers.
#[test]
fn load_and_routes_are_those_of_newer_releases() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    let load = r#"{"load15m":number,"load1m":number,"load5m":number}"#;
    let case = Case::new(request("guest-get-load")).by(By::Class);
    pair.run([case.differs(Deviation::Since((10, 0)), &[load])])?;
    let route = request("guest-network-get-route");
    let ours = call(&mut pair.ours().connect()?, &route, By::Facts(&[]))?;
    let routes: Vec<Value> = serde_json::from_str(&ours)?;
    let whole = |route: &Value| route["iface"].is_string() && route["version"].is_u64();
    ensure!(!routes.is_empty() && routes.iter().all(whole), "{ours}");
    let case = Case::new(route).by(By::Facts(&[]));
    pair.run([case.differs(Deviation::Since((9, 1)), &[&ours])])?;
    pair.finish()
}

/// What a host may count on: each command that qemu-ga has is there, and tells its success
/// or keeps it to itself as there.
#[test]
fn guest_info_lists_what_qemu_ga_has() -> Result<()> {
    need!("qemu-ga", "setpriv");
    for options in [&[][..], &["-b", "guest-exec,guest-ping"]] {
        let pair = Pair::start(options)?;
        let [theirs, ours] = pair.both();
        let (theirs, mut ours) = (commands(theirs)?, commands(ours)?);
        for (name, state) in theirs {
            let ours = ours.remove(&name);
            // 7.2 lists what its system cannot do as disabled; newer ones leave it out.
            if options.iter().any(|blocked| blocked.contains(&name)) || state["enabled"] == true {
                ensure!(ours.as_ref() == Some(&state), "{name}: {state}, guestd {ours:?}");
            }
        }
        ours.retain(|name, _| !name.starts_with("guestd-"));
        let newer = ours.keys().map(String::as_str).collect::<Vec<_>>();
        ensure!(
            newer.iter().all(|name| ["guest-get-load", "guest-network-get-route"].contains(name)),
            "guestd has {newer:?}"
        );
    }
    Ok(())
}

/// The commands that an agent lists, by name.
fn commands(agent: &Agent) -> Result<BTreeMap<String, Value>> {
    let text = call(&mut agent.connect()?, &request("guest-info"), By::Words)?;
    let info: Value = serde_json::from_str(&text)?;
    ensure!(info["version"].is_string(), "{text}");
    let list = info["supported_commands"].as_array().context("guest-info lists nothing")?;
    let named = |command: &Value| Some((command["name"].as_str()?.to_owned(), command.clone()));
    list.iter().map(|command| named(command).context("a command without a name")).collect()
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
