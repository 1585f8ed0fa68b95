//! What a command in a guest answered.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The end of one command: its exit code and all it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit code; 128 + n for a command that died of signal n, 127 for one that
    /// does not exist.
    pub code: i32,
    /// Standard output, byte for byte.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Output {
    /// Itself, when the command ended well.
    ///
    /// # Errors
    /// Another exit code than 0: told with all that was printed.
    pub fn success(self) -> Result<Self> {
        let Self { code, .. } = self;
        ensure!(code == 0, "exit code {code}\nstdout: {}\nstderr: {}", self.text(), self.errors());
        Ok(self)
    }

    /// Standard output as text without surrounding white space.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim().to_owned()
    }

    /// Standard error as text without surrounding white space.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim().to_owned()
    }

    /// Standard output as lines.
    pub fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    /// Standard output as one JSON document.
    ///
    /// # Errors
    /// It is none: told with what was printed.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.stdout)
            .with_context(|| format!("no JSON: {}\nstderr: {}", self.text(), self.errors()))
    }
}
