//! The end of the guest, and its sleep. None of these is answered when it goes well: the
//! guest may be gone before the answer is, or wakes up when nobody waits any more.

use introspect::Root;
use protocol::Error;
use protocol::qga::power::ShutdownArguments;
use tracing::{info, warn};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::{Call, NoArguments};
use crate::policy::Group;
use crate::program::Program;
use crate::reply::Reply;
use crate::system::power::{self, Sleep, Way};
use crate::system::{attribute, reason, set_attribute};

pub(super) const COMMANDS: &[Command] = &[
    silent("guest-shutdown", |call| call.reply(shutdown)),
    silent("guest-suspend-disk", |call| suspend(call, Sleep::Disk)),
    silent("guest-suspend-ram", |call| suspend(call, Sleep::Ram)),
    silent("guest-suspend-hybrid", |call| suspend(call, Sleep::Hybrid)),
];

const fn silent(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, answers: false, audited: true, ..inline(name, Group::Power, run) }
}

fn shutdown(agent: &Agent, arguments: ShutdownArguments<'_>) -> Result<Reply, Error> {
    let mode = arguments.mode()?;
    let Some((path, arguments)) = power::shutdown(&agent.root(), mode) else {
        return Err(Error::generic(
            "child process has failed to shutdown: \
             none of systemctl, poweroff, halt, reboot and shutdown is there to do it",
        ));
    };
    info!("guest-shutdown runs {} {}", path.display(), arguments.join(" "));
    Program::new(path).arguments(arguments).run_to("shutdown")?;
    Ok(Reply::Silent)
}

fn suspend(call: Call<'_>, sleep: Sleep) -> Result<Reply, Error> {
    let NoArguments {} = protocol::json::from_value(call.arguments)?;
    let root = call.agent.root();
    match power::sleep(&root, sleep) {
        None => {
            return Err(Error::generic("the requested suspend mode is not supported by the guest"));
        }
        Some(Way::Program((path, arguments))) => {
            info!("the guest is put to sleep by {} {}", path.display(), arguments.join(" "));
            Program::new(path).arguments(arguments).run_to("suspend")?;
        }
        Some(Way::Kernel { disk, state }) => ask_kernel(&root, disk, state)?,
    }
    Ok(Reply::Silent)
}

/// Returns after the guest has woken up.
fn ask_kernel(root: &Root, disk: Option<&str>, state: &str) -> Result<(), Error> {
    const STATE: &str = "/sys/power/state";
    const DISK: &str = "/sys/power/disk";
    let refused = |path: &str, error: &std::io::Error| {
        Error::generic(format!("failed to suspend: write(\"{path}\"): {}", reason(error)))
    };
    let chosen = disk.and_then(|_| chosen(&attribute(root, DISK).ok()?));
    if let Some(word) = disk {
        set_attribute(root, DISK, word).map_err(|error| refused(DISK, &error))?;
    }
    info!("the kernel is asked to put the guest to sleep: {state}");
    let result = set_attribute(root, STATE, state).map_err(|error| refused(STATE, &error));
    if let Some(word) = chosen
        && let Err(error) = set_attribute(root, DISK, &word)
    {
        warn!("{DISK} could not be set back to {word}: {error}");
    }
    result
}

/// The word in brackets, which is in use.
fn chosen(words: &str) -> Option<String> {
    let (_, rest) = words.split_once('[')?;
    Some(rest.split_once(']')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;

    /// A guest whose programs write down how they were called.
    fn guest(programs: &[&str]) -> Guest {
        let guest = Guest::new();
        let log = guest.root().join("log");
        for program in programs {
            let name = program.rsplit('/').next().unwrap();
            guest.program(program, &format!("echo {name} \"$@\" >> {}", log.display()));
        }
        guest
    }

    fn ask(guest: &Guest, mode: &str) -> Value {
        guest.ask("guest-shutdown", &json!({"mode": mode}))
    }

    #[test]
    fn success_is_not_answered() {
        let guest = guest(&["sbin/poweroff", "sbin/shutdown"]);
        assert_eq!(guest.ask("guest-shutdown", &json!({})), Value::Null);
        assert_eq!(ask(&guest, "powerdown"), Value::Null);
        assert_eq!(ask(&guest, "reboot"), Value::Null);
        assert_eq!(ask(&guest, "halt"), Value::Null);
        let calls = "poweroff\npoweroff\nshutdown -r +0\nshutdown -h -H +0\n";
        assert_eq!(guest.text("log"), calls);
    }

    #[test]
    fn an_unknown_mode_does_nothing() {
        let guest = guest(&["sbin/poweroff"]);
        let desc = "mode is invalid (valid values are: halt|powerdown|reboot";
        assert_eq!(ask(&guest, "zz")["error"]["desc"], desc);
        assert!(!guest.root().join("log").exists());
    }

    #[test]
    fn failure_is_answered_in_the_programs_words() {
        let guest = Guest::new();
        let missing = guest.refuses("guest-shutdown", &json!({}));
        assert!(missing.starts_with("child process has failed to shutdown: none of "));
        guest.program("sbin/poweroff", "echo must be root >&2; exit 1");
        let desc = "child process has failed to shutdown: must be root";
        assert_eq!(guest.refuses("guest-shutdown", &json!({})), desc);
    }

    #[test]
    fn systemd_is_asked_where_it_runs() {
        let guest = guest(&["usr/bin/systemctl", "sbin/poweroff", "usr/sbin/pm-suspend"]);
        guest.file("run/systemd/system/x", "");
        guest.file("sys/power/state", "mem disk\n");
        guest.file("sys/power/disk", "[platform] suspend\n");
        ask(&guest, "powerdown");
        for how in ["ram", "disk", "hybrid"] {
            let reply = guest.ask(&format!("guest-suspend-{how}"), &json!({}));
            assert_eq!(reply, Value::Null);
        }
        let calls = ["poweroff", "suspend", "hibernate", "hybrid-sleep"];
        let calls: String = calls.map(|verb| format!("systemctl {verb}\n")).concat();
        assert_eq!(guest.text("log"), calls);
    }

    #[test]
    fn what_the_kernel_does_not_offer_is_refused_before_anything_is_run() {
        let guest = guest(&["usr/sbin/pm-suspend", "usr/sbin/pm-hibernate"]);
        guest.file("sys/power/state", "freezer members\n");
        for how in ["ram", "disk", "hybrid"] {
            let desc = guest.refuses(&format!("guest-suspend-{how}"), &json!({}));
            assert_eq!(desc, "the requested suspend mode is not supported by the guest");
        }
        assert!(!guest.root().join("log").exists());
    }

    #[test]
    fn without_any_program_the_kernel_is_asked() {
        let guest = Guest::new();
        guest.file("sys/power/state", "mem disk\n");
        assert_eq!(guest.ask("guest-suspend-ram", &json!({})), Value::Null);
        // The file only takes what is written to its beginning; the kernel's is read anew.
        assert_eq!(guest.text("sys/power/state"), "mem disk\n");
        guest.file("sys/power/state", "disk\n");
        guest.file("sys/power/disk", "[platform] suspend\n");
        assert_eq!(guest.ask("guest-suspend-hybrid", &json!({})), Value::Null);
        assert_eq!(guest.text("sys/power/disk"), "platformm] suspend\n");
    }
}
