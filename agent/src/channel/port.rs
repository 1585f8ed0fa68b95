//! A port of a virtio-serial device.
//!
//! The port is opened once and kept open: hosts watch whether the guest has it open
//! (libvirt, `VSERPORT_CHANGE`), and talk only then.
//!
//! What the kernel's poll says of it (drivers/char/virtio_console.c, `port_fops_poll`):
//! no host is `IN | HUP` and a read of 0; a host is no `HUP`, `OUT` while its queue has
//! room and `IN` while there is data; a port that was unplugged is `HUP` alone. It wakes
//! its pollers whenever a host connects or leaves, sends or takes data.
//!
//! tokio never forgets a `HUP` it has seen, and a level-triggered poller would spin on the
//! `IN` of a port without a host. So the port lies, edge-triggered, in an epoll of its own,
//! and tokio watches that epoll: it becomes readable with every wake-up of the port.

mod edges;

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bmc::State;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{read, write};
use tokio::time::sleep;
use tracing::debug;

use super::changes::Changes;
use super::error::OpenError;
use super::node;
use crate::sys::sigio::Signals;
use edges::Edges;

/// More than the kernel's buffers for input hold (`PAGE_SIZE`, `fill_queue`), so that one
/// read takes one of them whole.
const BUFFER: usize = 64 << 10;

/// How long to wait with writing on when a full queue has got room. When a host leaves,
/// QEMU empties the queue before it tells so, and the room must not be filled with what
/// the next host would then get. The queue holds 4 MiB, so nobody runs dry meanwhile.
const SETTLE: Duration = Duration::from_millis(1);

/// How much later than the first data of a host the kernel may tell that it has come: data
/// is there with its interrupt, but who is there is told by a worker, which waits for a CPU
/// (drivers/char/virtio_console.c, `control_work_handler`). Seen up to 9 ms in a busy guest.
const LATE: Duration = Duration::from_millis(100);

/// The same, for the time from where the worker tells that one host has left to where it
/// tells that the next one has come.
const BETWEEN: Duration = Duration::from_millis(5);

/// An open port.
#[derive(Debug)]
pub(super) struct Port {
    fd: OwnedFd,
    edges: Edges,
    /// `None` where they cannot be had: then a quick change of hosts goes unnoticed.
    signals: Option<Signals>,
    talk: Mutex<Talk>,
}

/// What we know of the host that is being served.
#[derive(Debug, Default)]
struct Talk {
    changes: Changes,
    /// It has gone, whatever the port says now.
    over: bool,
    /// Read to find that out, and to be read before anything else.
    early: Vec<u8>,
    /// There was nothing to read, and no news since.
    dry: bool,
    /// When data was read last.
    read: Option<Instant>,
}

/// What has become of the host that is being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Here,
    Left,
    /// To be asked again soon: one has left, but it may be the one before.
    Unclear,
}

impl Port {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let device = node::find(path);
        let flags = OFlag::O_RDWR | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        let fd = open(&device, flags, Mode::empty())
            .map_err(|errno| OpenError::of_device(path, errno))?;
        let edges = Edges::of(&fd)
            .map_err(|error| OpenError::io(format!("cannot watch {}", path.display()), error))?;
        let signals = Signals::of(&fd)
            .inspect_err(|error| debug!("no signals from {}: {error}", path.display()))
            .ok();
        Ok(Self { fd, edges, signals, talk: Mutex::default() })
    }

    /// Waits until a host is there; false when the port is gone.
    pub(super) async fn client(&self) -> io::Result<bool> {
        loop {
            let count = self.count();
            match self.state()? {
                State::Host { .. } => {
                    let mut talk = self.talk();
                    talk.changes = Changes::start(count);
                    talk.over = false;
                    talk.dry = false;
                    talk.read = None;
                    return Ok(true);
                }
                State::Unplugged => return Ok(false),
                State::NoHost => {
                    // Of a host that came and went while nobody was looking.
                    self.talk().early.clear();
                    self.news().await?;
                }
            }
        }
    }

    /// Reads what the host has sent; 0 when it has left or the port is gone.
    pub(super) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.read_now(buffer) {
                Err(Errno::EAGAIN) => self.news().await?,
                Err(Errno::EINTR) => {}
                // Unplugged; EIO after the device failed.
                Err(Errno::ENODEV | Errno::EIO) => return Ok(0),
                result => return Ok(result?),
            }
        }
    }

    fn read_now(&self, buffer: &mut [u8]) -> nix::Result<usize> {
        let mut talk = self.talk();
        if talk.over {
            return Ok(0);
        }
        if !talk.early.is_empty() {
            let size = talk.early.len().min(buffer.len());
            for (to, from) in buffer.iter_mut().zip(talk.early.drain(..size)) {
                *to = from;
            }
            talk.read = Some(Instant::now());
            return Ok(size);
        }
        if talk.dry {
            return Err(Errno::EAGAIN);
        }
        let count = self.count();
        match read(&self.fd, buffer) {
            Err(Errno::EAGAIN) if talk.changes.quiet(count) => Ok(talk.end()),
            Ok(0) => Ok(talk.end()),
            Ok(size) => {
                talk.changes.buffer_read();
                talk.read = Some(Instant::now());
                if self.is_news(&mut talk)? {
                    // The next host was faster than we.
                    talk.early.extend_from_slice(buffer.get(..size).unwrap_or_default());
                    return Ok(talk.end());
                }
                Ok(size)
            }
            result => result,
        }
    }

    /// Writes all of it, or fails with `BrokenPipe` once the host has left.
    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.is_doubtful() {
                match self.fate()? {
                    Fate::Here => {}
                    Fate::Left => return Err(io::ErrorKind::BrokenPipe.into()),
                    Fate::Unclear => {
                        sleep(SETTLE).await;
                        continue;
                    }
                }
            }
            match write(&self.fd, bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::EINTR) => {}
                // No room, or no host.
                Err(Errno::EAGAIN) => {
                    match self.fate()? {
                        // The wait ends at once if there has been news since.
                        Fate::Here => self.news().await?,
                        Fate::Left => return Err(io::ErrorKind::BrokenPipe.into()),
                        Fate::Unclear => {}
                    }
                    sleep(SETTLE).await;
                }
                Err(Errno::ENODEV | Errno::EIO) => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    /// Waits until the host that is being served has left.
    pub(super) async fn left(&self) -> io::Result<()> {
        loop {
            match self.fate()? {
                Fate::Here => self.news().await?,
                Fate::Left => return Ok(()),
                Fate::Unclear => sleep(SETTLE).await,
            }
        }
    }

    /// Waits for news. What it is about must have been looked at since the last time.
    async fn news(&self) -> io::Result<()> {
        self.edges.next().await?;
        self.talk().dry = false;
        Ok(())
    }

    /// False if the host is surely the one that is being served, or gone altogether, which
    /// a write finds out.
    fn is_doubtful(&self) -> bool {
        let talk = self.talk();
        talk.over || talk.changes.suspects(self.count())
    }

    /// Whether the host that is being served has left, even if there is another one.
    fn fate(&self) -> io::Result<Fate> {
        let mut talk = self.talk();
        if talk.over {
            return Ok(Fate::Left);
        }
        match self.look(&mut talk)? {
            State::Unplugged => {}
            State::NoHost if talk.has_read_within(BETWEEN) => return Ok(Fate::Unclear),
            State::NoHost => self.forget(&mut talk),
            State::Host { data, .. } => {
                if !talk.changes.suspects(self.count()) {
                    return Ok(Fate::Here);
                }
                // Data is either the next host's first request or a request that this one
                // sent ahead. Taking it out of the way is the only way to know.
                if data && talk.early.is_empty() && talk.changes.is_quiet() {
                    let mut buffer = vec![0; BUFFER];
                    if let Ok(size) = read(&self.fd, &mut buffer) {
                        buffer.truncate(size);
                        talk.early = buffer;
                        talk.changes.buffer_read();
                    }
                }
                if !self.is_news(&mut talk)? {
                    return Ok(Fate::Here);
                }
                if talk.has_read_within(LATE) {
                    // What was read last came from the new host. To drop what it asked for
                    // would let it wait for ever; an answer too many is what guest-sync
                    // is for.
                    debug!("the next host was heard before it was seen");
                    talk.changes = Changes::start(self.count());
                    return Ok(Fate::Here);
                }
            }
        }
        talk.end();
        Ok(Fate::Left)
    }

    /// True if nothing is left to read, and the host is another one than before.
    fn is_news(&self, talk: &mut Talk) -> nix::Result<bool> {
        let count = self.count();
        self.look(talk)?;
        Ok(talk.dry && talk.changes.quiet(count))
    }

    /// What the port says now, and whether there is something to read.
    ///
    /// To look is to take ([`State::of`]), and an interrupt that then finds the queue empty
    /// wakes nobody. So data that has been seen must be remembered.
    fn look(&self, talk: &mut Talk) -> nix::Result<State> {
        let state = self.state()?;
        talk.dry = matches!(state, State::Host { data: false, .. });
        Ok(state)
    }

    fn state(&self) -> nix::Result<State> {
        State::of(&self.fd)
    }

    /// Drops what a host that has left had sent and we have not read: the next host must
    /// not be answered for it.
    fn forget(&self, talk: &mut Talk) {
        talk.early.clear();
        let mut buffer = [0; 4096];
        while self.state() == Ok(State::NoHost) {
            match read(&self.fd, &mut buffer) {
                Ok(1..) | Err(Errno::EINTR) => {}
                Ok(0) | Err(_) => return,
            }
        }
    }

    fn count(&self) -> u32 {
        self.signals.as_ref().map_or(0, Signals::count)
    }

    fn talk(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Talk {
    /// True if the last data is not older than that.
    fn has_read_within(&self, time: Duration) -> bool {
        self.read.is_some_and(|read| read.elapsed() < time)
    }

    /// The host has gone: the end of the stream.
    fn end(&mut self) -> usize {
        self.over = true;
        0
    }
}
