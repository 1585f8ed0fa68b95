//! The address to announce, looked up on a thread: a BMC, a program or a disk may take long.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

use bmc::{Address, Extent, Plan};
use tokio::sync::oneshot;
use tracing::warn;

/// An address and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) address: Address,
    /// The name of the source.
    pub(super) source: &'static str,
    /// What was read there.
    pub(super) place: String,
}

/// Asks the sources, and writes the address to the file where one is wanted.
///
/// # Errors
/// No source has one: why, of each.
pub(super) async fn look(plan: &Plan, publish: Option<PathBuf>) -> Result<Found, String> {
    let (sender, receiver) = oneshot::channel();
    let plan = plan.clone();
    let work = move || {
        let found = find(&plan);
        if let (Ok(found), Some(file)) = (&found, publish)
            && let Err(wrong) = write(&file, found.address)
        {
            warn!("BMC: cannot write {}: {wrong}", file.display());
        }
        // Nobody waits any more when the agent ends.
        drop(sender.send(found));
    };
    let thread = thread::Builder::new().name("bmc".to_owned()).spawn(work);
    thread.map_err(|wrong| format!("cannot look: {wrong}"))?;
    receiver.await.map_err(|_| "the look has failed".to_owned())?
}

fn find(plan: &Plan) -> Result<Found, String> {
    let discovery = bmc::discover(Path::new("/"), plan, Extent::First);
    let found = discovery.winner().and_then(|finding| {
        let address = finding.usable()?;
        Some(Found { address, source: finding.source.name(), place: finding.place.clone() })
    });
    found.ok_or_else(|| {
        let reasons = discovery.findings.iter().filter_map(|finding| {
            Some(format!("{}: {}", finding.source.name(), finding.reason()?))
        });
        let reasons: Vec<String> = reasons.collect();
        if reasons.is_empty() { "no sources are configured".to_owned() } else { reasons.join("; ") }
    })
}

/// Writes the line, as a whole or not at all, unless it is there already.
fn write(file: &Path, address: Address) -> io::Result<()> {
    let line = address.line();
    if fs::read(file).is_ok_and(|there| there == line.as_bytes()) {
        return Ok(());
    }
    let new = file.with_added_extension("new");
    let written = fs::File::create(&new)
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .and_then(|()| fs::rename(&new, file));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_the_line_and_stays_when_it_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("bmc");
        write(&file, "10.0.0.1".parse().unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "10.0.0.1\n");
        write(&file, "10.0.0.2".parse().unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "10.0.0.2\n");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write(Path::new("/nonexistent/bmc"), "10.0.0.1".parse().unwrap()).is_err());
    }

    #[test]
    fn without_an_address_every_source_says_why() {
        let plan = Plan { sources: vec![bmc::Source::Command], ..Plan::default() };
        assert_eq!(find(&plan).unwrap_err(), "command: no command is configured");
        let plan = Plan { sources: vec![], address: Some("10.0.0.1".to_owned()), ..plan };
        let found = find(&plan).unwrap();
        assert_eq!((found.source, found.place.as_str()), ("config", "bmc.address"));
    }
}
