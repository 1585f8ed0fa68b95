//! What `guestctl support-bundle` collects beside a running agent.

use anyhow::{Context, Result, ensure};
use support::bin;
use support::need_guest;
use support::vm::Guest;

use crate::channels::agent::Agent;

const SECRET: &str = "hunter2";

/// Both keys that may hold a secret.
const CONFIGURATION: &str = r#"
[quiesce]
script-argument = "hunter2"

[bmc]
sources = ["command"]
command = ["/bin/echo", "hunter2"]
"#;

#[test]
fn a_support_bundle_has_its_parts_and_no_secret() -> Result<()> {
    need_guest!();
    let builder = Guest::builder()?.binary("guestd", &bin::guestd()?)?.guestctl()?;
    let builder = builder.file("/etc/guestd/guestd.toml", 0o600, CONFIGURATION);
    let mut guest = builder.boot()?;
    let agent = Agent::start(&mut guest, &["run"])?;
    agent.settle(&mut guest)?;
    // Whatever comes of it: a password has been among the requests. It is base64 of the secret.
    let password = r#"{"username": "root", "password": "aHVudGVyMg==", "crypted": false}"#;
    guest.run(["guestctl", "agent", "call", "guest-set-user-password", password])?;

    // Which agents there are is for people who ask what is wrong as well.
    let check = guest.run(["guestctl", "quiesce", "check", "-o", "json"])?.json()?;
    ensure!(check["agents"][0]["name"] == "guestd" && check["agents"][1].is_null(), "{check}");

    let file = "/run/bundle.tar";
    let output = guest.run(["guestctl", "support-bundle", file])?.success()?;
    ensure!(output.text() == file, "{output:?}");
    ensure!(guest.run(["stat", "-c", "%a", file])?.text() == "600");
    let again = guest.run(["guestctl", "support-bundle", file])?;
    ensure!(again.code != 0 && again.errors().contains(file), "{again:?}");

    let tar = guest.run(["cat", file])?.success()?.stdout;
    let manifest = guest.shell(&format!("tar -xOf {file} guestd-support/MANIFEST"))?.success()?;
    for part in ["versions.txt", "report.json", "config.txt", "status.json", "freezes.json"] {
        let found = manifest.lines().into_iter().find(|line| line.starts_with(part));
        let found = found.with_context(|| format!("no {part} in {manifest:?}"))?;
        ensure!(found.ends_with(" bytes") && !found.contains("missing"), "{found}");
    }
    // The guest has no journal, which is said and no failure.
    ensure!(manifest.text().contains("journal.txt: missing: "), "{manifest:?}");
    for secret in [SECRET, "aHVudGVyMg"] {
        let there = tar.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        ensure!(!there, "the bundle holds '{secret}'");
    }
    let config = guest.shell(&format!("tar -xOf {file} guestd-support/config.txt"))?.success()?;
    ensure!(config.text().contains("bmc.command = (removed)"), "{config:?}");
    ensure!(config.text().contains("quiesce.script-argument = (removed)"), "{config:?}");
    Ok(())
}
