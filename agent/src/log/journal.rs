//! A record as the journal takes it: one datagram of fields (systemd's "Native Journal
//! Protocol"). What a record is about can then be asked for by name.

use std::fmt::{self, Write};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use tracing::Event;
use tracing::field::{Field, Visit};

use super::line::{Head, MOST, line, priority};

/// Where journald listens.
const SOCKET: &str = "/run/systemd/journal/socket";
/// A journal that stands still for longer loses records, not the agent its hosts.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to journald.
#[derive(Debug)]
pub(super) struct Journal {
    socket: UnixDatagram,
    path: &'static str,
}

impl Journal {
    /// # Errors
    /// There is no journald that speaks this protocol.
    pub(super) fn connect() -> io::Result<Self> {
        Self::at(SOCKET)
    }

    fn at(path: &'static str) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        // Says whether anybody is there; later ones go by the path, to whoever is then.
        let probe = UnixDatagram::unbound()?;
        probe.connect(path)?;
        Ok(Self { socket, path })
    }

    /// Sends a record.
    pub(super) fn send(&self, record: &[u8]) -> io::Result<()> {
        self.socket.send_to(record, self.path).map(drop)
    }
}

/// The record. No value holds a newline, so that each field is a line.
pub(super) fn record(event: &Event<'_>) -> Vec<u8> {
    let priority = priority(*event.metadata().level());
    let head = format!("PRIORITY={priority}\nSYSLOG_IDENTIFIER=guestd\nMESSAGE=");
    let mut fields = Named(String::new());
    event.record(&mut fields);
    [head.into_bytes(), line(event, &Head::Nothing), fields.0.into_bytes()].concat()
}

/// The fields but the message, each as a line.
struct Named(String);

impl Named {
    fn put(&mut self, field: &Field, value: &str) {
        let name = match field.name() {
            "message" => return,
            // The journal's own name for a kind of record.
            "message_id" => "MESSAGE_ID".to_owned(),
            // As `id` it would say nothing beside the fields of others.
            "id" => "GUESTD_OPERATION_ID".to_owned(),
            name => format!("GUESTD_{}", name.to_uppercase()),
        };
        let kept: String =
            value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
        // Writing to a String does not fail.
        let _ = writeln!(self.0, "{name}={kept}");
    }
}

impl Visit for Named {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::records;
    use super::*;

    #[test]
    fn a_record_has_its_fields_and_nothing_from_outside_begins_one() {
        let text = records(|| {
            let channel = "x\nMESSAGE_ID=forged";
            tracing::warn!(channel, id = "1-2", window_ms = 7, message_id = "abc", "one\ntwo");
        });
        assert_eq!(
            text.concat(),
            "PRIORITY=4\nSYSLOG_IDENTIFIER=guestd\n\
             MESSAGE=one\\ntwo channel=\"x\\nMESSAGE_ID=forged\" id=1-2 window_ms=7\n\
             GUESTD_CHANNEL=x MESSAGE_ID=forged\nGUESTD_OPERATION_ID=1-2\nGUESTD_WINDOW_MS=7\n\
             MESSAGE_ID=abc\n"
        );
    }

    #[test]
    fn where_nobody_listens_there_is_no_journal() {
        assert!(Journal::at("/nonexistent/socket").is_err());
    }
}
