//! Which ways a guest has to end or to sleep, decided from what is installed and what the
//! kernel offers; nothing is done here.

use std::path::PathBuf;

use introspect::Root;
use protocol::qga::power::ShutdownMode;

use crate::program::find;

/// How the guest sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sleep {
    /// Memory on disk, power off.
    Disk,
    /// Memory stays powered.
    Ram,
    /// Memory stays powered, with a copy on disk.
    Hybrid,
}

/// A program with its arguments.
pub(crate) type Call = (PathBuf, &'static [&'static str]);

/// How the guest is ended: by systemd where that runs, else by the program of that name,
/// else by shutdown(8). `None` where nothing of it is installed.
pub(crate) fn shutdown(root: &Root, mode: ShutdownMode) -> Option<Call> {
    let (name, of_shutdown): (_, &[&str]) = match mode {
        ShutdownMode::Powerdown => (["poweroff"], &["-h", "-P", "+0"]),
        ShutdownMode::Halt => (["halt"], &["-h", "-H", "+0"]),
        ShutdownMode::Reboot => (["reboot"], &["-r", "+0"]),
    };
    let verb: &'static [&'static str] = match mode {
        ShutdownMode::Powerdown => &["poweroff"],
        ShutdownMode::Halt => &["halt"],
        ShutdownMode::Reboot => &["reboot"],
    };
    systemctl(root)
        .map(|path| (path, verb))
        .or_else(|| find(root, &name).map(|path| (path, &[][..])))
        .or_else(|| find(root, &["shutdown"]).map(|path| (path, of_shutdown)))
}

/// How the guest is put to sleep.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A program does it.
    Program(Call),
    /// Words for /sys/power/disk, where one is needed, and for /sys/power/state.
    Kernel { disk: Option<&'static str>, state: &'static str },
}

/// The way to sleep: systemd where that runs, else pm-utils, else the kernel. `None` where
/// the kernel cannot (kernel `Documentation/admin-guide/pm/sleep-states.rst`).
pub(crate) fn sleep(root: &Root, sleep: Sleep) -> Option<Way> {
    let offers = |path: &str, word: &str| {
        let text = super::attribute(root, path).unwrap_or_default();
        // The one in use stands in brackets.
        text.split_ascii_whitespace().any(|offered| offered.trim_matches(['[', ']']) == word)
    };
    let states: &[&'static str] = match sleep {
        // The deepest one first; systemd takes the same.
        Sleep::Ram => &["mem", "standby", "freeze"],
        Sleep::Disk | Sleep::Hybrid => &["disk"],
    };
    let state = *states.iter().find(|state| offers("/sys/power/state", state))?;
    let disk = (sleep == Sleep::Hybrid).then_some("suspend");
    if disk.is_some_and(|word| !offers("/sys/power/disk", word)) {
        return None;
    }
    let (verb, tool): (&'static [&'static str], _) = match sleep {
        Sleep::Disk => (&["hibernate"], "pm-hibernate"),
        Sleep::Ram => (&["suspend"], "pm-suspend"),
        Sleep::Hybrid => (&["hybrid-sleep"], "pm-suspend-hybrid"),
    };
    let program = systemctl(root)
        .map(|path| (path, verb))
        .or_else(|| find(root, &[tool]).map(|path| (path, &[][..])));
    Some(program.map_or(Way::Kernel { disk, state }, Way::Program))
}

/// systemctl, if systemd runs (sd_booted(3)).
fn systemctl(root: &Root) -> Option<PathBuf> {
    root.exists("/run/systemd/system").then(|| find(root, &["systemctl"]))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::testing::Guest;

    #[track_caller]
    fn ends(guest: &Guest, mode: ShutdownMode, path: &str, arguments: &[&str]) {
        let call = shutdown(&Root::at(guest.root()), mode).unwrap();
        assert_eq!((call.0, call.1), (guest.root().join(path), arguments));
    }

    #[test]
    fn the_guest_is_ended_by_what_is_there() {
        use ShutdownMode::{Halt, Powerdown, Reboot};
        let guest = Guest::new();
        assert_eq!(shutdown(&Root::at(guest.root()), Powerdown), None);
        guest.program("sbin/shutdown", "");
        ends(&guest, Powerdown, "sbin/shutdown", &["-h", "-P", "+0"]);
        ends(&guest, Halt, "sbin/shutdown", &["-h", "-H", "+0"]);
        ends(&guest, Reboot, "sbin/shutdown", &["-r", "+0"]);
        guest.program("sbin/poweroff", "");
        ends(&guest, Powerdown, "sbin/poweroff", &[]);
        ends(&guest, Reboot, "sbin/shutdown", &["-r", "+0"]);
        guest.program("usr/bin/systemctl", "");
        ends(&guest, Powerdown, "sbin/poweroff", &[]);
        guest.file("run/systemd/system/x", "");
        ends(&guest, Powerdown, "usr/bin/systemctl", &["poweroff"]);
        ends(&guest, Halt, "usr/bin/systemctl", &["halt"]);
        ends(&guest, Reboot, "usr/bin/systemctl", &["reboot"]);
    }

    #[test]
    fn only_what_the_kernel_offers_is_tried() {
        let guest = Guest::new();
        let root = Root::at(guest.root());
        let all = || [Sleep::Ram, Sleep::Disk, Sleep::Hybrid].map(|how| sleep(&root, how));
        guest.program("usr/sbin/pm-suspend", "");
        assert_eq!(all(), [None, None, None]);
        guest.file("sys/power/state", "\n");
        assert_eq!(all(), [None, None, None]);
        guest.file("sys/power/state", "freeze mem disk\n");
        guest.file("sys/power/disk", "[platform] shutdown reboot\n");
        let [ram, disk, hybrid] = all();
        let tool = guest.root().join("usr/sbin/pm-suspend");
        assert_eq!(ram, Some(Way::Program((tool, &[]))));
        assert_eq!(disk, Some(Way::Kernel { disk: None, state: "disk" }));
        assert_eq!(hybrid, None);
        guest.file("sys/power/disk", "[platform] shutdown reboot suspend\n");
        let expected = Way::Kernel { disk: Some("suspend"), state: "disk" };
        assert_eq!(sleep(&root, Sleep::Hybrid), Some(expected));
        guest.file("run/systemd/system/x", "");
        guest.program("bin/systemctl", "");
        let systemctl = guest.root().join("bin/systemctl");
        let way = |verb| Some(Way::Program((systemctl.clone(), verb)));
        assert_eq!(all(), [way(&["suspend"]), way(&["hibernate"]), way(&["hybrid-sleep"])]);
    }

    #[test]
    fn a_guest_without_deep_sleep_takes_the_light_one() {
        let guest = Guest::new();
        guest.file("sys/power/state", "freeze\n");
        let way = sleep(&Root::at(guest.root()), Sleep::Ram);
        assert_eq!(way, Some(Way::Kernel { disk: None, state: "freeze" }));
    }
}
