//! The small process that keeps hooks between `run freeze` and `run thaw`. It ends when it is
//! told to thaw, at its deadline, or when it is told to end, and thaws in each case.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use hooks::{Cancel, Context, Lock, discover};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::run::{Options, ended, socket};
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// How long somebody who connects may take to say what they want.
const PATIENCE: Duration = Duration::from_secs(5);

/// Freezes, says so on standard output, and stays.
pub(super) fn hold(
    root: &Path,
    options: &Options,
    screen: &mut Screen<'_>,
) -> Result<ExitCode, Failure> {
    // Out of the caller's session; it fails only where this leads one already.
    let _ = nix::unistd::setsid();
    match freeze_and_stay(root, options, screen) {
        Ok(()) => Ok(ExitCode::Ok),
        Err(why) => {
            writeln!(screen.raw(), "failed\n{why}")?;
            Ok(ExitCode::No)
        }
    }
}

fn freeze_and_stay(root: &Path, options: &Options, screen: &mut Screen<'_>) -> Result<(), String> {
    let text = |error: io::Error| error.to_string();
    let mut set = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block().map_err(|error| error.to_string())?;
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    let signals = SignalFd::with_flags(&set, flags).map_err(|error| error.to_string())?;

    let settings = options.which.settings(root).map_err(|failure| failure.to_string())?;
    // It goes with this process, however that ends.
    let lock = Lock::take(root, "guestctl hooks run thaw", Duration::ZERO)?;
    let _ = fs::remove_file(ended(root));
    let path = socket(root);
    let listener = listen(&path)?;
    let deadline = Duration::from_secs(options.deadline);
    let found = discover(root, &settings, nix::unistd::geteuid().as_raw());
    let refused: Vec<String> = found.refused().map(|problem| format!("hook {problem}")).collect();
    if !refused.is_empty() {
        let _ = fs::remove_file(&path);
        return Err(refused.join("; "));
    }
    let context = Context {
        operation_id: format!("guestctl-{}", std::process::id()),
        deadline: Some(deadline),
        channel: "guestctl".to_owned(),
        mounts: Vec::new(),
    };
    let mut run = hooks::Run::new(found.hooks, context, &settings);
    let cancel = Cancel::new().map_err(text)?;
    cancel_without_caller(cancel.clone());
    if let Err(failed) = run.freeze(&cancel) {
        let _ = fs::remove_file(&path);
        return Err(failed.to_string());
    }
    let said = screen.raw().write_all(b"ready\n").and_then(|()| screen.raw().flush());
    if said.is_err() {
        run.undo();
        let _ = fs::remove_file(&path);
        return Ok(());
    }
    let Some((caller, errors)) = stay(root, &listener, &signals, deadline, &mut run) else {
        return Ok(());
    };
    let _ = fs::remove_file(&path);
    // Whoever hears the answer may freeze again at once.
    drop(lock);
    let answer = if errors.is_empty() { "ok\n".to_owned() } else { tell(&errors) };
    let _ = (&caller).write_all(answer.as_bytes());
    Ok(())
}

/// The socket. One that is there is left by a holder that was killed: this one has the lock.
fn listen(path: &Path) -> Result<UnixListener, String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(named(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(named)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(named)?;
    Ok(listener)
}

/// Gives the freeze up when whoever asked for it has gone: nobody would come to thaw.
fn cancel_without_caller(cancel: Cancel) {
    thread::spawn(move || {
        let output = io::stdout();
        // No event is asked for; that the reader has gone is always told.
        let mut wanted = [PollFd::new(output.as_fd(), PollFlags::empty())];
        if poll(&mut wanted, PollTimeout::NONE).is_ok() {
            cancel.cancel();
        }
    });
}

/// Waits for the end, and lets go. Touches no file before that. Gives who asked for it, if
/// somebody did, and what went wrong.
fn stay(
    root: &Path,
    listener: &UnixListener,
    signals: &SignalFd,
    deadline: Duration,
    run: &mut hooks::Run,
) -> Option<(UnixStream, Vec<hooks::Error>)> {
    let end = Instant::now() + deadline;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let seconds = deadline.as_secs();
            let_go(root, run, &format!("let go by itself after {seconds} seconds"));
            return None;
        }
        let wait = PollTimeout::try_from(left + Duration::from_millis(1));
        let mut wanted = [
            PollFd::new(listener.as_fd(), PollFlags::POLLIN),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        let _ = poll(&mut wanted, wait.unwrap_or(PollTimeout::MAX));
        let [called, told] = wanted.map(|fd| fd.any().unwrap_or(false));
        if told {
            let_go(root, run, "let go because their holder was told to end");
            return None;
        }
        if called
            && let Ok((stream, _)) = listener.accept()
            && let Some(word) = word(&stream)
        {
            let errors = back(run, &word);
            return Some((stream, errors));
        }
    }
}

/// What is wanted, if it is something known.
fn word(stream: &UnixStream) -> Option<String> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut line = String::new();
    BufReader::new(stream.take(64)).read_line(&mut line).ok()?;
    let word = line.trim();
    ["thaw", "freeze-failed"].contains(&word).then(|| word.to_owned())
}

fn back(run: &mut hooks::Run, word: &str) -> Vec<hooks::Error> {
    if word == "thaw" {
        return run.thaw().err().unwrap_or_default();
    }
    run.undo();
    Vec::new()
}

fn tell(errors: &[hooks::Error]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    format!("failed\n{}\n", all.join("; "))
}

/// Thaws unasked, and leaves word for whoever comes to thaw.
fn let_go(root: &Path, run: &mut hooks::Run, why: &str) {
    let errors = back(run, "thaw");
    let more: String = errors.iter().map(|error| format!("; {error}")).collect();
    let text = format!("hooks {why}, before the thaw: the snapshot is not consistent{more}\n");
    let _ = fs::write(ended(root), text);
    let _ = fs::remove_file(socket(root));
}
