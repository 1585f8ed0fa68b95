//! Descriptors on all filesystems that are to be frozen.
//!
//! What counts are the mounts of the first process. Where the agent has a mount namespace of
//! its own, as under systemd's `PrivateTmp=`, a thread goes over into that one; the kernel
//! allows it to a thread that shares no working directory with others (setns(2)).

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io, thread};

use introspect::Root;
use nix::sched::{CloneFlags, setns, unshare};
use protocol::Error;
use protocol::guestd::quiesce::FilesystemRun;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::guard::MOST;
use super::order::order;
use super::target::{self, Held};
use crate::config::settings::Freeze;
use crate::mount;
use crate::system::reason;

/// What a freeze has to do with.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// To be frozen, in this order.
    pub(super) held: Vec<Held>,
    /// Left out.
    pub(super) skipped: Vec<FilesystemRun>,
}

/// Which filesystems a freeze is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// By mount points; all if it is left out.
    pub(crate) points: Option<Vec<String>>,
    /// A point where nothing is mounted is an error. qemu-ga passes it over.
    pub(crate) strict: bool,
}

/// Openings that may hang at the same time: each leaves a thread behind until the kernel lets
/// it go, and a host may try a freeze every hour.
const MOST_HANGING: usize = 64;

/// The places of the threads that are at it.
static OPENING: Semaphore = Semaphore::const_new(MOST_HANGING);

/// One of these places, which is given back when it is dropped.
fn place(places: &'static Semaphore) -> Result<SemaphorePermit<'static>, Error> {
    places.try_acquire().map_err(|_| {
        Error::generic(format!(
            "{MOST_HANGING} earlier freezes still wait for a filesystem to be opened: is one below a \
             dead network mount? Leave it out with quiesce.exclude, and restart guestd"
        ))
    })
}

/// Opens all filesystems, in the order in which they have to be frozen. Looking up a path
/// can hang for ever, below a network mount whose server is gone, so it is given up after
/// a while; the thread that hangs is left behind.
///
/// # Errors
/// A filesystem cannot be opened and is not best effort, or the time is over.
pub(super) fn open(root: &Root, wanted: &Wanted, settings: &Freeze) -> Result<Opened, Error> {
    let own_place = place(&OPENING)?;
    let (sender, receiver) = mpsc::channel();
    let at = Arc::new(Mutex::new(PathBuf::new()));
    let (root, wanted, own) = (root.clone(), wanted.clone(), settings.clone());
    let place = Arc::clone(&at);
    let thread = thread::Builder::new().name("open".to_owned());
    let spawned = thread.spawn(move || {
        let _own_place = own_place;
        let opened = enter_first_namespace(&root)
            .map_err(|error| {
                Error::generic(format!(
                    "cannot enter the mount namespace of process 1: {}",
                    reason(&error)
                ))
            })
            .and_then(|()| open_here(&root, &wanted, &own, &place));
        drop(sender.send(opened));
    });
    spawned.map_err(|error| Error::generic(format!("no thread: {}", reason(&error))))?;
    match receiver.recv_timeout(settings.open_timeout) {
        Ok(opened) => opened,
        Err(RecvTimeoutError::Timeout) => Err(Error::generic(format!(
            "opening {} did not return within {}: is it below a dead network mount? \
             Leave it out with quiesce.exclude",
            at.lock().unwrap_or_else(PoisonError::into_inner).display(),
            seconds(settings.open_timeout)
        ))),
        Err(RecvTimeoutError::Disconnected) => {
            Err(Error::generic("inside the agent: opening the filesystems failed"))
        }
    }
}

/// Mount points of what would be opened; nothing is.
///
/// # Errors
/// The list of mounts cannot be had.
pub(super) fn names(root: &Root, wanted: &Wanted, settings: &Freeze) -> Result<Vec<String>, Error> {
    let mounts = mount::read_first(root)?;
    let targets = target::choose(&mounts, wanted.points.as_deref()).into_iter();
    let targets = targets.filter(|target| target.excluded(settings).is_none());
    Ok(targets.map(|target| target.mounts[0].point.display().to_string()).collect())
}

/// Moves this thread to where the first process is, if that is elsewhere.
pub(super) fn enter_first_namespace(root: &Root) -> io::Result<()> {
    const FIRST: &str = "/proc/1/ns/mnt";
    let identity = |path: &str| fs::metadata(path).map(|meta| (meta.dev(), meta.ino()));
    if root.path() != Path::new("/") {
        return Ok(());
    }
    // Without the right to ask (ptrace(2)) there is none to go there either.
    let Ok(first) = identity(FIRST) else { return Ok(()) };
    if first == identity("/proc/self/ns/mnt")? {
        return Ok(());
    }
    let namespace = File::open(FIRST)?;
    unshare(CloneFlags::CLONE_FS)?;
    setns(namespace, CloneFlags::CLONE_NEWNS)?;
    Ok(())
}

fn open_here(
    root: &Root,
    wanted: &Wanted,
    settings: &Freeze,
    at: &Mutex<PathBuf>,
) -> Result<Opened, Error> {
    let mounts = mount::read_first(root)?;
    if wanted.strict {
        refuse_unknown(&mounts, wanted.points.as_deref().unwrap_or_default())?;
    }
    let mut opened = Opened::default();
    let targets = target::choose(&mounts, wanted.points.as_deref());
    for target in order(root, &mounts, targets) {
        if let Some(why) = target.excluded(settings) {
            opened.skipped.push(target.skipped(why.to_owned()));
            continue;
        }
        at.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&target.mounts[0].point);
        let rule = target.rule(settings);
        match target.open(root, rule) {
            Ok(Some(held)) => opened.held.push(held),
            Ok(None) => {
                let why = "below another mount, where nobody can write to it by path";
                opened.skipped.push(target.skipped(why.to_owned()));
            }
            Err(error) if rule.best_effort => opened.skipped.push(target.skipped(error.desc)),
            Err(error) => return Err(error),
        }
        if opened.held.len() > MOST {
            return Err(Error::generic(format!("more than {MOST} filesystems")));
        }
    }
    Ok(opened)
}

fn refuse_unknown(mounts: &[mount::Mount], points: &[String]) -> Result<(), Error> {
    let known =
        |point: &&String| mounts.iter().any(|mount| mount.point.as_os_str() == point.as_str());
    match points.iter().find(|point| !known(point)) {
        Some(point) => Err(Error::generic(format!("{point} is no mount point"))),
        None => Ok(()),
    }
}

/// A time for people.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(mounts: &str) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("proc/1")).unwrap();
        fs::write(dir.path().join("proc/1/mountinfo"), mounts).unwrap();
        let root = Root::at(dir.path());
        (dir, root)
    }

    const MOUNTS: &str = "\
22 1 254:1 / /absent rw - ext4 /dev/vda1 rw
23 1 254:2 / /other rw - xfs /dev/vda2 rw
";

    #[test]
    fn the_list_of_the_first_process_counts_and_what_cannot_be_opened_is_named() {
        let (_dir, root) = root(MOUNTS);
        let error = open(&root, &Wanted::default(), &Freeze::default()).unwrap_err();
        assert_eq!(error.to_string(), "failed to open /other: No such file or directory");
    }

    #[test]
    fn so_many_may_hang_and_no_more() {
        static PLACES: Semaphore = Semaphore::const_new(MOST_HANGING);
        let mut places: Vec<_> = (0..MOST_HANGING).map(|_| place(&PLACES).unwrap()).collect();
        assert!(place(&PLACES).is_err() && place(&PLACES).is_err());
        places.pop();
        let _last = place(&PLACES).unwrap();
        assert!(place(&PLACES).is_err());
    }

    #[test]
    fn rules_leave_out_and_say_why() {
        let (_dir, root) = root(MOUNTS);
        let settings = Freeze {
            exclude_types: vec!["xfs".to_owned()],
            best_effort: vec!["/absent".into()],
            ..Freeze::default()
        };
        let opened = open(&root, &Wanted::default(), &settings).unwrap();
        assert!(opened.held.is_empty());
        let notes: Vec<_> = opened.skipped.iter().filter_map(|one| one.note.as_deref()).collect();
        assert_eq!(
            notes,
            [
                "excluded by quiesce.exclude-types",
                "failed to open /absent: No such file or directory"
            ]
        );
        let settings =
            Freeze { exclude: vec!["/absent".into(), "/other".into()], ..Freeze::default() };
        assert_eq!(open(&root, &Wanted::default(), &settings).unwrap().skipped.len(), 2);
    }

    #[test]
    fn an_unknown_mount_point_is_an_error_only_where_asked_for() {
        let (_dir, root) = root(MOUNTS);
        let points = Some(vec!["/nowhere".to_owned()]);
        let mut wanted = Wanted { points, strict: false };
        assert!(open(&root, &wanted, &Freeze::default()).unwrap().held.is_empty());
        wanted.strict = true;
        let error = open(&root, &wanted, &Freeze::default()).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere is no mount point");
    }
}
