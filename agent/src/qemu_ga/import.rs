//! `guestd import`: what an administrator has set for qemu-ga, taken over once as a
//! configuration file of guestd's.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::configuration::{CONFIG_FILE, Configuration};
use super::key_file::KeyFile;
use super::options::{Given, Name, Options};
use super::read;
use crate::command;
use crate::config::quoted;
use crate::config::settings::VIRTIO_PORT;
use crate::policy::Group;
use crate::system::reason;

/// Where the settings go.
const TARGET: &str = "/etc/guestd/conf.d/50-qemu-ga.toml";

/// Files in which services of distributions keep qemu-ga's options: Debian's, Red Hat's, SUSE's.
const SERVICES: [&str; 3] =
    ["/etc/default/qemu-guest-agent", "/etc/sysconfig/qemu-ga", "/etc/sysconfig/qemu-guest-agent"];

/// Takes the settings below `root` over, and says what was done, one line each.
///
/// # Errors
/// A file cannot be read or written, or says what qemu-ga would not take; with its path.
pub(crate) fn import(root: &Path) -> Result<String, String> {
    let below = |path: &str| root.join(path.trim_start_matches('/'));
    let target = below(TARGET);
    if target.symlink_metadata().is_ok() {
        return Ok(format!("{TARGET} is there already; remove it to import again\n"));
    }
    let mut found = Found::default();
    if let Some(text) = there(&below(CONFIG_FILE))? {
        let wrong = |error| format!("{CONFIG_FILE}: {error}");
        let file = KeyFile::parse(&text).map_err(wrong)?;
        found.configuration = Configuration::from_key_file(&file).map_err(wrong)?.0;
        found.files.push(CONFIG_FILE);
    }
    for path in SERVICES {
        if let Some(text) = there(&below(path))? {
            found
                .service(&String::from_utf8_lossy(&text))
                .map_err(|error| format!("{path}: {error}"))?;
            found.files.push(path);
        }
    }
    let Translated { text, mut said } = found.translate();
    if !text.is_empty() {
        let files = found.files.join(", ");
        let text = format!("# Taken over from qemu-ga ({files}) by `guestd import`.\n{text}");
        write(&target, &text).map_err(|error| format!("{TARGET}: {}", reason(&error)))?;
        let _ = writeln!(said, "taken over from {files} into {TARGET}");
    }
    Ok(said)
}

fn there(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {}", path.display(), reason(&error))),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// All that was set, wherever.
#[derive(Debug, Default)]
struct Found {
    configuration: Configuration,
    files: Vec<&'static str>,
}

impl Found {
    /// A file of shell assignments.
    fn service(&mut self, text: &str) -> Result<(), String> {
        for line in text.lines() {
            let Some((name, value)) = line.trim().split_once('=') else { continue };
            let value = value.trim().trim_matches(['"', '\'']);
            let name = match name {
                "DAEMON_ARGS" | "FILTER_RPC_ARGS" | "QEMU_GA_ARGS" => {
                    self.options(value)?;
                    continue;
                }
                "BLACKLIST_RPC" | "BLOCK_RPCS" => Name::BlockRpcs,
                "ALLOW_RPCS" => Name::AllowRpcs,
                "FSFREEZE_HOOK_PATHNAME" => Name::FsfreezeHook,
                "TRANSPORT" => {
                    self.transport(value);
                    continue;
                }
                _ => continue,
            };
            if !value.is_empty() {
                self.configuration.apply(Given { name, argument: Some(value.into()) });
            }
        }
        Ok(())
    }

    fn options(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        for option in Options::new(&words, false) {
            self.configuration.apply(option.map_err(|wrong| wrong.to_string())?);
        }
        Ok(())
    }

    /// Method and path of Debian's script, as one word.
    fn transport(&mut self, value: &str) {
        let (method, path) = value.split_once(':').unwrap_or((value, ""));
        self.configuration.method = Some(method.into());
        self.configuration.path = (!path.is_empty()).then(|| path.into());
    }

    fn translate(&self) -> Translated {
        let mut translated = Translated::default();
        translated.channel(&self.configuration);
        let blocked = translated.known(&self.configuration.blocked);
        let allowed = translated.known(&self.configuration.allowed);
        let mut lines = String::new();
        if !self.configuration.allowed.is_empty() {
            let _ = writeln!(lines, "groups = []\nallow = {}", list(&allowed));
            translated.say(&format!("only these commands: {}", words(&allowed)));
            translated.sandbox(&allowed);
        }
        if !blocked.is_empty() {
            let _ = writeln!(lines, "block = {}", list(&blocked));
            translated.say(&format!("blocked commands: {}", words(&blocked)));
        }
        if !lines.is_empty() {
            let port = if translated.text.is_empty() { "[channel.virtio-serial]\n" } else { "" };
            let _ = write!(translated.text, "{port}{lines}");
        }
        if let Some(hook) = &self.configuration.fsfreeze_hook {
            let hook = hook.to_string_lossy();
            let _ = write!(translated.text, "\n[quiesce]\nqemu-ga-hook = {}\n", quoted(&hook));
            translated.say(&format!("the hook {hook}"));
        }
        if self.configuration.logfile.is_some() {
            translated.say("not the log file: the journal has the log; see log.file");
        }
        translated
    }
}

/// A configuration file, and what people are told.
#[derive(Debug, Default)]
struct Translated {
    text: String,
    said: String,
}

impl Translated {
    fn say(&mut self, line: &str) {
        let _ = writeln!(self.said, "from qemu-ga: {line}");
    }

    /// Where hosts are heard, unless that is the usual port.
    fn channel(&mut self, configuration: &Configuration) {
        let method = configuration.method.as_deref().unwrap_or_else(|| "virtio-serial".as_ref());
        let path = configuration.path.as_deref().map(OsStr::to_string_lossy);
        match (method.to_str(), path) {
            (Some("virtio-serial"), None) => {}
            (Some("virtio-serial"), Some(path)) if path == VIRTIO_PORT => {}
            (Some("virtio-serial"), Some(path)) => {
                let _ = writeln!(self.text, "[channel.virtio-serial]\npath = {}", quoted(&path));
                self.say(&format!("the port {path}"));
            }
            (Some("isa-serial"), path) => {
                let path = path.unwrap_or_else(|| super::configuration::SERIAL_LINE.into());
                let _ = writeln!(
                    self.text,
                    "[channel.virtio-serial]\nenabled = false\n\n\
                     [channel.isa-serial]\ntype = \"isa-serial\"\npath = {}\nwait = true",
                    quoted(&path)
                );
                self.say(&format!("the serial line {path}"));
            }
            _ => self.say(&format!(
                "not the channel of method {}: write it into guestd.toml by hand",
                method.to_string_lossy()
            )),
        }
    }

    /// The commands of a list that exist, once each, in order.
    fn known(&mut self, names: &[OsString]) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for name in names.iter().map(|name| name.to_string_lossy().trim().to_owned()) {
            if command::find(&name).is_some() {
                known.insert(name);
            } else if !name.is_empty() {
                self.say(&format!("not {name}: guestd has no such command"));
            }
        }
        known
    }

    /// What of it the service's sandbox does not let do.
    fn sandbox(&mut self, allowed: &BTreeSet<String>) {
        let groups: BTreeSet<Group> = allowed
            .iter()
            .filter_map(|name| command::find(name))
            .map(|command| command.group)
            .filter(|group| !Group::DEFAULT.contains(group))
            .collect();
        for group in groups {
            self.say(&format!(
                "commands of the group {group} also need /usr/share/guestd/drop-ins/{group}.conf"
            ));
        }
    }
}

fn words(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn list(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    fn put(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn without_settings_nothing_is_said_or_written() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "etc/qemu/qemu-ga.conf", "[general]\nmethod=virtio-serial\n");
        assert_eq!(import(dir.path()), Ok(String::new()));
        assert!(!dir.path().join("etc/guestd").exists());
    }

    #[test]
    fn what_was_blocked_stays_blocked_and_the_hook_stays() {
        let dir = tempfile::tempdir().unwrap();
        put(
            dir.path(),
            "etc/qemu/qemu-ga.conf",
            "[general]\nblock-rpcs=guest-shutdown,guest-get-devices\nfsfreeze-hook=/etc/qemu/hook\n",
        );
        put(
            dir.path(),
            "etc/default/qemu-guest-agent",
            "# options\nDAEMON_ARGS=\"-b guest-get-users -l /var/log/qga.log\"\n",
        );
        let said = import(dir.path()).unwrap();
        assert_eq!(
            said,
            "from qemu-ga: not guest-get-devices: guestd has no such command\n\
             from qemu-ga: blocked commands: guest-get-users, guest-shutdown\n\
             from qemu-ga: the hook /etc/qemu/hook\n\
             from qemu-ga: not the log file: the journal has the log; see log.file\n\
             taken over from /etc/qemu/qemu-ga.conf, /etc/default/qemu-guest-agent into \
             /etc/guestd/conf.d/50-qemu-ga.toml\n"
        );
        let settings = load(dir.path(), None).unwrap().settings;
        let policy = &settings.channels[0].policy;
        assert!(policy.allows("guest-shutdown", Group::Power).is_err());
        assert!(policy.allows("guest-suspend-ram", Group::Power).is_ok());
        assert!(policy.allows("guest-get-users", Group::Info).is_err());
        assert!(policy.allows("guest-exec", Group::Exec).is_err(), "guestd's default stays");
        assert_eq!(settings.freeze.hooks.qemu_ga_hook, Some("/etc/qemu/hook".into()));
        let again = import(dir.path()).unwrap();
        assert!(again.contains("is there already"), "{again}");
    }

    #[test]
    fn a_list_of_what_is_allowed_allows_nothing_else_and_names_the_sandbox() {
        let dir = tempfile::tempdir().unwrap();
        put(
            dir.path(),
            "etc/sysconfig/qemu-ga",
            "FILTER_RPC_ARGS=\"--allow-rpcs=guest-exec,guest-exec-status,guest-get-time\"\n\
             BLACKLIST_RPC=\nFSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook\n",
        );
        let said = import(dir.path()).unwrap();
        assert!(
            said.contains("only these commands: guest-exec, guest-exec-status, guest-get-time")
        );
        assert!(said.contains("the group exec also need /usr/share/guestd/drop-ins/exec.conf"));
        let settings = load(dir.path(), None).unwrap().settings;
        let policy = &settings.channels[0].policy;
        assert!(policy.allows("guest-exec", Group::Exec).is_ok());
        assert!(policy.allows("guest-get-osinfo", Group::Info).is_err());
    }

    #[test]
    fn another_place_is_taken_over_where_it_is_a_device() {
        let import_of = |transport: &str| {
            let dir = tempfile::tempdir().unwrap();
            put(dir.path(), "etc/default/qemu-guest-agent", &format!("TRANSPORT={transport}\n"));
            let said = import(dir.path()).unwrap();
            (said, load(dir.path(), None).unwrap().settings.channels)
        };
        let (_, channels) = import_of("virtio-serial:/dev/virtio-ports/other");
        assert_eq!(channels[0].kind.path(), Some(Path::new("/dev/virtio-ports/other")));
        let (_, channels) = import_of("isa-serial:/dev/ttyS1");
        assert_eq!(channels[1].kind.path(), Some(Path::new("/dev/ttyS1")));
        assert_eq!(channels.len(), 2, "the socket and the line");
        let (said, channels) = import_of("unix-listen:/run/x");
        assert!(said.contains("not the channel of method unix-listen"), "{said}");
        assert_eq!(channels.len(), 2);
    }

    #[test]
    fn a_file_that_qemu_ga_would_not_take_is_named() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "etc/qemu/qemu-ga.conf", "no key file\n");
        let error = import(dir.path()).unwrap_err();
        assert!(error.starts_with("/etc/qemu/qemu-ga.conf: line 1:"), "{error}");
    }
}
