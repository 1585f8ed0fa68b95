//! A file that the agent has open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::Empty;
use protocol::qga::file::{
    FileCloseArguments, FileFlushArguments, FileOpenArguments, FileRead, FileReadArguments,
    FileWrite, FileWriteArguments,
};

use super::super::connect::Agent;
use crate::failure::Failure;

/// An open file on the other side. [`Self::close`] it: the agent keeps it for ever.
pub(super) struct Remote<'a> {
    agent: &'a mut Agent,
    handle: i64,
}

impl<'a> Remote<'a> {
    /// Opens a file in a mode of fopen(3).
    ///
    /// # Errors
    /// The agent cannot.
    pub(super) fn open(agent: &'a mut Agent, path: &str, mode: &str) -> Result<Self, Failure> {
        let arguments = FileOpenArguments { path: path.into(), mode: Some(mode.into()) };
        let handle = agent.call("guest-file-open", arguments)?;
        Ok(Self { agent, handle })
    }

    /// The next bytes, none at the end.
    ///
    /// # Errors
    /// The agent cannot read, or sends what is no base64.
    pub(super) fn read(&mut self, count: usize) -> Result<Vec<u8>, Failure> {
        let count = i64::try_from(count).ok();
        let arguments = FileReadArguments { handle: self.handle, count };
        let read: FileRead = self.agent.call("guest-file-read", arguments)?;
        let bytes = STANDARD.decode(read.buf_b64);
        bytes.map_err(|error| Failure::Agent(format!("guest-file-read: no base64: {error}")))
    }

    /// Writes all of the bytes.
    ///
    /// # Errors
    /// The agent cannot.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let arguments = FileWriteArguments {
                handle: self.handle,
                buf_b64: STANDARD.encode(bytes).into(),
                count: None,
            };
            let written: FileWrite = self.agent.call("guest-file-write", arguments)?;
            let count = usize::try_from(written.count)
                .ok()
                .filter(|count| (1..=bytes.len()).contains(count));
            let count = count.ok_or_else(|| {
                Failure::Agent("guest-file-write: nothing was written".to_owned())
            })?;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Has the agent write what it still holds back.
    ///
    /// # Errors
    /// It cannot, as on a full disk.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        let arguments = FileFlushArguments { handle: self.handle };
        self.agent.call::<Empty>("guest-file-flush", arguments).map(drop)
    }

    /// Closes the file; of two failures the earlier one is told.
    ///
    /// # Errors
    /// What went wrong before, or else the closing.
    pub(super) fn close(self, before: Result<(), Failure>) -> Result<(), Failure> {
        let arguments = FileCloseArguments { handle: self.handle };
        let closed = self.agent.call::<Empty>("guest-file-close", arguments);
        before.and(closed.map(drop))
    }
}
