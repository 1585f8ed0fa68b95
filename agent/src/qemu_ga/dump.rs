//! `qemu-ga -D`: the configuration in force, as a key file that can be read again.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use super::configuration::Configuration;
use super::key_file::escape;

/// The key file, in the order of qemu-ga 10; 7.2 leaves `allow-rpcs` out. Our own key is
/// there only when it is set.
pub(super) fn dump(configuration: &Configuration) -> Vec<u8> {
    let mut text = Text(b"[general]\n".to_vec());
    text.flag("daemon", configuration.daemon);
    text.set("method", configuration.method.as_ref());
    text.set("path", configuration.path.as_ref());
    text.set("logfile", configuration.logfile.as_ref());
    text.set("pidfile", configuration.pidfile.as_ref());
    text.set("fsfreeze-hook", configuration.fsfreeze_hook.as_ref());
    text.set("statedir", configuration.statedir.as_ref());
    text.flag("verbose", configuration.verbose);
    text.flag("retry-path", configuration.retry_path);
    text.list("block-rpcs", &configuration.blocked);
    text.list("allow-rpcs", &configuration.allowed);
    text.set("advertise-version", configuration.advertise_version.as_ref());
    text.0
}

/// A group of a key file that is being written.
struct Text(Vec<u8>);

impl Text {
    fn pair(&mut self, key: &str, value: &[u8]) {
        self.0.extend_from_slice(key.as_bytes());
        self.0.push(b'=');
        self.0.extend(escape(value));
        self.0.push(b'\n');
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.pair(key, if value { b"true" } else { b"false" });
    }

    fn set(&mut self, key: &str, value: Option<&OsString>) {
        if let Some(value) = value {
            self.pair(key, value.as_bytes());
        }
    }

    fn list(&mut self, key: &str, names: &[OsString]) {
        self.pair(key, names.join(",".as_ref()).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qemu_ga::key_file::KeyFile;

    #[test]
    fn a_dump_reads_back_with_its_lists_the_other_way_round() {
        let first = Configuration {
            daemon: true,
            method: Some("unix-listen".into()),
            path: Some(" \ta\\b\n".into()),
            blocked: ["c", "", "a;b"].map(OsString::from).into(),
            ..Configuration::default()
        };
        let text = dump(&first);
        let file = KeyFile::parse(&text).unwrap();
        let (mut second, _) = Configuration::from_key_file(&file).unwrap();
        second.blocked.reverse();
        assert_eq!(second, first);
    }
}
