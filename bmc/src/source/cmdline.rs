//! `guestd.bmc=ADDRESS` on the kernel's command line.

use std::path::Path;

use super::{Candidate, Look, Values, printable, read, unread};
use crate::network::Network;

/// Where the kernel shows it.
pub(crate) const PATH: &str = "/proc/cmdline";
/// The word.
const KEY: &str = "guestd.bmc=";
/// x86 takes 2048 bytes, others 4096 (`COMMAND_LINE_SIZE`), and a boot loader may add its own.
const MOST: u64 = 64 << 10;

pub(crate) fn look(root: &Path, network: Option<Network>) -> Look {
    let line = match read(root, PATH, MOST) {
        Ok(bytes) => bytes,
        Err(error) => return unread(PATH, &error),
    };
    match value(&line) {
        None => Look::nothing(format!("{PATH} has no {KEY}")),
        Some(value) => {
            // What is no text is no address either, so its escapes are refused.
            let text = std::str::from_utf8(value).map_or_else(|_| printable(value), str::to_owned);
            let values = Values { address: Some(text), ..Values::default() };
            Look::one(Candidate::judge(values, network))
        }
    }
}

/// The last value given, as a later word of the kernel's own overrules an earlier one.
/// Words after `--` are for init (kernel-parameters(7)).
pub fn value(line: &[u8]) -> Option<&[u8]> {
    let words = line.split(u8::is_ascii_whitespace).take_while(|word| *word != b"--");
    words.filter_map(|word| word.strip_prefix(KEY.as_bytes())).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_inits_do_not() {
        assert_eq!(
            value(b"quiet guestd.bmc=10.0.0.1 x guestd.bmc=10.0.0.2\n"),
            Some(&b"10.0.0.2"[..])
        );
        assert_eq!(value(b"xguestd.bmc=10.0.0.1 guestd.bmc 10.0.0.1"), None);
        assert_eq!(value(b"quiet -- guestd.bmc=10.0.0.1"), None);
        assert_eq!(value(b"guestd.bmc="), Some(&b""[..]));
        assert_eq!(value(b""), None);
    }

    #[test]
    fn what_stands_there_is_judged() {
        let dir = tempfile::tempdir().unwrap();
        let look = |line: &[u8]| {
            std::fs::create_dir_all(dir.path().join("proc")).unwrap();
            std::fs::write(dir.path().join("proc/cmdline"), line).unwrap();
            super::look(dir.path(), None).candidates.remove(0)
        };
        assert_eq!(look(b"guestd.bmc=10.0.0.1\n").usable.unwrap().to_string(), "10.0.0.1");
        assert!(look(b"guestd.bmc=10.0.0.1/8").refused.unwrap().contains("prefix"));
        assert!(look(b"guestd.bmc=10.0.0.\xff1").refused.is_some());
        assert_eq!(
            super::look(Path::new("/nonexistent"), None).why.unwrap(),
            "there is no /proc/cmdline"
        );
    }
}
