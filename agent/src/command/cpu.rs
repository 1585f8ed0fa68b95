//! CPUs in and out of use.

use protocol::Error;
use protocol::qga::cpu::{LogicalProcessor, SetVcpusArguments};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::policy::Group;
use crate::system::cpus;

pub(super) const COMMANDS: &[Command] = &[
    // Both wait while the kernel is changing a CPU.
    Command {
        runs: Runs::Thread,
        ..inline("guest-get-vcpus", Group::Info, |call| call.plain(get))
    },
    Command {
        runs: Runs::Thread,
        audited: true,
        ..inline("guest-set-vcpus", Group::Tuning, |call| call.with(set))
    },
];

fn get(agent: &Agent) -> Result<Vec<LogicalProcessor>, Error> {
    cpus::list(&agent.root())
}

/// How many of the first entries were carried out. Only a failure of the very first one is
/// an error, because then nothing was done.
fn set(agent: &Agent, arguments: SetVcpusArguments) -> Result<usize, Error> {
    let root = agent.root();
    for (done, wanted) in arguments.vcpus.iter().enumerate() {
        match cpus::set(&root, wanted) {
            Ok(()) => {}
            Err(error) if done == 0 => return Err(error),
            Err(error) => {
                tracing::warn!("guest-set-vcpus stops after {done}: {error}");
                return Ok(done);
            }
        }
    }
    Ok(arguments.vcpus.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;

    fn guest() -> Guest {
        let guest = Guest::new();
        for (cpu, online) in [(1, "1\n"), (2, "0\n"), (10, "1\n")] {
            guest.file(&format!("sys/devices/system/cpu/cpu{cpu}/online"), online);
        }
        guest.file("sys/devices/system/cpu/cpu0/uevent", "");
        guest.file("sys/devices/system/cpu/cpufreq/uevent", "");
        guest
    }

    fn set(guest: &Guest, vcpus: &[(i64, bool)]) -> Value {
        let cpu = |(id, online): &(i64, bool)| json!({"logical-id": id, "online": online});
        let vcpus: Vec<Value> = vcpus.iter().map(cpu).collect();
        let mut reply = guest.ask("guest-set-vcpus", &json!({"vcpus": vcpus}));
        let desc = reply["error"]["desc"].take();
        if desc.is_null() { reply["return"].take() } else { desc }
    }

    #[test]
    fn cpus_come_in_order() {
        let cpu = |id: u32, online: bool, can_offline: bool| json!({"logical-id": id, "online": online, "can-offline": can_offline});
        let expected =
            [cpu(0, true, false), cpu(1, true, true), cpu(2, false, true), cpu(10, true, true)];
        assert_eq!(guest().returns("guest-get-vcpus"), json!(expected));
    }

    /// As qemu-ga 7.2 does over the same files.
    #[test]
    fn changes_are_made_up_to_the_first_that_fails() {
        let guest = guest();
        assert_eq!(set(&guest, &[]), 0);
        assert_eq!(set(&guest, &[(0, true), (1, false), (0, false), (2, true)]), 2);
        assert!(guest.text("sys/devices/system/cpu/cpu1/online").starts_with('0'));
        assert!(guest.text("sys/devices/system/cpu/cpu2/online").starts_with('0'));
        assert_eq!(set(&guest, &[(2, true), (2, false), (2, true), (77, true)]), 3);
        assert!(guest.text("sys/devices/system/cpu/cpu2/online").starts_with('1'));
    }

    #[test]
    fn a_first_entry_that_fails_is_an_error() {
        let guest = guest();
        assert_eq!(set(&guest, &[(0, false)]), "logical processor #0 can't be offlined");
        for id in [99, -1] {
            let text =
                format!("open(\"/sys/devices/system/cpu/cpu{id}/\"): No such file or directory");
            assert_eq!(set(&guest, &[(id, true)]), text);
        }
        assert!(!guest.root().join("sys/devices/system/cpu/cpu99").exists());
    }

    #[test]
    fn what_the_kernel_never_says_is_an_error_and_no_panic() {
        let guest = Guest::new();
        let none = "there is no CPU in /sys/devices/system/cpu";
        assert_eq!(guest.refuses("guest-get-vcpus", &json!({})), none);
        guest.file("sys/devices/system/cpu/cpu1/online", "");
        let empty = "/sys/devices/system/cpu/cpu1/online holds \"\" instead of 0 or 1";
        assert_eq!(guest.refuses("guest-get-vcpus", &json!({})), empty);
        guest.file("sys/devices/system/cpu/cpu1/online", "x".repeat(1 << 20));
        assert!(guest.refuses("guest-get-vcpus", &json!({})).len() < 120);
        guest.file("sys/devices/system/cpu/cpu1/online", "1");
        guest.file("sys/devices/system/cpu/cpu18446744073709551615/online", "1");
        let huge = "/sys/devices/system/cpu/cpu18446744073709551615 has a number beyond the \
                    protocol's";
        assert_eq!(guest.refuses("guest-get-vcpus", &json!({})), huge);
    }
}
