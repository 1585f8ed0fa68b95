//! What the kernel says of a running agent (proc(5)).

use std::fs;

use anyhow::{Context, Result};

/// A process, by its number.
pub(super) struct Process(u32);

/// What it holds now.
#[derive(Debug)]
pub(super) struct Now {
    /// Resident KiB.
    pub(super) resident: u64,
    /// Open descriptors.
    pub(super) files: usize,
}

impl Process {
    pub(super) fn of(pid: u32) -> Self {
        Self(pid)
    }

    /// The most KiB that were ever resident.
    pub(super) fn peak(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    pub(super) fn now(&self) -> Result<Now> {
        let files = fs::read_dir(format!("/proc/{}/fd", self.0))?.count();
        Ok(Now { resident: self.status("VmRSS:")?, files })
    }

    /// Processor time used, in hundredths of a second.
    pub(super) fn ticks(&self) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        let fields: Vec<&str> =
            stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // The third field of the file is the first here.
        let of = |number: usize| fields.get(number - 3).and_then(|field| field.parse::<u64>().ok());
        of(14).zip(of(15)).map(|(user, system)| user + system).context("no times")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).context(name.to_owned())
    }
}
