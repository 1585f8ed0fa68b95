//! `guestctl bmc` alone: what guestd has announced.

use std::io;
use std::path::Path;

use bmc::{By, Mark, MarkFile, Place, Setup};
use protocol::client::Empty;
use protocol::guestd::bmc::{Guestinfo, Sent, State, Status};
use serde::Serialize;

use super::{record, setup};
use crate::command::agent::connect::Target;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone, count};

#[derive(Debug, Serialize)]
struct Shown {
    /// True where guestd has answered; else guestctl has looked for itself.
    guestd: bool,
    #[serde(flatten)]
    status: Status,
}

/// Tells; `No` where nothing was sent.
pub(super) fn run(target: &Target, screen: &mut Screen<'_>) -> Result<ExitCode, Failure> {
    let asked = target.connect().and_then(|mut agent| agent.call("guestd-bmc", Empty {}));
    let shown = match asked {
        Ok(status) => Shown { guestd: true, status },
        Err(why) if target.is_local() => Shown { guestd: false, status: look(&why)? },
        Err(why) => return Err(why),
    };
    screen.show(&shown)?;
    Ok(if shown.status.state == State::Sent { ExitCode::Ok } else { ExitCode::No })
}

/// What can be seen without guestd, with its configuration.
fn look(why: &Failure) -> Result<Status, Failure> {
    let root = Path::new("/");
    let Setup { port, plan, state_dir, .. } = setup::read(root)?;
    let found = bmc::discover(root, &plan, bmc::Extent::First);
    let place = bmc::find(root, &port);
    let mark: Option<Mark<Sent>> = MarkFile::new(&state_dir, By::Agent).read();
    let by_hand = record::by_hand(&state_dir);
    let told = |place: &Place| {
        let of_it = |mark: &Mark<Sent>| mark.port == port && mark.instance == place.instance;
        mark.iter().chain(&by_hand).any(of_it)
    };
    let state = match &place {
        None => State::NoPort,
        Some(place) if told(place) => State::Sent,
        Some(_) => State::Off,
    };
    Ok(Status {
        announce: "off".to_owned(),
        port,
        state,
        device: place.map(|place| place.device.display().to_string()),
        address: found.address.map(|address| address.to_string()),
        source: found.source.map(|source| source.name().to_owned()),
        problem: Some(why.to_string()),
        sent: mark.map(|mark| mark.sent),
        by_hand: by_hand.map(|mark| mark.sent),
        guestinfo: None,
    })
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
        for (name, sent) in [("sent", &status.sent), ("by hand", &status.by_hand)] {
            if let Some(Sent { address, source, at, times, by, .. }) = sent {
                let times = count(*times, "time");
                row(name, format!("{address} (from {source}) at {at} by {by}, {times} since boot"));
            }
        }
        if let Some(guestinfo) = &status.guestinfo {
            row("guestinfo", of_guestinfo(guestinfo));
        }
        text.table(&table)?;
        if !self.guestd {
            text.note("guestd does not answer; this is what guestctl sees with its configuration")?;
        }
        match &status.problem {
            Some(problem) => text.note(problem),
            None => Ok(()),
        }
    }
}

/// What became of the address there, in one line.
fn of_guestinfo(guestinfo: &Guestinfo) -> String {
    let Guestinfo { key, address, at, problem } = guestinfo;
    let set = address.as_ref().map_or_else(
        || "nothing set".to_owned(),
        |address| format!("{address} set at {}", at.as_deref().unwrap_or("?")),
    );
    match problem {
        Some(problem) => format!("{key}: {set}; failed: {problem}"),
        None => format!("{key}: {set}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guestinfo_tells_what_is_set_and_what_failed() {
        let mut guestinfo = Guestinfo { key: "guestinfo.x".to_owned(), ..Guestinfo::default() };
        assert_eq!(of_guestinfo(&guestinfo), "guestinfo.x: nothing set");
        guestinfo.problem = Some("no guest of VMware".to_owned());
        assert_eq!(
            of_guestinfo(&guestinfo),
            "guestinfo.x: nothing set; failed: no guest of VMware"
        );
        guestinfo.address = Some("10.0.0.1".to_owned());
        guestinfo.at = Some("2026-11-26T12:00:00.000Z".to_owned());
        guestinfo.problem = None;
        assert_eq!(
            of_guestinfo(&guestinfo),
            "guestinfo.x: 10.0.0.1 set at 2026-11-26T12:00:00.000Z"
        );
    }
}
