//! What is in force, key by key, and which line of which file it is from.

use std::fmt::Write;

use super::keys::{KEYS, list, seconds, text};
use super::origin::Origins;
use super::settings::{Channel, ChannelKind, Settings};
use crate::policy::{Group, SESSION};

/// One key that is in force.
struct Entry {
    /// As it stands in a file.
    table: String,
    /// The full name, such as `quiesce.deadline`.
    full: String,
    name: &'static str,
    value: String,
}

/// What is in force, as a file that would say the same; behind each value the file and line
/// that it is from, below what stands for `/`.
pub(super) fn show(settings: &Settings, origins: &Origins) -> String {
    let mut out = String::new();
    let mut table = String::new();
    for entry in entries(settings) {
        if entry.table != table {
            table.clone_from(&entry.table);
            let _ = write!(out, "\n[{table}]\n");
        }
        let origin = origins.get(&entry.full).map(|origin| format!("  # {origin}"));
        let _ = writeln!(out, "{} = {}{}", entry.name, entry.value, origin.unwrap_or_default());
    }
    out
}

/// The same with one line for each key, which tells where it is from even if from nowhere.
pub(super) fn places(settings: &Settings, origins: &Origins) -> String {
    let mut out = String::new();
    for Entry { full, value, .. } in entries(settings) {
        let origin = origins.get(&full).map_or_else(|| "default".to_owned(), ToString::to_string);
        let _ = writeln!(out, "{full} = {value}  # {origin}");
    }
    out
}

fn entries(settings: &Settings) -> Vec<Entry> {
    let mut entries = Vec::new();
    for key in KEYS {
        if let Some(value) = (key.value)(settings) {
            let table = key.table.to_owned();
            let full = if table.is_empty() {
                key.name.to_owned()
            } else {
                format!("{table}.{}", key.name)
            };
            entries.push(Entry { table, full, name: key.name, value });
        }
    }
    for (hook, settings) in &settings.freeze.hooks.per_hook {
        for (name, value) in of_hook(settings) {
            let table = format!("quiesce.hook.{}", quoted(hook));
            let full = format!("quiesce.hook.{hook}.{name}");
            entries.push(Entry { table, full, name, value });
        }
    }
    for channel in &settings.channels {
        for (name, value) in of_channel(channel) {
            let table = format!("channel.{}", quoted(&channel.name));
            let full = format!("channel.{}.{name}", channel.name);
            entries.push(Entry { table, full, name, value });
        }
    }
    entries
}

/// A name as a part of a table's: bare where that is allowed.
fn quoted(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { text(name) }
}

/// The keys of a hook.
fn of_hook(hook: &hooks::HookSettings) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    keys.extend(hook.timeout.map(|timeout| ("timeout", seconds(Some(timeout)))));
    keys.extend(hook.on_failure.map(|on_failure| {
        let word = match on_failure {
            hooks::OnFailure::Abort => "abort",
            hooks::OnFailure::Continue => "continue",
        };
        ("on-failure", text(word))
    }));
    keys.extend(hook.user.as_deref().map(|user| ("user", text(user))));
    keys.extend(hook.order.map(|order| ("order", order.to_string())));
    keys
}

/// The keys of a channel.
pub(super) fn of_channel(channel: &Channel) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    let numbers = |numbers: &[u32]| {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        format!("[{}]", numbers.join(", "))
    };
    let mut kind = |name: &str| keys.push(("type", text(name)));
    match &channel.kind {
        ChannelKind::VirtioSerial { path } => {
            kind("virtio-serial");
            keys.push(("path", text(&path.to_string_lossy())));
        }
        ChannelKind::IsaSerial { path } => {
            kind("isa-serial");
            keys.push(("path", text(&path.to_string_lossy())));
        }
        ChannelKind::Unix(socket) => {
            kind("unix");
            keys.push(("path", text(&socket.path.to_string_lossy())));
            keys.extend(socket.mode.map(|mode| ("mode", format!("\"{mode:04o}\""))));
            keys.extend(socket.allowed_uids.as_ref().map(|uids| ("allowed-uids", numbers(uids))));
            keys.extend(socket.group.as_deref().map(|group| ("group", text(group))));
            keys.push(("max-clients", socket.max_clients.to_string()));
        }
        ChannelKind::Vsock(port) => {
            kind("vsock");
            keys.push(("cid", port.cid.to_string()));
            keys.push(("port", port.port.to_string()));
            keys.extend(port.allowed_cids.as_ref().map(|cids| ("allowed-cids", numbers(cids))));
            keys.push(("max-clients", port.max_clients.to_string()));
        }
        ChannelKind::Inherited { .. } => {}
    }
    keys.push(("wait", channel.wait.to_string()));
    let policy = &channel.policy;
    keys.push(("groups", list(policy.groups().map(Group::name))));
    let named: Vec<&str> = policy.allowed().filter(|name| !SESSION.contains(name)).collect();
    keys.push(("allow", list(named)));
    keys.push(("block", list(policy.blocked())));
    keys
}
