//! Shutting down and suspending: answered only if it fails.

use introspect::Root;
use protocol::Error;
use protocol::qga::Empty;
use protocol::qga::power::{ShutdownArguments, ShutdownMode};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::Call;
use crate::policy::Group;
use crate::program::{self, Program};
use crate::reply::Reply;
use crate::system::reason;

pub(super) const COMMANDS: &[Command] = &[
    acting("guest-shutdown", |call| call.with(shutdown).map(|_| Reply::Silent)),
    acting("guest-suspend-disk", |call| suspend(call, &DISK)),
    acting("guest-suspend-ram", |call| suspend(call, &RAM)),
    acting("guest-suspend-hybrid", |call| suspend(call, &HYBRID)),
];

const fn acting(name: &'static str, run: fn(Call<'_>) -> Result<Reply, Error>) -> Command {
    Command { runs: Runs::Thread, audited: true, answers: false, ..inline(name, Group::Power, run) }
}

/// There while systemd is the init (sd_booted(3)).
const SYSTEMD: &str = "/run/systemd/system";

fn shutdown(agent: &Agent, arguments: ShutdownArguments<'_>) -> Result<Empty, Error> {
    let mode = arguments.mode()?;
    let root = agent.root();
    let (verb, classic, letter) = match mode {
        ShutdownMode::Powerdown => ("poweroff", "poweroff", "-P"),
        ShutdownMode::Halt => ("halt", "halt", "-H"),
        ShutdownMode::Reboot => ("reboot", "reboot", "-r"),
    };
    let aim = "shutdown";
    if root.exists(SYSTEMD)
        && let Some(systemctl) = program::find(&root, &["systemctl"])
    {
        // It comes back as soon as the job is queued.
        Program::new(systemctl).arguments(["--no-block", verb]).run_to(aim)?;
    } else if let Some(program) = program::find(&root, &[classic]) {
        Program::new(program).run_to(aim)?;
    } else if let Some(program) = program::find(&root, &["shutdown"]) {
        let power: &[&str] = if letter == "-r" { &[] } else { &["-h"] };
        Program::new(program)
            .arguments(power)
            .arguments([letter, "+0", "hypervisor initiated shutdown"])
            .run_to(aim)?;
    } else {
        return Err(Error::generic(format!(
            "neither systemctl, {classic} nor shutdown is installed"
        )));
    }
    Ok(Empty {})
}

/// A way to suspend.
struct Way {
    /// The verb of systemctl, which tells its own failures best.
    systemd: &'static str,
    /// The program of pm-utils.
    pm_utils: &'static str,
    /// What the kernel is told, if there is no program: file, and text.
    kernel: &'static [(&'static str, &'static str)],
    /// The word of /sys/power/state without which it cannot be.
    state: &'static str,
}

const DISK: Way = Way {
    systemd: "hibernate",
    pm_utils: "pm-hibernate",
    kernel: &[("/sys/power/state", "disk")],
    state: "disk",
};
const RAM: Way = Way {
    systemd: "suspend",
    pm_utils: "pm-suspend",
    kernel: &[("/sys/power/state", "mem")],
    state: "mem",
};
const HYBRID: Way = Way {
    systemd: "hybrid-sleep",
    pm_utils: "pm-suspend-hybrid",
    kernel: &[("/sys/power/disk", "suspend"), ("/sys/power/state", "disk")],
    state: "disk",
};

fn suspend(call: Call<'_>, way: &Way) -> Result<Reply, Error> {
    call.plain(|agent| run(&agent.root(), way)).map(|_| Reply::Silent)
}

fn run(root: &Root, way: &Way) -> Result<Empty, Error> {
    let states = root.text("/sys/power/state").unwrap_or_default();
    if !states.split_ascii_whitespace().any(|state| state == way.state) {
        return Err(Error::generic("the requested suspend mode is not supported by the guest"));
    }
    let aim = "suspend";
    if root.exists(SYSTEMD)
        && let Some(systemctl) = program::find(root, &["systemctl"])
    {
        Program::new(systemctl).arguments([way.systemd]).run_to(aim)?;
    } else if let Some(program) = program::find(root, &[way.pm_utils]) {
        Program::new(program).run_to(aim)?;
    } else {
        for (file, text) in way.kernel {
            std::fs::write(root.join(file), text).map_err(|error| {
                Error::generic(format!("cannot write {text} to {file}: {}", reason(&error)))
            })?;
        }
    }
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;

    #[test]
    fn a_state_the_kernel_does_not_have_is_refused_before_anything_is_tried() {
        let guest = Guest::new();
        guest.file("sys/power/state", "freeze mem\n");
        let reply = guest.ask("guest-suspend-disk", &json!({}));
        assert_eq!(
            reply["error"]["desc"],
            "the requested suspend mode is not supported by the guest"
        );
        assert_eq!(guest.ask("guest-suspend-ram", &json!({})), Value::Null, "silence is success");
        assert_eq!(guest.text("sys/power/state"), "mem");
    }

    #[test]
    fn without_any_program_a_shutdown_fails_in_words() {
        let reply = Guest::new().ask("guest-shutdown", &json!({"mode": "halt"}));
        assert_eq!(reply["error"]["desc"], "neither systemctl, halt nor shutdown is installed");
    }
}
