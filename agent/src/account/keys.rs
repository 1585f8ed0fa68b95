//! The file ~/.ssh/authorized_keys (sshd(8)), written on behalf of a user who may be
//! hostile: every step from the home directory on refuses symbolic links and what belongs
//! to somebody else, and no path is looked up twice.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat, renameat};
use nix::sys::stat::{Mode, fchmod, fstat, mkdirat};
use nix::unistd::{Gid, Uid, UnlinkatFlags, fchown, unlinkat};
use protocol::Error;

use super::user::User;
use crate::errno;

const DIRECTORY: &str = ".ssh";
const FILE: &str = "authorized_keys";
const PARTIAL: &str = ".authorized_keys.guestd";
/// Bytes of a file that are read at most.
const MOST: u64 = 1 << 20;

/// Checks keys as qemu-ga does: one line each, and no comment.
///
/// # Errors
/// One of them is none.
pub(crate) fn check(keys: &[String]) -> Result<(), Error> {
    match keys.iter().find(|key| key.contains('\n') || key.starts_with('#')) {
        Some(key) => Err(Error::generic(format!("invalid OpenSSH public key: '{key}'"))),
        None => Ok(()),
    }
}

/// The lines of the user's file.
///
/// # Errors
/// It is not there, cannot be read, or is not the user's own.
pub(crate) fn read(user: &User) -> Result<Vec<String>, Error> {
    let path = user.home.join(DIRECTORY).join(FILE);
    let failed = |error: io::Error| {
        let reason = errno::text(&error);
        let shown = path.display();
        Error::generic(format!(
            "failed to read '{shown}': Failed to open file \u{201c}{shown}\u{201d}: {reason}"
        ))
    };
    let directory = directory(user).map_err(failed)?;
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let file =
        openat(&directory, FILE, flags, Mode::empty()).map_err(|errno| failed(errno.into()))?;
    let meta = fstat(&file).map_err(|errno| failed(errno.into()))?;
    if meta.st_mode & nix::libc::S_IFMT != nix::libc::S_IFREG {
        return Err(failed(io::Error::other("it is no regular file")));
    }
    let mut text = Vec::new();
    File::from(file).take(MOST + 1).read_to_end(&mut text).map_err(failed)?;
    if text.len() as u64 > MOST {
        return Err(failed(io::Error::other("it is larger than 1 MiB")));
    }
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

/// Puts these lines in the place of the user's file, which is never seen half-written.
///
/// # Errors
/// The directory cannot be made or is not the user's own, or the file cannot be written.
pub(crate) fn write(user: &User, lines: &[String]) -> Result<(), Error> {
    let place = user.home.join(DIRECTORY);
    let directory = directory_to_write(user, &place)?;
    let failed = |error: io::Error| {
        let path = place.join(FILE);
        Error::generic(format!("failed to write '{}': {}", path.display(), errno::text(&error)))
    };
    let written = replace(&directory, user, lines);
    if written.is_err() {
        // What is told is why it was not written.
        let _ = unlinkat(&directory, PARTIAL, UnlinkatFlags::NoRemoveDir);
    }
    written.map_err(failed)
}

fn replace(directory: &OwnedFd, user: &User, lines: &[String]) -> io::Result<()> {
    // What an agent that was killed has left.
    match unlinkat(directory, PARTIAL, UnlinkatFlags::NoRemoveDir) {
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(errno) => return Err(errno.into()),
    }
    let flags =
        OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut file = File::from(openat(directory, PARTIAL, flags, Mode::S_IRUSR | Mode::S_IWUSR)?);
    for line in lines {
        writeln!(file, "{line}")?;
    }
    fchown(&file, Some(Uid::from_raw(user.uid)), Some(Gid::from_raw(user.gid)))?;
    file.sync_all()?;
    renameat(directory, PARTIAL, directory, FILE)?;
    Ok(())
}

/// The user's ~/.ssh, if it is there and theirs.
fn directory(user: &User) -> io::Result<OwnedFd> {
    let home = home(user)?;
    let directory = openat(&home, DIRECTORY, directory_flags(), Mode::empty())?;
    owned(directory, user)
}

fn directory_to_write(user: &User, place: &Path) -> Result<OwnedFd, Error> {
    let failed = |what: &str, error: &io::Error| {
        Error::generic(format!(
            "failed to {what} directory '{}': {}",
            place.display(),
            errno::text(error)
        ))
    };
    let home = home(user).map_err(|error| failed("create", &error))?;
    match mkdirat(&home, DIRECTORY, Mode::S_IRWXU) {
        Ok(()) => {
            let made = openat(&home, DIRECTORY, directory_flags(), Mode::empty());
            let made = made.map_err(|errno| failed("open", &errno.into()))?;
            fchown(&made, Some(Uid::from_raw(user.uid)), Some(Gid::from_raw(user.gid)))
                .and_then(|()| fchmod(&made, Mode::S_IRWXU))
                .map_err(|errno| failed("set up", &errno.into()))?;
            Ok(made)
        }
        Err(Errno::EEXIST) => {
            let found = openat(&home, DIRECTORY, directory_flags(), Mode::empty());
            let found = found.map_err(io::Error::from).and_then(|found| owned(found, user));
            found.map_err(|error| failed("use", &error))
        }
        Err(errno) => Err(failed("create", &errno.into())),
    }
}

/// The home itself may be reached through links: root has set its path.
fn home(user: &User) -> io::Result<OwnedFd> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    owned(open(&user.home, flags, Mode::empty())?, user)
}

fn directory_flags() -> OFlag {
    OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC
}

/// A directory of somebody else would let them choose who may log in as this user.
fn owned(directory: OwnedFd, user: &User) -> io::Result<OwnedFd> {
    let owner = fstat(&directory)?.st_uid;
    if owner == user.uid || owner == 0 {
        Ok(directory)
    } else {
        Err(io::Error::other(format!("it belongs to user {owner}, not to {}", user.uid)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn user() -> (tempfile::TempDir, User) {
        let dir = tempfile::tempdir().unwrap();
        let meta = fs::metadata(dir.path()).unwrap();
        let user = User { uid: meta.uid(), gid: meta.gid(), home: dir.path().to_owned() };
        (dir, user)
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|&line| line.to_owned()).collect()
    }

    #[test]
    fn what_is_written_is_read_and_private() {
        let (dir, user) = user();
        assert!(read(&user).unwrap_err().desc.contains("No such file or directory"));
        let keys = lines(&["ssh-rsa A a", "# note", "ssh-rsa B b"]);
        write(&user, &keys).unwrap();
        assert_eq!(read(&user), Ok(keys));
        write(&user, &lines(&["ssh-rsa C c"])).unwrap();
        assert_eq!(read(&user), Ok(lines(&["ssh-rsa C c"])));
        let mode =
            |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(".ssh"), mode(".ssh/authorized_keys")), (0o700, 0o600));
        assert_eq!(
            fs::read_dir(dir.path().join(".ssh")).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn links_are_not_followed() {
        let (dir, user) = user();
        let (elsewhere, _) = self::user();
        symlink(elsewhere.path(), dir.path().join(".ssh")).unwrap();
        assert!(write(&user, &lines(&["ssh-rsa A a"])).is_err());
        assert!(read(&user).is_err());
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);

        fs::remove_file(dir.path().join(".ssh")).unwrap();
        fs::create_dir(dir.path().join(".ssh")).unwrap();
        let secret = elsewhere.path().join("secret");
        fs::write(&secret, "root's own\n").unwrap();
        symlink(&secret, dir.path().join(".ssh/authorized_keys")).unwrap();
        assert!(read(&user).is_err());
        // The link itself is replaced, and what it led to stays.
        write(&user, &lines(&["ssh-rsa A a"])).unwrap();
        assert_eq!(fs::read_to_string(&secret).unwrap(), "root's own\n");
    }

    #[test]
    fn a_directory_of_somebody_else_is_refused() {
        let (dir, user) = user();
        fs::create_dir(dir.path().join(".ssh")).unwrap();
        let stranger = User { uid: user.uid.wrapping_add(1), ..user };
        if fs::metadata(dir.path()).unwrap().uid() == 0 {
            // What belongs to root may be used; give it away.
            std::os::unix::fs::chown(dir.path().join(".ssh"), Some(4242), None).unwrap();
        }
        let error = write(&stranger, &lines(&["ssh-rsa A a"])).unwrap_err();
        assert!(error.desc.contains("belongs to user"), "{error}");
    }

    #[test]
    fn a_key_is_one_line_and_no_comment() {
        assert!(check(&lines(&["", "ssh-rsa x", "anything"])).is_ok());
        assert_eq!(check(&lines(&["#x"])).unwrap_err().desc, "invalid OpenSSH public key: '#x'");
        assert!(check(&lines(&["a\nb"])).is_err());
    }
}
