//! Asks the sources in order, and tells which one wins and why the others do not.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::network::Network;
use crate::source::{Candidate, Source, cmdline, command, config, ipmi, neco, smbios};

/// What to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// An address that was given, which comes first.
    pub address: Option<String>,
    /// The sources to ask beside it, in this order.
    pub sources: Vec<Source>,
    /// The network that an address has to be in.
    pub network: Option<Network>,
    /// The program of [`Source::Command`] and its arguments.
    pub command: Vec<String>,
}

impl Default for Plan {
    /// Every source in its order, and any network.
    fn default() -> Self {
        let sources = Source::ALL.into_iter().filter(|source| *source != Source::Config).collect();
        Self { address: None, sources, network: None, command: Vec::new() }
    }
}

/// How far to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Until a source has an address.
    First,
    /// All of them.
    All,
}

/// What one source came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The source.
    pub source: Source,
    /// What was read.
    pub place: String,
    /// What it offers.
    pub candidates: Vec<Candidate>,
    /// Why there is nothing.
    pub why: Option<String>,
}

/// What all sources came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discovery {
    /// The address to announce.
    pub address: Option<Address>,
    /// The source it is from: the first one that has one.
    pub source: Option<Source>,
    /// Every source that was asked, in order.
    pub findings: Vec<Finding>,
}

impl Finding {
    /// Its best address.
    pub fn usable(&self) -> Option<Address> {
        self.candidates.iter().find_map(|candidate| candidate.usable)
    }

    /// Why it has none, in one line.
    pub fn reason(&self) -> Option<String> {
        if self.usable().is_some() {
            return None;
        }
        let refused = self.candidates.iter().filter_map(|candidate| {
            let why = candidate.refused.as_deref()?;
            let values = &candidate.values;
            let what =
                values.address.as_deref().or(values.interface.as_deref()).unwrap_or_default();
            let what = crate::source::printable(what.as_bytes());
            Some(if what.is_empty() { why.to_owned() } else { format!("{what} {why}") })
        });
        let reasons: Vec<String> = refused.chain(self.why.clone()).collect();
        Some(reasons.join("; "))
    }
}

impl Discovery {
    /// The finding that has won.
    pub fn winner(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.usable().is_some())
    }
}

/// Asks the sources of the machine below what stands for `/`. The command and the BMC are
/// asked only where that is `/` itself.
pub fn discover(root: &Path, plan: &Plan, extent: Extent) -> Discovery {
    let mut findings = Vec::new();
    let given = plan.address.is_some().then_some(Source::Config);
    for source in given.into_iter().chain(plan.sources.iter().copied()) {
        let finding = ask(root, plan, source);
        let enough = extent == Extent::First && finding.usable().is_some();
        findings.push(finding);
        if enough {
            break;
        }
    }
    let winner = findings.iter().find_map(|finding| Some((finding.usable()?, finding.source)));
    Discovery {
        address: winner.map(|(address, _)| address),
        source: winner.map(|(_, source)| source),
        findings,
    }
}

fn ask(root: &Path, plan: &Plan, source: Source) -> Finding {
    let network = plan.network;
    let (place, look) = match source {
        Source::Config => ("bmc.address", config::look(plan.address.as_deref(), network)),
        Source::Neco => (neco::PATH, neco::look(root, network)),
        Source::Cmdline => (cmdline::PATH, cmdline::look(root, network)),
        Source::Ipmi => (ipmi::PATH, ipmi::look(root, network)),
        Source::Smbios => (smbios::PATH, smbios::look(root, network)),
        Source::Command => {
            let program = plan.command.first().map_or("bmc.command", String::as_str);
            (program, command::look(root, &plan.command, network))
        }
    };
    Finding { source, place: place.to_owned(), candidates: look.candidates, why: look.why }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("etc/neco")).unwrap();
        fs::create_dir_all(dir.path().join("proc")).unwrap();
        let neco = r#"{"ipv4": {"address": "10.0.0.1", "netmask": "255.255.255.0"}}"#;
        fs::write(dir.path().join("etc/neco/bmc-address.json"), neco).unwrap();
        fs::write(dir.path().join("proc/cmdline"), "quiet guestd.bmc=10.0.1.1\n").unwrap();
        dir
    }

    #[test]
    fn the_first_source_with_an_address_wins() {
        let tree = tree();
        let plan = Plan::default();
        let first = discover(tree.path(), &plan, Extent::First);
        assert_eq!((first.source, first.findings.len()), (Some(Source::Neco), 1));
        let all = discover(tree.path(), &plan, Extent::All);
        assert_eq!((all.source, all.findings.len()), (Some(Source::Neco), 5));
        assert_eq!(all.winner().unwrap().place, neco::PATH);
        let given = Plan { address: Some("10.9.9.9".to_owned()), ..Plan::default() };
        let given = discover(tree.path(), &given, Extent::First);
        assert_eq!(given.source, Some(Source::Config));
    }

    #[test]
    fn one_whose_address_is_refused_is_passed_over_and_says_why() {
        let tree = tree();
        let plan = Plan { network: "10.0.1.0/24".parse().ok(), ..Plan::default() };
        let found = discover(tree.path(), &plan, Extent::First);
        assert_eq!(found.source, Some(Source::Cmdline));
        assert_eq!(
            found.findings[0].reason().unwrap(),
            "10.0.0.1 is outside the network 10.0.1.0/24"
        );
        let only = Plan { sources: vec![Source::Ipmi, Source::Command], ..Plan::default() };
        let found = discover(tree.path(), &only, Extent::First);
        assert_eq!((found.address, found.findings.len()), (None, 2));
        assert!(found.findings.iter().all(|finding| finding.reason().is_some()));
    }

    #[test]
    fn a_program_of_the_machine_at_hand_says_nothing_about_a_captured_tree() {
        let tree = tree();
        let command = vec!["/bin/echo".to_owned(), "10.0.0.9".to_owned()];
        let plan = Plan { sources: vec![Source::Command], command, ..Plan::default() };
        assert_eq!(discover(tree.path(), &plan, Extent::All).address, None);
        let live = discover(Path::new("/"), &plan, Extent::All);
        assert_eq!(live.address.unwrap().to_string(), "10.0.0.9");
    }
}
