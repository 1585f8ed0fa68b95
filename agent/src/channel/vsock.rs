//! Listening on a vsock port.

use nix::errno::Errno;
use vsock::VsockListener;

use super::error::OpenError;

/// Listens on a port of a local CID; `u32::MAX` is every one (`VMADDR_CID_ANY`, vsock(7)).
pub(super) fn listen(cid: u32, port: u32) -> Result<VsockListener, OpenError> {
    VsockListener::bind_with_cid_port(cid, port).map_err(|error| {
        let hint = match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EAFNOSUPPORT) => {
                " (is the kernel module vsock loaded? guestd.service needs drop-ins/vsock.conf, too)"
            },
            Some(Errno::EADDRNOTAVAIL) => " (this guest has no such CID)",
            Some(Errno::EADDRINUSE) => " (another program listens there)",
            Some(Errno::EACCES) => " (ports below 1024 are for root)",
            _ => "",
        };
        OpenError::io(format!("cannot listen on vsock {cid}:{port}{hint}"), error)
    })
}
