//! A listening socket: Unix or vsock.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::socket::{
    AddressFamily, SockType, SockaddrLike, SockaddrStorage, VsockAddr, getpeername, getsockname,
    getsockopt, sockopt,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::sleep;
use tracing::warn;

use super::error::OpenError;
use super::peer::{Peer, Trust};
use crate::sys;

/// How long to wait before the next accept when there is no descriptor or memory left for
/// it: the client stays in the queue, and the kernel does not say when there is.
const SHORTAGE: Duration = Duration::from_secs(1);

/// Who may talk; `None` is everybody.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// Users, on a Unix socket.
    pub(super) uids: Option<Vec<u32>>,
    /// Users that are not among these, and could open the socket, may ask for information.
    pub(super) others: bool,
    /// Machines, on vsock.
    pub(super) cids: Option<Vec<u32>>,
}

impl Allowed {
    fn admits(&self, peer: &Peer) -> Option<Trust> {
        let listed = |list: &Option<Vec<u32>>, id| list.as_ref().is_none_or(|ids| ids.contains(id));
        let whole = match peer {
            Peer::Process { uid, .. } => listed(&self.uids, uid),
            Peer::Vsock { cid, .. } => listed(&self.cids, cid),
            Peer::Device(_) => true,
        };
        let less = self.others.then_some(Trust::Information);
        if whole { Some(Trust::Policy) } else { less }
    }
}

/// A listening socket in tokio's hands.
#[derive(Debug)]
pub(super) struct Listener {
    socket: AsyncFd<OwnedFd>,
    family: Family,
    allowed: Allowed,
    /// A shortage has been told and not passed yet.
    short: bool,
}

impl Listener {
    /// Takes a listening stream socket of either family.
    pub(super) fn new(socket: OwnedFd, allowed: Allowed) -> Result<Self, OpenError> {
        let wrong = |errno: Errno| OpenError::io("cannot listen on the socket", errno);
        let address = match getsockname::<SockaddrStorage>(socket.as_raw_fd()) {
            Err(Errno::ENOTSOCK) => return Err(OpenError::Inherited("it is no socket")),
            address => address.map_err(wrong)?,
        };
        if getsockopt(&socket, sockopt::SockType).map_err(wrong)? != SockType::Stream {
            return Err(OpenError::Inherited("it is no stream socket; use ListenStream="));
        }
        if !getsockopt(&socket, sockopt::AcceptConn).map_err(wrong)? {
            return Err(OpenError::Inherited("it does not listen; use Accept=no"));
        }
        let family = match address.family() {
            Some(AddressFamily::Unix) => Family::Unix,
            Some(AddressFamily::Vsock) => Family::Vsock,
            _ => return Err(OpenError::Inherited("it is neither a Unix nor a vsock socket")),
        };
        // systemd passes blocking ones.
        fcntl(&socket, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(wrong)?;
        let socket = sys::watch(socket, Interest::READABLE)
            .map_err(|error| OpenError::io("cannot watch the socket", error))?;
        Ok(Self { socket, family, allowed, short: false })
    }

    /// Waits for the next client that may talk.
    pub(super) async fn accept(&mut self) -> io::Result<(OwnedFd, Peer, Trust)> {
        loop {
            tokio::task::coop::consume_budget().await;
            let mut ready = self.socket.readable().await?;
            match ready.try_io(|listener| self.family.accept(listener.get_ref())) {
                Err(_would_block) => {}
                Ok(Ok((socket, peer))) => {
                    self.short = false;
                    if let Some(trust) = self.allowed.admits(&peer) {
                        return Ok((socket, peer, trust));
                    }
                    warn!("{peer} may not talk to this channel");
                }
                Ok(Err(error)) => match error.raw_os_error().map(Errno::from_raw) {
                    // It left before we came to it. ENOTCONN: its address was asked for.
                    Some(
                        Errno::ECONNABORTED | Errno::ECONNRESET | Errno::ENOTCONN | Errno::EINTR,
                    ) => {}
                    Some(Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM) => {
                        if !std::mem::replace(&mut self.short, true) {
                            warn!("a client has to wait: {error}");
                        }
                        sleep(SHORTAGE).await;
                    }
                    _ => return Err(error),
                },
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Family {
    Unix,
    Vsock,
}

impl Family {
    /// The next client in the queue.
    fn accept(self, listener: &OwnedFd) -> io::Result<(OwnedFd, Peer)> {
        let socket = sys::accept(listener)?;
        let peer = match self {
            Self::Unix => {
                let from = getsockopt(&socket, sockopt::PeerCredentials)?;
                Peer::Process { uid: from.uid(), gid: from.gid(), pid: from.pid() }
            }
            Self::Vsock => {
                let from: VsockAddr = getpeername(socket.as_raw_fd())?;
                Peer::Vsock { cid: from.cid(), port: from.port() }
            }
        };
        Ok((socket, peer))
    }
}
