//! Commands that libvirt passes on without looking at them.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::libvirt::call::{Call, Says};

pub(in super::super) const CALLS: [Call; 14] = [
    passed("guest-info", &["qemu-agent-command", INFO], Says::Checked(info)),
    passed("guest-sync", &["qemu-agent-command", SYNC], Says::Json(r#"{"return": 4711}"#)),
    passed("guest-get-fsinfo", &["qemu-agent-command", FSINFO], Says::Checked(filesystems)),
    passed("guest-get-disks", &["qemu-agent-command", DISKS], Says::Checked(disks)),
    passed("guest-get-diskstats", &["qemu-agent-command", DISKSTATS], Says::Checked(diskstats)),
    passed("guest-get-cpustats", &["qemu-agent-command", CPUSTATS], Says::Checked(cpustats)),
    passed("guest-get-vcpus", &["qemu-agent-command", VCPUS], Says::Checked(vcpus)),
    passed("guest-network-get-interfaces", &["qemu-agent-command", NET], Says::Checked(net)),
    passed("guest-get-memory-blocks", &["qemu-agent-command", BLOCKS], Says::Checked(blocks)),
    passed(
        "guest-get-memory-block-info",
        &["qemu-agent-command", r#"{"execute": "guest-get-memory-block-info"}"#],
        // What Linux on x86-64 has by default.
        Says::Json(r#"{"return": {"size": 134217728}}"#),
    ),
    passed("guest-fstrim", &["qemu-agent-command", TRIM], Says::Checked(trimmed)),
    passed(
        "an unknown command",
        &["qemu-agent-command", r#"{"execute": "guest-nothing"}"#],
        Says::Error("'guest-nothing': The command guest-nothing has not been found"),
    ),
    passed(
        "an unknown argument",
        &["qemu-agent-command", r#"{"execute": "guest-get-osinfo", "arguments": {"x": 1}}"#],
        Says::Error("'guest-get-osinfo': Parameter 'x' is unexpected"),
    ),
    passed(
        "an argument of a wrong type",
        &["qemu-agent-command", r#"{"execute": "guest-sync", "arguments": {"id": "one"}}"#],
        Says::Error("'guest-sync': Invalid parameter type for 'id', expected: integer"),
    ),
];

const INFO: &str = r#"{"execute": "guest-info"}"#;
const SYNC: &str = r#"{"execute": "guest-sync", "arguments": {"id": 4711}}"#;
const FSINFO: &str = r#"{"execute": "guest-get-fsinfo"}"#;
const DISKS: &str = r#"{"execute": "guest-get-disks"}"#;
const DISKSTATS: &str = r#"{"execute": "guest-get-diskstats"}"#;
const CPUSTATS: &str = r#"{"execute": "guest-get-cpustats"}"#;
const VCPUS: &str = r#"{"execute": "guest-get-vcpus"}"#;
const NET: &str = r#"{"execute": "guest-network-get-interfaces"}"#;
const BLOCKS: &str = r#"{"execute": "guest-get-memory-blocks"}"#;
const TRIM: &str = r#"{"execute": "guest-fstrim"}"#;

/// A request that arrives as it was given: the last word.
const fn passed(name: &'static str, virsh: &'static [&'static str; 2], says: Says) -> Call {
    let (_, sends) = virsh.split_at(1);
    Call { name, virsh, sends, says, ..Call::NEW }
}

/// What KubeVirt asks for before it talks to an agent at all
/// (kubevirt pkg/virt-handler/guestagent.go).
const NEEDED: [&str; 11] = [
    "guest-ping",
    "guest-get-time",
    "guest-info",
    "guest-shutdown",
    "guest-network-get-interfaces",
    "guest-get-fsinfo",
    "guest-get-host-name",
    "guest-get-users",
    "guest-get-timezone",
    "guest-get-osinfo",
    "guest-fsfreeze-status",
];

fn info(text: &str) -> Result<()> {
    let answer = returned(text)?;
    ensure!(answer["version"].is_string(), "no version");
    let commands = answer["supported_commands"].as_array().context("no commands")?;
    for name in NEEDED {
        let command = commands.iter().find(|command| command["name"] == name);
        ensure!(command.is_some_and(|command| command["enabled"] == true), "no {name}");
    }
    let silent: Vec<&str> = commands
        .iter()
        .filter(|command| command["success-response"] == false)
        .filter_map(|command| command["name"].as_str())
        .collect();
    for name in ["guest-shutdown", "guest-suspend-ram"] {
        ensure!(silent.contains(&name), "{name} is said to answer");
    }
    ensure!(silent.len() == 4, "these are said not to answer: {silent:?}");
    Ok(())
}

fn filesystems(text: &str) -> Result<()> {
    for (place, disk) in [("/srv/data", "vda"), ("/srv/more", "vdb")] {
        let filesystem = item(text, "mountpoint", &json!(place))?;
        ensure!(filesystem["name"] == disk && filesystem["type"] == "ext4", "{filesystem}");
        let disks = filesystem["disk"].as_array().context("no disks")?;
        ensure!(disks.len() == 1, "{place} is on {disks:?}");
        address(&disks[0], disk)?;
    }
    count(text, 2)
}

fn disks(text: &str) -> Result<()> {
    for name in ["vda", "vdb"] {
        let disk = item(text, "name", &json!(format!("/dev/{name}")))?;
        ensure!(disk["partition"] == false, "{disk}");
        ensure!(disk["dependencies"] == json!([]), "{disk}");
        address(&disk["address"], name)?;
    }
    count(text, 2)
}

/// Where a disk is: libvirt looks up its own by the PCI address.
fn address(address: &Value, disk: &str) -> Result<()> {
    ensure!(address["bus-type"] == "virtio", "{address}");
    ensure!(address["dev"] == format!("/dev/{disk}"), "{address}");
    ensure!(address["serial"] == if disk == "vda" { "data" } else { "more" }, "{address}");
    let pci = &address["pci-controller"];
    ensure!(pci["domain"] == 0 && pci["bus"] == 0 && pci["function"] == 0, "{address}");
    ensure!(pci["slot"].as_u64().is_some_and(|slot| (1..32).contains(&slot)), "{address}");
    Ok(())
}

fn diskstats(text: &str) -> Result<()> {
    let disk = item(text, "name", &json!("vda"))?;
    ensure!(disk["stats"]["read-ios"].as_u64().is_some_and(|reads| reads > 0), "{disk}");
    ensure!(disk["minor"] == 0, "{disk}");
    Ok(())
}

fn cpustats(text: &str) -> Result<()> {
    for number in 0..2 {
        let cpu = item(text, "cpu", &json!(number))?;
        ensure!(cpu["type"] == "linux", "{cpu}");
        ensure!(cpu["system"].as_u64().is_some_and(|time| time > 0), "{cpu}");
    }
    count(text, 2)
}

fn vcpus(text: &str) -> Result<()> {
    for number in 0..2 {
        let cpu = item(text, "logical-id", &json!(number))?;
        ensure!(cpu["online"] == true && cpu["can-offline"] == (number != 0), "{cpu}");
    }
    count(text, 2)
}

fn net(text: &str) -> Result<()> {
    let card = item(text, "name", &json!("eth0"))?;
    ensure!(card["hardware-address"] == "52:54:00:12:34:56", "{card}");
    let address = json!({"ip-address": "10.0.2.15", "ip-address-type": "ipv4", "prefix": 24});
    ensure!(card["ip-addresses"][0] == address, "{card}");
    ensure!(card["statistics"]["tx-packets"].as_u64().is_some_and(|sent| sent > 0), "{card}");
    count(text, 2)
}

/// 256 MiB of memory in blocks of 128.
fn blocks(text: &str) -> Result<()> {
    for number in 0..2 {
        let block = item(text, "phys-index", &json!(number))?;
        ensure!(block["online"] == true && block["can-offline"].is_boolean(), "{block}");
    }
    count(text, 2)
}

fn trimmed(text: &str) -> Result<()> {
    let answer = returned(text)?;
    let paths = answer["paths"].as_array().context("no paths")?;
    for place in ["/srv/data", "/srv/more"] {
        let path = paths.iter().find(|path| path["path"] == place).context("a path is missing")?;
        ensure!(path["trimmed"].is_u64() && path["error"].is_null(), "{path}");
    }
    ensure!(paths.len() == 2, "other paths, too");
    Ok(())
}

fn returned(text: &str) -> Result<Value> {
    let answer: Value = serde_json::from_str(text)?;
    Ok(answer.get("return").context("no 'return'")?.clone())
}

/// The item of the answered list whose `key` is `value`.
fn item(text: &str, key: &str, value: &Value) -> Result<Value> {
    let answer = returned(text)?;
    let items = answer.as_array().context("no list")?;
    let item = items.iter().find(|item| item[key] == *value);
    Ok(item.with_context(|| format!("nothing whose {key} is {value}"))?.clone())
}

fn count(text: &str, expected: usize) -> Result<()> {
    let items = returned(text)?.as_array().map_or(0, Vec::len);
    ensure!(items == expected, "{items} items instead of {expected}");
    Ok(())
}
