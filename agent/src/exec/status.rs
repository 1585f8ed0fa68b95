//! The reply of `guest-exec-status` for a process that has ended: its output, in pieces.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use protocol::Error;

use super::Processes;
use super::record::{Exit, Record, State};
use crate::errno;
use crate::files::read::{Encoder, End};
use crate::reply::Body;

/// Names of the members of a stream: its bytes, and whether some are missing.
const NAMES: [[&str; 2]; 2] = [["out-data", "out-truncated"], ["err-data", "err-truncated"]];

/// The reply, and how far it has come.
pub(crate) struct Status {
    processes: Arc<Processes>,
    record: Arc<Record>,
    state: State,
    /// Where the next stream is in [`NAMES`].
    next: usize,
    now: Option<Stream>,
    begun: bool,
}

/// A stream on its way out.
struct Stream {
    source: Section,
    encoder: Encoder,
    truncated: bool,
    name: &'static str,
}

/// Part of a file.
pub(crate) struct Section {
    pub(crate) file: Arc<File>,
    pub(crate) at: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }
}

impl Status {
    /// Of a process that has ended.
    pub(crate) fn new(processes: Arc<Processes>, record: Arc<Record>) -> Self {
        let state = record.state();
        Self { processes, record, state, next: 0, now: None, begun: false }
    }

    /// Begins with the next stream that has something in it.
    fn advance(&mut self, out: &mut Vec<u8>) -> Option<&mut Stream> {
        while self.now.is_none() {
            let [data, truncated] = NAMES.get(self.next)?;
            let kept = self.record.captures()[self.next].map(|capture| capture.kept());
            self.next += 1;
            if let Some(kept) = kept
                && let Some(file) = kept.file
            {
                let len = usize::try_from(kept.end - kept.start).unwrap_or(usize::MAX);
                out.extend([", \"", data, "\": \""].concat().as_bytes());
                self.now = Some(Stream {
                    source: Section { file, at: kept.start },
                    encoder: Encoder::new(len),
                    truncated: kept.truncated,
                    name: truncated,
                });
            }
        }
        self.now.as_mut()
    }
}

impl Body for Status {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        if !self.begun {
            self.begun = true;
            out.extend(b"{\"exited\": true");
            let number = match self.state.exit {
                Some(Exit::Code(code)) => format!(", \"exitcode\": {code}"),
                Some(Exit::Signal(signal)) => format!(", \"signal\": {signal}"),
                Some(Exit::Unknown) | None => String::new(),
            };
            out.extend(number.as_bytes());
        }
        while let Some(stream) = self.advance(out) {
            let end = stream.encoder.piece(&mut stream.source, out);
            let whole = match end {
                End::No => return Ok(true),
                End::Count => true,
                End::File => false,
                End::Failed(error) => {
                    tracing::warn!("captured output cannot be read: {}", errno::text(&error));
                    false
                }
            };
            let truncated = stream.truncated || !whole;
            write!(out, "\", \"{}\": {truncated}", stream.name)
                .map_err(|error| Error::generic(error.to_string()))?;
            self.now = None;
        }
        out.push(b'}');
        self.processes.forget(&self.record);
        Ok(false)
    }
}
