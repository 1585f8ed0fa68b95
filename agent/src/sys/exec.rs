//! The steps between fork(2) and execve(2) that the standard library does not take.

use std::ffi::{CString, c_char};
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::libc;
use nix::sys::resource::{Resource, rlim_t, setrlimit};
use nix::unistd::{Gid, Uid, setgid, setgroups, setsid, setuid};

/// The interpreter of an executable file that the kernel does not know how to run.
const SHELL: &[u8] = b"/bin/sh";

/// A program with its arguments and its environment, laid out for execve(2) beforehand:
/// between fork and exec a process of several threads must not allocate. Strings go to
/// the program exactly as they are, which [`Command`] does not do for an environment.
pub(crate) struct Image {
    /// Where the program may be; the first one that can be run is.
    programs: Vec<CString>,
    arguments: Strings,
    /// What runs each of the programs as a script: shell, program, arguments.
    scripts: Vec<Strings>,
    environment: Strings,
}

/// Who the child is.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
    pub(crate) groups: Vec<Gid>,
}

/// A list of strings with the null-terminated list of pointers to them.
struct Strings {
    /// Owns what the pointers point to; nothing moves a CString's text.
    _strings: Vec<CString>,
    pointers: Vec<*const c_char>,
}

// SAFETY: the pointers are only read, and point into strings that the same value owns and
// never changes.
unsafe impl Send for Strings {}
// SAFETY: as above.
unsafe impl Sync for Strings {}

impl Strings {
    fn new(strings: Vec<CString>) -> Self {
        let pointers = strings.iter().map(|string| string.as_ptr()).chain([ptr::null()]).collect();
        Self { _strings: strings, pointers }
    }
}

impl Image {
    pub(crate) fn new(
        programs: Vec<CString>,
        arguments: Vec<CString>,
        environment: Vec<CString>,
    ) -> Self {
        let script = |program: &CString| {
            let shell = CString::new(SHELL).unwrap_or_default();
            let rest = arguments.iter().skip(1).cloned();
            Strings::new([shell, program.clone()].into_iter().chain(rest).collect())
        };
        let scripts = programs.iter().map(script).collect();
        Self {
            programs,
            arguments: Strings::new(arguments),
            scripts,
            environment: Strings::new(environment),
        }
    }

    /// Becomes the program. Comes back only with an error: as of execvp(3), one that says
    /// more than that there is no such file.
    fn run(&self) -> Errno {
        let environment = self.environment.pointers.as_ptr();
        let mut told = Errno::ENOENT;
        for (program, script) in self.programs.iter().zip(&self.scripts) {
            // SAFETY: all are null-terminated lists of C strings that live in self.
            unsafe {
                libc::execve(program.as_ptr(), self.arguments.pointers.as_ptr(), environment)
            };
            match Errno::last() {
                Errno::ENOEXEC => {
                    let shell = script.pointers.first().copied().unwrap_or_default();
                    // SAFETY: as above; the first string of a script is the shell.
                    unsafe { libc::execve(shell, script.pointers.as_ptr(), environment) };
                    return Errno::last();
                }
                // Not there; perhaps in the next directory.
                Errno::ENOENT | Errno::ENOTDIR if self.programs.len() > 1 => {}
                Errno::EACCES if self.programs.len() > 1 => told = Errno::EACCES,
                error => return error,
            }
        }
        told
    }
}

/// Makes a command run an image instead, in a session of its own, with limits of
/// descriptors and perhaps as another user. Standard streams and the directory are still
/// the command's.
pub(crate) fn run_image(
    command: &mut Command,
    image: Image,
    descriptors: Option<(rlim_t, rlim_t)>,
    user: Option<User>,
) {
    let steps = move || -> io::Result<()> {
        setsid()?;
        if let Some((soft, hard)) = descriptors {
            setrlimit(Resource::RLIMIT_NOFILE, soft, hard)?;
        }
        if let Some(user) = &user {
            setgroups(&user.groups)?;
            setgid(user.gid)?;
            setuid(user.uid)?;
        }
        Err(image.run().into())
    };
    // SAFETY: the closure makes system calls only; everything it needs is allocated
    // already, and an error made of a number allocates nothing.
    unsafe { command.pre_exec(steps) };
}

/// Closes a descriptor on exec. For those that the agent was started with; its own ones
/// are so from the start.
pub(crate) fn close_on_exec(descriptor: RawFd) {
    // SAFETY: it is borrowed for one call. Where it is not open the kernel says so; if it
    // is another one by now, that is closed on exec anyway.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
    let _ = fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
}
