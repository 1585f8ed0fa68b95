//! A program through `guest-exec`, which every agent has: its output comes when it has ended.

use std::io::{self, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::qga::exec::{
    CaptureOutput, Exec as Started, ExecArguments, ExecStatus, ExecStatusArguments,
};

use super::{Exec, code, owned};
use crate::command::agent::connect::Agent;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// Input that is sent along; libvirt and qemu-ga would not take much more in one request.
const INPUT: u64 = 8 << 20;
/// How long between two looks at a program: short at first, since most end soon.
const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(500);

/// Runs it to its end, or until nobody wants to wait any more.
///
/// # Errors
/// The agent cannot, or an option is none that it knows.
pub(super) fn run(
    exec: &Exec,
    agent: &mut Agent,
    screen: &mut Screen<'_>,
) -> Result<ExitCode, Failure> {
    let foreign = [
        ("--directory", exec.directory.is_some()),
        ("--user", exec.user.is_some()),
        ("--limit", exec.limit.is_some()),
    ];
    if let Some((option, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(Failure::Agent(format!(
            "this agent has no guestd-exec, which {option} needs; is it qemu-ga, or does the \
             channel not allow it?"
        )));
    }
    let (path, words) = exec.program()?;
    let input = exec.input.then(input).transpose()?;
    let arguments = ExecArguments {
        path: path.into(),
        arg: Some(owned(words)),
        env: (!exec.env.is_empty()).then(|| owned(&exec.env)),
        input_data: input.map(Into::into),
        capture_output: Some(CaptureOutput::Flag(true)),
    };
    let Started { pid } = agent.call("guest-exec", arguments)?;
    let status = await_end(exec, agent, pid)?;
    show(screen.raw(), status.out_data.as_deref(), status.out_truncated, "output")?;
    screen.raw().flush()?;
    show(&mut io::stderr(), status.err_data.as_deref(), status.err_truncated, "error output")?;
    Ok(code(status.exitcode, status.signal))
}

fn await_end(exec: &Exec, agent: &mut Agent, pid: i64) -> Result<ExecStatus, Failure> {
    let end = exec.wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut pause = SHORTEST;
    loop {
        let status: ExecStatus = agent.call("guest-exec-status", ExecStatusArguments { pid })?;
        if status.exited {
            return Ok(status);
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            let hint =
                format!("`guestctl agent call guest-exec-status '{{\"pid\": {pid}}}'` asks again");
            return Err(Failure::Agent(format!("process {pid} still runs; {hint}")));
        }
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(LONGEST);
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
