//! One call of libvirt: what it sends to the agent, what it says of the answer, and what
//! that did in the guest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::libvirt::Domain;
use tempfile::TempDir;

/// Answers by the names of their calls.
pub(super) type Answers = BTreeMap<&'static str, Answer>;

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// No other call has it.
    pub(super) name: &'static str,
    /// A script run in the guest before.
    pub(super) before: &'static str,
    /// The command of virsh and its arguments; `{keys}` stands for the directory of [`Keys`].
    pub(super) virsh: &'static [&'static str],
    /// What libvirt sends to the agent: whole requests, or only the names of commands
    /// where the arguments vary.
    pub(super) sends: &'static [&'static str],
    /// What virsh prints.
    pub(super) says: Says,
    /// A script run in the guest afterwards, and what it prints.
    pub(super) then: Option<(&'static str, Says)>,
    /// A disk that takes less space on the host afterwards.
    pub(super) frees: Option<&'static str>,
}

/// What is printed, without surrounding white space.
#[derive(Debug, Clone, Copy)]
pub(super) enum Says {
    /// Exactly this.
    Text(&'static str),
    /// This document.
    Json(&'static str),
    /// An error that contains this.
    Error(&'static str),
    /// Something that varies, which a function looks at.
    Checked(fn(&str) -> Result<()>),
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) text: String,
    pub(super) errors: String,
    pub(super) sent: Vec<Value>,
    pub(super) then: String,
    /// Whether a disk takes less space than before; not looked at is `None`.
    pub(super) freed: Option<bool>,
}

impl Call {
    /// For a struct update: a call that prints nothing.
    pub(super) const NEW: Self = Self {
        name: "",
        before: "",
        virsh: &[],
        sends: &[],
        says: Says::Text(""),
        then: None,
        frees: None,
    };

    /// Makes the call.
    pub(super) fn make(&self, domain: &mut Domain<'_>, keys: &Keys) -> Result<Answer> {
        if !self.before.is_empty() {
            domain.guest().shell(self.before)?.success().context(self.name)?;
        }
        domain.sent()?;
        let stored = self.frees.map(|disk| domain.stored(disk)).transpose()?;
        let keys = keys.dir().display().to_string();
        let words: Vec<String> =
            self.virsh.iter().map(|word| word.replace("{keys}", &keys)).collect();
        let output = domain.virsh(words.iter().map(String::as_str))?;
        let sent = domain.sent()?;
        let then = match self.then {
            // A failure is judged, like any other text that should not be there.
            Some((script, _)) => match domain.guest().shell(script)?.success() {
                Ok(output) => output.text(),
                Err(error) => error.to_string(),
            },
            None => String::new(),
        };
        let freed = match (self.frees, stored) {
            (Some(disk), Some(before)) => Some(domain.stored(disk)? < before),
            _ => None,
        };
        let (text, errors) = (output.text(), output.errors());
        Ok(Answer { code: output.code, text, errors, sent, then, freed })
    }

    /// Compares the answer with the table.
    pub(super) fn judge(&self, answer: &Answer) -> Result<()> {
        let sends: Vec<Value> = self.sends.iter().map(|text| request(text)).collect();
        let sent = answer.sent.iter().zip(self.sends).map(|(sent, text)| {
            if text.starts_with('{') { sent.clone() } else { Value::from(command(sent)) }
        });
        ensure!(answer.sent.len() == sends.len(), "libvirt sends other commands");
        ensure!(sent.eq(sends), "libvirt sends something else");
        self.says.judge(answer.code, &answer.text, &answer.errors)?;
        ensure!(answer.freed != Some(false), "the disk takes as much space as before");
        match self.then {
            Some((_, says)) => says.judge(0, &answer.then, "").context("in the guest"),
            None => Ok(()),
        }
    }
}

/// A request, or the name of a command.
fn request(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn command(sent: &Value) -> &str {
    sent["execute"].as_str().unwrap_or_default()
}

impl Says {
    fn judge(self, code: i32, text: &str, errors: &str) -> Result<()> {
        if let Self::Error(part) = self {
            ensure!(code == 1 && errors.contains(part), "this error should be there: {part}");
            return Ok(());
        }
        ensure!(code == 0 && errors.is_empty(), "it fails");
        match self {
            Self::Text(expected) => {
                ensure!(lines(text) == lines(expected), "it should say\n{expected}");
            }
            Self::Json(expected) => {
                let expected: Value = serde_json::from_str(expected)?;
                let got: Value = serde_json::from_str(text)?;
                ensure!(got == expected, "it should say\n{expected}");
            }
            Self::Checked(check) => check(text)?,
            Self::Error(_) => {}
        }
        Ok(())
    }
}

/// Lines, with white space only where words are apart: virsh aligns its columns.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Files with keys for `set-user-sshkeys`.
#[derive(Debug)]
pub(super) struct Keys {
    dir: TempDir,
}

impl Keys {
    pub(super) fn new() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let keys =
            ["one", "two", "three"].map(|key| format!("ssh-ed25519 AAAA{key} alice@{key}\n"));
        fs::write(dir.path().join("one"), &keys[0])?;
        fs::write(dir.path().join("all"), keys.concat())?;
        Ok(Self { dir })
    }

    fn dir(&self) -> &Path {
        self.dir.path()
    }
}
