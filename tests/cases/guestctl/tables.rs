//! The verbs that tell: a table for people and JSON for programs, from either agent.

use std::process::Command;

use anyhow::{Result, ensure};
use support::agent::{Agent, Program};
use support::{bin, need};

use super::{Said, agents, run};

/// Verbs that change nothing, with a word of each one's answer.
const VERBS: [&[&str]; 9] = [
    &["ping"],
    &["info"],
    &["os"],
    &["users"],
    &["cpus"],
    &["net"],
    &["routes"],
    &["fsinfo"],
    &["disks"],
];

#[test]
fn every_verb_answers_as_text_and_as_json() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        for words in VERBS {
            let said = run(&agent.socket(), words)?;
            // Debian 12's qemu-ga has no routes yet, and says so.
            if name == "qemu-ga" && words == ["routes"] {
                ensure!(said.code != Some(0) && said.stderr.contains("route"), "{said:?}");
                continue;
            }
            ensure!(matches!(said.code, Some(0 | 1)), "{name} {words:?}: {said:?}");
            ensure!(said.stderr.is_empty(), "{name} {words:?}: {said:?}");
            let json = run(&agent.socket(), words.iter().chain(&["-o", "json"]))?;
            json.json()?;
        }
    }
    Ok(())
}

#[test]
fn any_command_can_be_called() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let said = run(&agent.socket(), ["call", "guest-sync", "{\"id\": 77}"])?;
        ensure!(said.json()? == 77, "{name}: {said:?}");
        let said = run(&agent.socket(), ["call", "guest-pong"])?;
        ensure!(said.code == Some(5) && said.stderr.contains("guest-pong"), "{name}: {said:?}");
        let said = run(&agent.socket(), ["call", "guest-sync", "{"])?;
        ensure!(said.code == Some(2) || said.code == Some(3), "{name}: {said:?}");
    }
    Ok(())
}

#[test]
fn a_freeze_of_nothing_is_told() -> Result<()> {
    need!("setpriv");
    let [_, (_, guestd)] = agents()?;
    let said = run(&guestd.socket(), ["frozen"])?;
    ensure!(said.stdout == "thawed\n" && said.code == Some(1), "{said:?}");
    let said = run(&guestd.socket(), ["freeze", "/nowhere/at/all"])?;
    ensure!(said.stdout == "0 filesystems frozen\n" && said.code == Some(1), "{said:?}");
    let said = run(&guestd.socket(), ["thaw"])?;
    ensure!(said.stdout == "0 filesystems thawed\n" && said.code == Some(0), "{said:?}");
    Ok(())
}

#[test]
fn what_guestd_has_counted_is_prometheus_text() -> Result<()> {
    need!("setpriv");
    let guestd = Agent::start(&Program::guestd()?, [""; 0])?;
    let metrics = |more: &[&str]| -> Result<Said> {
        let mut command = Command::new(bin::guestctl()?);
        command.args(["metrics", "--socket"]).arg(guestd.socket()).args(more);
        Ok(Said::of(&command.output()?))
    };
    ensure!(run(&guestd.socket(), ["ping"])?.code == Some(0));
    let said = metrics(&[])?;
    ensure!(said.code == Some(0) && said.stderr.is_empty(), "{said:?}");
    let ping = "guestd_requests_total{command=\"guest-ping\",result=\"ok\"} ";
    let counted = said.stdout.lines().filter_map(|line| line.strip_prefix(ping));
    ensure!(counted.flat_map(str::parse::<u64>).any(|count| count >= 1), "{said:?}");
    let json = metrics(&["-o", "json"])?.json()?;
    ensure!(json["text"].as_str().is_some_and(|text| text.contains(ping)), "{json}");
    ensure!(metrics(&["-o", "svg"])?.code == Some(2));
    Ok(())
}
