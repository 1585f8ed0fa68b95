//! The machine and the versions that the numbers were measured with.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use support::packages;

use crate::table::mebibytes;

/// A Markdown list.
///
/// # Errors
/// guestctl cannot be read.
pub(crate) fn describe(guestctl: &Path) -> Result<String> {
    let mut text = String::new();
    let size = fs::metadata(guestctl).context("cannot read guestctl")?.len();
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    writeln!(text, "- CPU: {cpus} × {}", field("/proc/cpuinfo", "model name"))?;
    writeln!(text, "- memory: {}", field("/proc/meminfo", "MemTotal"))?;
    writeln!(text, "- kernel: {}", read("/proc/sys/kernel/osrelease"))?;
    writeln!(text, "- system: {}", unquoted(&os_name()))?;
    let shape = "static release build";
    writeln!(text, "- guestctl: {}, {shape}, {} MiB", git_version(), mebibytes(size / 1024))?;
    for peer in ["cpuid", "lscpu", "systemd-detect-virt", "virt-what"] {
        writeln!(text, "- {peer}: {}", version(peer))?;
    }
    Ok(text)
}

/// The version of a peer's Debian package.
fn version(program: &str) -> String {
    let unknown = || "version unknown".to_owned();
    let Some(package) = packages::package(program) else { return unknown() };
    let output =
        Command::new("dpkg-query").args(["-W", "-f", "${Package} ${Version}", package]).output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => unknown(),
    }
}

/// The commit of this tree, since the version number stands still between releases.
fn git_version() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut git = Command::new("git");
    git.current_dir(support::root()).args(["describe", "--always", "--dirty"]);
    match git.output() {
        Ok(output) if output.status.success() => {
            format!("{version} ({})", String::from_utf8_lossy(&output.stdout).trim())
        }
        _ => version.to_owned(),
    }
}

fn os_name() -> String {
    let release = read("/etc/os-release");
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or("unknown").to_owned()
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('"')
}

/// The first value of a `name : value` file.
fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
    value.unwrap_or("unknown").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}
