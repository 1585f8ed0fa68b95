//! Programs of the guest, as QEMU's agent runs them.

use std::sync::Arc;

use protocol::qga::exec::{CaptureMode, Exec, ExecArguments, ExecStatus, ExecStatusArguments};
use protocol::{Error, base64};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::exec::spawn::Streams;
use crate::exec::status::Status;
use crate::exec::{Start, program};
use crate::policy::Group;
use crate::reply::Reply;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        runs: Runs::Thread,
        audited: true,
        ..inline("guest-exec", Group::Exec, |call| call.with(exec))
    },
    Command {
        runs: Runs::Thread,
        ..inline("guest-exec-status", Group::Exec, |call| call.reply(status))
    },
];

fn exec(agent: &Agent, arguments: ExecArguments<'_>) -> Result<Exec, Error> {
    let input = arguments.input_data.as_deref().map(base64::Decoder::new).transpose()?;
    let environment = match &arguments.env {
        Some(env) => env.iter().map(|entry| entry.as_ref().into()).collect(),
        None => program::own_environment(),
    };
    let words = arguments.arg.iter().flatten().map(AsRef::as_ref);
    let image = program::image(&arguments.path, words, environment)
        .map_err(|error| Error::generic(format!("no program can be given this: {error}")))?;
    let mode = arguments.capture_output.map_or(CaptureMode::None, CaptureMode::from);
    let pid = agent.processes.start(Start {
        name: &arguments.path,
        image,
        streams: Streams { input: input.is_some(), ..Streams::output(mode) },
        input,
        streamed: false,
        directory: None,
        user: None,
        timeout: None,
    })?;
    Ok(Exec { pid })
}

fn status(agent: &Agent, arguments: ExecStatusArguments) -> Result<Reply, Error> {
    let record = agent.processes.find(arguments.pid)?;
    if record.state().exit.is_none() {
        return Ok(Reply::value(&ExecStatus::default()));
    }
    Ok(Reply::Stream(Box::new(Status::new(Arc::clone(&agent.processes), record))))
}
