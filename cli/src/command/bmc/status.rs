//! `guestctl bmc` alone: what guestd has announced.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use protocol::client::Empty;
use protocol::guestd::bmc::{Sent, State, Status};
use serde::{Deserialize, Serialize};

use crate::command::agent::connect::Target;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone, count};

/// The mark that guestd keeps of what it has sent in this boot.
const MARK: &str = "/run/guestd/bmc.json";
/// Bytes of it that are read.
const MOST: u64 = 64 << 10;

#[derive(Debug, Serialize)]
struct Shown {
    /// True where guestd has answered; else guestctl has looked for itself.
    guestd: bool,
    #[serde(flatten)]
    status: Status,
}

/// What of the mark is of use here.
#[derive(Debug, Deserialize)]
struct Mark {
    boot: String,
    instance: u64,
    #[serde(flatten)]
    sent: Sent,
}

/// Tells; `No` where nothing was sent.
pub(super) fn run(target: &Target, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let asked = target.connect().and_then(|mut agent| agent.call("guestd-bmc", Empty {}));
    let shown = match asked {
        Ok(status) => Shown { guestd: true, status },
        Err(why) if target.is_local() => Shown { guestd: false, status: look(&why) },
        Err(why) => return Err(why),
    };
    screen.show(&shown)?;
    Ok(if shown.status.state == State::Sent { ExitCode::Ok } else { ExitCode::No })
}

/// What can be seen without guestd, with its defaults.
fn look(why: &Failure) -> Status {
    let root = Path::new("/");
    let plan = bmc::Plan::default();
    let found = bmc::discover(root, &plan, bmc::Extent::First);
    let place = bmc::find(root, bmc::DEFAULT_PORT);
    let mark = mark();
    let told = place
        .as_ref()
        .zip(mark.as_ref())
        .is_some_and(|(port, mark)| port.instance == mark.instance);
    Status {
        announce: "off".to_owned(),
        port: bmc::DEFAULT_PORT.to_owned(),
        state: match (&place, told) {
            (None, _) => State::NoPort,
            (Some(_), true) => State::Sent,
            (Some(_), false) => State::Off,
        },
        device: place.map(|place| place.device.display().to_string()),
        address: found.address.map(|address| address.to_string()),
        source: found.source.map(|source| source.name().to_owned()),
        problem: Some(why.to_string()),
        sent: mark.map(|mark| mark.sent),
    }
}

/// The mark, where it is of this boot.
fn mark() -> Option<Mark> {
    let mut bytes = Vec::new();
    fs::File::open(MARK).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    let mark: Mark = serde_json::from_slice(&bytes).ok()?;
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    (boot.trim() == mark.boot).then_some(mark)
}

impl Answer for Shown {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        let status = &self.status;
        let address = status.address.as_deref().unwrap_or("no address");
        text.line(Tone::Strong, address)?;
        let mut table = Table::headless();
        let mut row = |name: &str, value: String| table.row([name.into(), Cell::from(value)]);
        if let Some(source) = &status.source {
            row("source", source.clone());
        }
        let device = status.device.as_ref().map(|device| format!(", {device}"));
        row("port", format!("{}{}", status.port, device.unwrap_or_default()));
        row("announce", status.announce.clone());
        row("state", status.state.text().to_owned());
        if let Some(sent) = &status.sent {
            let Sent { address, source, at, times, .. } = sent;
            row(
                "sent",
                format!("{address} (from {source}) at {at}, {} since boot", count(*times, "time")),
            );
        }
        text.table(&table)?;
        if !self.guestd {
            text.note(
                "guestd does not answer; this is what guestctl sees without its configuration",
            )?;
        }
        match &status.problem {
            Some(problem) => text.note(problem),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_guestd_is_understood() {
        let text = r#"{"boot":"b","port":"placemat","instance":7,"address":"10.0.0.1",
            "source":"neco","device":"/dev/vport1p2","at":"2026-11-26T12:00:00.000Z","times":2}"#;
        let mark: Mark = serde_json::from_str(text).unwrap();
        assert_eq!((mark.boot.as_str(), mark.instance, mark.sent.times), ("b", 7, 2));
    }
}
