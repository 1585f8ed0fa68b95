//! `guestctl hooks list` and `check`.

use std::io;
use std::path::Path;

use hooks::{Kind, Weight, discover};
use serde::Serialize;

use super::Which;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::{Answer, Screen, Text, Tone};

#[derive(Debug, Serialize)]
struct Listed {
    hooks: Vec<Row>,
    problems: Vec<Trouble>,
}

#[derive(Debug, Serialize)]
struct Row {
    order: u32,
    name: String,
    origin: &'static str,
    kind: Kind,
    path: String,
    timeout_s: u64,
}

#[derive(Debug, Serialize)]
struct Trouble {
    path: String,
    what: String,
    /// It was meant to run, and does not.
    refused: bool,
}

/// Tells what there is; `No` where a hook is refused.
pub(super) fn run(
    root: &Path,
    which: &Which,
    screen: &mut Screen<'_>,
) -> Result<ExitCode, Failure> {
    let found = discover(root, &which.settings(root)?, nix::unistd::geteuid().as_raw());
    let hooks = found.hooks.into_iter().map(|hook| Row {
        order: hook.order,
        name: hook.name,
        origin: hook.origin.name(),
        kind: hook.kind,
        path: hook.path.display().to_string(),
        timeout_s: hook.timeout.as_secs(),
    });
    let problems = found.problems.into_iter().map(|problem| Trouble {
        path: problem.path.display().to_string(),
        what: problem.what,
        refused: problem.weight == Weight::Refused,
    });
    let listed = Listed { hooks: hooks.collect(), problems: problems.collect() };
    screen.show(&listed)?;
    let refused = listed.problems.iter().any(|problem| problem.refused);
    Ok(if refused { ExitCode::No } else { ExitCode::Ok })
}

impl Answer for Listed {
    fn text(&self, text: &mut Text<'_>) -> io::Result<()> {
        if self.hooks.is_empty() {
            text.line(Tone::Plain, "no hook would be run")?;
        }
        for hook in &self.hooks {
            let kind = if hook.kind == Kind::Session { "session" } else { "program" };
            let Row { order, name, origin, path, timeout_s, .. } = hook;
            let line = format!("{order:>3}  {name}  {kind}, {origin}, {timeout_s} s, {path}");
            text.line(Tone::Plain, &line)?;
        }
        for Trouble { path, what, refused } in &self.problems {
            let (tone, word) =
                if *refused { (Tone::Bad, "refused") } else { (Tone::Plain, "not run") };
            text.line(tone, &format!("{word}: {path}: {what}"))?;
        }
        Ok(())
    }
}
