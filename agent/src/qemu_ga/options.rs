//! The command line of qemu-ga, by the rules of getopt_long(3): short options in clusters,
//! long ones abbreviated, optional arguments attached, options and other words mixed.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What an option asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// `-h`
    Help,
    /// `-V`
    Version,
    /// `-c`
    Config,
    /// `-D`
    DumpConf,
    /// `-l`
    Logfile,
    /// `-f`
    Pidfile,
    /// `-F`
    FsfreezeHook,
    /// `-v`
    Verbose,
    /// `-m`
    Method,
    /// `-p`
    Path,
    /// `-d`
    Daemonize,
    /// `-b`
    BlockRpcs,
    /// `-a`
    AllowRpcs,
    /// `-t`
    Statedir,
    /// `-r`
    RetryPath,
    /// Ours.
    AdvertiseVersion,
}

/// An option with its argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// The option.
    pub(super) name: Name,
    /// Its argument; always there where the option requires one.
    pub(super) argument: Option<OsString>,
}

/// A word that is no option, or not a right one; in the words of the C library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    /// A long option of no known name.
    #[error("unrecognized option '--{0}'")]
    Unrecognized(String),
    /// An abbreviation of several options.
    #[error("option '--{word}' is ambiguous; possibilities:{possible}")]
    Ambiguous {
        /// What was given.
        word: String,
        /// What it could be, each as ` '--name'`.
        possible: String,
    },
    /// A long option that takes none has an argument.
    #[error("option '--{0}' doesn't allow an argument")]
    NeedlessArgument(&'static str),
    /// A long option's argument is missing.
    #[error("option '--{0}' requires an argument")]
    LongArgument(&'static str),
    /// A letter that is no option.
    #[error("invalid option -- '{0}'")]
    Letter(String),
    /// A short option's argument is missing.
    #[error("option requires an argument -- '{0}'")]
    ShortArgument(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Argument,
    /// An argument only in the same word.
    Attached,
}

struct Known {
    long: &'static str,
    short: Option<u8>,
    takes: Takes,
    name: Name,
}

const fn known(long: &'static str, short: u8, takes: Takes, name: Name) -> Known {
    Known { long, short: Some(short), takes, name }
}

/// Every option of qemu-ga 7.2 to 10.2, in the order of its own messages.
const KNOWN: [Known; 16] = [
    known("help", b'h', Takes::Nothing, Name::Help),
    known("version", b'V', Takes::Nothing, Name::Version),
    known("config", b'c', Takes::Argument, Name::Config),
    known("dump-conf", b'D', Takes::Nothing, Name::DumpConf),
    known("logfile", b'l', Takes::Argument, Name::Logfile),
    known("pidfile", b'f', Takes::Argument, Name::Pidfile),
    known("fsfreeze-hook", b'F', Takes::Attached, Name::FsfreezeHook),
    known("verbose", b'v', Takes::Nothing, Name::Verbose),
    known("method", b'm', Takes::Argument, Name::Method),
    known("path", b'p', Takes::Argument, Name::Path),
    known("daemonize", b'd', Takes::Nothing, Name::Daemonize),
    known("block-rpcs", b'b', Takes::Argument, Name::BlockRpcs),
    known("blacklist", b'b', Takes::Argument, Name::BlockRpcs),
    known("allow-rpcs", b'a', Takes::Argument, Name::AllowRpcs),
    known("statedir", b't', Takes::Argument, Name::Statedir),
    known("retry-path", b'r', Takes::Nothing, Name::RetryPath),
];

/// Our own option. It is not abbreviated, so that every abbreviation of qemu-ga's options
/// stays what it was.
const OWN: Known = Known {
    long: "advertise-version",
    short: None,
    takes: Takes::Argument,
    name: Name::AdvertiseVersion,
};

/// The options of a command line, one after the other; words that are no options are
/// passed over, as qemu-ga does. After a wrong one, go on or stop.
#[derive(Debug)]
pub(super) struct Options<'a> {
    words: std::slice::Iter<'a, OsString>,
    /// What is left of a cluster of short options.
    cluster: &'a [u8],
    /// `POSIXLY_CORRECT` is set: the first word that is no option ends them.
    strict: bool,
}

impl<'a> Options<'a> {
    /// Reads `words`, which do not include the program's name.
    pub(super) fn new(words: &'a [OsString], strict: bool) -> Self {
        Self { words: words.iter(), cluster: &[], strict }
    }

    fn long(&mut self, word: &'a [u8]) -> Result<Given, Wrong> {
        let (name, attached) = match word.iter().position(|&byte| byte == b'=') {
            Some(at) => (&word[..at], Some(&word[at + 1..])),
            None => (word, None),
        };
        let known = find(name, word)?;
        let argument = match (known.takes, attached) {
            (Takes::Nothing, Some(_)) => return Err(Wrong::NeedlessArgument(known.long)),
            (Takes::Argument, None) => {
                let next = self.words.next().ok_or(Wrong::LongArgument(known.long))?;
                Some(next.clone())
            }
            (_, attached) => attached.map(owned),
        };
        Ok(Given { name: known.name, argument })
    }

    /// The first option of the cluster, which is not empty.
    fn short(&mut self, letter: u8) -> Result<Given, Wrong> {
        let rest = &self.cluster[1..];
        self.cluster = rest;
        let known = KNOWN.iter().find(|known| known.short == Some(letter));
        // A `;` or `:` would be syntax of the option string itself; neither is in the table.
        let known = known.ok_or_else(|| Wrong::Letter(lossy(&[letter])))?;
        let attached = (!rest.is_empty()).then(|| owned(rest));
        let argument = match known.takes {
            Takes::Nothing => None,
            Takes::Attached => attached,
            Takes::Argument => match attached.or_else(|| self.words.next().cloned()) {
                None => return Err(Wrong::ShortArgument(char::from(letter))),
                some => some,
            },
        };
        if known.takes != Takes::Nothing {
            self.cluster = &[];
        }
        Ok(Given { name: known.name, argument })
    }
}

impl Iterator for Options<'_> {
    type Item = Result<Given, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(&letter) = self.cluster.first() {
                return Some(self.short(letter));
            }
            match self.words.next()?.as_bytes() {
                b"--" => return None,
                [b'-', b'-', long @ ..] => return Some(self.long(long)),
                [b'-', cluster @ ..] if !cluster.is_empty() => self.cluster = cluster,
                _ if self.strict => return None,
                _ => {}
            }
        }
    }
}

/// The long option that `name` means: the one it is, or the only one it begins. Names of
/// the same option do not count as several.
fn find(name: &[u8], word: &[u8]) -> Result<&'static Known, Wrong> {
    let own = std::iter::once(&OWN);
    if let Some(exact) = KNOWN.iter().chain(own).find(|known| known.long.as_bytes() == name) {
        return Ok(exact);
    }
    let begun = || KNOWN.iter().filter(|known| known.long.as_bytes().starts_with(name));
    let first = begun().next().ok_or_else(|| Wrong::Unrecognized(lossy(word)))?;
    if begun().all(|known| known.name == first.name) {
        return Ok(first);
    }
    let possible = begun().map(|known| format!(" '--{}'", known.long)).collect();
    Err(Wrong::Ambiguous { word: lossy(word), possible })
}

fn owned(bytes: &[u8]) -> OsString {
    OsString::from_vec(bytes.to_vec())
}

fn lossy(bytes: &[u8]) -> String {
    OsStr::from_bytes(bytes).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        Options::new(&words, false)
            .map(|given| match given {
                Ok(Given { name, argument: None }) => format!("{name:?}"),
                Ok(Given { name, argument: Some(text) }) => {
                    format!("{name:?}={}", text.to_string_lossy())
                }
                Err(wrong) => wrong.to_string(),
            })
            .collect()
    }

    #[test]
    fn short_options_come_in_clusters_and_with_arguments_near_or_far() {
        assert_eq!(read("-vdp/x"), ["Verbose", "Daemonize", "Path=/x"]);
        assert_eq!(read("-p -v"), ["Path=-v"]);
        assert_eq!(read("-b=x"), ["BlockRpcs==x"]);
        assert_eq!(read("-vZr"), ["Verbose", "invalid option -- 'Z'", "RetryPath"]);
        assert_eq!(read("-p"), ["option requires an argument -- 'p'"]);
    }

    #[test]
    fn an_optional_argument_is_only_taken_from_the_same_word() {
        assert_eq!(read("-F /x"), ["FsfreezeHook"]);
        assert_eq!(read("-F/x"), ["FsfreezeHook=/x"]);
        assert_eq!(read("-FD"), ["FsfreezeHook=D"]);
        assert_eq!(read("-DF"), ["DumpConf", "FsfreezeHook"]);
        assert_eq!(read("--fsfreeze-hook /x"), ["FsfreezeHook"]);
        assert_eq!(read("--fsfreeze-hook="), ["FsfreezeHook="]);
    }

    #[test]
    fn long_options_may_be_abbreviated_while_that_is_clear() {
        assert_eq!(read("--meth=isa-serial --he"), ["Method=isa-serial", "Help"]);
        assert_eq!(read("--bl x --b y"), ["BlockRpcs=x", "BlockRpcs=y"]);
        assert_eq!(
            read("--ver=1"),
            ["option '--ver=1' is ambiguous; possibilities: '--version' '--verbose'"]
        );
        assert_eq!(read("--verbose=1"), ["option '--verbose' doesn't allow an argument"]);
        assert_eq!(read("--me"), ["option '--method' requires an argument"]);
        assert_eq!(read("--nope=2"), ["unrecognized option '--nope=2'"]);
    }

    #[test]
    fn our_own_option_takes_no_abbreviation_from_theirs() {
        assert_eq!(read("--a x"), ["AllowRpcs=x"]);
        assert_eq!(read("--advertise-version=9"), ["AdvertiseVersion=9"]);
        assert_eq!(read("--advertise=9"), ["unrecognized option '--advertise=9'"]);
    }

    #[test]
    fn other_words_are_passed_over_until_two_dashes() {
        assert_eq!(read("x -v - y -D -- -r"), ["Verbose", "DumpConf"]);
        let words = ["-v", "x", "-D"].map(OsString::from);
        assert_eq!(Options::new(&words, true).count(), 1);
    }
}
