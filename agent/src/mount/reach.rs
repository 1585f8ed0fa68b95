//! Work at mounts that may not answer.
//!
//! To look up a path below a network or FUSE mount is to ask its server, and a hard mount
//! (nfs(5)) waits for a dead one for ever. Such work is done on a thread of its own and given
//! up after a while. The thread is left behind until the kernel lets it go; while one hangs,
//! nobody else is sent to that mount.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Mount;

/// How long such a mount may take to answer. A server that lives takes milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// Threads of one agent that may wait at mounts at the same time.
const MOST: usize = 64;

/// Those of the mounts that may not answer: network and FUSE mounts, what lies below one, and
/// what one lies over.
pub(crate) struct Doubtful<'a>(Vec<&'a Mount>);

impl<'a> Doubtful<'a> {
    pub(crate) fn among(mounts: &'a [Mount]) -> Self {
        Self(mounts.iter().filter(|mount| mount.is_network() || mount.is_fuse()).collect())
    }

    fn includes(&self, mount: &Mount) -> bool {
        self.0.iter().any(|served| mount.point.starts_with(&served.point))
    }
}

/// Who waits at which mount, by its number, since when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(Arc<Mutex<Vec<(u64, Instant)>>>);

impl Waits {
    /// Does the work here, or begins it on a thread where the mount is a doubtful one. None is
    /// begun where earlier work has hung for [`PATIENCE`] already.
    pub(crate) fn begin<T: Send + 'static>(
        &self,
        doubtful: &Doubtful<'_>,
        mount: &Mount,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        if doubtful.includes(mount) {
            self.begin_after(PATIENCE, mount.id, work)
        } else {
            Answer::Here(work())
        }
    }

    fn begin_after<T: Send + 'static>(
        &self,
        patience: Duration,
        mount: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let place = (mount, Instant::now());
        {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let hangs = |(at, since): &(u64, Instant)| *at == mount && since.elapsed() >= patience;
            if waiting.len() >= MOST || waiting.iter().any(hangs) {
                return Answer::Never;
            }
            waiting.push(place);
        }
        let leave = Leave { waits: self.clone(), place };
        let (sender, receiver) = mpsc::sync_channel(1);
        let thread = thread::Builder::new().name("mount".to_owned());
        // Where there is no thread, dropping the work gives its place back.
        let spawned: io::Result<_> = thread.spawn(move || {
            let _leave = leave;
            // Nobody listens any more where it took too long.
            let _ = sender.send(work());
        });
        spawned.map_or(Answer::Never, |_| Answer::Awaited(receiver))
    }
}

/// Gives the place of a thread back, however that ends.
struct Leave {
    waits: Waits,
    place: (u64, Instant),
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut waiting = self.waits.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = waiting.iter().position(|one| *one == self.place) {
            waiting.swap_remove(index);
        }
    }
}

/// What comes of work at a mount.
pub(crate) enum Answer<T> {
    /// It is there.
    Here(T),
    /// A thread is at it.
    Awaited(Receiver<T>),
    /// Nobody asks any more.
    Never,
}

impl<T> Answer<T> {
    /// The answer if it comes until then.
    pub(crate) fn before(self, end: Instant) -> Option<T> {
        match self {
            Self::Here(answer) => Some(answer),
            Self::Awaited(answer) => {
                answer.recv_timeout(end.saturating_duration_since(Instant::now())).ok()
            }
            Self::Never => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mount::parse;

    const LIST: &str = "\
21 1 254:1 / / rw - ext4 /dev/vda1 rw
22 21 254:2 / /data rw - ext4 /dev/vda2 rw
23 21 0:50 / /data rw - nfs4 host:/ rw
24 21 0:51 / /nfs rw - nfs4 host:/ rw
25 24 254:3 / /nfs/inner rw - ext4 /dev/vda3 rw
26 21 254:4 / /nfs2 rw - ext4 /dev/vda4 rw
27 21 8:1 / /ntfs rw - fuseblk /dev/sda1 rw
";

    #[test]
    fn what_lies_below_a_served_mount_or_under_one_may_not_answer() {
        let mounts = parse(LIST.as_bytes()).unwrap();
        let doubtful = Doubtful::among(&mounts);
        let ids = mounts.iter().filter(|mount| doubtful.includes(mount)).map(|mount| mount.id);
        assert_eq!(ids.collect::<Vec<_>>(), [22, 23, 24, 25, 27]);
    }

    #[test]
    fn work_that_answers_is_done_as_often_as_asked() {
        let waits = Waits::default();
        for number in 0..MOST * 2 {
            let answer = waits.begin_after(Duration::ZERO, 7, move || number);
            assert_eq!(answer.before(Instant::now() + Duration::from_secs(60)), Some(number));
            // The thread's place is free a moment after its answer.
            while !waits.0.lock().unwrap().is_empty() {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn nobody_follows_one_that_hangs_until_it_is_let_go() {
        let waits = Waits::default();
        let (release, gate) = mpsc::channel::<()>();
        let hangs = waits.begin_after(Duration::ZERO, 7, move || gate.recv().is_err());
        assert_eq!(hangs.before(Instant::now() + Duration::from_millis(1)), None);
        assert!(matches!(waits.begin_after(Duration::ZERO, 7, || ()), Answer::Never));
        let other = waits.begin_after(Duration::ZERO, 8, || "other");
        assert_eq!(other.before(Instant::now() + Duration::from_secs(60)), Some("other"));
        drop(release);
        while !waits.0.lock().unwrap().is_empty() {
            thread::yield_now();
        }
        let again = waits.begin_after(Duration::ZERO, 7, || "again");
        assert_eq!(again.before(Instant::now() + Duration::from_secs(60)), Some("again"));
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let waits = Waits::default();
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        for mount in 0..MOST as u64 {
            let gate = Arc::clone(&gate);
            let wait = move || gate.lock().unwrap().recv().is_err();
            assert!(matches!(waits.begin_after(PATIENCE, mount, wait), Answer::Awaited(_)));
        }
        assert!(matches!(waits.begin_after(PATIENCE, 1000, || true), Answer::Never));
        drop(release);
    }
}
