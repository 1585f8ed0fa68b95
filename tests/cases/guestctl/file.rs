//! `guestctl agent cp` and `file`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use support::agent::{Agent, Program};
use support::need;

use super::{agents, run, run_with};

fn content() -> Vec<u8> {
    (0..5_000_000_u32).map(|at| (at % 241) as u8).collect()
}

#[test]
fn files_come_and_go_through_either_agent() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let here = tempfile::tempdir()?;
        let (source, inside) = (here.path().join("source"), agent.files().join("inside"));
        fs::write(&source, content())?;
        let there = format!(":{}", inside.display());
        let said = run(&agent.socket(), ["cp", &source.display().to_string(), &there])?;
        ensure!(said.code == Some(0), "{name}: {said:?}");
        ensure!(fs::read(&inside)? == content(), "{name}: another file arrived");
        let back = here.path().join("back").display().to_string();
        let said = run(&agent.socket(), ["cp", &there, &back])?;
        ensure!(said.code == Some(0) && fs::read(&back)? == content(), "{name}: {said:?}");

        let inside = inside.display().to_string();
        let said = run_with(&agent.socket(), ["file", "put", "-", &inside], b"piped".to_vec())?;
        ensure!(said.code == Some(0), "{name}: {said:?}");
        let said = run(&agent.socket(), ["file", "cat", &inside])?;
        ensure!(said.stdout == "piped", "{name}: {said:?}");
        let said = run(&agent.socket(), ["file", "get", &inside, "-"])?;
        ensure!(said.stdout == "piped", "{name}: {said:?}");
    }
    Ok(())
}

#[test]
fn an_empty_file_is_a_file() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let here = tempfile::tempdir()?;
        fs::write(agent.files().join("empty"), "")?;
        let from = format!(":{}", agent.files().join("empty").display());
        let to = here.path().join("copy").display().to_string();
        let said = run(&agent.socket(), ["cp", &from, &to])?;
        ensure!(said.code == Some(0) && fs::read(&to)?.is_empty(), "{name}: {said:?}");
        let there = format!(":{}", agent.files().join("new").display());
        let said = run(&agent.socket(), ["cp", &to, &there])?;
        ensure!(said.code == Some(0) && agent.files().join("new").exists(), "{name}: {said:?}");
    }
    Ok(())
}

#[test]
fn what_cannot_be_copied_is_named_and_leaves_nothing() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let here = tempfile::tempdir()?;
        let to = here.path().join("copy");
        let said = run(&agent.socket(), ["cp", ":/no/such/file", &to.display().to_string()])?;
        ensure!(said.code != Some(0) && said.stderr.contains("/no/such/file"), "{name}: {said:?}");
        ensure!(fs::read_dir(here.path())?.count() == 0, "{name} leaves something behind");
        let said = run(&agent.socket(), ["cp", "/no/such/file", ":/tmp/x"])?;
        ensure!(said.code != Some(0) && said.stderr.contains("/no/such/file"), "{name}: {said:?}");
        let said = run(&agent.socket(), ["cp", "a", "b"])?;
        ensure!(said.code == Some(2), "{name}: {said:?}");
    }
    Ok(())
}

/// With guestd a file takes its place only when it is whole, and keeps its permissions.
#[test]
fn a_file_that_is_replaced_keeps_its_permissions() -> Result<()> {
    need!("setpriv");
    let agent = Agent::start(&Program::guestd()?, [""; 0])?;
    let inside = agent.files().join("inside");
    fs::write(&inside, "old")?;
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o640))?;
    let words = ["file", "put", "-", &inside.display().to_string()].map(str::to_owned);
    let said = run_with(&agent.socket(), words, content())?;
    ensure!(said.code == Some(0) && fs::read(&inside)? == content(), "{said:?}");
    ensure!(fs::metadata(&inside)?.permissions().mode() & 0o777 == 0o640);
    Ok(())
}
