//! Descriptors: enough of them for the agent, none of them for its children.

use std::fs;
use std::io;
use std::sync::OnceLock;

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

use crate::config::settings::Limits;
use crate::sys;

/// The limits that the agent was started with: a child gets them back, because programs
/// that use select(2) cannot have more than 1,024.
static AT_START: OnceLock<(rlim_t, rlim_t)> = OnceLock::new();

/// Descriptors of the agent besides those of files and processes: channels, clients, what
/// commands open for themselves.
const OTHERS: usize = 512;

/// Of one process: three pipes and three files of what goes through them.
const OF_A_PROCESS: usize = 6;

/// Lets the process have as many as its limits can come to, and hands none of those it
/// was started with on to children. To be called once, at the start.
///
/// # Errors
/// The kernel refuses. The agent runs without; some of what it is asked for may then fail.
pub(crate) fn prepare(limits: &Limits) -> io::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let need = limits
        .processes
        .saturating_mul(2)
        .saturating_add(limits.kept_processes)
        .saturating_mul(OF_A_PROCESS)
        .saturating_add(limits.open_files)
        .saturating_add(OTHERS);
    let need = rlim_t::try_from(need).unwrap_or(rlim_t::MAX).min(hard);
    if soft < need {
        setrlimit(Resource::RLIMIT_NOFILE, need, hard)?;
        // Only the first call knows what there was at the start.
        let _ = AT_START.set((soft, hard));
    }
    for entry in fs::read_dir("/proc/self/fd")? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(number) = number.filter(|&number| number > 2) {
            sys::exec::close_on_exec(number);
        }
    }
    Ok(())
}

/// The soft and the hard limit for children, where they are not those of the agent.
pub(crate) fn of_children() -> Option<(rlim_t, rlim_t)> {
    AT_START.get().copied()
}
