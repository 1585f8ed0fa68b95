//! Quiesce hooks: the programs that make applications quiet before filesystems are frozen.
//!
//! [`discover`] finds and checks them, [`Run`] runs them: [`Run::freeze`] before the
//! filesystems are frozen, [`Run::thaw`] after they are thawed, [`Run::undo`] where a freeze
//! came to nothing. Nothing here knows filesystems or channels, and nothing is asynchronous;
//! whoever serves others meanwhile calls it from a thread of its own.
//!
//! Between the end of `freeze` and the begin of `thaw` no path is opened and no program
//! started: either could wait for the thaw for ever.

mod cancel;
mod child;
mod configured;
mod dialect;
mod discover;
mod files;
mod hold;
mod hook;
mod lock;
mod outcome;
mod output;
mod plan;
mod run;
mod safe;
mod seconds;
mod settings;
mod sys;
mod user;

pub use cancel::Cancel;
pub use configured::{Configured, HookKeys};
pub use dialect::{Dialect, SHIM_MARK, UnknownDialect};
pub use discover::{Found, Problem, Weight, discover};
pub use files::config_files;
pub use hook::{Call, Hook, Kind};
pub use lock::Lock;
pub use outcome::{Error, Outcome, RunResult};
pub use plan::{Limits, freeze_groups, thaw_groups};
pub use run::{Context, Failed, Run};
pub use seconds::Seconds;
pub use settings::{HookSettings, OWN_DIRS, OnFailure, Settings};
