//! For tests of commands: an agent whose `/` is a temporary directory, asked in JSON.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agent::Agent;
use crate::config::Settings;

/// The agent of a guest that is a directory.
pub(crate) struct Guest {
    dir: TempDir,
    agent: Agent,
}

impl Guest {
    /// A guest without any file.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let agent = Agent { root: dir.path().to_owned(), ..Agent::new(Settings::default()) };
        Self { dir, agent }
    }

    /// Its root.
    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file and the directories it is in.
    pub(crate) fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Installs a shell script as a program.
    pub(crate) fn program(&self, path: &str, script: &str) {
        let path = self.file(path, format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A file's text.
    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// The whole reply to a request; `Null` where nothing is answered.
    pub(crate) fn ask(&self, execute: &str, arguments: &Value) -> Value {
        let request = json!({"execute": execute, "arguments": arguments}).to_string();
        // The channel that may ask for everything.
        let reply = self.agent.answer("unix", request.as_bytes());
        if reply.is_empty() { Value::Null } else { serde_json::from_slice(&reply).unwrap() }
    }

    /// What a command without arguments returns.
    pub(crate) fn returns(&self, execute: &str) -> Value {
        self.ask(execute, &json!({}))["return"].take()
    }

    /// The text of the error that a command answers with.
    pub(crate) fn refuses(&self, execute: &str, arguments: &Value) -> String {
        let reply = self.ask(execute, arguments);
        assert_eq!(reply["error"]["class"], "GenericError", "{execute}: {reply}");
        reply["error"]["desc"].as_str().unwrap().to_owned()
    }
}
