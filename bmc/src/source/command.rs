//! A program that prints the address.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::{Candidate, Look, Values, is_live, printable};
use crate::network::Network;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(10);
/// More than an address has.
const MOST: usize = 4096;
/// Between two looks at a program that has closed its output and not ended.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) fn look(root: &Path, words: &[String], network: Option<Network>) -> Look {
    if !is_live(root) {
        return Look::nothing("a program is not run for a captured tree");
    }
    let Some((program, arguments)) = words.split_first() else {
        return Look::nothing("no command is configured");
    };
    match run(program, arguments, LIMIT) {
        Err(why) => Look::nothing(format!("{program}: {why}")),
        Ok(output) => {
            let line = output.strip_suffix(b"\n").unwrap_or(&output);
            let text = std::str::from_utf8(line).map_or_else(|_| printable(line), str::to_owned);
            let values = Values { address: Some(text), ..Values::default() };
            Look::one(Candidate::judge(values, network))
        }
    }
}

/// Runs it in a process group of its own, which is ended with it.
fn run(program: &str, arguments: &[String], limit: Duration) -> Result<Vec<u8>, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| error.to_string())?;
    let end = Instant::now() + limit;
    let output = output(&mut child, end);
    let status = output.and_then(|output| Ok((output, ended(&mut child, end)?)));
    // What it has left running, too. The group may be gone, which is as good.
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.wait();
    let late = |error: io::Error| match error.kind() {
        io::ErrorKind::TimedOut => format!("took longer than {} seconds", limit.as_secs_f32()),
        _ => error.to_string(),
    };
    match status.map_err(late)? {
        (_, status) if !status.success() => Err(format!("ended with {status}")),
        (output, _) if output.len() > MOST => Err("prints more than an address".to_owned()),
        (output, _) => Ok(output),
    }
}

/// What it prints until it closes its output, or has printed too much.
fn output(child: &mut Child, end: Instant) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    let Some(mut pipe) = child.stdout.take() else { return Ok(output) };
    let mut buffer = [0; MOST];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)], left) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Err(Errno::EINTR) => continue,
            Err(errno) => return Err(errno.into()),
            Ok(_) => {}
        }
        let size = pipe.read(&mut buffer)?;
        output.extend(buffer.iter().take(size));
        if size == 0 || output.len() > MOST {
            return Ok(output);
        }
    }
}

fn ended(child: &mut Child, end: Instant) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= end {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Look {
        look(Path::new("/"), &["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()], None)
    }

    #[test]
    fn one_line_with_an_address_is_one() {
        for script in ["echo 10.0.0.1", "printf 10.0.0.1", "echo 10.0.0.1; exec >&-; sleep 0.1"] {
            let look = shell(script);
            let [candidate] = look.candidates.as_slice() else { panic!("{look:?}") };
            assert_eq!(candidate.usable.unwrap().to_string(), "10.0.0.1", "{script}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for script in ["echo; echo 10.0.0.1", "echo 10.0.0.1; echo", "true", "printf '\\377'"] {
            assert!(shell(script).candidates[0].usable.is_none(), "{script}");
        }
        let why = |script| shell(script).why.unwrap();
        assert!(why("echo 10.0.0.1; exit 3").contains("exit status: 3"));
        assert!(why("kill -9 $$").contains("signal: 9"));
        assert!(why("while :; do echo 10.0.0.1; done").starts_with("/bin/sh: "));
        assert_eq!(look(Path::new("/"), &[], None).why.unwrap(), "no command is configured");
        let missing = look(Path::new("/"), &["/nonexistent".to_owned()], None).why.unwrap();
        assert!(missing.starts_with("/nonexistent: No such file"), "{missing}");
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_all_it_has_started() {
        let start = Instant::now();
        let words = |script: &str| ["-c".to_owned(), script.to_owned()];
        for script in ["sleep 600", "sleep 600 & echo 10.0.0.1", "exec >&-; sleep 600"] {
            let why = run("/bin/sh", &words(script), Duration::from_millis(200)).unwrap_err();
            assert_eq!(why, "took longer than 0.2 seconds");
        }
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
