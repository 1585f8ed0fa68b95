//! A dry run: what a freeze would do now.

use ::hooks::{Dialect, Hook, Kind, Settings, Weight};
use introspect::Root;
use protocol::Error;
use protocol::guestd::quiesce::{Check, FilesystemPlan, HookPlan};

use super::{hooks, order, target};
use crate::config::settings::Freeze;
use crate::mount::{self, Mount};

/// Looks at the mounts and opens nothing.
///
/// # Errors
/// The list of mounts cannot be had.
pub(crate) fn check(root: &Root, settings: &Freeze) -> Result<Check, Error> {
    let mounts = mount::read_first(root)?;
    let targets = order::order(root, &mounts, target::choose(&mounts, None));
    let mut plans: Vec<FilesystemPlan> = targets
        .iter()
        .map(|target| {
            let excluded = target.excluded(settings);
            let best_effort = target.rule(settings).best_effort.then_some("best effort");
            plan(target.mounts[0], excluded.is_none(), excluded.or(best_effort))
        })
        .collect();
    plans.extend(left_out(&mounts));
    let mut problems = Vec::new();
    for point in settings.exclude.iter().chain(&settings.best_effort) {
        if !mounts.iter().any(|mount| mount.point == *point) {
            problems.push(format!(
                "the configuration names {}, which is no mount point",
                point.display()
            ));
        }
    }
    let found = hooks::find(root, &settings.hooks);
    let refused = found.problems.iter().filter(|problem| problem.weight == Weight::Refused);
    problems.extend(refused.map(|problem| format!("hook {problem}")));
    if !found.hooks.is_empty() {
        problems.extend(hooks::problem(settings));
    }
    problems.extend(ignored(root, settings));
    Ok(Check {
        filesystems: plans,
        hooks: found.hooks.iter().map(hook_plan).collect(),
        problems,
        dirty_bytes: dirty(&root.head("/proc/meminfo", 64 << 10).unwrap_or_default()),
    })
}

fn hook_plan(hook: &Hook) -> HookPlan {
    HookPlan {
        name: hook.name.clone(),
        origin: hook.origin.to_string(),
        path: hook.path.display().to_string(),
        order: hook.order,
        session: hook.kind == Kind::Session,
        timeout_s: hook.timeout.as_secs(),
    }
}

/// Hooks of other agents that lie there and are not run.
fn ignored(root: &Root, settings: &Freeze) -> Vec<String> {
    let others = Dialect::ALL.into_iter().filter(|one| !settings.hooks.dialects.contains(one));
    let others = Settings { dialects: others.collect(), ..Settings::default() };
    let found = hooks::find(root, &others);
    let lines = found.hooks.iter().map(|hook| {
        format!(
            "{} is a hook of {} and is not run; quiesce.dialects = [\"{}\", ...] would run it",
            hook.path.display(),
            hook.origin,
            hook.origin
        )
    });
    lines.collect()
}

fn plan(mount: &Mount, frozen: bool, note: Option<&str>) -> FilesystemPlan {
    FilesystemPlan {
        mountpoint: mount.point.display().to_string(),
        device: mount.device.to_string(),
        kind: mount.kind.clone(),
        frozen,
        note: note.map(str::to_owned),
    }
}

/// What holds data and is never frozen, each once. Pseudo filesystems hold none.
fn left_out(mounts: &[Mount]) -> Vec<FilesystemPlan> {
    let mut seen = Vec::new();
    let mut plans = Vec::new();
    for mount in mounts {
        let why = if mount.is_fuse() {
            "a program of the guest serves it, which may hang"
        } else if mount.is_network() {
            "its data lies on another machine"
        } else if mount.is_on_disk() && mount.read_only {
            "read-only"
        } else {
            continue;
        };
        if !seen.contains(&mount.device) {
            seen.push(mount.device);
            plans.push(plan(mount, false, Some(why)));
        }
    }
    plans
}

/// Bytes of `Dirty` and `Writeback` in proc_meminfo(5).
fn dirty(meminfo: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(meminfo);
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    };
    (value("Dirty").unwrap_or(0) + value("Writeback").unwrap_or(0)).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_dry_run_tells_the_order_and_the_reasons() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("proc/1")).unwrap();
        let mounts = "\
21 1 254:1 / / rw - ext4 /dev/vda1 rw
23 21 254:2 / /srv rw - xfs /dev/vda2 rw
24 21 0:5 / /proc rw - proc proc rw
28 21 0:50 / /mnt rw - fuse.sshfs host: rw
30 21 0:51 / /nfs rw - nfs4 host:/ rw
27 21 7:0 / /snap/core ro - squashfs /dev/loop0 ro
";
        fs::write(dir.path().join("proc/1/mountinfo"), mounts).unwrap();
        fs::write(dir.path().join("proc/meminfo"), "Dirty:    4 kB\nWriteback: 1 kB\n").unwrap();
        let settings = Freeze { exclude: vec!["/srv".into(), "/gone".into()], ..Freeze::default() };
        let check = check(&Root::at(dir.path()), &settings).unwrap();
        let told: Vec<(&str, bool)> =
            check.filesystems.iter().map(|one| (one.mountpoint.as_str(), one.frozen)).collect();
        assert_eq!(
            told,
            [("/srv", false), ("/", true), ("/mnt", false), ("/nfs", false), ("/snap/core", false)]
        );
        assert_eq!(check.problems, ["the configuration names /gone, which is no mount point"]);
        assert_eq!(check.dirty_bytes, 5 << 10);
    }

    #[test]
    fn meminfo_without_the_lines_is_nothing_dirty() {
        assert_eq!(dirty(b""), 0);
        assert_eq!(dirty(b"Dirty: many kB\nWritebackTmp: 9 kB"), 0);
    }
}
