//! Mounted filesystems, as /proc/self/mountinfo lists them (proc_pid_mountinfo(5)).

mod open;
mod reach;

use std::collections::HashSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::{io, str};

use introspect::Root;

use crate::device::Device;
use crate::system::reason;

pub(crate) use open::open;
pub(crate) use reach::{Doubtful, PATIENCE, Waits};

/// The list, of this process.
const LIST: &str = "/proc/self/mountinfo";

/// The list, of the first process.
const FIRST: &str = "/proc/1/mountinfo";

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The number of the mount, by which a descriptor's mount is known again.
    pub(crate) id: u64,
    /// The superblock's: two mounts with the same one are the same filesystem.
    pub(crate) device: Device,
    /// Where it is mounted.
    pub(crate) point: PathBuf,
    /// Its type, such as `ext4`, or `fuse.sshfs`.
    pub(crate) kind: String,
    /// What was mounted, in words of the filesystem: often a device.
    pub(crate) source: PathBuf,
    /// True where the whole filesystem is read-only, not just this mount of it.
    pub(crate) read_only: bool,
}

impl Mount {
    /// Its mount point, below what stands for `/`.
    pub(crate) fn place(&self, root: &Root) -> PathBuf {
        root.path().join(self.point.strip_prefix("/").unwrap_or(&self.point))
    }

    /// True where it lies on block devices. btrfs counts its devices itself and shows a
    /// number without one.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.device.major != 0 || self.kind == "btrfs"
    }

    /// True where its data lies on another machine, or on the host's side.
    pub(crate) fn is_network(&self) -> bool {
        const KINDS: [&str; 13] = [
            "9p",
            "afs",
            "ceph",
            "cifs",
            "gfs2",
            "glusterfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "smb3",
            "smbfs",
            "virtiofs",
        ];
        KINDS.contains(&self.kind.as_str())
    }

    /// True where a program of the guest, which may be hung, stands behind it.
    pub(crate) fn is_fuse(&self) -> bool {
        self.kind == "fuseblk" || self.kind == "fuse" || self.kind.starts_with("fuse.")
    }
}

/// A list of mounts that cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MountsError {
    /// It cannot be read.
    #[error("cannot read {LIST}: {}", reason(.0))]
    Read(#[from] io::Error),
    /// It is not of the form that proc_pid_mountinfo(5) gives.
    #[error("line {0} of {LIST} is no mount")]
    Line(usize),
}

impl From<MountsError> for protocol::Error {
    fn from(error: MountsError) -> Self {
        Self::generic(error.to_string())
    }
}

/// All mounts that this process sees, in the kernel's order.
///
/// # Errors
/// The list cannot be had.
pub(crate) fn read(root: &Root) -> Result<Vec<Mount>, MountsError> {
    parse(&root.read(LIST)?)
}

/// All mounts that the first process sees, which is what a host means by the guest's
/// filesystems; the agent itself may run in a mount namespace of its own.
///
/// # Errors
/// The list cannot be had.
pub(crate) fn read_first(root: &Root) -> Result<Vec<Mount>, MountsError> {
    match root.read(FIRST) {
        Ok(list) => parse(&list),
        Err(_) => read(root),
    }
}

/// The filesystems on disks, each by its first mount.
pub(crate) fn filesystems(mounts: &[Mount]) -> Vec<&Mount> {
    let mut seen = HashSet::new();
    mounts.iter().filter(|mount| mount.is_on_disk() && seen.insert(mount.device)).collect()
}

/// The mounts of a list.
///
/// # Errors
/// A line is no mount.
pub(crate) fn parse(list: &[u8]) -> Result<Vec<Mount>, MountsError> {
    let lines = list.split(|&byte| byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(index, line)| one(line).ok_or(MountsError::Line(index + 1)))
        .collect()
}

/// `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
fn one(line: &[u8]) -> Option<Mount> {
    let mut words = line.split(|&byte| byte == b' ');
    let id = number(words.next()?)?;
    words.next()?;
    let device = str::from_utf8(words.next()?).ok()?.parse().ok()?;
    words.next()?;
    let point = unescape(words.next()?);
    words.next()?;
    // Any number of optional words, up to a dash.
    words.find(|&word| word == b"-")?;
    let kind = unescape(words.next()?).into_os_string().into_string().ok()?;
    let source = unescape(words.next()?);
    let read_only = words.next()?.split(|&byte| byte == b',').any(|option| option == b"ro");
    Some(Mount { id, device, point, kind, source, read_only })
}

fn number(word: &[u8]) -> Option<u64> {
    str::from_utf8(word).ok()?.parse().ok()
}

/// Undoes the kernel's `\ooo` (`mangle_path`, `seq_escape`).
fn unescape(word: &[u8]) -> PathBuf {
    let mut plain = Vec::with_capacity(word.len());
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        rest = match octal(rest) {
            Some(byte) => {
                plain.push(byte);
                &rest[4..]
            }
            None => {
                plain.push(*first);
                tail
            }
        };
    }
    OsString::from_vec(plain).into()
}

fn octal(text: &[u8]) -> Option<u8> {
    let [b'\\', digits @ ..] = text else { return None };
    let digits = str::from_utf8(digits.get(..3)?).ok()?;
    // from_str_radix would take a sign.
    digits.bytes().all(|digit| digit.is_ascii_digit()).then_some(())?;
    u8::from_str_radix(digits, 8).ok()
}

#[cfg(test)]
mod tests;
