//! `make bench`: guestctl and guestd side by side with the tools that do the same, in one
//! run, as Markdown on standard output.

mod agent;
mod fleet;
mod freeze;
mod machine;
mod measure;
mod pair;
mod peak;
mod table;

use anyhow::Result;
use support::bin;

/// Runs of each program; odd, so that the median is a run that happened.
const RUNS: usize = 61;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(peak::VERB) => return peak::child(arguments),
        // One part alone, while it is worked on.
        Some("agent") => return agent::table().map(|table| println!("{table}")),
        Some("freeze") => return freeze::table().map(|table| println!("{table}")),
        _ => {}
    }
    let guestctl = bin::guestctl()?;
    println!("{}", machine::describe(&guestctl)?);
    println!("{}", pair::table(&guestctl, RUNS)?);
    println!("{}", fleet::table(&guestctl)?);
    println!("{}", agent::table()?);
    println!("{}", freeze::table()?);
    Ok(())
}
