//! `guestctl agent exec`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use support::agent::{Agent, Program};
use support::need;

use super::{agents, guestctl, run, run_with};

#[test]
fn output_and_exit_code_come_back_from_either_agent() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let script = "echo out; echo err >&2; exit 7";
        let said = run(&agent.socket(), ["exec", "--", "sh", "-c", script])?;
        ensure!((said.stdout.as_str(), said.stderr.as_str()) == ("out\n", "err\n"), "{said:?}");
        ensure!(said.code == Some(7), "{name}: {said:?}");
        let said = run(&agent.socket(), ["exec", "--", "sh", "-c", "kill -9 $$"])?;
        ensure!(said.code == Some(137), "{name}: {said:?}");
        let said = run(&agent.socket(), ["exec", "--", "/no/such/program"])?;
        ensure!(said.code != Some(0) && !said.stderr.is_empty(), "{name}: {said:?}");
        let said = run_with(&agent.socket(), ["exec", "-i", "--", "cat"], b"in".to_vec())?;
        ensure!(said.stdout == "in" && said.code == Some(0), "{name}: {said:?}");
    }
    Ok(())
}

#[test]
fn output_is_shown_while_the_program_runs() -> Result<()> {
    need!("setpriv");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    let go = agent.files().join("go");
    let script =
        format!("echo first; until [ -e {} ]; do sleep 0.05; done; echo last", go.display());
    let mut child = guestctl(&agent.socket(), ["exec", "--", "sh", "-c", &script])?
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    // The program waits for what is only made after this.
    ensure!(lines.next().context("no line")?? == "first");
    std::fs::write(&go, "")?;
    ensure!(lines.next().context("no line")?? == "last");
    ensure!(child.wait()?.success());
    Ok(())
}

#[test]
fn more_than_any_limit_of_memory_passes_through_both_ways() -> Result<()> {
    need!("setpriv");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    let input: Vec<u8> = (0..20_000_000_u32).map(|at| (at % 253) as u8).collect();
    let said = run_with(&agent.socket(), ["exec", "-i", "--", "sha256sum"], input.clone())?;
    let mut sum = Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    std::io::Write::write_all(&mut sum.stdin.take().context("no input")?, &input)?;
    let expected = String::from_utf8(sum.wait_with_output()?.stdout)?;
    ensure!(said.stdout == expected, "{said:?}");

    let said = run(&agent.socket(), ["exec", "--", "head", "-c", "20000000", "/dev/zero"])?;
    ensure!(said.stdout.len() == 20_000_000 && said.code == Some(0));
    Ok(())
}

#[test]
fn an_interrupt_reaches_the_program() -> Result<()> {
    need!("setpriv");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    let script = "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done";
    let mut child = guestctl(&agent.socket(), ["exec", "--", "sh", "-c", script])?
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    ensure!(lines.next().context("no line")?? == "ready");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    ensure!(lines.next().context("no line")?? == "caught");
    ensure!(child.wait()?.code() == Some(5));
    Ok(())
}

#[test]
fn directory_user_environment_and_limit_are_guestds() -> Result<()> {
    need!("setpriv", "qemu-ga");
    let [(_, qemu_ga), (_, guestd)] = agents()?;
    let words =
        ["exec", "-d", "/usr", "-e", "A=b c", "--", "sh", "-c", "pwd; echo $A; echo ${PATH:+set}"];
    let said = run(&guestd.socket(), words)?;
    ensure!(said.stdout == "/usr\nb c\nset\n", "{said:?}");
    let start = std::time::Instant::now();
    let said = run(&guestd.socket(), ["exec", "--limit", "1", "--", "sleep", "600"])?;
    ensure!(said.code == Some(143) && said.stderr.contains("its time was over"), "{said:?}");
    ensure!(start.elapsed() < Duration::from_secs(60));
    let said = run(&qemu_ga.socket(), ["exec", "-d", "/usr", "--", "pwd"])?;
    ensure!(said.code != Some(0) && said.stderr.contains("--directory needs"), "{said:?}");
    Ok(())
}

#[test]
fn a_daemon_that_is_left_behind_is_not_waited_for() -> Result<()> {
    need!("setpriv");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    support::bin::guestctl()?;
    let start = std::time::Instant::now();
    let said = run(&agent.socket(), ["exec", "--", "sh", "-c", "sleep 300 & echo $!"])?;
    ensure!(said.code == Some(0), "{said:?}");
    ensure!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    Command::new("kill").arg(said.stdout.trim()).status()?;
    Ok(())
}
