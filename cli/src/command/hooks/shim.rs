//! `guestctl hooks install` and `uninstall`: the small script by which another agent runs our
//! hooks, in the words of that agent.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use clap::ValueEnum;
use hooks::SHIM_MARK;

use super::below;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::output::Screen;

/// For which agent.
#[derive(Debug, clap::Args)]
pub(super) struct For {
    /// The agent that is to run our hooks
    #[arg(long = "for", value_name = "AGENT")]
    agent: Agent,
}

/// Agents that run scripts at a snapshot.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Agent {
    OpenVmTools,
    QemuGa,
    Nutanix,
    Google,
    Azure,
}

/// A file to write: where, and what it has our script do.
struct File {
    path: &'static str,
    content: String,
    mode: u32,
}

/// What every version of ours has in it, so that nothing else is overwritten or removed.
const AZURE_MARK: &str = "/etc/guestd/azure-pre.sh";

/// Where open-vm-tools looks for the script.
const OPEN_VM_TOOLS: &str = "/etc/vmware-tools/backupScripts.d/50-guestd";

/// Whether open-vm-tools runs our hooks: its script is there, and is ours. `None` where this user
/// may not read it.
pub(in crate::command) fn open_vm_tools_runs_them(root: &Path) -> Option<bool> {
    let path = below(root, OPEN_VM_TOOLS);
    match fs::File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => None,
        _ => Some(has_mark(&path, SHIM_MARK) == Some(true)),
    }
}

impl Agent {
    fn files(self, guestctl: &str) -> Vec<File> {
        let script = |path, body: &str| {
            let head = "#!/bin/sh\n";
            let content = format!("{head}{SHIM_MARK}: written by guestctl hooks install\n{body}");
            File { path, content, mode: 0o700 }
        };
        let run = |word: &str| format!("exec {guestctl} hooks run {word}\n");
        let words = format!(
            "case \"$1\" in\nfreeze | thaw) exec {guestctl} hooks run \"$1\" ;;\n\
             freezeFail | freezefail) exec {guestctl} hooks run freeze-failed ;;\nesac\n"
        );
        match self {
            Self::OpenVmTools => {
                vec![script(OPEN_VM_TOOLS, &words)]
            }
            Self::QemuGa => vec![script("/etc/guestd/qemu-ga-hook", &words)],
            Self::Nutanix => vec![
                script("/usr/local/sbin/pre_freeze", &run("freeze")),
                script("/usr/local/sbin/post_thaw", &run("thaw")),
            ],
            Self::Google => vec![
                script("/etc/google/snapshots/pre.sh", &run("freeze")),
                script("/etc/google/snapshots/post.sh", &run("thaw")),
            ],
            Self::Azure => vec![
                script(AZURE_MARK, &run("freeze")),
                script("/etc/guestd/azure-post.sh", &run("thaw")),
                File {
                    path: "/etc/azure/VMSnapshotScriptPluginConfig.json",
                    content: azure(),
                    mode: 0o600,
                },
            ],
        }
    }

    /// What is left to do by hand.
    const fn advice(self) -> &'static str {
        match self {
            Self::OpenVmTools => "vmtoolsd runs it at the next quiesced snapshot",
            Self::QemuGa => {
                "qemu-ga runs a hook only where it is told to, and Debian does not tell it: put\n  \
                 [general]\n  fsfreeze-hook=/etc/guestd/qemu-ga-hook\n\
                 into /etc/qemu/qemu-ga.conf (or start it with -F/etc/guestd/qemu-ga-hook), and \
                 restart it"
            }
            Self::Nutanix => "Nutanix Guest Tools run it at the next snapshot",
            Self::Google => {
                "the agent runs it where /etc/default/instance_configs.cfg has enabled = true \
                 in [Snapshots], and the snapshot is made with --guest-flush"
            }
            Self::Azure => "the VMSnapshot extension runs it at the next backup",
        }
    }
}

/// The keys that the VMSnapshot extension reads.
fn azure() -> String {
    let document = serde_json::json!({
        "pluginName": "ScriptRunner",
        "preScriptLocation": AZURE_MARK,
        "postScriptLocation": "/etc/guestd/azure-post.sh",
        "preScriptParams": [],
        "postScriptParams": [],
        "preScriptNoOfRetries": 0,
        "postScriptNoOfRetries": 0,
        "timeoutInSeconds": 90,
        "continueBackupOnFailure": true,
        "fsFreezeEnabled": true,
    });
    format!("{document:#}\n")
}

impl For {
    pub(super) fn install(
        &self,
        root: &Path,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let files = self.agent.files(&this_program()?);
        // All are looked at before the first is written.
        for file in &files {
            is_ours(root, file)?;
        }
        for file in &files {
            write(root, file)?;
            writeln!(screen.raw(), "wrote {}", file.path)?;
        }
        writeln!(screen.raw(), "{}", self.agent.advice())?;
        Ok(ExitCode::Ok)
    }

    pub(super) fn uninstall(
        &self,
        root: &Path,
        screen: &mut Screen<'_>,
    ) -> Result<ExitCode, Failure> {
        let files = self.agent.files("");
        for file in &files {
            is_ours(root, file)?;
        }
        for file in &files {
            let path = below(root, file.path);
            if path.exists() {
                fs::remove_file(&path).map_err(|error| Failure::input(file.path, error))?;
                writeln!(screen.raw(), "removed {}", file.path)?;
            }
        }
        Ok(ExitCode::Ok)
    }
}

/// Refuses what somebody else has written.
fn is_ours(root: &Path, file: &File) -> Result<(), Failure> {
    let path = below(root, file.path);
    let foreign = || {
        let what = "is there and not ours, so it stays as it is; have it call `guestctl hooks run`";
        Failure::input(file.path, what)
    };
    let mark = if file.path.ends_with(".json") { AZURE_MARK } else { SHIM_MARK };
    if has_mark(&path, mark) == Some(false) { Err(foreign()) } else { Ok(()) }
}

/// Whether a file has our mark in it; `None` where there is none.
fn has_mark(path: &Path, mark: &str) -> Option<bool> {
    let meta = fs::symlink_metadata(path).ok()?;
    let read = || fs::read_to_string(path).is_ok_and(|text| text.contains(mark));
    Some(meta.is_file() && meta.len() <= 64 << 10 && read())
}

/// Writes beside and renames, so that an agent never runs half a script.
fn write(root: &Path, file: &File) -> Result<(), Failure> {
    let path = below(root, file.path);
    let wrong = |error: std::io::Error| Failure::input(file.path, error);
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(wrong)?;
    }
    let part = path.with_extension("guestd-new");
    let _ = fs::remove_file(&part);
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(file.mode)
        .open(&part)
        .map_err(wrong)?;
    out.write_all(file.content.as_bytes()).map_err(wrong)?;
    out.set_permissions(fs::Permissions::from_mode(file.mode)).map_err(wrong)?;
    drop(out);
    fs::rename(&part, &path).map_err(wrong)
}

/// This program, as a word for the shell.
fn this_program() -> Result<String, Failure> {
    let path = std::env::current_exe().map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(format!("'{}'", path.display().to_string().replace('\'', r"'\''")))
}
