//! The personality of qemu-ga: its options, its key file, its defaults. It ends in the
//! same [`Settings`] as guestd's own configuration. What qemu-ga 7.2 and 10 do differently
//! is taken as the union of both; see docs/compat.md.

mod configuration;
pub(crate) mod daemon;
mod dump;
mod help;
mod import;
pub(crate) mod key_file;
mod options;
pub(crate) mod state;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::config::Settings;
use configuration::{CONFIG_FILE, Configuration};
pub(crate) use import::import;
use key_file::KeyFile;
use options::{Name, Options};

/// Bytes of a configuration file that are read at most.
const MOST: u64 = 1 << 20;

/// What the process was started with besides its arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// `QGA_CONF`, the configuration file in place of the default one.
    pub(crate) config: Option<OsString>,
    /// `POSIXLY_CORRECT` is set: options end at the first word that is none.
    pub(crate) strict: bool,
    /// What systemd has passed a socket for, as the method of that kind of socket.
    pub(crate) activated: Option<&'static str>,
    /// The names of all commands.
    pub(crate) commands: Vec<&'static str>,
}

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Action {
    /// Print this to stdout and end well.
    Print(Vec<u8>),
    /// Run.
    Run(Box<Startup>),
}

/// How to run.
#[derive(Debug)]
pub(crate) struct Startup {
    /// With what.
    pub(crate) settings: Settings,
    /// Become a daemon, with this file for its process number.
    pub(crate) daemon: Option<PathBuf>,
    /// To be logged once there is a log.
    pub(crate) warnings: Vec<String>,
}

/// A command line that leads nowhere: exit code 1, whatever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// For stdout, where qemu-ga points to its help.
    pub(crate) stdout: String,
    /// For stderr.
    pub(crate) stderr: String,
}

/// Finds out what `words`, the arguments after the program's name, ask for. Reads the
/// configuration file and changes nothing.
///
/// # Errors
/// An option, the file or a value is wrong.
pub(crate) fn prepare(
    program: &OsStr,
    words: &[OsString],
    environment: &Environment,
) -> Result<Action, Failure> {
    let program = program.to_string_lossy();
    let failed = |text: String| Failure {
        stdout: String::new(),
        stderr: format!("{program}: critical: {text}\n"),
    };
    let (mut configuration, warnings) = load(words, environment).map_err(failed)?;
    let mut dump = false;
    for option in Options::new(words, environment.strict) {
        let option = option.map_err(|wrong| Failure {
            stdout: format!("Unknown option, try '{program} --help' for more information.\n"),
            stderr: format!("{program}: {wrong}\n"),
        })?;
        match option.name {
            Name::Help => return Ok(Action::Print(help::help(&program).into_bytes())),
            Name::Version => {
                let version = format!("QEMU Guest Agent {}\n", configuration.version());
                return Ok(Action::Print(version.into_bytes()));
            }
            Name::BlockRpcs | Name::AllowRpcs if asks_for_names(option.argument.as_deref()) => {
                let names = environment.commands.iter().map(|name| format!("{name}\n"));
                return Ok(Action::Print(names.collect::<String>().into_bytes()));
            }
            Name::DumpConf => dump = true,
            _ => configuration.apply(option),
        }
    }
    if let Some(method) = environment.activated {
        configuration.method = Some(method.into());
        configuration.path = None;
    }
    let usable = configuration.complete(environment.activated.is_some());
    usable.map_err(|error| failed(error.to_string()))?;
    if dump {
        return Ok(Action::Print(dump::dump(&configuration)));
    }
    let settings = configuration.settings(environment.activated.is_some());
    Ok(Action::Run(Box::new(Startup {
        settings: settings.map_err(|error| failed(error.to_string()))?,
        daemon: configuration.daemon.then(|| configuration.pidfile.unwrap_or_default().into()),
        warnings,
    })))
}

/// Reads the configuration file. Only one that is named by an option has to be there.
fn load(
    words: &[OsString],
    environment: &Environment,
) -> Result<(Configuration, Vec<String>), String> {
    let named = Options::new(words, environment.strict)
        .map_while(Result::ok)
        .filter(|given| given.name == Name::Config)
        .filter_map(|given| given.argument)
        .last();
    let must_exist = named.is_some();
    let path = named.or_else(|| environment.config.clone()).unwrap_or_else(|| CONFIG_FILE.into());
    let path = PathBuf::from(path);
    let wrong = |what: &dyn std::fmt::Display| {
        format!("error loading configuration from path: {}, {what}", path.display())
    };
    let text = match read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => {
            return Ok((Configuration::default(), Vec::new()));
        }
        read => read.map_err(|error| wrong(&error))?,
    };
    let file = KeyFile::parse(&text).map_err(|error| wrong(&error))?;
    let (configuration, old_name) =
        Configuration::from_key_file(&file).map_err(|error| wrong(&error))?;
    let warning = format!("{}: the key 'blacklist' is old; call it block-rpcs", path.display());
    Ok((configuration, old_name.then_some(warning).into_iter().collect()))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::other("Not a regular file"));
    }
    if meta.len() > MOST {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    fs::read(path)
}

fn asks_for_names(argument: Option<&OsStr>) -> bool {
    argument.is_some_and(|argument| argument == "help" || argument == "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(line: &str, config: Option<&Path>) -> Result<String, Failure> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let environment = Environment {
            config: Some(config.map_or("/nonexistent".into(), |path| path.into())),
            commands: vec!["guest-ping", "guest-info"],
            ..Environment::default()
        };
        prepare(OsStr::new("qemu-ga"), &words, &environment).map(|action| match action {
            Action::Print(text) => String::from_utf8(text).unwrap(),
            Action::Run(startup) => format!("{startup:?}"),
        })
    }

    #[test]
    fn options_count_in_their_order() {
        assert!(run("-h -Z", None).unwrap().starts_with("Usage: qemu-ga "));
        assert_eq!(run("--advertise-version=9.1 -V", None).unwrap(), "QEMU Guest Agent 9.1\n");
        assert_eq!(run("-D -b help -Z", None).unwrap(), "guest-ping\nguest-info\n");
        let failure = run("-v -Z -h", None).unwrap_err();
        assert_eq!(failure.stderr, "qemu-ga: invalid option -- 'Z'\n");
        assert!(failure.stdout.starts_with("Unknown option, try 'qemu-ga --help'"));
    }

    #[test]
    fn a_file_named_by_an_option_has_to_be_there() {
        assert!(run("-D", None).unwrap().starts_with("[general]\ndaemon=false\n"));
        let failure = run("-D -c /nonexistent", None).unwrap_err();
        assert!(failure.stderr.contains("error loading configuration from path: /nonexistent"));
    }

    #[test]
    fn a_broken_file_fails_everything_and_names_the_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("conf");
        fs::write(&path, "[general]\nverbose=yes\n").unwrap();
        let failure = run("-h", Some(&path)).unwrap_err();
        assert!(failure.stderr.contains("'verbose': 'yes' is not one of true"), "{failure:?}");
        assert!(run("-D", Some(dir.path())).unwrap_err().stderr.contains("Not a regular file"));
    }

    #[test]
    fn the_old_name_of_the_block_list_counts_and_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("conf");
        fs::write(&path, "[general]\nblacklist=a,b\n").unwrap();
        assert!(run("-D", Some(&path)).unwrap().contains("\nblock-rpcs=b,a\n"));
        assert!(run("", Some(&path)).unwrap().contains("call it block-rpcs"));
    }

    #[test]
    fn a_socket_of_systemd_takes_the_place_of_method_and_path() {
        let environment = Environment { activated: Some("unix-listen"), ..Environment::default() };
        let words = ["-D", "-m", "virtio-serial", "-p", "/x"].map(OsString::from);
        let Ok(Action::Print(text)) = prepare(OsStr::new("q"), &words, &environment) else {
            panic!("no dump");
        };
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("\nmethod=unix-listen\npidfile="), "{text}");
    }
}
