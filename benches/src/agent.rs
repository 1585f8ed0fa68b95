//! guestd beside qemu-ga, each on a Unix socket of its own, in one run.

mod memory;
mod peer;
mod rounds;

use anyhow::Result;
use support::{bin, packages};

use crate::table::Table;
use peer::Peer;

/// Seconds without a request, in which wake-ups are counted.
const IDLE: u64 = 30;
/// Starts of each agent.
const STARTS: usize = 21;

/// One line of the table.
struct Row {
    what: &'static str,
    unit: &'static str,
    guestd: f64,
    qemu_ga: f64,
}

/// The table of everything that is measured of an agent.
///
/// # Errors
/// An agent does not start or does not answer as it should.
pub(crate) fn table() -> Result<String> {
    let guestd = bin::guestd()?;
    let Some(qemu_ga) = packages::find("qemu-ga") else {
        return Ok("Left out: guestd beside qemu-ga, which is not installed.\n".to_owned());
    };
    let ours = Peer::new("guestd", &guestd, &["qemu-ga"]);
    let theirs = Peer::new("qemu-ga", &qemu_ga, &[]);
    let mut rows = vec![Row {
        what: "start to first ping answered",
        unit: "ms",
        guestd: rounds::start(&ours, STARTS)?,
        qemu_ga: rounds::start(&theirs, STARTS)?,
    }];
    let (ours, theirs) = (ours.start()?, theirs.start()?);
    let [a, b] = [memory::rollup(&ours)?, memory::rollup(&theirs)?];
    rows.push(Row { what: "idle, resident", unit: "KiB", guestd: a.rss, qemu_ga: b.rss });
    rows.push(Row { what: "idle, private dirty", unit: "KiB", guestd: a.dirty, qemu_ga: b.dirty });
    let wakeups = memory::wakeups(&[&ours, &theirs], IDLE)?;
    rows.push(Row {
        what: "wake-ups in 30 s, no client",
        unit: "",
        guestd: wakeups[0],
        qemu_ga: wakeups[1],
    });
    let clients = [ours.connect()?, theirs.connect()?];
    let wakeups = memory::wakeups(&[&ours, &theirs], IDLE)?;
    rows.push(Row {
        what: "wake-ups in 30 s, silent client",
        unit: "",
        guestd: wakeups[0],
        qemu_ga: wakeups[1],
    });
    drop(clients);
    for (what, round) in rounds::ROUNDS {
        let (guestd, qemu_ga) = rounds::rate(round, &ours, &theirs)?;
        rows.push(Row { what, unit: round.unit(), guestd, qemu_ga });
    }
    rounds::whole_file(&ours)?;
    rounds::whole_file(&theirs)?;
    let peaks = [memory::peak(&ours)?, memory::peak(&theirs)?];
    rows.push(Row {
        what: "peak after one read of 48 MiB",
        unit: "KiB",
        guestd: peaks[0],
        qemu_ga: peaks[1],
    });

    let mut table = Table::new(&["what", "unit", "guestd", "qemu-ga", "guestd / qemu-ga"]);
    for row in rows {
        let ratio = if row.qemu_ga > 0.0 {
            format!("{:.2}", row.guestd / row.qemu_ga)
        } else {
            String::new()
        };
        let shown =
            |value: f64| if value < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        table.row(vec![
            row.what.to_owned(),
            row.unit.to_owned(),
            shown(row.guestd),
            shown(row.qemu_ga),
            ratio,
        ]);
    }
    Ok(format!(
        "{table}\nOver a Unix socket, one client, each rate the median of {} turns taken in turns with the other agent. \
         Rates of files are of their bytes, not of base64.\n",
        rounds::TURNS
    ))
}
