//! The agent's side of its guard: starts it, hands it the filesystems, hears its news.

mod freezers;
mod message;
mod process;

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use nix::sys::socket::{MsgFlags, Shutdown, shutdown};

use super::target::Held;
use crate::exit::Exit;
use crate::sys::packet;
use message::{DESCRIPTORS, Order, SIZE};
pub(super) use message::{MOST, News, Rule, Why};

/// The verb under which the program is a guard. Nobody but the agent uses it.
pub(crate) const VERB: &str = "guard";

/// How a guard is started.
#[derive(Debug, Clone)]
pub(super) enum Launch {
    /// As a process of this program.
    Process,
    /// As a thread of this one, which is no program that could be started again.
    #[cfg(test)]
    Thread,
}

/// A guard that has been started.
#[derive(Debug)]
pub(super) struct Guard {
    socket: OwnedFd,
    child: Mutex<Option<Child>>,
}

impl Guard {
    /// Starts one, which takes a millisecond and goes on in the background. `flag` is the
    /// mark of a freeze (see [`crate::qemu_ga::state`]).
    pub(super) fn start(launch: &Launch, flag: &Path) -> io::Result<Self> {
        let (socket, theirs) = packet::pair()?;
        let child = match launch {
            Launch::Process => Some(spawn(theirs, flag)?),
            #[cfg(test)]
            Launch::Thread => {
                let flag = flag.to_owned();
                std::thread::spawn(move || process::run(theirs, &flag));
                None
            }
        };
        Ok(Self { socket, child: Mutex::new(child) })
    }

    /// Hands it the filesystems, in the order in which they shall be frozen.
    pub(super) fn hold(
        &self,
        held: &[Held],
        deadline: Option<Duration>,
        freeze_timeout: Duration,
    ) -> io::Result<()> {
        let milliseconds =
            |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
        let start = Order::Start {
            count: u32::try_from(held.len()).unwrap_or(u32::MAX),
            deadline_ms: deadline.map_or(0, milliseconds),
            freeze_timeout_ms: milliseconds(freeze_timeout),
        };
        packet::send(&self.socket, &start.encode(), &[], MsgFlags::empty())?;
        // The first of each group waits for those before.
        let mut last = None;
        for part in held.chunks(DESCRIPTORS) {
            let rules: Vec<u8> = part
                .iter()
                .map(|one| one.rule.encode(last.replace(one.group) != Some(one.group)))
                .collect();
            let descriptors: Vec<_> = part.iter().map(|one| one.file.as_fd()).collect();
            packet::send(&self.socket, &rules, &descriptors, MsgFlags::empty())?;
        }
        Ok(())
    }

    /// Orders the freeze of all that it holds.
    pub(super) fn freeze(&self) -> io::Result<()> {
        packet::send(&self.socket, &Order::Freeze.encode(), &[], MsgFlags::empty())
    }

    /// Orders the thaw of all that is frozen, after which it ends.
    pub(super) fn thaw(&self) -> io::Result<()> {
        packet::send(&self.socket, &Order::Thaw.encode(), &[], MsgFlags::empty())
    }

    /// The next that it tells; `None` when it is gone.
    pub(super) fn hear(&self) -> Option<News> {
        let mut packet = [0; SIZE];
        let (length, _) = packet::receive(&self.socket, &mut packet).ok()?;
        News::decode(&packet[..length])
    }

    /// Takes its exit status, after [`Self::hear`] has told that it is gone.
    pub(super) fn bury(&self) {
        let child = self.child.lock().ok().and_then(|mut child| child.take());
        if let Some(mut child) = child {
            drop(child.wait());
        }
    }
}

impl Drop for Guard {
    /// One that was never handed anything ends when its socket does.
    fn drop(&mut self) {
        let _ = shutdown(self.socket.as_raw_fd(), Shutdown::Both);
        self.bury();
    }
}

/// In a session of its own, so that no signal for the agent's group or terminal meets it.
fn spawn(socket: OwnedFd, flag: &Path) -> io::Result<Child> {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("guestd-guard").arg(VERB).arg(flag).current_dir("/").env_clear();
    command.stdin(Stdio::from(socket)).stdout(Stdio::null()).stderr(Stdio::null());
    command.process_group(0);
    command.spawn()
}

/// The guard's process: `guestd guard FLAG`, its socket as standard input.
pub(crate) fn main(flag: &Path) -> Exit {
    process::prepare();
    let socket = io::stdin().as_fd().try_clone_to_owned();
    match socket.and_then(|socket| process::run(socket, flag)) {
        Ok(()) => Exit::Success,
        // The agent sees its end, and thaws itself.
        Err(_) => Exit::Failure,
    }
}
