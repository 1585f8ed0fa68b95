//! The command line: which of the program's faces is asked for, and what it shall do.

mod guestd;
mod qemu_ga;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;

use crate::config::settings::VERSION;
use crate::exit::Exit;
use crate::quiesce::{GUARD_VERB, guard_main};

/// The name under which the program takes qemu-ga's options.
const QEMU_GA: &str = "qemu-ga";

/// The program. `arguments` begin with its own name.
///
/// To be called while the process has one thread.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or_else(|| "guestd".into());
    let words: Vec<OsString> = arguments.collect();
    match words.split_first() {
        _ if is_qemu_ga(&program) => qemu_ga::main(&program, &words),
        Some((verb, options)) if verb == QEMU_GA => qemu_ga::main(QEMU_GA.as_ref(), options),
        Some((verb, options)) if verb == "run" => guestd::run(options),
        Some((verb, options)) if verb == "hooks" => guestd::hooks(options),
        Some((verb, options)) if verb == "check" => guestd::check_configuration(options),
        Some((verb, options)) if verb == "thaw" => guestd::thaw(options),
        Some((verb, options)) if verb == "import" => guestd::import_settings(options),
        Some((verb, [flag])) if verb == GUARD_VERB => guard_main(Path::new(flag)),
        Some((word, [])) if word == "--help" || word == "-h" => print(HELP.as_bytes()),
        Some((word, [])) if word == "--version" || word == "-V" => {
            print(format!("guestd {VERSION}\n").as_bytes())
        }
        _ => {
            // If the terminal is gone, the exit code has to do.
            let _ = io::stderr().write_all(HELP.as_bytes());
            Exit::Usage
        }
    }
}

const HELP: &str = "\
Usage: guestd run [--config FILE] [--hooks-socket SOCKET]
                                   serve hosts until told to stop
       guestd hooks [--config FILE]
                                   run hooks for the agent that is connected to standard
                                   input, as guestd-hooks@.service does
       guestd check [--show | --where | --defaults | --bmc] [--config FILE] [--root DIR]
                                   is the configuration well; what is in force, and from
                                   which line of which file; every key with its default; or
                                   what is about the BMC, as JSON for guestctl
       guestd thaw [--all] [--quiet] [--config FILE] [--hooks-socket SOCKET]
                                   thaw what an agent that is gone has left frozen, or
                                   everything, whoever froze it; with --quiet say nothing
                                   where nothing is
       guestd import [--root DIR]  take the settings of qemu-ga over, once, into
                                   /etc/guestd/conf.d/50-qemu-ga.toml
       guestd qemu-ga [OPTION...]  as run, with the options and defaults of qemu-ga;
                                   also when started under the name qemu-ga
       guestd --help | --version

Without any configuration guestd run hears the virtio port org.qemu.guest_agent.0, as soon as
it is there, and the socket /run/guestd/guestd.sock. The port may ask for information, freeze
and thaw filesystems, and shut down; on the socket root may ask for everything, and members of
the group guestd, where there is one, for information. The configuration is
/etc/guestd/guestd.toml and *.toml in conf.d of /usr/lib/guestd, /run/guestd and /etc/guestd;
with --config that file alone. SIGHUP reads it again.

Hooks are children of guestd run; with --hooks-socket they run in a unit of their own, which
systemd starts for each connection to that socket.

Exit codes: 0 told to stop, or all is well; 1 it could not, or it is not; 2 the command line
or, for run, the configuration is wrong.
";

/// True where the program was started as `qemu-ga`, by any path.
fn is_qemu_ga(program: &OsStr) -> bool {
    Path::new(program).file_name().is_some_and(|name| name == QEMU_GA)
}

/// Writes to stdout. A reader that has gone, as of `| head`, is no error.
fn print(text: &[u8]) -> Exit {
    match io::stdout().write_all(text).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failure,
        _ => Exit::Success,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = include_str!("../../packaging/usr/share/man/man8/guestd.8");

    #[test]
    fn the_manual_page_has_every_verb_and_option_of_the_help() {
        let manual = MANUAL.replace('\\', "");
        let words = HELP.split(|c: char| c.is_whitespace() || "[]|;,`".contains(c));
        let options: Vec<&str> = words.filter(|word| word.starts_with("--")).collect();
        assert!(options.len() >= 8, "{options:?}");
        for option in options {
            assert!(manual.contains(option), "{option} is missing");
        }
        let synopsis = HELP.split("Without").next().unwrap();
        let verbs = synopsis.split("guestd ").skip(1).filter_map(|rest| rest.split(' ').next());
        for verb in verbs.filter(|verb| !verb.starts_with('-')) {
            assert!(manual.contains(&format!("guestd {verb}")), "{verb} is missing");
        }
    }
}
