//! What the commands that only look say of this machine. Both agents run on the same one,
//! so all but what changes from one moment to the next has to be the same.

use anyhow::Result;
use support::need;

use super::answer::By;
use super::case::Case;
use super::pair::Pair;

/// Commands without arguments, and the members that may differ in value.
const COMMANDS: &[(&str, By)] = &[
    ("guest-ping", By::Words),
    ("guest-get-time", By::Class),
    ("guest-get-host-name", By::Words),
    ("guest-get-timezone", By::Words),
    ("guest-get-osinfo", By::Words),
    ("guest-get-users", By::Facts(&[])),
    ("guest-get-vcpus", By::Facts(&[])),
    ("guest-get-memory-blocks", By::Facts(&[])),
    ("guest-get-memory-block-info", By::Words),
    ("guest-get-disks", By::Facts(&[])),
    ("guest-get-fsinfo", By::Facts(&["used-bytes", "total-bytes", "total-bytes-privileged"])),
    ("guest-fsfreeze-status", By::Words),
    ("guest-network-get-interfaces", By::Facts(&["statistics"])),
    ("guest-get-cpustats", By::Facts(CPU_TIMES)),
    ("guest-get-diskstats", By::Facts(&["stats"])),
];

const CPU_TIMES: &[&str] =
    &["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guestnice"];

fn request(command: &str) -> String {
    format!(r#"{{"execute": "{command}"}}"#)
}

#[test]
fn both_say_the_same_of_this_machine() -> Result<()> {
    need!("qemu-ga", "setpriv");
    let mut pair = Pair::start(&[])?;
    for (command, by) in COMMANDS {
        pair.run([Case::new(request(command)).by(*by)])?;
    }
    pair.finish()
}
