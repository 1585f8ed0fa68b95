//! What a guest's kernel and QEMU itself printed, for the message of a failed test.

use std::fs;
use std::path::{Path, PathBuf};

/// Enough for a kernel's last words.
const TAIL: usize = 4 << 10;

#[derive(Debug)]
pub(crate) struct Console {
    pub(crate) serial: PathBuf,
    pub(crate) qemu: PathBuf,
}

impl Console {
    pub(crate) fn below(dir: &Path) -> Self {
        Self { serial: dir.join("console"), qemu: dir.join("qemu.log") }
    }

    /// All that came over the serial console.
    pub(crate) fn text(&self) -> String {
        read(&self.serial)
    }

    /// The end of both, under headings.
    pub(crate) fn tail(&self) -> String {
        format!(
            "--- end of the guest's console ---\n{}\n--- QEMU's own messages ---\n{}",
            tail(&read(&self.serial)),
            tail(&read(&self.qemu))
        )
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).replace('\r', "")
}

fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(TAIL);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default().trim()
}
