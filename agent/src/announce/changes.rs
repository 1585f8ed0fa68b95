//! What may make another announcement needed.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use bmc::Source;
use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, InotifyEvent};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tracing::{debug, warn};

use crate::channel::uevent::Watch;
use crate::sys;

/// Ports that come and go.
#[derive(Debug)]
pub(super) struct Ports {
    /// `None` where the kernel cannot be heard: then ports stay as they are.
    watch: Option<Watch>,
}

impl Ports {
    /// Hears of all that happens from now on.
    pub(super) fn watch() -> Self {
        let watch = Watch::new("virtio-ports");
        let watch = watch.inspect_err(|wrong| warn!("BMC: cannot hear of new ports: {wrong}"));
        Self { watch: watch.ok() }
    }

    /// Waits until something has happened to a port.
    pub(super) async fn changed(&mut self) -> io::Result<()> {
        match &self.watch {
            Some(watch) => watch.changed().await,
            None => std::future::pending().await,
        }
    }
}

/// Where neco's file lies, the nearest first.
const DIRECTORIES: [&str; 2] = ["/etc/neco", "/etc"];

/// Sources that can change while the machine runs and tell so: neco's file, and a BMC whose
/// driver is loaded later.
#[derive(Debug)]
pub(super) struct Sources {
    files: Option<(Inotify, AsyncFd<OwnedFd>)>,
    devices: Option<Watch>,
}

impl Sources {
    /// Hears of all that happens from now on.
    pub(super) fn watch(sources: &[Source]) -> Self {
        let files = sources.contains(&Source::Neco).then(|| {
            let files = Self::directories(&DIRECTORIES.map(Path::new));
            files.inspect_err(|wrong| debug!("BMC: cannot watch /etc/neco: {wrong}")).ok()
        });
        // The class of the devices of ipmi_devintf.
        let devices = sources.contains(&Source::Ipmi).then(|| {
            let devices = Watch::new("ipmi");
            devices.inspect_err(|wrong| debug!("BMC: cannot hear of BMCs: {wrong}")).ok()
        });
        Self { files: files.flatten(), devices: devices.flatten() }
    }

    /// Watches the nearest directory that there is.
    fn directories(directories: &[&Path]) -> io::Result<(Inotify, AsyncFd<OwnedFd>)> {
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        // A file is judged once it is whole: closed, or moved into its place.
        let flags = AddWatchFlags::IN_CLOSE_WRITE
            | AddWatchFlags::IN_MOVED_TO
            | AddWatchFlags::IN_MOVED_FROM
            | AddWatchFlags::IN_DELETE
            | AddWatchFlags::IN_DELETE_SELF
            | AddWatchFlags::IN_MOVE_SELF
            | AddWatchFlags::IN_ONLYDIR;
        let mut added = Err(Errno::ENOENT);
        for (index, directory) in directories.iter().enumerate() {
            // Of a directory above, only that the one below it comes.
            let flags = match index {
                0 => flags,
                _ => {
                    AddWatchFlags::IN_CREATE
                        | AddWatchFlags::IN_MOVED_TO
                        | AddWatchFlags::IN_ONLYDIR
                }
            };
            added = inotify.add_watch(*directory, flags);
            if added != Err(Errno::ENOENT) {
                break;
            }
        }
        added?;
        let watched = sys::watch(inotify.as_fd().try_clone_to_owned()?, Interest::READABLE)?;
        Ok((inotify, watched))
    }

    /// Waits until a source may say something else.
    pub(super) async fn changed(&mut self) {
        tokio::select! {
            () = file_changed(&self.files) => {}
            () = device_came(&self.devices) => {}
        }
    }
}

/// Waits for ever where there is nothing to watch, or it cannot be watched any more.
async fn file_changed(files: &Option<(Inotify, AsyncFd<OwnedFd>)>) {
    let Some((inotify, watched)) = files else { return std::future::pending().await };
    loop {
        let Ok(mut ready) = watched.readable().await else { break };
        match inotify.read_events() {
            Ok(events) if events.iter().any(concerns) => return,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => ready.clear_ready(),
            Err(_) => break,
        }
    }
    std::future::pending().await
}

async fn device_came(devices: &Option<Watch>) {
    match devices {
        Some(devices) if devices.changed().await.is_ok() => {}
        _ => std::future::pending().await,
    }
}

/// True for events of the file, of its directory, and where events were lost.
fn concerns(event: &InotifyEvent) -> bool {
    event.name.as_ref().is_none_or(|name| name == "bmc-address.json" || name == "neco")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    /// True if the watch has something to tell now.
    async fn told(sources: &mut Sources) -> bool {
        // The driver has to run once before what is readable is known.
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let mut changed = pin!(sources.changed());
        poll_fn(|context| Poll::Ready(changed.as_mut().poll(context).is_ready())).await
    }

    #[tokio::test]
    async fn a_file_is_heard_of_once_it_is_whole_and_other_files_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let neco = dir.path().join("neco");
        let watch =
            || Sources { files: Sources::directories(&[&neco, dir.path()]).ok(), devices: None };
        let mut sources = watch();
        assert!(!told(&mut sources).await);
        fs::write(dir.path().join("passwd"), "").unwrap();
        assert!(!told(&mut sources).await);
        fs::create_dir(&neco).unwrap();
        assert!(told(&mut sources).await);

        let mut sources = watch();
        fs::write(neco.join("bmc-user.json"), "").unwrap();
        assert!(!told(&mut sources).await);
        fs::write(neco.join("bmc-address.json"), "{}").unwrap();
        assert!(told(&mut sources).await);
        fs::write(neco.join("new"), "{}").unwrap();
        fs::rename(neco.join("new"), neco.join("bmc-address.json")).unwrap();
        assert!(told(&mut sources).await);
        fs::remove_dir_all(&neco).unwrap();
        assert!(told(&mut sources).await);
    }

    #[tokio::test]
    async fn a_source_that_cannot_change_is_not_watched() {
        let mut sources = Sources::watch(&[Source::Cmdline, Source::Smbios]);
        assert!(sources.files.is_none() && sources.devices.is_none() && !told(&mut sources).await);
    }
}
