//! The guest's clocks and its time zone.

use std::time::{Duration, SystemTime};

use introspect::Root;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_gettime, clock_settime};
use protocol::Error;
use protocol::qga::time::{SetTimeArguments, Timezone};
use tracing::info;

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::policy::Group;
use crate::program::{self, Program};
use crate::reply::Nothing;
use crate::system::{hardware_clock, reason, timezone};

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-get-time", Group::Info, |call| call.plain(|_| Ok(now()))),
    Command {
        runs: Runs::Thread,
        ..inline("guest-get-timezone", Group::Info, |call| call.plain(zone))
    },
    Command {
        runs: Runs::Thread,
        audited: true,
        ..inline("guest-set-time", Group::Tuning, |call| call.with(set))
    },
];

/// The start of 2070: QEMU's agent takes years from 1970 to 2069.
const END: i64 = 3_155_760_000;
/// hwclock waits for the start of a second, and on a busy machine longer.
const HWCLOCK_LIMIT: Duration = Duration::from_secs(30);

/// Nanoseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default()
}

fn zone(agent: &Agent) -> Result<Timezone, Error> {
    let variable = std::env::var("TZ").ok();
    Ok(timezone::at(&agent.root(), variable.as_deref(), now().div_euclid(1_000_000_000)))
}

fn set(agent: &Agent, arguments: SetTimeArguments) -> Result<Nothing, Error> {
    set_clocks(&agent.root(), arguments.time, |time| {
        clock_settime(ClockId::CLOCK_REALTIME, time)?;
        info!("the system clock was set to {} s after 1970", time.tv_sec());
        Ok(())
    })?;
    Ok(Nothing {})
}

/// Sets the system clock and the hardware clock to a time, or without one the system clock
/// to the hardware clock, which goes on while the guest sleeps.
fn set_clocks(
    root: &Root,
    time: Option<i64>,
    set_system_clock: impl FnOnce(TimeSpec) -> nix::Result<()>,
) -> Result<(), Error> {
    let set_system_clock = |time| {
        set_system_clock(time).map_err(|errno| {
            Error::generic(format!("Failed to set time to guest: {}", errno.desc()))
        })
    };
    let time = time.map(checked).transpose()?;
    let device = hardware_clock::device(root);
    // Beside the clock it sets it writes a file, which a service's sandbox may not let it.
    let hwclock = program::find(root, &["hwclock"]).filter(|_| hardware_clock::may_adjust(root));
    match (time, device, hwclock) {
        (None, None, _) => Err(Error::generic(
            "Failed to set time to guest: there is no hardware clock (/dev/rtc0) to take it from",
        )),
        (Some(time), None, _) => set_system_clock(time),
        (Some(time), Some(_), Some(hwclock)) => {
            set_system_clock(time)?;
            run_hwclock(hwclock, "-w", "set hardware clock to system time")
        }
        (None, Some(_), Some(hwclock)) => {
            run_hwclock(hwclock, "-s", "set system time to hardware clock")
        }
        (Some(time), Some(device), None) => {
            set_system_clock(time)?;
            hardware_clock::write(root, &device, nearest_second()).map_err(|error| {
                Error::generic(format!("failed to set {}: {}", device.display(), reason(&error)))
            })
        }
        (None, Some(device), None) => {
            let seconds = hardware_clock::read(root, &device).map_err(|error| {
                Error::generic(format!("failed to read {}: {}", device.display(), reason(&error)))
            })?;
            set_system_clock(checked(seconds.saturating_mul(1_000_000_000))?)
        }
    }
}

fn run_hwclock(path: std::path::PathBuf, option: &str, aim: &str) -> Result<(), Error> {
    let failed = |reason: &str| Error::generic(format!("hwclock failed to {aim}: {reason}"));
    match Program::new(path).arguments([option]).limit(HWCLOCK_LIMIT).run() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(failed(&output.complaint())),
        Err(failure) => Err(failed(&failure.to_string())),
    }
}

/// What the hardware clock, which has no fractions, is to show now.
fn nearest_second() -> i64 {
    let Ok(now) = clock_gettime(ClockId::CLOCK_REALTIME) else { return now() / 1_000_000_000 };
    now.tv_sec() + i64::from(now.tv_nsec() >= 500_000_000)
}

/// A time that clocks can have.
fn checked(nanoseconds: i64) -> Result<TimeSpec, Error> {
    let seconds = nanoseconds.div_euclid(1_000_000_000);
    if !(0..END).contains(&seconds) {
        return Err(Error::generic("Invalid time"));
    }
    Ok(TimeSpec::new(seconds, nanoseconds.rem_euclid(1_000_000_000)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::super::testing::Guest;
    use super::*;

    const BERLIN: &[u8] = include_bytes!("../../tests/fixtures/zoneinfo/Berlin");

    /// Sets the clocks of a guest, but not that of this machine, which is returned instead.
    fn set(guest: &Guest, time: Option<i64>) -> (Result<(), String>, Option<TimeSpec>) {
        let clock = Cell::new(None);
        let result = set_clocks(&Root::at(guest.root()), time, |time| {
            clock.set(Some(time));
            Ok(())
        });
        (result.map_err(|error| error.desc), clock.get())
    }

    #[test]
    fn time_is_in_nanoseconds() {
        let guest = Guest::new();
        let before = now();
        let time = guest.returns("guest-get-time").as_i64().unwrap();
        assert!(before <= time && time <= now());
    }

    #[test]
    fn zone_is_that_of_the_guest() {
        let guest = Guest::new();
        let utc = json!({"zone": "UTC", "offset": 0});
        assert_eq!(guest.returns("guest-get-timezone"), utc);
        guest.file("etc/localtime", "no zone at all");
        assert_eq!(guest.returns("guest-get-timezone"), utc);
        guest.file("usr/share/zoneinfo/Europe/Berlin", BERLIN);
        std::fs::remove_file(guest.root().join("etc/localtime")).unwrap();
        let link = guest.root().join("etc/localtime");
        std::os::unix::fs::symlink("/usr/share/zoneinfo/Europe/Berlin", link).unwrap();
        let zone = guest.returns("guest-get-timezone");
        let known =
            [json!({"zone": "CET", "offset": 3600}), json!({"zone": "CEST", "offset": 7200})];
        assert!(known.contains(&zone), "{zone}");
    }

    #[test]
    fn the_variable_names_a_file_or_is_a_rule() {
        let guest = Guest::new();
        guest.file("usr/share/zoneinfo/Europe/Berlin", BERLIN);
        let root = Root::at(guest.root());
        for (variable, offset) in [
            ("Europe/Berlin", 7200),
            (":Europe/Berlin", 7200),
            ("/usr/share/zoneinfo/Europe/Berlin", 7200),
            ("JST-9", 32_400),
            ("", 0),
            ("Nowhere/Town", 0),
        ] {
            assert_eq!(timezone::at(&root, Some(variable), 1_782_000_000).offset, offset);
        }
    }

    #[test]
    fn a_time_is_given_to_both_clocks() {
        let guest = Guest::new();
        guest.file("dev/rtc0", "");
        let log = guest.root().join("log");
        guest.program("sbin/hwclock", &format!("echo \"$@\" >> {}", log.display()));
        let (result, clock) = set(&guest, Some(1_795_523_146_587_573_001));
        assert_eq!(result, Ok(()));
        assert_eq!(clock, Some(TimeSpec::new(1_795_523_146, 587_573_001)));
        // hwclock sets the system clock itself.
        assert_eq!(set(&guest, None), (Ok(()), None));
        assert_eq!(guest.text("log"), "-w\n-s\n");
    }

    #[test]
    fn what_hwclock_says_is_told() {
        let guest = Guest::new();
        guest.file("dev/rtc0", "");
        guest.program("sbin/hwclock", "echo no access >&2; exit 1");
        let (result, clock) = set(&guest, Some(0));
        let desc = "hwclock failed to set hardware clock to system time: no access";
        assert_eq!((result, clock), (Err(desc.to_owned()), Some(TimeSpec::new(0, 0))));
    }

    #[test]
    fn without_hwclock_the_kernel_is_asked() {
        let guest = Guest::new();
        // No clock behind it, so the kernel has to refuse.
        let device = guest.file("dev/rtc0", "");
        let refused = "Inappropriate ioctl for device";
        let failed = |verb| Err(format!("failed to {verb} {}: {refused}", device.display()));
        assert_eq!(set(&guest, Some(0)), (failed("set"), Some(TimeSpec::new(0, 0))));
        assert_eq!(set(&guest, None), (failed("read"), None));
    }

    #[test]
    fn a_guest_without_hardware_clock_still_has_a_system_clock() {
        let guest = Guest::new();
        assert_eq!(set(&guest, Some(5_000_000_000)), (Ok(()), Some(TimeSpec::new(5, 0))));
        let (result, clock) = set(&guest, None);
        assert!(result.unwrap_err().contains("no hardware clock") && clock.is_none());
    }

    #[test]
    fn years_are_1970_to_2069() {
        for time in [-1, i64::MIN, i64::MAX, END * 1_000_000_000] {
            assert_eq!(set(&Guest::new(), Some(time)), (Err("Invalid time".to_owned()), None));
        }
        assert_eq!(checked(END * 1_000_000_000 - 1).unwrap().tv_sec(), END - 1);
    }
}
