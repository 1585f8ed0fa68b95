//! Telling disks which blocks are free.

use std::time::Instant;

use introspect::Root;
use nix::errno::Errno;
use protocol::Error;
use protocol::qga::filesystem::{Fstrim, FstrimArguments, FstrimPath};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::mount::{self, Doubtful, Mount, PATIENCE};
use crate::policy::Group;
use crate::sys::filesystem::{Trimmed, trim};
use crate::system::reason;

pub(super) const COMMANDS: &[Command] = &[Command {
    runs: Runs::Thread,
    audited: true,
    ..inline("guest-fstrim", Group::Tuning, |call| call.with(run))
}];

/// Trims all filesystems that can be written to. Whatever goes wrong with one of them is
/// told in its place, and the others go on.
fn run(agent: &Agent, arguments: FstrimArguments) -> Result<Fstrim, Error> {
    let minimum = arguments.minimum.unwrap_or(0).cast_unsigned();
    let root = agent.root();
    let mounts = mount::read_first(&root)?;
    let doubtful = Doubtful::among(&mounts);
    let filesystems = mount::filesystems(&mounts).into_iter().rev();
    let writable = filesystems.filter(|mount| !mount.read_only && !mount.is_fuse());
    let paths = writable.filter_map(|mount| {
        let (trimmed, error) =
            match trim_one(agent, &root, (mount, &doubtful), minimum).transpose()? {
                Ok(trimmed) => (Some(trimmed), None),
                Err(error) => (None, Some(error)),
            };
        let number = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        Some(FstrimPath {
            path: mount.point.to_string_lossy().into_owned(),
            trimmed: trimmed.map(|trimmed| number(trimmed.bytes)),
            minimum: trimmed.map(|trimmed| number(trimmed.minimum)),
            error,
        })
    });
    Ok(Fstrim { paths: paths.collect() })
}

/// `None` where the filesystem cannot be reached by its path.
fn trim_one(
    agent: &Agent,
    root: &Root,
    (mount, doubtful): (&Mount, &Doubtful<'_>),
    minimum: u64,
) -> Result<Option<Trimmed>, String> {
    // A filesystem may have been frozen since the command began, and would hold it up.
    if agent.is_frozen() {
        return Err("failed to trim: filesystems are frozen".to_owned());
    }
    let (root, own) = (root.clone(), mount.clone());
    let opened = agent.waits.begin(doubtful, mount, move || mount::open(&root, &own));
    let opened = opened.before(Instant::now() + PATIENCE).ok_or(
        "failed to open: no answer; is it below a dead network mount, or is its program dead?",
    )?;
    let opened = opened.map_err(|error| format!("failed to open: {}", reason(&error)))?;
    let Some(file) = opened else { return Ok(None) };
    match trim(&file, minimum) {
        Ok(trimmed) => Ok(Some(trimmed)),
        Err(Errno::ENOTTY | Errno::EOPNOTSUPP) => Err("trim not supported".to_owned()),
        Err(error) => Err(format!("failed to trim: {}", reason(&error.into()))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Guest;

    #[test]
    fn what_cannot_be_written_to_is_not_even_opened_for_trimming() {
        let guest = Guest::new();
        let list = "30 1 7:0 / /absent rw - ext4 /dev/loop0 rw\n\
                    31 1 7:1 / /ro ro - ext4 /dev/loop1 ro\n\
                    32 1 7:2 / /ntfs rw - fuseblk /dev/loop2 rw\n\
                    33 1 0:50 / /tmp rw - tmpfs tmpfs rw\n\
                    4000000000 1 0:51 / /proc rw - btrfs /dev/loop3 rw\n";
        guest.file("proc/self/mountinfo", list);
        let reply = guest.ask("guest-fstrim", &json!({"minimum": 4096}));
        // /proc stands for a mount that another one has covered.
        assert_eq!(
            reply["return"],
            json!({"paths": [{"path": "/absent",
                              "error": "failed to open: No such file or directory"}]})
        );
    }

    #[test]
    fn without_a_list_of_mounts_there_is_an_error() {
        let error = Guest::new().refuses("guest-fstrim", &json!({}));
        assert_eq!(error, "cannot read /proc/self/mountinfo: No such file or directory");
    }
}
