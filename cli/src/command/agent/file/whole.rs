//! Whole files through `guestd-file-get` and `guestd-file-put`: a file that changes on the
//! way is noticed, and one that is brought takes its place only when all of it is there.

use std::io::{self, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::guestd::file::{FileGet, FileGetArguments, FilePut, FilePutArguments};

use super::super::connect::Agent;
use super::CHUNK;
use super::progress::Progress;
use crate::failure::Failure;

/// Fetches a file; false where the agent cannot, or may not, and nothing has been written.
///
/// # Errors
/// The agent cannot read it, it changes meanwhile, or it cannot be written here.
pub(super) fn get(agent: &mut Agent, path: &str, out: &mut dyn Write) -> Result<bool, Failure> {
    let mut progress = None;
    let mut first: Option<(i64, i64)> = None;
    let mut offset = 0;
    loop {
        let arguments = FileGetArguments {
            path: path.into(),
            offset: Some(offset),
            count: i64::try_from(CHUNK).ok(),
        };
        let part: FileGet = match agent.try_call("guestd-file-get", arguments)? {
            Some(part) => part,
            None if first.is_none() => return Ok(false),
            None => return Err(Failure::Agent("guestd-file-get is not allowed any more".into())),
        };
        let version = (part.size, part.mtime_ns);
        if *first.get_or_insert(version) != version {
            return Err(Failure::Agent(format!("{path} changed while it was copied; try again")));
        }
        let bytes = STANDARD.decode(&part.buf_b64);
        let bytes = bytes
            .map_err(|error| Failure::Agent(format!("guestd-file-get: no base64: {error}")))?;
        out.write_all(&bytes)?;
        let progress =
            progress.get_or_insert_with(|| Progress::start(path, u64::try_from(part.size).ok()));
        progress.add(bytes.len());
        offset += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if part.eof {
            progress.end();
            return Ok(true);
        }
        if bytes.is_empty() {
            return Err(Failure::Agent(format!("guestd-file-get: {path} ends too early")));
        }
    }
}

/// Brings a file; false where the agent cannot, or may not, and nothing has been read.
///
/// # Errors
/// The agent cannot write it; then the file there is as it was.
pub(super) fn put(
    agent: &mut Agent,
    name: &str,
    input: &mut dyn Read,
    size: Option<u64>,
    to: &str,
) -> Result<bool, Failure> {
    // Without anything yet, so that what cannot be asked for costs no input.
    let begin = FilePutArguments { path: Some(to.into()), ..FilePutArguments::default() };
    let Some(FilePut { handle, .. }) = agent.try_call("guestd-file-put", begin)? else {
        return Ok(false);
    };
    let brought = bring(agent, handle, name, input, size, to);
    if brought.is_err() {
        let abort = FilePutArguments {
            handle: Some(handle),
            abort: Some(true),
            ..FilePutArguments::default()
        };
        // The first failure is the one to tell.
        let _ = agent.call::<FilePut>("guestd-file-put", abort);
    }
    brought.map(|()| true)
}

fn bring(
    agent: &mut Agent,
    handle: i64,
    name: &str,
    input: &mut dyn Read,
    size: Option<u64>,
    to: &str,
) -> Result<(), Failure> {
    let mut progress = Progress::start(to, size);
    let mut chunk = vec![0; CHUNK];
    let mut sent: i64 = 0;
    loop {
        let count = match input.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(|error| Failure::input(name, error))?,
        };
        let part = FilePutArguments {
            handle: Some(handle),
            offset: Some(sent),
            buf_b64: (count > 0).then(|| STANDARD.encode(&chunk[..count]).into()),
            size: (count == 0).then_some(sent),
            finish: (count == 0).then_some(true),
            ..FilePutArguments::default()
        };
        let put: FilePut = agent.call("guestd-file-put", part)?;
        if count == 0 {
            progress.end();
            return Ok(());
        }
        sent += i64::try_from(count).unwrap_or(i64::MAX);
        if put.size != sent {
            let size = put.size;
            return Err(Failure::Agent(format!("{to}: {size} of {sent} bytes have arrived")));
        }
        progress.add(count);
    }
}
