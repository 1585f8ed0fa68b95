//! A descriptor on a mounted filesystem, to give it orders.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use introspect::Root;
use nix::errno::Errno;
use nix::fcntl::OFlag;

use super::Mount;

/// Opens a mount point; `None` where another mount lies over it, so that its path leads
/// elsewhere. Neither a pipe nor a device is ever opened.
pub(crate) fn open(root: &Root, mount: &Mount) -> io::Result<Option<File>> {
    let file = directory_or_file(&mount.place(root))?;
    // From Linux 3.15 on (proc_pid_fdinfo(5)).
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", file.as_raw_fd()))?;
    let id = info.lines().find_map(|line| line.strip_prefix("mnt_id:")?.trim().parse().ok());
    Ok(id.is_none_or(|id: u64| id == mount.id).then_some(file))
}

fn directory_or_file(path: &Path) -> io::Result<File> {
    let open = |flags: OFlag| {
        let flags = flags | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
    };
    match open(OFlag::O_DIRECTORY) {
        // A file may be a mount point as well, as in containers.
        Err(error)
            if error.raw_os_error() == Some(Errno::ENOTDIR as i32)
                && path.symlink_metadata().is_ok_and(|meta| meta.is_file()) =>
        {
            open(OFlag::O_NOFOLLOW)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn the_root_is_opened_and_a_mount_below_another_is_not() {
        let root = Root::live();
        let mounts = read(&root).unwrap();
        // The last one at a path lies on top.
        let proc = mounts.iter().rfind(|mount| mount.point == Path::new("/proc")).unwrap();
        assert!(open(&root, proc).unwrap().is_some());
        let hidden = Mount { id: proc.id + 100_000, ..proc.clone() };
        assert!(open(&root, &hidden).unwrap().is_none());
    }

    #[test]
    fn only_directories_and_files_are_opened() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(directory_or_file(&file).is_ok() && directory_or_file(dir.path()).is_ok());
        let pipe = dir.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        for path in [&pipe, Path::new("/dev/zero")] {
            let error = directory_or_file(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
        }
        let error = directory_or_file(&dir.path().join("none")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
