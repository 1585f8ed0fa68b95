//! Files of the guest, through handles.

use std::io::Write;
use std::os::fd::AsFd;

use nix::unistd::{Whence, lseek64};
use protocol::json::{self, Value};
use protocol::qga::Empty;
use protocol::qga::file::{
    FileCloseArguments, FileFlushArguments, FileOpenArguments, FileReadArguments, FileSeek,
    FileSeekArguments, FileWrite, FileWriteArguments, Seek,
};
use protocol::{Error, base64};

use super::{Command, Runs, inline};
use crate::agent::Agent;
use crate::errno;
use crate::files::Claim;
use crate::files::read::{Encoder, End};
use crate::policy::Group;
use crate::reply::{Body, Reply};

/// Bytes of one read unless the host says otherwise, as of qemu-ga.
const READ: usize = 4096;
/// Bytes of one read at most, as of qemu-ga.
const READ_MAX: usize = 48 << 20;

/// Bytes that are decoded and written at a time, and two of which the decoder makes no use.
const WRITE: usize = (64 << 10) + 2;

/// Closing may have to wait for a server, and so may even a seek to the end.
const fn file(
    name: &'static str,
    audited: bool,
    run: fn(crate::call::Call<'_>) -> Result<Reply, Error>,
) -> Command {
    Command { runs: Runs::Thread, audited, ..inline(name, Group::Files, run) }
}

// What is written is known from the line about the open: path and mode.
pub(super) const COMMANDS: &[Command] = &[
    file("guest-file-open", true, |call| call.with(open)),
    file("guest-file-close", true, |call| call.with(close)),
    Command {
        runs: Runs::Now(read_now),
        ..file("guest-file-read", false, |call| call.reply(read))
    },
    file("guest-file-write", false, |call| call.with(write)),
    file("guest-file-seek", false, |call| call.with(seek)),
    file("guest-file-flush", false, |call| call.with(flush)),
];

fn open(agent: &Agent, arguments: FileOpenArguments<'_>) -> Result<i64, Error> {
    agent.files.open(&arguments.path, arguments.mode.as_deref().unwrap_or("r"))
}

fn close(agent: &Agent, arguments: FileCloseArguments) -> Result<Empty, Error> {
    agent.files.close(arguments.handle).map(|()| Empty {})
}

/// Nothing is kept back in the agent, so all that is left is to be in turn. It is no
/// fsync(2), as little as qemu-ga's.
fn flush(agent: &Agent, arguments: FileFlushArguments) -> Result<Empty, Error> {
    agent.files.find(arguments.handle)?.claim().map(|_| Empty {})
}

fn seek(agent: &Agent, arguments: FileSeekArguments) -> Result<FileSeek, Error> {
    let handle = agent.files.find(arguments.handle)?;
    let whence = match arguments.whence.seek()? {
        Seek::Set => Whence::SeekSet,
        Seek::Cur => Whence::SeekCur,
        Seek::End => Whence::SeekEnd,
    };
    let position = lseek64(handle.claim()?.as_fd(), arguments.offset, whence);
    position
        .map(|position| FileSeek { position, eof: false })
        .map_err(|error| failed("seek file", &error.into()))
}

fn write(agent: &Agent, arguments: FileWriteArguments<'_>) -> Result<FileWrite, Error> {
    let handle = agent.files.find(arguments.handle)?;
    let mut data = base64::Decoder::new(&arguments.buf_b64)?;
    let mut left = count(arguments.count, data.len(), data.len())?;
    let claim = handle.claim()?;
    let mut written = 0;
    // On the stack: fresh memory of this size comes page by page, and costs more than the
    // decoding.
    let mut buffer = [0; WRITE];
    while left > 0 {
        let mut filled = 0;
        while filled + 2 < WRITE && filled < left {
            match data.decode(&mut buffer[filled..]) {
                0 => break,
                decoded => filled += decoded,
            }
        }
        let filled = filled.min(left);
        (&*claim).write_all(&buffer[..filled]).map_err(|error| failed("write to file", &error))?;
        left -= filled;
        written += filled;
    }
    Ok(FileWrite { count: i64::try_from(written).unwrap_or(i64::MAX), eof: false })
}

fn read(agent: &Agent, arguments: FileReadArguments) -> Result<Reply, Error> {
    let handle = agent.files.find(arguments.handle)?;
    let count = count(arguments.count, READ, READ_MAX)?;
    let claim = handle.claim()?;
    Ok(Reply::Stream(Box::new(Bytes { claim, encoder: Encoder::new(count) })))
}

/// The same for a file that nobody else uses at the moment.
fn read_now(agent: &Agent, arguments: &Value<'_>) -> Option<Box<dyn Body>> {
    let arguments: FileReadArguments = json::from_value(arguments.clone()).ok()?;
    let handle = agent.files.find(arguments.handle).ok()?;
    let count = count(arguments.count, READ, READ_MAX).ok()?;
    let claim = handle.try_claim()?;
    Some(Box::new(Bytes { claim, encoder: Encoder::new(count) }))
}

/// What stands before the bytes in the result of a read.
const BEFORE: &[u8] = b"{\"buf-b64\": \"";

/// Ends that result.
fn end(out: &mut Vec<u8>, count: usize, eof: bool) {
    // Writing to a Vec does not fail.
    let _ = write!(out, "\", \"count\": {count}, \"eof\": {eof}}}");
}

/// An optional number of bytes.
fn count(given: Option<i64>, default: usize, most: usize) -> Result<usize, Error> {
    let Some(given) = given else { return Ok(default) };
    usize::try_from(given)
        .ok()
        .filter(|&count| count <= most)
        .ok_or_else(|| Error::generic(format!("value '{given}' is invalid for argument count")))
}

fn failed(what: &str, error: &std::io::Error) -> Error {
    Error::generic(format!("failed to {what}: {}", errno::text(error)))
}

/// The reply of `guest-file-read`.
struct Bytes {
    claim: Claim,
    encoder: Encoder,
}

impl Body for Bytes {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        if self.encoder.done() == 0 {
            out.extend_from_slice(BEFORE);
        }
        let mut file = &*self.claim;
        let eof = match self.encoder.piece(&mut file, out) {
            End::No => return Ok(true),
            End::Count => false,
            End::File => true,
            End::Failed(error) if self.encoder.done() == 0 => {
                return Err(failed("read file", &error));
            }
            // The next read meets it again.
            End::Failed(_) => false,
        };
        end(out, self.encoder.done(), eof);
        Ok(false)
    }

    fn next_now(&mut self, out: &mut Vec<u8>) -> Option<bool> {
        let start = out.len();
        if self.encoder.done() == 0 {
            out.extend_from_slice(BEFORE);
        }
        let eof = match self.encoder.piece_now(&self.claim, out) {
            Some(End::No) => return Some(true),
            Some(End::Count) => false,
            Some(End::File) => true,
            Some(End::Failed(_)) | None => {
                out.truncate(start);
                return None;
            }
        };
        end(out, self.encoder.done(), eof);
        Some(false)
    }
}
