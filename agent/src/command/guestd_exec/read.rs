//! `guestd-exec-read`.

use std::io::Read;
use std::time::Duration;

use protocol::guestd::exec::{ExecRead, ExecReadArguments, Stream};
use protocol::{Error, base64};

use super::{WAIT_MAX, within};
use crate::agent::Agent;
use crate::errno;
use crate::exec::capture::Capture;
use crate::exec::record::Exit;
use crate::exec::status::Section;

/// Bytes of a stream in one reply, and at most.
const READ: i64 = 128 << 10;
const READ_MAX: i64 = 1 << 20;

pub(super) fn read(agent: &Agent, arguments: ExecReadArguments) -> Result<ExecRead, Error> {
    let record = agent.processes.find(arguments.pid)?;
    let count = within("count", arguments.count, READ, READ_MAX)?;
    let wait = within("wait-ms", arguments.wait_ms, 0, WAIT_MAX)?;
    let [out, err] = record.captures();
    let out = out.map(|out| Reader::new(out, "out-offset", arguments.out_offset)).transpose()?;
    let err = err.map(|err| Reader::new(err, "err-offset", arguments.err_offset)).transpose()?;
    let readers = || [&out, &err].into_iter().flatten();
    readers().for_each(|reader| reader.capture.acknowledge(reader.offset));
    record.wait(Duration::from_millis(wait), |state| {
        state.exit.is_some()
            || readers().any(Reader::has_more)
            || (out.is_some() || err.is_some()) && readers().all(Reader::is_at_end)
    });
    // Before the streams: what it wrote until its end is in them.
    let state = record.state();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let result = ExecRead {
        exited: state.exit.is_some(),
        exitcode: match state.exit {
            Some(Exit::Code(code)) => Some(code.into()),
            _ => None,
        },
        signal: match state.exit {
            Some(Exit::Signal(signal)) => Some(signal.into()),
            _ => None,
        },
        timed_out: state.timed_out,
        out: out.map(|reader| reader.read(count)).transpose()?,
        err: err.map(|reader| reader.read(count)).transpose()?,
    };
    if result.exited && arguments.release == Some(true) {
        agent.processes.forget(&record);
    }
    Ok(result)
}

/// A stream, from where a host wants to read on.
struct Reader<'a> {
    capture: &'a Capture,
    offset: u64,
}

impl<'a> Reader<'a> {
    fn new(capture: &'a Capture, name: &str, offset: Option<i64>) -> Result<Self, Error> {
        let kept = capture.kept();
        let given = offset.unwrap_or_default();
        match u64::try_from(given) {
            Ok(offset) if offset <= kept.end && offset >= kept.start => {
                Ok(Self { capture, offset })
            }
            _ => Err(Error::generic(format!(
                "value '{given}' is invalid for argument {name}: bytes {} to {} are there",
                kept.start, kept.end
            ))),
        }
    }

    fn has_more(&self) -> bool {
        self.capture.kept().end > self.offset
    }

    fn is_at_end(&self) -> bool {
        self.capture.kept().ended
    }

    fn read(&self, count: usize) -> Result<Stream, Error> {
        let kept = self.capture.kept();
        let there = usize::try_from(kept.end - self.offset).unwrap_or(usize::MAX);
        let mut bytes = vec![0; there.min(count)];
        if let Some(file) = kept.file {
            Section { file, at: self.offset }
                .read_exact(&mut bytes)
                .map_err(|error| Error::generic(errno::text(&error)))?;
        }
        let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
        base64::encode(&bytes, &mut text);
        let all = bytes.len() == there;
        Ok(Stream {
            buf_b64: String::from_utf8(text).unwrap_or_default(),
            offset: i64::try_from(self.offset).unwrap_or(i64::MAX)
                + i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            eof: all && kept.ended,
            truncated: all && kept.truncated,
        })
    }
}
