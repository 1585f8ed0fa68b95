//! The one raw part: what a child does between fork and exec.
#![allow(unsafe_code, reason = "std has no safe form of pre_exec")]

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::unistd::{Gid, Uid, setgid, setgroups, setuid};

use crate::user::User;

/// Lets the child be this user, with all their groups. std's own `uid` would leave them
/// without supplementary groups.
pub(crate) fn become_user(command: &mut Command, user: &User) {
    let groups: Vec<Gid> = user.groups.iter().copied().map(Gid::from_raw).collect();
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    let switch = move || {
        setgroups(&groups)?;
        setgid(gid)?;
        setuid(uid).map_err(io::Error::from)
    };
    // SAFETY: between fork and exec only async-signal-safe calls are allowed. These are three
    // system calls on memory that was allocated before; no lock is taken, nothing allocated.
    unsafe { command.pre_exec(switch) };
}
