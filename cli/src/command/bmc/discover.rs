//! `guestctl bmc discover`: every source side by side.

use std::io;
use std::path::Path;

use bmc::{Candidate, Discovery, Extent, Finding, Network, Values};
use serde::Serialize;

use super::setup;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Cell, Screen, Table, Text, Tone};

/// What every source says, with raw values, and which one wins
///
/// Sources, their order and the network are those of guestd's configuration. With --root all
/// files are those of a captured tree, and no BMC and no program is asked. Exit code 1 means
/// that no source has an address.
#[derive(Debug, clap::Args)]
pub(super) struct Discover {
    /// Refuse addresses that are not in this network, in the place of the configured one
    #[arg(long, value_name = "ADDRESS/BITS")]
    network: Option<Network>,
}

impl Discover {
    pub(super) fn run(
        &self,
        root: Option<&Path>,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let root = root.unwrap_or(Path::new("/"));
        let mut plan = setup::read(root)?.plan;
        plan.network = self.network.or(plan.network);
        // What is not configured is no source.
        plan.sources.retain(|source| *source != bmc::Source::Command || !plan.command.is_empty());
        let found = bmc::discover(root, &plan, Extent::All);
        let code = if found.address.is_some() { ExitCode::Ok } else { ExitCode::No };
        screen.show(&Found(found))?;
        Ok(code)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Found(Discovery);

impl Answer for Found {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        match self.0.winner() {
            Some(finding) => {
                let address = finding.usable().map(|address| address.to_string());
                let line =
                    format!("{}, from {}", address.unwrap_or_default(), finding.source.name());
                text.line(Tone::Strong, &line)?;
            }
            None => text.line(Tone::Strong, "no source has an address")?,
        }
        text.gap()?;
        let mut table = Table::new(["source", "address", "says", "verdict"]);
        for finding in &self.0.findings {
            rows(&mut table, finding);
        }
        text.table(&table)
    }
}

fn rows(table: &mut Table, finding: &Finding) {
    let mut name = finding.source.name();
    for candidate in &finding.candidates {
        let address = candidate.values.address.as_deref().unwrap_or("-");
        table.row([
            name.into(),
            address.into(),
            says(&candidate.values).into(),
            verdict(candidate),
        ]);
        name = "";
    }
    if let Some(why) = &finding.why {
        table.row([name.into(), "-".into(), "-".into(), Cell::new(Tone::Plain, why)]);
    }
}

fn verdict(candidate: &Candidate) -> Cell {
    match &candidate.refused {
        None => Cell::new(Tone::Good, "may be announced"),
        Some(refused) => Cell::new(Tone::Warn, refused),
    }
}

/// All raw values but the address.
fn says(values: &Values) -> String {
    let named =
        |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    let parts = [
        values.interface.clone(),
        values.channel.map(|channel| format!("channel {channel}")),
        values.assigned.map(str::to_owned),
        named("mask", &values.netmask),
        named("gateway", &values.gateway),
        named("mac", &values.mac),
        named("name", &values.hostname),
        values.url.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_values_stand_in_one_line() {
        let values = Values {
            address: Some("10.72.17.4".to_owned()),
            netmask: Some("255.255.240.0".to_owned()),
            channel: Some(1),
            assigned: Some("static"),
            ..Values::default()
        };
        assert_eq!(says(&values), "channel 1, static, mask 255.255.240.0");
        assert_eq!(says(&Values::default()), "-");
    }
}
