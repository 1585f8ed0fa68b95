//! `guestd-exec`.

use std::ffi::CString;
use std::io;
use std::path::Path;
use std::time::Duration;

use nix::unistd;
use protocol::guestd::exec::ExecArguments;
use protocol::qga::exec::{CaptureMode, Exec};
use protocol::{Error, base64};

use super::invalid;
use crate::agent::Agent;
use crate::errno;
use crate::exec::spawn::Streams;
use crate::exec::{Start, program};
use crate::sys::exec::User;

pub(super) fn start(agent: &Agent, arguments: ExecArguments<'_>) -> Result<Exec, Error> {
    let Some((name, words)) = arguments.argv.split_first() else {
        return Err(Error::generic("argv is empty; its first string is the program"));
    };
    let open = arguments.open_input.unwrap_or_default();
    if open && arguments.input_data.is_some() {
        return Err(Error::generic("input-data is all of the input; leave out open-input"));
    }
    let input = arguments.input_data.as_deref().map(base64::Decoder::new).transpose()?;
    let timeout = arguments.timeout_ms.map(|given| {
        u64::try_from(given).map(Duration::from_millis).map_err(|_| invalid("timeout-ms", given))
    });
    let mut environment = match arguments.clear_env {
        Some(true) => Vec::new(),
        _ => program::own_environment(),
    };
    let user = arguments.user.as_deref().map(user).transpose()?;
    if let Some((_, variables)) = &user {
        variables.iter().for_each(|entry| program::set(&mut environment, entry.into()));
    }
    for entry in arguments.env.iter().flatten() {
        if !entry.contains('=') {
            return Err(Error::generic("env: each entry has to be NAME=value"));
        }
        program::set(&mut environment, entry.as_ref().into());
    }
    let directory = arguments.directory.as_deref().map(|path| {
        let there = std::fs::metadata(path).and_then(|found| {
            if found.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) }
        });
        let failed = |error| Error::generic(format!("directory '{path}': {}", errno::text(&error)));
        there.map(|()| Path::new(path).to_owned()).map_err(failed)
    });
    let image = program::image(name, words.iter().map(AsRef::as_ref), environment)
        .map_err(|error| Error::generic(format!("no program can be given this: {error}")))?;
    let mode = arguments.capture_output.map_or(CaptureMode::Separated, CaptureMode::from);
    let pid = agent.processes.start(Start {
        name,
        image,
        streams: Streams { input: open || input.is_some(), ..Streams::output(mode) },
        input,
        streamed: true,
        directory: directory.transpose()?,
        user: user.map(|(user, _)| user),
        timeout: timeout.transpose()?,
    })?;
    Ok(Exec { pid })
}

/// A user by name, and the variables that go with it.
fn user(name: &str) -> Result<(User, [String; 4]), Error> {
    let found = unistd::User::from_name(name)
        .map_err(|error| Error::generic(format!("user '{name}': {}", error.desc())))?
        .ok_or_else(|| Error::generic(format!("user '{name}' has not been found")))?;
    let c_name = CString::new(name).map_err(|error| Error::generic(error.to_string()))?;
    let groups = unistd::getgrouplist(&c_name, found.gid)
        .map_err(|error| Error::generic(format!("groups of user '{name}': {}", error.desc())))?;
    let variables = [
        format!("HOME={}", found.dir.display()),
        format!("USER={name}"),
        format!("LOGNAME={name}"),
        format!("SHELL={}", found.shell.display()),
    ];
    Ok((User { uid: found.uid, gid: found.gid, groups }, variables))
}
