//! The parts of the bundle, each had for itself: one that fails does not keep the others.

use std::process::Command;

use introspect::Root;
use introspect::cpuid::live;
use introspect::report::report;
use protocol::client::Empty;
use serde_json::{Value, json};

use super::MOST;
use crate::command::agent::connect::Target;
use crate::command::guestd;
use crate::failure::Failure;

/// Records of freezes, the latest ones.
const RECORDS: u32 = 10;
/// Lines of the journal, the last ones.
const LINES: &str = "5000";
/// Keys whose values others may use for secrets: arguments of programs.
const SECRET: [&str; 2] = ["bmc.command", "quiesce.script-argument"];

/// A file of the bundle.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// What it is, for the manifest.
    pub(super) what: &'static str,
    /// Its bytes, or why there are none.
    pub(super) content: Result<Vec<u8>, String>,
}

/// All of them.
pub(super) fn collect() -> Vec<Part> {
    let part = |name, what, content: Result<Vec<u8>, String>| Part { name, what, content };
    let latest = json!({ "limit": RECORDS });
    vec![
        part("versions.txt", "the versions of guestctl and guestd", versions()),
        part("report.json", "what guestctl report tells", machine()),
        part("config.txt", "what is in force, without what may be secret", configuration()),
        part("status.json", "the state of the agent", ask("guestd-status", json!({}))),
        part("freezes.json", "the last freezes", ask("guestd-quiesce-history", latest)),
        part(
            "quiesce-check.json",
            "what a freeze would do, hooks among it",
            ask("guestd-quiesce-check", json!({})),
        ),
        part("metrics.prom", "what the agent has counted", metrics()),
        part("journal.txt", "the last lines of guestd's log", journal()),
    ]
}

fn versions() -> Result<Vec<u8>, String> {
    let guestd = guestd::version().map_err(told)?;
    Ok(format!("guestctl {}\n{guestd}", env!("CARGO_PKG_VERSION")).into_bytes())
}

fn machine() -> Result<Vec<u8>, String> {
    let document = report(&live::read_all(), Some(&Root::live()));
    document.map_or_else(
        || Err("this machine does not let its CPU be read".to_owned()),
        |document| serde_json::to_vec_pretty(&document).map_err(|wrong| wrong.to_string()),
    )
}

fn configuration() -> Result<Vec<u8>, String> {
    match guestd::check(&["--where"], None).map_err(told)? {
        Ok(text) => Ok(without_secrets(&text).into_bytes()),
        // It names the slip, and might quote what is behind it.
        Err(_) => Err("it is not well: guestctl config check".to_owned()),
    }
}

/// Lines of `guestd check --where`, of which some lose their value.
fn without_secrets(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let secret = SECRET.iter().find(|key| line.starts_with(&format!("{key} = ")));
        match (secret, line.rsplit_once("  # ")) {
            (Some(key), Some((_, origin))) => format!("{key} = (removed)  # {origin}\n"),
            (Some(key), None) => format!("{key} = (removed)\n"),
            (None, _) => format!("{line}\n"),
        }
    });
    lines.collect()
}

fn ask(command: &str, arguments: Value) -> Result<Vec<u8>, String> {
    let mut agent = Target::local().connect().map_err(told)?;
    let answer: Value = agent.call(command, arguments).map_err(told)?;
    serde_json::to_vec_pretty(&answer).map_err(|wrong| wrong.to_string())
}

fn metrics() -> Result<Vec<u8>, String> {
    let mut agent = Target::local().connect().map_err(told)?;
    let answer: Value = agent.call("guestd-metrics", Empty {}).map_err(told)?;
    Ok(answer["text"].as_str().unwrap_or_default().as_bytes().to_vec())
}

fn journal() -> Result<Vec<u8>, String> {
    let mut command = Command::new("journalctl");
    command.args(["--no-pager", "--output=short-iso", "--lines", LINES]);
    command.args(["--unit=guestd", "--unit=guestd-hooks@*"]);
    let output = command.output().map_err(|wrong| format!("journalctl: {wrong}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("journalctl: {}", said.lines().next().unwrap_or_default()));
    }
    let from = output.stdout.len().saturating_sub(MOST);
    Ok(output.stdout[from..].to_vec())
}

fn told(failure: Failure) -> String {
    failure.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_programs_are_removed_and_all_else_stays() {
        let text = "log.level = \"info\"  # default\n\
                    bmc.command = [\"/bin/x\", \"--password=hunter2  # \"]  # /etc/x.toml:3\n\
                    quiesce.script-argument = \"hunter2\"  # /etc/x.toml:7\n";
        assert_eq!(
            without_secrets(text),
            "log.level = \"info\"  # default\n\
             bmc.command = (removed)  # /etc/x.toml:3\n\
             quiesce.script-argument = (removed)  # /etc/x.toml:7\n"
        );
    }
}
