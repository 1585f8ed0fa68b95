//! `guestctl agent exec`: a program inside, as if it ran here.

use std::io::{self, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::qga::exec::{
    CaptureOutput, Exec as Started, ExecArguments, ExecStatus, ExecStatusArguments,
};

use super::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Input that is sent along; libvirt and qemu-ga would not take much more in one request.
const INPUT: u64 = 8 << 20;
/// How long between two looks at a program: short at first, since most end soon.
const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(500);

/// Run a program inside and show its output; its exit code becomes ours
///
/// No shell is in between; for one, give `-- sh -c '...'`. Its output is shown when it
/// has ended. A program that a signal has ended counts as 128 and the signal, as in a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Exec {
    /// Give it our standard input, up to 8 MiB
    #[arg(short, long)]
    input: bool,
    /// A variable of its environment, which replaces the agent's; several times
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Stop waiting after so many seconds; the program runs on
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    words: Vec<String>,
}

impl Exec {
    pub(super) fn run(
        &self,
        agent: &mut Agent,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let Some((path, words)) = self.words.split_first() else {
            return Err(Failure::Usage("exec needs a program".to_owned()));
        };
        let input = self.input.then(input).transpose()?;
        let owned =
            |words: &[String]| words.iter().map(|word| word.clone().into()).collect::<Vec<_>>();
        let arguments = ExecArguments {
            path: path.as_str().into(),
            arg: Some(owned(words)),
            env: (!self.env.is_empty()).then(|| owned(&self.env)),
            input_data: input.map(Into::into),
            capture_output: Some(CaptureOutput::Flag(true)),
        };
        let Started { pid } = agent.call("guest-exec", arguments)?;
        let status = self.await_end(agent, pid)?;
        show(screen.raw(), status.out_data.as_deref(), status.out_truncated, "output")?;
        screen.raw().flush()?;
        show(&mut io::stderr(), status.err_data.as_deref(), status.err_truncated, "error output")?;
        Ok(ended(&status))
    }

    fn await_end(&self, agent: &mut Agent, pid: i64) -> Result<ExecStatus, Failure> {
        let end = self.wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let mut pause = SHORTEST;
        loop {
            let status: ExecStatus =
                agent.call("guest-exec-status", ExecStatusArguments { pid })?;
            if status.exited {
                return Ok(status);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                let hint = format!(
                    "`guestctl agent call guest-exec-status '{{\"pid\": {pid}}}'` asks again"
                );
                return Err(Failure::Agent(format!("process {pid} still runs; {hint}")));
            }
            thread::sleep(pause);
            pause = (pause * 3 / 2).min(LONGEST);
        }
    }
}

fn input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(INPUT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::input("standard input", error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > INPUT) {
        return Err(Failure::input(
            "standard input",
            "is larger than 8 MiB; copy it there as a file first",
        ));
    }
    Ok(STANDARD.encode(bytes))
}

fn show(
    out: &mut dyn Write,
    data: Option<&str>,
    truncated: Option<bool>,
    what: &str,
) -> Result<(), Failure> {
    let bytes = STANDARD.decode(data.unwrap_or_default());
    let bytes = bytes.map_err(|error| {
        Failure::Agent(format!("the agent sent {what} that is no base64: {error}"))
    })?;
    out.write_all(&bytes)?;
    if truncated == Some(true) {
        // If standard error is gone there is nowhere to say it.
        let _ = writeln!(
            io::stderr(),
            "guestctl: the rest of its {what} was more than the agent keeps"
        );
    }
    Ok(())
}

fn ended(status: &ExecStatus) -> ExitCode {
    let code = match (status.exitcode, status.signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 0,
    };
    ExitCode::Program(u8::try_from(code & 0xFF).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_as_a_shell_would() {
        let status = |exitcode, signal| ExecStatus {
            exited: true,
            exitcode,
            signal,
            ..ExecStatus::default()
        };
        assert_eq!(ended(&status(Some(3), None)), ExitCode::Program(3));
        assert_eq!(ended(&status(None, Some(9))), ExitCode::Program(137));
        assert_eq!(ended(&status(Some(0), None)).number(), 0);
    }
}
