//! guestd beside qemu-ga, each on a Unix socket of its own, in one run.

mod memory;
mod peer;
mod rounds;

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use support::{bin, packages};

use crate::table::Table;
use peer::{Peer, Running};

/// Seconds without a request, in which wake-ups are counted.
const IDLE: u64 = 30;
/// Starts of each agent.
const STARTS: usize = 21;

/// One line of the table.
struct Row {
    what: String,
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
        what: "start to first ping answered".to_owned(),
        unit: "ms",
        guestd: rounds::start(&ours, STARTS)?,
        qemu_ga: rounds::start(&theirs, STARTS)?,
    }];
    let everywhere = (ours.start()?, theirs.start()?);
    memory_rows(&mut rows, &everywhere)?;
    for (what, round) in rounds::ROUNDS {
        let (guestd, qemu_ga) = rounds::rate(round, &everywhere.0, &everywhere.1)?;
        rows.push(Row { what: what.to_owned(), unit: round.unit(), guestd, qemu_ga });
    }
    rounds::whole_file(&everywhere.0)?;
    rounds::whole_file(&everywhere.1)?;
    rows.push(Row {
        what: "peak after one read of 48 MiB".to_owned(),
        unit: "KiB",
        guestd: memory::peak(&everywhere.0)?,
        qemu_ga: memory::peak(&everywhere.1)?,
    });
    drop(everywhere);
    let (ours, theirs) = on_one_cpu(|| Ok((ours.start()?, theirs.start()?)))?;
    for (what, round) in rounds::ROUNDS {
        let (guestd, qemu_ga) = on_one_cpu(|| rounds::rate(round, &ours, &theirs))?;
        let what = format!("on one CPU: {what}");
        rows.push(Row { what, unit: round.unit(), guestd, qemu_ga });
    }

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
            row.what,
            row.unit.to_owned(),
            shown(row.guestd),
            shown(row.qemu_ga),
            ratio,
        ]);
    }
    Ok(format!(
        "{table}\nOver a Unix socket, one client, each rate the median of {} turns taken in turns with the other agent. \
         Rates of files are of their bytes, not of base64. On one CPU the client runs on the agent's, so that a rate tells \
         what a request costs; on several it tells as well how soon an idle CPU is woken up, twice for each request.\n",
        rounds::TURNS
    ))
}

/// What the agents cost while nobody asks them for anything.
fn memory_rows(rows: &mut Vec<Row>, (ours, theirs): &(Running, Running)) -> Result<()> {
    let [a, b] = [memory::rollup(ours)?, memory::rollup(theirs)?];
    let mut row = |what: &str, unit, guestd, qemu_ga| {
        rows.push(Row { what: what.to_owned(), unit, guestd, qemu_ga });
    };
    row("idle, resident", "KiB", a.rss, b.rss);
    row("idle, private dirty", "KiB", a.dirty, b.dirty);
    let wakeups = memory::wakeups(&[ours, theirs], IDLE)?;
    row("wake-ups in 30 s, no client", "", wakeups[0], wakeups[1]);
    let clients = [ours.connect()?, theirs.connect()?];
    let wakeups = memory::wakeups(&[ours, theirs], IDLE)?;
    row("wake-ups in 30 s, silent client", "", wakeups[0], wakeups[1]);
    drop(clients);
    Ok(())
}

/// Does this on the last CPU, with all processes that it starts.
fn on_one_cpu<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let this = Pid::from_raw(0);
    let all = sched_getaffinity(this)?;
    let last = (0..CpuSet::count()).rev().find(|&cpu| all.is_set(cpu).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(last.context("no CPU")?)?;
    sched_setaffinity(this, &one)?;
    let result = work();
    sched_setaffinity(this, &all)?;
    result
}
