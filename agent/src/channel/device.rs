//! A channel on a device, which may be missing, come later, go and come back.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::{info, warn};

use super::error::OpenError;
use super::peer::Peer;
use super::port::Port;
use super::serial::Serial;
use super::uevent::Watch;

/// How long to wait where the kernel does not tell when it is worth another try: the
/// device is in another program's hands, or refuses. qemu-ga waits as long with `-r`.
const AGAIN: Duration = Duration::from_secs(5);

/// The least time between two opens of a line that is hung up again and again.
const HANG_UP: Duration = Duration::from_secs(1);

/// What kind of device it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Port,
    Serial,
}

impl Kind {
    /// What the kernel calls such devices.
    fn subsystem(self) -> &'static str {
        match self {
            Self::Port => "virtio-ports",
            Self::Serial => "tty",
        }
    }

    fn open(self, path: &Path) -> Result<Line, OpenError> {
        match self {
            Self::Port => Port::open(path).map(Line::Port),
            Self::Serial => Serial::open(path).map(Line::Serial),
        }
    }
}

/// An open device.
#[derive(Debug)]
pub(super) enum Line {
    Port(Port),
    Serial(Serial),
}

impl Line {
    /// Waits until somebody is at the other end; false when the device is gone.
    async fn client(&self) -> io::Result<bool> {
        match self {
            Self::Port(port) => port.client().await,
            Self::Serial(serial) => Ok(!serial.is_hung_up()),
        }
    }
}

/// A channel on a device.
#[derive(Debug)]
pub(super) struct Device {
    kind: Kind,
    path: PathBuf,
    wait: bool,
    line: Option<Arc<Line>>,
}

impl Device {
    pub(super) fn open(kind: Kind, path: &Path, wait: bool) -> Result<Self, OpenError> {
        let line = match kind.open(path) {
            Ok(line) => Some(Arc::new(line)),
            // The first accept tries again, and tells.
            Err(_) if wait => None,
            Err(error) => return Err(error),
        };
        Ok(Self { kind, path: path.to_owned(), wait, line })
    }

    pub(super) fn peer(&self) -> Peer {
        Peer::Device(self.path.clone())
    }

    /// Waits for the next client. The one before must be done with the line.
    pub(super) async fn accept(&mut self) -> io::Result<Arc<Line>> {
        loop {
            let line = match self.line.take() {
                Some(line) => line,
                None => Arc::new(self.opened().await?),
            };
            let line = self.line.insert(line);
            if line.client().await? {
                return Ok(Arc::clone(line));
            }
            // Closed, or the kernel could not give the device's number to its successor.
            self.line = None;
            info!("{} has gone", self.path.display());
            if self.kind == Kind::Serial {
                sleep(HANG_UP).await;
            }
        }
    }

    /// Opens the device, and waits for it if that is wanted.
    async fn opened(&self) -> Result<Line, OpenError> {
        let mut watch = None;
        let mut told = false;
        loop {
            let error = match self.kind.open(&self.path) {
                Ok(line) => return Ok(line),
                Err(error) if self.wait => error,
                Err(error) => return Err(error),
            };
            if !matches!(error, OpenError::Missing { .. }) {
                if !std::mem::replace(&mut told, true) {
                    warn!("{error}; trying again every {} seconds", AGAIN.as_secs());
                }
                sleep(AGAIN).await;
                continue;
            }
            let heard = |error| OpenError::io("cannot hear of new devices", error);
            match &watch {
                // Look once more: it may have come before we listened.
                None => watch = Some(Watch::new(self.kind.subsystem()).map_err(heard)?),
                Some(watch) => {
                    if !std::mem::replace(&mut told, true) {
                        info!("{} is not there; waiting for it", self.path.display());
                    }
                    watch.changed().await.map_err(heard)?;
                }
            }
        }
    }
}
