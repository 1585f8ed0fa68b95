//! Programs of the system: started with a list of arguments (never through a shell),
//! ended after a time limit, and never more of their output kept than asked for.

mod job;

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use std::{fmt, fs, io};

use introspect::Root;
use protocol::Error;

use job::{Ended, Job};

/// Where programs are looked for, in this order; the last one is NixOS's.
const PLACES: [&str; 7] = [
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/run/current-system/sw/bin",
];

/// The first of `names` that is installed.
pub(crate) fn find(root: &Root, names: &[&str]) -> Option<PathBuf> {
    names.iter().flat_map(|name| PLACES.map(|place| root.join(&format!("{place}/{name}")))).find(
        |path| {
            fs::metadata(path)
                .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
        },
    )
}

/// A program and how to run it. Its environment is `PATH`, `LC_ALL=C` and what is added;
/// its working directory is `/`. It leads a process group of its own.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    input: Vec<u8>,
    limit: Duration,
    kept: usize,
}

impl Program {
    /// A program without input that may run for a minute, and of whose two outputs 64 KiB
    /// are kept each.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            input: Vec::new(),
            limit: Duration::from_secs(60),
            kept: 64 << 10,
        }
    }

    /// More arguments.
    pub(crate) fn arguments<A: AsRef<OsStr>>(
        mut self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        self.arguments.extend(arguments.into_iter().map(|one| one.as_ref().to_owned()));
        self
    }

    /// What it reads on its standard input; without any that is `/dev/null`.
    pub(crate) fn input(mut self, input: Vec<u8>) -> Self {
        self.input = input;
        self
    }

    /// How long it may run. Then its process group gets SIGTERM, and SIGKILL soon after.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end. What it started itself and left behind is not waited for, even
    /// if that holds its output open.
    ///
    /// # Errors
    /// It cannot be started, or has not ended in time.
    pub(crate) fn run(&self) -> Result<Output, Failure> {
        let fail = |source| Failure::Start { path: self.path.clone(), source };
        let child = self.command().spawn().map_err(fail)?;
        let lost = |source| Failure::Lost { path: self.path.clone(), source };
        let job = Job::new(child, &self.input, self.kept).map_err(lost)?;
        match job.wait(self.limit).map_err(lost)? {
            Ended::ByItself { status, stdout, stderr } => Ok(Output { status, stdout, stderr }),
            Ended::ByUs { stderr } => {
                Err(Failure::TooLong { path: self.path.clone(), limit: self.limit, stderr })
            }
        }
    }

    /// The same for a program that has to succeed. `aim` completes the sentence "child
    /// process has failed to", which is how QEMU's agent begins the error.
    ///
    /// # Errors
    /// As of [`Self::run`], or its exit status is not 0; then what it wrote is told.
    pub(crate) fn run_to(&self, aim: &str) -> Result<Output, Error> {
        let failed =
            |reason: &str| Error::generic(format!("child process has failed to {aim}: {reason}"));
        match self.run() {
            Ok(output) if output.status.success() => Ok(output),
            Ok(output) => Err(failed(&output.complaint())),
            Err(failure) => Err(failed(&failure.to_string())),
        }
    }

    fn command(&self) -> Command {
        let stdin = if self.input.is_empty() { Stdio::null() } else { Stdio::piped() };
        let mut command = Command::new(&self.path);
        command.env_clear().env("PATH", PLACES.join(":")).env("LC_ALL", "C").current_dir("/");
        command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// What a program that has ended left.
#[derive(Debug)]
pub(crate) struct Output {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// The beginning of its standard output.
    pub(crate) stdout: Vec<u8>,
    /// The beginning of its standard error.
    pub(crate) stderr: Vec<u8>,
}

impl Output {
    /// Why it failed, in one line: its own words, else its exit status.
    pub(crate) fn complaint(&self) -> String {
        let words = [&self.stderr, &self.stdout].map(|bytes| line(bytes));
        let words = words.into_iter().find(|words| !words.is_empty());
        words.unwrap_or_else(|| match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => self.status.to_string(),
        })
    }
}

/// Text that a program wrote, as one line of at most 512 characters.
fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(512).collect()
}

/// A program that did not come to its own end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The kernel does not start it.
    Start { path: PathBuf, source: io::Error },
    /// It ran longer than it may and was ended. What it had to say by then is kept.
    TooLong { path: PathBuf, limit: Duration, stderr: Vec<u8> },
    /// The kernel does not say what becomes of it; it was ended.
    Lost { path: PathBuf, source: io::Error },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { path, source } => write!(f, "cannot run {}: {source}", path.display()),
            Self::TooLong { path, limit, stderr } => {
                write!(f, "{} did not end within {limit:?} and was ended", path.display())?;
                let words = line(stderr);
                if words.is_empty() { Ok(()) } else { write!(f, "; it said: {words}") }
            }
            Self::Lost { path, source } => {
                write!(f, "cannot follow {} to its end: {source}", path.display())
            }
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Lost { source, .. } => Some(source),
            Self::TooLong { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
