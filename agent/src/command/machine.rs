//! What the guest is, and how busy: answers from the kernel that never wait.

use std::path::Path;

use nix::sys::sysinfo::sysinfo;
use nix::sys::utsname::uname;
use nix::unistd::{SysconfVar, gethostname, sysconf};
use protocol::Error;
use protocol::json::{self, Value};
use protocol::qga::cpu::{CpuStats, LoadAverage};
use protocol::qga::disk::DiskStatsInfo;
use protocol::qga::info::{HostName, OsInfo};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::call::NoArguments;
use crate::files::cached;
use crate::policy::Group;
use crate::reply::{Body, Whole};
use crate::system::{cpu_stats, disk_stats, os_release};

pub(super) const COMMANDS: &[Command] = &[
    inline("guest-get-host-name", Group::Info, |call| call.plain(host_name)),
    // It reads a file of the root filesystem, which may be a dead disk.
    Command {
        runs: Runs::Now(os_info_now),
        ..inline("guest-get-osinfo", Group::Info, |call| call.plain(os_info))
    },
    inline("guest-get-load", Group::Info, |call| call.plain(load)),
    inline("guest-get-cpustats", Group::Info, |call| call.plain(cpu_times)),
    inline("guest-get-diskstats", Group::Info, |call| call.plain(disk_counters)),
];

/// os-release(5) asks for no more; a larger file is no os-release.
const OS_RELEASE_BYTES: u64 = 64 << 10;

/// A variable of the environment, as of qemu-ga: the path of another os-release.
const OTHER: &str = "QGA_OS_RELEASE";

fn host_name(_: &Agent) -> Result<HostName, Error> {
    let name = gethostname()
        .map_err(|error| Error::generic(format!("failed to get hostname: {}", error.desc())))?;
    let name = name.to_string_lossy().into_owned();
    Ok(HostName { host_name: if name.is_empty() { "localhost".to_owned() } else { name } })
}

const OS_RELEASES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// Bytes of an os-release that is read on the loop; of Debian's there are 267, and the longest
/// known are of a few hundred more.
const SHORT: usize = 4096;

/// The same where the file is in memory, as it is after the first time.
fn os_info_now(agent: &Agent, arguments: &Value<'_>) -> Option<Box<dyn Body>> {
    let NoArguments {} = json::from_value(arguments.clone()).ok()?;
    if agent.root != Path::new("/") || std::env::var_os(OTHER).is_some() {
        return None;
    }
    let mut info = kernel();
    cached::first::<SHORT, _>(&OS_RELEASES.map(Path::new), |text| {
        distribution(&String::from_utf8_lossy(text), &mut info);
    })?;
    Some(Box::new(Whole::of(&info)))
}

fn os_info(agent: &Agent) -> Result<OsInfo, Error> {
    let mut info = kernel();
    let root = agent.root();
    let text = match std::env::var(OTHER) {
        Ok(path) => introspect::Root::live().head(&path, OS_RELEASE_BYTES).ok(),
        Err(_) => OS_RELEASES.iter().find_map(|path| root.head(path, OS_RELEASE_BYTES).ok()),
    };
    if let Some(text) = text {
        distribution(&String::from_utf8_lossy(&text), &mut info);
    }
    Ok(info)
}

/// What the kernel tells.
fn kernel() -> OsInfo {
    let mut info = OsInfo::default();
    if let Ok(kernel) = uname() {
        let text = |part: &std::ffi::OsStr| Some(part.to_string_lossy().into_owned());
        info.kernel_release = text(kernel.release());
        info.kernel_version = text(kernel.version());
        info.machine = text(kernel.machine());
    }
    info
}

/// Fills in what os-release tells.
fn distribution(text: &str, info: &mut OsInfo) {
    os_release::parse(text, |name, value| {
        let place = match name {
            "ID" => &mut info.id,
            "NAME" => &mut info.name,
            "PRETTY_NAME" => &mut info.pretty_name,
            "VERSION" => &mut info.version,
            "VERSION_ID" => &mut info.version_id,
            "VARIANT" => &mut info.variant,
            "VARIANT_ID" => &mut info.variant_id,
            _ => return,
        };
        *place = Some(value);
    });
}

/// From sysinfo(2), which is more exact than the two digits of /proc/loadavg.
fn load(_: &Agent) -> Result<LoadAverage, Error> {
    let (load1m, load5m, load15m) = sysinfo()
        .map_err(|error| Error::generic(format!("failed to get load averages: {}", error.desc())))?
        .load_average();
    Ok(LoadAverage { load1m, load5m, load15m })
}

fn cpu_times(agent: &Agent) -> Result<Vec<CpuStats>, Error> {
    let hertz = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    // 100 is what Linux shows on every architecture of today.
    let hertz = hertz.and_then(|hertz| u64::try_from(hertz).ok()).unwrap_or(100);
    Ok(cpu_stats::parse(&read(agent, "/proc/stat")?, hertz))
}

fn disk_counters(agent: &Agent) -> Result<Vec<DiskStatsInfo>, Error> {
    Ok(disk_stats::parse(&read(agent, "/proc/diskstats")?))
}

fn read(agent: &Agent, path: &str) -> Result<String, Error> {
    match agent.root().read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(Error::generic(format!("cannot read {path}: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Guest;
    use crate::agent::Agent;
    use crate::config::Settings;

    #[test]
    fn on_the_loop_the_same_is_answered_as_on_a_thread() {
        let agent = Agent::new(Settings::default());
        let on_a_thread = protocol::json::to_vec(&super::os_info(&agent).unwrap());
        let none = protocol::json::Value::Object(Default::default());
        let Some(mut body) = super::os_info_now(&agent, &none) else {
            eprintln!("this kernel or filesystem cannot tell what is in memory");
            return;
        };
        let mut on_the_loop = Vec::new();
        assert_eq!(body.next_now(&mut on_the_loop), Some(false));
        assert_eq!(on_the_loop, on_a_thread);
        // The thread says what is wrong with it.
        assert!(super::os_info_now(&agent, &protocol::json::Value::Null).is_none());
    }

    #[test]
    fn the_kernel_tells_its_names_also_without_os_release() {
        let guest = Guest::new();
        let info = guest.returns("guest-get-osinfo");
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
        assert_eq!(info["kernel-release"], kernel.trim_end());
        let version = std::fs::read_to_string("/proc/sys/kernel/version").unwrap();
        assert_eq!(info["kernel-version"], version.trim_end());
        assert_eq!(info.as_object().unwrap().len(), 3);
    }

    #[test]
    fn the_administrators_os_release_wins_over_the_vendors() {
        let guest = Guest::new();
        guest.file("usr/lib/os-release", "ID=vendor\nVARIANT_ID=\nBUILD_ID=x\n");
        assert_eq!(guest.returns("guest-get-osinfo")["id"], "vendor");
        assert_eq!(guest.returns("guest-get-osinfo")["variant-id"], "");
        guest.file("etc/os-release", "ID=admin\nPRETTY_NAME='A \u{e9}'\nVERSION_ID=\"1\"\n");
        let info = guest.returns("guest-get-osinfo");
        assert_eq!((&info["id"], &info["pretty-name"]), (&json!("admin"), &json!("A \u{e9}")));
        assert_eq!((&info["version-id"], &info["variant-id"]), (&json!("1"), &Value::Null));
    }

    #[test]
    fn an_endless_os_release_is_read_only_so_far() {
        let guest = Guest::new();
        let mut text = "ID=first\n".to_owned();
        text.push_str(&"#\n".repeat(100_000));
        text.push_str("ID=last\n");
        guest.file("etc/os-release", text);
        assert_eq!(guest.returns("guest-get-osinfo")["id"], "first");
    }

    #[test]
    fn host_name_and_load_are_those_of_the_kernel() {
        let guest = Guest::new();
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        assert_eq!(guest.returns("guest-get-host-name"), json!({"host-name": name.trim_end()}));
        let load = guest.returns("guest-get-load");
        assert_eq!(load.as_object().unwrap().len(), 3);
        assert!(["load1m", "load5m", "load15m"].iter().all(|key| load[key].as_f64() >= Some(0.0)));
    }

    #[test]
    fn counters_come_from_proc_and_a_missing_file_is_an_error() {
        let guest = Guest::new();
        let error = "cannot read /proc/stat: No such file or directory (os error 2)";
        assert_eq!(guest.refuses("guest-get-cpustats", &json!({})), error);
        guest.file("proc/stat", "cpu 1 2 3 4\ncpu3 1 2 3 4\n");
        let stats =
            json!([{"type": "linux", "cpu": 3, "user": 10, "nice": 20, "system": 30, "idle": 40}]);
        assert_eq!(guest.returns("guest-get-cpustats"), stats);
        guest.file("proc/diskstats", b"8 0 sd\xff 1 2 3 4\n");
        let disks = guest.returns("guest-get-diskstats");
        assert_eq!(disks[0]["name"], "sd\u{fffd}");
        assert_eq!(disks[0]["stats"]["write-sectors"], 4);
    }

    #[test]
    fn commands_without_arguments_refuse_any() {
        let desc = Guest::new().refuses("guest-get-load", &json!({"x": 1}));
        assert_eq!(desc, "Parameter 'x' is unexpected");
    }
}
