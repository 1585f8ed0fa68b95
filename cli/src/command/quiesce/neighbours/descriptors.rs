//! What a process has open, by the links in /proc/PID/fd (proc_pid_fd(5)). Only root may read
//! those of other users.

use std::fs;
use std::io;

use introspect::Root;

/// The highest of stdin, stdout and stderr: a terminal there is no channel.
const STDERR: u32 = 2;

/// An open file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Open {
    /// A path, as the kernel writes it.
    Path(String),
    /// The inode of a socket.
    Socket(u64),
}

/// All that a process has open beyond its standard streams. One that ends meanwhile has nothing
/// open any more.
///
/// # Errors
/// This user may not know.
pub(super) fn of(root: &Root, pid: u32) -> io::Result<Vec<Open>> {
    let dir = root.join(&format!("/proc/{pid}/fd"));
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut open = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if is_gone(&error) => break,
            Err(error) => return Err(error),
        };
        if entry.file_name().to_str().and_then(|name| name.parse().ok()) <= Some(STDERR) {
            continue;
        }
        // The link is read and never followed: what it leads to may lie on a dead filesystem.
        match fs::read_link(entry.path()) {
            Ok(link) => open.extend(link.to_str().and_then(parse)),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(open)
}

/// ESRCH is what /proc says of a process that has just ended.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(nix::libc::ESRCH)
}

fn parse(link: &str) -> Option<Open> {
    if let Some(inode) = link.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
        return inode.parse().ok().map(Open::Socket);
    }
    link.starts_with('/').then(|| Open::Path(link.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn a_process_has_files_and_sockets_beyond_its_standard_streams() {
        let tree = Tree::new();
        tree.process(7, "x", &["/dev/ttyS1", "socket:[12]", "pipe:[9]", "socket:[x]"]);
        tree.standard_stream(7, 0, "/dev/ttyS0");
        let mut open = of(&tree.root(), 7).unwrap();
        open.sort_by_key(|one| format!("{one:?}"));
        assert_eq!(open, [Open::Path("/dev/ttyS1".to_owned()), Open::Socket(12)]);
        assert_eq!(of(&tree.root(), 8).unwrap(), []);
    }
}
