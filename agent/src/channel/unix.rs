//! Listening on a Unix socket.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, connect, listen as start, socket,
};
use nix::sys::stat::{Mode, fchmod};
use nix::unistd::{Gid, chown};

use super::error::OpenError;

/// Clients that may wait for their turn; the kernel refuses more.
const BACKLOG: i32 = 128;

/// Listens on a path. A socket that nobody listens on any more is replaced. The file
/// stays behind at the end, as qemu-ga's does: a client then hears "connection refused"
/// and not "no such file", and a restarted agent takes the path over.
///
/// The file never has more permission bits than `mode`; `None` leaves them to the umask. With a
/// `group` its members may open it as well.
pub(super) fn listen(
    path: &Path,
    mode: Option<u32>,
    group: Option<Gid>,
) -> Result<UnixListener, OpenError> {
    make_room(path)?;
    bound(path, mode, group).map_err(|error| match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::EADDRINUSE) => OpenError::Listening { path: path.to_owned() },
        _ => OpenError::io(format!("cannot listen on {}", path.display()), error),
    })
}

/// The number of a group of /etc/group, read as a file as by the hooks: a static program has no
/// other name service.
pub(super) fn group(name: &str) -> Option<Gid> {
    find_group(&fs::read_to_string("/etc/group").ok()?, name)
}

/// group(5): name:password:gid:member,member.
fn find_group(text: &str, name: &str) -> Option<Gid> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split(':').nth(1)?.parse().ok().map(Gid::from_raw)
}

fn bound(path: &Path, mode: Option<u32>, group: Option<Gid>) -> io::Result<UnixListener> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let socket = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
    if let Some(mode) = mode {
        // The file is made with the permissions of the socket, less the umask
        // (net/unix/af_unix.c, unix_bind_bsd).
        fchmod(&socket, Mode::from_bits_truncate(mode))?;
    }
    bind(socket.as_raw_fd(), &UnixAddr::new(path)?)?;
    if let Some(mode) = mode {
        // Back to what the umask has taken. Nobody can connect before listen(2).
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o777))?;
    }
    if let Some(group) = group {
        chown(path, None, Some(group))?;
        let bits = fs::symlink_metadata(path)?.permissions().mode();
        fs::set_permissions(path, fs::Permissions::from_mode((bits | 0o060) & 0o777))?;
    }
    start(&socket, Backlog::new(BACKLOG)?)?;
    Ok(socket.into())
}

/// Removes the socket that an earlier agent has left, and nothing else.
fn make_room(path: &Path) -> Result<(), OpenError> {
    let wrong = |error| OpenError::io(format!("cannot replace {}", path.display()), error);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(wrong(error)),
        Ok(meta) if !meta.file_type().is_socket() => {
            return Err(OpenError::NoSocket { path: path.to_owned() });
        }
        Ok(_) => {}
    }
    if somebody_listens(path).map_err(wrong)? {
        return Err(OpenError::Listening { path: path.to_owned() });
    }
    fs::remove_file(path).map_err(wrong)
}

fn somebody_listens(path: &Path) -> io::Result<bool> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let probe = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
    match connect(probe.as_raw_fd(), &UnixAddr::new(path)?) {
        // EAGAIN: its queue is full.
        Ok(()) | Err(Errno::EAGAIN) => Ok(true),
        // EPROTOTYPE: a datagram socket, which is in use; unix(7).
        Err(Errno::EPROTOTYPE) => Ok(true),
        Err(Errno::ECONNREFUSED | Errno::ENOENT) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let text = "root:x:0:\nguestd-x:x:7:a\nguestd:x:990:a,b\nbad:x\n";
        assert_eq!(find_group(text, "guestd"), Some(Gid::from_raw(990)));
        assert_eq!(find_group(text, "bad"), None);
        assert_eq!(find_group(text, "none"), None);
    }
}
