//! Every key with what it means: the commented file that is shipped, and what `guestd check`
//! shows, are made of this one list.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use super::settings::Settings;
use super::show::of_channel;

/// One key.
pub(super) struct Key {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    /// What it means; lines of a comment.
    doc: &'static str,
    /// Its value, as a file would have it. `None` where there is none, as of a file that is
    /// not named.
    pub(super) value: fn(&Settings) -> Option<String>,
}

/// Every key but those of channels.
pub(super) const KEYS: &[Key] = &[
    key("", "state-dir", "Marks that must not outlast a boot.", |s| path(&s.state_dir)),
    key("", "advertise-version", "The version that guest-info tells.", |s| {
        Some(text(&s.advertise_version))
    }),
    key("", "watchdog", "Answer systemd's watchdog, where the unit has one.", |s| {
        Some(s.watchdog.to_string())
    }),
    key(
        "quiesce",
        "deadline",
        "Seconds after which a freeze ends by itself; 0 is never.\nA host that thaws later is told so, once, by an error.",
        |s| Some(seconds(s.freeze.deadline)),
    ),
    key(
        "quiesce",
        "open-timeout",
        "Seconds that opening all filesystems may take, before anything is frozen.",
        |s| Some(seconds(Some(s.freeze.open_timeout))),
    ),
    key(
        "quiesce",
        "sync-timeout",
        "Seconds that writing out dirty data may take, before anything is frozen.",
        |s| Some(seconds(Some(s.freeze.sync_timeout))),
    ),
    key(
        "quiesce",
        "freeze-timeout",
        "Seconds that the kernel may take to freeze one filesystem.",
        |s| Some(seconds(Some(s.freeze.freeze_timeout))),
    ),
    key(
        "quiesce",
        "accept-frozen",
        "A filesystem that somebody else has frozen is no error.",
        |s| Some(s.freeze.accept_frozen.to_string()),
    ),
    key("quiesce", "exclude", "Mount points of filesystems that are never frozen.", |s| {
        Some(list(s.freeze.exclude.iter().map(|path| path.to_string_lossy())))
    }),
    key(
        "quiesce",
        "exclude-types",
        "Types of filesystems that are never frozen, such as \"xfs\".",
        |s| Some(list(&s.freeze.exclude_types)),
    ),
    key(
        "quiesce",
        "best-effort",
        "Mount points of filesystems that may stay unfrozen without failing the freeze.",
        |s| Some(list(s.freeze.best_effort.iter().map(|path| path.to_string_lossy()))),
    ),
    key(
        "quiesce",
        "dialects",
        "Whose hooks are run: guestd (/etc/guestd/hooks.d), qemu-ga, open-vm-tools, nutanix, google.",
        |s| Some(list(s.freeze.hooks.dialects.iter().map(|dialect| dialect.name()))),
    ),
    key("quiesce", "hook-timeout", "Seconds that one call of a hook may take.", |s| {
        Some(seconds(Some(s.freeze.hooks.timeout)))
    }),
    key("quiesce", "hooks-timeout", "Seconds that all hooks together may take to freeze.", |s| {
        Some(seconds(Some(s.freeze.hooks.phase_timeout)))
    }),
    key(
        "quiesce",
        "script-argument",
        "The second argument of open-vm-tools' scripts (its scriptArg).",
        |s| s.freeze.hooks.script_argument.as_deref().map(text),
    ),
    key(
        "quiesce",
        "qemu-ga-hook",
        "A program that is run with freeze before and thaw after, as by qemu-ga -F.",
        |s| s.freeze.hooks.qemu_ga_hook.as_deref().and_then(path),
    ),
    key(
        "timeouts",
        "exec",
        "Seconds that a program of guest-exec may run; 0 is for ever, as with qemu-ga.",
        |s| Some(seconds(s.timeouts.exec)),
    ),
    key("limits", "message-bytes", "Bytes of one request.", |s| {
        Some(s.limits.message_bytes.to_string())
    }),
    key("limits", "tokens", "JSON tokens of one request.", |s| Some(s.limits.tokens.to_string())),
    key("limits", "nesting", "Nesting of one request.", |s| Some(s.limits.nesting.to_string())),
    key(
        "limits",
        "queued-requests",
        "Requests of one channel read ahead while an earlier one runs.",
        |s| Some(s.limits.queued_requests.to_string()),
    ),
    key("limits", "open-files", "Files open by guest-file-open, on all channels.", |s| {
        Some(s.limits.open_files.to_string())
    }),
    key("limits", "processes", "Running programs of guest-exec, on all channels.", |s| {
        Some(s.limits.processes.to_string())
    }),
    key("limits", "captured-bytes", "Bytes kept of each output of a program.", |s| {
        Some(s.limits.captured_bytes.to_string())
    }),
    key("limits", "captured-total-bytes", "Bytes kept of all programs together.", |s| {
        Some(s.limits.captured_total_bytes.to_string())
    }),
    key("limits", "kept-processes", "Ended programs whose status nobody has asked for.", |s| {
        Some(s.limits.kept_processes.to_string())
    }),
    key(
        "bmc",
        "announce",
        "When the host is told the address of this machine's BMC (Placemat):\nboot is once per boot, change also when the address changes or the host connects again,\nwhich keeps the port open; off is never. With boot nothing is watched once it was sent.",
        |s| Some(text(s.bmc.announce.name())),
    ),
    key(
        "bmc",
        "port",
        "The name of the virtio-serial port. Without such a port nothing is done.",
        |s| Some(text(&s.bmc.port)),
    ),
    key(
        "bmc",
        "address",
        "The address, an IPv4 address alone; it comes before all sources.",
        |s| s.bmc.plan.address.as_deref().map(text),
    ),
    key(
        "bmc",
        "network",
        "The network that the address has to be in, such as 10.72.16.0/20.",
        |s| s.bmc.plan.network.map(|network| text(&network.to_string())),
    ),
    key(
        "bmc",
        "sources",
        "Where the address comes from; the first that has one wins.\nneco: /etc/neco/bmc-address.json; cmdline: guestd.bmc= of the kernel; ipmi: /dev/ipmi0;\nsmbios: Redfish host interface (type 42); command: what the command prints.",
        |s| Some(list(s.bmc.plan.sources.iter().map(|source| source.name()))),
    ),
    key("bmc", "command", "A program and its arguments that prints the address.", |s| {
        Some(list(&s.bmc.plan.command))
    }),
    key(
        "bmc",
        "publish-file",
        "A file that the address is written to as well; see announce for how long.",
        |s| s.bmc.publish_file.as_deref().and_then(path),
    ),
    key(
        "bmc",
        "guestinfo",
        "A key of VMware's guestinfo that the address is set as, such as guestinfo.bmc.ipv4; by\nvmware-rpctool or vmtoolsd of open-vm-tools.",
        |s| s.bmc.guestinfo.as_deref().map(text),
    ),
    key(
        "metrics",
        "file",
        "A file that gets what `guestctl metrics` tells, for node_exporter's textfile collector;\n\"\" is none. Without it metrics.prom in state-dir.",
        |s| s.metrics.as_deref().and_then(path).or_else(|| Some(text(""))),
    ),
    key("log", "level", "error, warn, info, debug or trace.", |s| Some(text(s.log.level.name()))),
    key("log", "file", "A file to append to, in the place of the journal.", |s| {
        s.log.file.as_deref().and_then(path)
    }),
];

const fn key(
    table: &'static str,
    name: &'static str,
    doc: &'static str,
    value: fn(&Settings) -> Option<String>,
) -> Key {
    Key { table, name, doc, value }
}

/// The head of the commented file.
const HEAD: &str = "\
# guestd: the configuration, with everything as it is without any.
#
# Read in this order, and a later file overrules key by key:
#   /etc/guestd/guestd.toml
#   *.toml in /usr/lib/guestd/conf.d, /run/guestd/conf.d and /etc/guestd/conf.d, by name;
#   a name in a later directory hides the same name in the ones before.
#
# `guestctl config check` tells whether all is well, `guestctl config where` what is in force and
# from which line. SIGHUP (systemctl reload guestd) takes over what channels may ask for.
";

/// What stands before the channels: single hooks, as an example.
const HOOKS: &str = "\
# [quiesce.hook.50-postgresql]             # a hook by its file name
# timeout = 60
# on-failure = \"continue\"                # abort fails the freeze, and is the default
# user = \"postgres\"
# order = 10
";

/// What stands before the channels.
const CHANNELS: &str = "\
# Channels are where hosts are heard. These two are there unless `enabled = false`; more can
# be added under any name. Types: virtio-serial and isa-serial (path), unix (path, mode,
# allowed-uids, group, max-clients), vsock (port, cid, allowed-cids, max-clients).
#
# The members of `group` can connect as well, and ask for information only. Where there is no
# such group, the socket stays closed to them.
#
# What may be asked for on each: groups, and single commands by name.
#   info      tells about the guest, changes nothing
#   quiesce   freezes and thaws filesystems
#   power     shuts down, reboots, suspends
#   files     reads and writes any file as root
#   exec      runs any program as root
#   accounts  passwords and SSH keys
#   tuning    clock, CPUs, memory, trim
#
# [channel.NAME]
# type = \"vsock\"
# port = 1024
# groups = [\"info\"]
# allow = [\"guest-fstrim\"]
# block = [\"guest-get-users\"]
";

/// The file that is shipped: every key as a comment, with its default.
pub(crate) fn commented() -> String {
    let settings = Settings::default();
    let mut out = HEAD.to_owned();
    let mut table = "";
    for key in KEYS {
        if key.table != table {
            table = key.table;
            let _ = write!(out, "\n[{table}]\n");
        } else {
            out.push('\n');
        }
        for line in key.doc.lines() {
            let _ = writeln!(out, "# {line}");
        }
        match (key.value)(&settings) {
            Some(value) => {
                let _ = writeln!(out, "#{} = {value}", key.name);
            }
            None => {
                let _ = writeln!(out, "#{} = \"\"", key.name);
            }
        }
    }
    out.push('\n');
    out.push_str(HOOKS);
    out.push('\n');
    out.push_str(CHANNELS);
    for channel in &settings.channels {
        let _ = write!(out, "\n[channel.{}]\n", channel.name);
        for (name, value) in of_channel(channel) {
            let _ = writeln!(out, "#{name} = {value}");
        }
    }
    out
}

/// A basic string of TOML, which but for DEL has the escapes of JSON.
pub(crate) fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string().replace('\u{7F}', "\\u007F")
}

#[expect(clippy::unnecessary_wraps, reason = "of the form of a key's value")]
fn path(path: &Path) -> Option<String> {
    Some(text(&path.to_string_lossy()))
}

pub(super) fn seconds(time: Option<Duration>) -> String {
    let time = time.unwrap_or_default();
    if time.subsec_nanos() == 0 {
        time.as_secs().to_string()
    } else {
        time.as_secs_f64().to_string()
    }
}

pub(super) fn list<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| text(value.as_ref())).collect();
    format!("[{}]", values.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::load;
    use super::*;

    const SHIPPED: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/etc/guestd/guestd.toml");
    const MANUAL: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/usr/share/man/man5/guestd.toml.5");

    /// guestd.toml(5): the commented file, set as it is.
    fn manual() -> String {
        let mut out = String::from(
            ".TH GUESTD.TOML 5 \"\" guestd \"File formats\"\n\
             .SH NAME\nguestd.toml \\- configuration of guestd\n\
             .SH DESCRIPTION\nEvery key with its meaning and its default, as in the file that is shipped. \
             TOML; an unknown key is an error that names the file, the line and the nearest key.\n\
             .PP\n.nf\n",
        );
        for line in commented().lines() {
            let line = line.replace('\\', "\\\\").replace('-', "\\-");
            // A dot or a quote at the begin of a line would be an order.
            let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
            let _ = writeln!(out, "{guard}{line}");
        }
        out.push_str(".fi\n.SH SEE ALSO\n.BR guestd (8)\n");
        out
    }

    /// As of the shipped file.
    #[test]
    fn the_manual_page_is_the_shipped_file() {
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(Path::new(MANUAL).parent().unwrap()).unwrap();
            fs::write(MANUAL, manual()).unwrap();
        }
        assert_eq!(fs::read_to_string(MANUAL).unwrap(), manual());
    }

    fn load_text(text: &str) -> super::super::Loaded {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.toml");
        fs::write(&file, text).unwrap();
        load(dir.path(), Some(&file)).unwrap()
    }

    /// `UPDATE=1 cargo test -p guestd shipped` writes it anew.
    #[test]
    fn the_shipped_file_is_what_is_compiled() {
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(Path::new(SHIPPED).parent().unwrap()).unwrap();
            fs::write(SHIPPED, commented()).unwrap();
        }
        assert_eq!(fs::read_to_string(SHIPPED).unwrap(), commented());
        assert_eq!(load_text(&commented()).settings, Settings::default());
    }

    #[test]
    fn without_its_comment_signs_the_shipped_file_says_the_defaults() {
        let uncommented: String = commented()
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') && !rest.ends_with("= \"\"") => rest,
                _ => line,
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let loaded = load_text(&uncommented);
        assert_eq!(loaded.settings, Settings::default());
        assert!(loaded.origins.len() > KEYS.len());
    }

    #[test]
    fn what_is_shown_says_the_same_again() {
        let text = "[bmc]\naddress = \"10.0.0.1\"\nnetwork = \"10.0.0.0/8\"\nannounce = \"change\"\n[quiesce]\ndeadline = 1.5\n[quiesce.hook.\"20-x.session\"]\ntimeout = 5\non-failure = \"continue\"\n[channel.h]\ntype = \"vsock\"\nport = 5\nallow = [\"guest-exec\"]\n";
        let loaded = load_text(text);
        let shown = super::super::show::show(&loaded.settings, &loaded.origins);
        assert!(shown.contains("deadline = 1.5  # "), "{shown}");
        assert!(shown.contains("open-timeout = 10\n"), "{shown}");
        assert_eq!(load_text(&shown).settings, loaded.settings);
    }
}
