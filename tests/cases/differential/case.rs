//! What both agents are sent, and how far their answers may differ.

use super::answer::By;
use super::deviation::Deviation;

/// One stream of bytes on a fresh connection.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// The stream, in the pieces in which it is written. `$dir` is the agent's working
    /// directory.
    pub(super) pieces: Vec<Vec<u8>>,
    pub(super) by: By,
    /// The stream ends inside a message: only 0xFF leads out of it.
    pub(super) open: bool,
    /// Why the answers differ, and what guestd answers.
    pub(super) deviation: Option<(Deviation, Vec<String>)>,
}

impl Case {
    /// A stream that is written at once.
    pub(super) fn new(stream: impl AsRef<[u8]>) -> Self {
        Self::pieces([stream])
    }

    /// A stream that is written in pieces.
    pub(super) fn pieces<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> Self {
        let pieces = pieces.into_iter().map(|piece| piece.as_ref().to_vec()).collect();
        Self { pieces, by: By::Words, open: false, deviation: None }
    }

    pub(super) fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    pub(super) fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// guestd answers in lines of its own, as [`super::answer::text`] writes them.
    pub(super) fn differs(self, why: Deviation, ours: &[&str]) -> Self {
        let ours = ours.iter().map(|&line| line.to_owned()).collect();
        Self { deviation: Some((why, ours)), ..self }
    }

    /// The whole stream.
    pub(super) fn stream(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// What a failed comparison calls it.
    pub(super) fn name(&self) -> String {
        let stream = self.stream();
        let shown = &stream[..stream.len().min(300)];
        let cut = if stream.len() > shown.len() { "..." } else { "" };
        let pieces = if self.pieces.len() > 1 {
            format!(" in {} pieces", self.pieces.len())
        } else {
            String::new()
        };
        format!("{}{cut}{pieces}", shown.escape_ascii().to_string().replace("\\\"", "\""))
    }
}
