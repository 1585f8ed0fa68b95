//! `guestctl virt` beside the tools whose words it also speaks, on this machine.

use std::process::{Command, Output};

use anyhow::{Context, Result};
use serde_json::Value;
use support::{bin, need, packages, skip};

#[test]
fn the_word_of_systemd_is_the_one_it_prints_here() -> Result<()> {
    need!("systemd-detect-virt");
    // Exit code 1 where there is no hypervisor, with the word "none".
    let theirs = run("systemd-detect-virt", &["--vm"])?;
    assert_eq!(ours()?["systemd"], Value::from(text(&theirs)));
    Ok(())
}

#[test]
fn the_lines_of_virt_what_are_those_it_prints_here() -> Result<()> {
    need!("virt-what", "dmidecode");
    let theirs = run("virt-what", &[])?;
    if !theirs.status.success() {
        skip!("virt-what: {}", String::from_utf8_lossy(&theirs.stderr).trim());
    }
    assert_eq!(ours()?["virt_what"], Value::from_iter(text(&theirs).lines()));
    Ok(())
}

fn ours() -> Result<Value> {
    let output = Command::new(bin::guestctl()?).args(["virt", "-o", "json"]).output()?;
    serde_json::from_slice(&output.stdout).context("guestctl virt -o json prints no JSON")
}

fn run(program: &str, arguments: &[&str]) -> Result<Output> {
    let path = packages::find(program).context("not installed")?;
    Ok(Command::new(path).args(arguments).output()?)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
