//! Whole files of the guest in chunks.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

use nix::fcntl::OFlag;
use protocol::guestd::file::{FileGetArguments, FilePut, FilePutArguments, GET_MAX};
use protocol::{Error, base64};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::errno;
use crate::files::Chunk;
use crate::files::read::{Encoder, End};
use crate::policy::Group;
use crate::reply::{Body, Reply};

/// Bytes of one chunk unless the host says otherwise.
const GET: usize = 1 << 20;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        runs: Runs::Thread,
        ..inline("guestd-file-get", Group::Files, |call| call.reply(get))
    },
    Command {
        runs: Runs::Thread,
        audited: true,
        ..inline("guestd-file-put", Group::Files, |call| call.with(put))
    },
];

fn get(_: &Agent, arguments: FileGetArguments<'_>) -> Result<Reply, Error> {
    let count = number("count", arguments.count)?.unwrap_or(GET);
    if count > GET_MAX {
        return Err(Error::generic(format!("value '{count}' is invalid for argument count")));
    }
    let offset = number("offset", arguments.offset)?.unwrap_or_default();
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits())
        .open(&*arguments.path)
        .and_then(|mut file| {
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
            }
            file.seek(SeekFrom::Start(offset))?;
            Ok((file, metadata))
        });
    let (file, metadata) = opened.map_err(|error| {
        let (path, error) = (&arguments.path, errno::text(&error));
        Error::generic(format!("failed to get file '{path}': {error}"))
    })?;
    let time = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    let (size, mode) = (metadata.size(), metadata.mode() & 0o7777);
    let tail = format!("\"size\": {size}, \"mode\": {mode}, \"mtime-ns\": {time}}}");
    Ok(Reply::Stream(Box::new(Bytes { file, encoder: Encoder::new(count), tail })))
}

/// The reply of `guestd-file-get`.
struct Bytes {
    file: std::fs::File,
    encoder: Encoder,
    /// What stands behind the bytes.
    tail: String,
}

impl Body for Bytes {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        if self.encoder.done() == 0 {
            out.extend_from_slice(b"{\"buf-b64\": \"");
        }
        let eof = match self.encoder.piece(&mut self.file, out) {
            End::No => return Ok(true),
            End::Count => false,
            End::File => true,
            End::Failed(error) if self.encoder.done() == 0 => {
                return Err(Error::generic(format!(
                    "failed to read file: {}",
                    errno::text(&error)
                )));
            }
            End::Failed(_) => false,
        };
        let (count, tail) = (self.encoder.done(), &self.tail);
        write!(out, "\", \"count\": {count}, \"eof\": {eof}, {tail}")
            .map_err(|error| Error::generic(error.to_string()))?;
        Ok(false)
    }
}

fn put(agent: &Agent, arguments: FilePutArguments<'_>) -> Result<FilePut, Error> {
    let mode = number("mode", arguments.mode)?;
    if mode.is_some_and(|mode: u32| mode > 0o7777) {
        return Err(Error::generic("mode has more than the bits of 07777"));
    }
    let chunk = Chunk {
        offset: number("offset", arguments.offset)?,
        data: arguments.buf_b64.as_deref().map(base64::Decoder::new).transpose()?,
        mode,
        finish: arguments.finish.unwrap_or_default(),
        size: number("size", arguments.size)?,
    };
    let (handle, new) = match (arguments.path.as_deref(), arguments.handle) {
        (None, Some(handle)) => (handle, false),
        (Some(path), None) => (agent.uploads.begin(&agent.files, path)?, true),
        _ => {
            return Err(Error::generic(
                "either a path, to begin a file, or the handle of one that was begun",
            ));
        }
    };
    if arguments.abort == Some(true) {
        agent.uploads.abort(handle)?;
        return Ok(FilePut { handle, size: 0, finished: false });
    }
    let added = agent.uploads.add(handle, chunk);
    if new && added.is_err() {
        // The host does not get the handle.
        agent.uploads.abort(handle)?;
    }
    let progress = added?;
    Ok(FilePut {
        handle,
        size: i64::try_from(progress.size).unwrap_or(i64::MAX),
        finished: progress.finished,
    })
}

/// An optional number that fits.
fn number<T: TryFrom<i64>>(name: &str, given: Option<i64>) -> Result<Option<T>, Error> {
    let fits = |given| {
        T::try_from(given)
            .map_err(|_| Error::generic(format!("value '{given}' is invalid for argument {name}")))
    };
    given.map(fits).transpose()
}
