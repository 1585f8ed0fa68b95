//! `guestctl hooks run`: what a shim calls. The hooks themselves live in a holder, because a
//! session has to last from one call to the next.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;

use super::{Which, below};
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Where the holder listens.
const SOCKET: &str = "/run/guestd/hooks.sock";
/// Left by a holder that let go before it was told to.
const ENDED: &str = "/run/guestd/hooks.ended";
/// More than a holder ever answers.
const MOST: u64 = 1 << 20;

/// Which step.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    #[arg(value_enum)]
    step: Step,
    #[command(flatten)]
    options: Options,
}

/// How the hooks are run.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) which: Which,
    /// Let go by itself after so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(super) deadline: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Make applications quiet.
    Freeze,
    /// Let them go on.
    Thaw,
    /// Let them go on: the freeze came to nothing.
    FreezeFailed,
}

pub(super) fn socket(root: &Path) -> PathBuf {
    below(root, SOCKET)
}

pub(super) fn ended(root: &Path) -> PathBuf {
    below(root, ENDED)
}

impl Run {
    pub(super) fn run(&self, root: &Path, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        match self.step {
            Step::Freeze => self.freeze(root, screen),
            Step::Thaw => self.back(root, "thaw", screen),
            Step::FreezeFailed => self.back(root, "freeze-failed", screen),
        }
    }

    fn freeze(&self, root: &Path, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        let failed = |error: std::io::Error| Failure::Machine(format!("hooks: {error}"));
        // What is wrong with guestd.toml is told here, with its exit code.
        self.options.which.settings(root)?;
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command.args(["hooks", "hold", "--root"]).arg(root);
        for dialect in &self.options.which.dialect {
            command.args(["--dialect", dialect.name()]);
        }
        if let Some(timeout) = self.options.which.timeout {
            command.args(["--timeout", &timeout.to_string()]);
        }
        command.args(["--deadline", &self.options.deadline.to_string()]);
        command.current_dir("/").stdin(Stdio::null()).stderr(Stdio::null());
        let mut holder = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
        let Some(output) = holder.stdout.take() else {
            return Err(Failure::Machine("hooks: the holder has no output".to_owned()));
        };
        let mut output = BufReader::new(output.take(MOST));
        let mut line = String::new();
        output.read_line(&mut line).map_err(failed)?;
        if line.trim() == "ready" {
            writeln!(screen.raw(), "applications are quiet")?;
            return Ok(ExitCode::Ok);
        }
        let mut why = String::new();
        output.read_to_string(&mut why).map_err(failed)?;
        let _ = holder.wait();
        let why = if why.is_empty() { "the holder died" } else { why.trim() };
        Err(Failure::Machine(format!("hooks: {why}")))
    }

    fn back(&self, root: &Path, word: &str, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
        let failed = |error: std::io::Error| Failure::Machine(format!("hooks: {error}"));
        let mut stream = match UnixStream::connect(socket(root)) {
            Ok(stream) => stream,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                return self.after_a_crash(root);
            }
            Err(_) => return nothing_held(root, screen),
        };
        stream.write_all(format!("{word}\n").as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        stream.take(MOST).read_to_string(&mut answer).map_err(failed)?;
        match answer.split_once('\n') {
            Some(("ok", _)) => {
                writeln!(screen.raw(), "applications go on")?;
                Ok(ExitCode::Ok)
            }
            Some(("failed", why)) => Err(Failure::Machine(format!("hooks: {}", why.trim()))),
            _ => Err(Failure::Machine("hooks: the holder died".to_owned())),
        }
    }

    /// The holder was killed: its sessions have ended with it, its programs are told here.
    fn after_a_crash(&self, root: &Path) -> Result<ExitCode, Failure> {
        let settings = self.options.which.settings(root)?;
        let found = hooks::discover(root, &settings, nix::unistd::geteuid().as_raw());
        let mut run = hooks::Run::new(found.hooks, hooks::Context::default(), &settings);
        run.assume_frozen();
        let errors = run.thaw().err().unwrap_or_default();
        let _ = fs::remove_file(socket(root));
        let more: String = errors.iter().map(|error| format!("; {error}")).collect();
        let what = "the process that held the hooks was killed; all have been thawed";
        Err(Failure::Machine(format!("hooks: {what}{more}")))
    }
}

/// Nobody holds anything: no matter, unless a holder had to let go before its time.
fn nothing_held(root: &Path, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    if let Ok(why) = fs::read_to_string(ended(root)) {
        let _ = fs::remove_file(ended(root));
        return Err(Failure::Machine(format!("hooks: {}", why.trim())));
    }
    writeln!(screen.raw(), "no application was quiet")?;
    Ok(ExitCode::Ok)
}
