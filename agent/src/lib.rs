//! The guest agent.

mod agent;
mod call;
pub mod channel;
pub mod cli;
mod command;
pub mod config;
mod dispatch;
mod exit;
mod log;
mod notify;
pub mod policy;
mod qemu_ga;
mod reply;
mod run;
pub mod server;
mod session;
mod sys;

pub use agent::Agent;
pub use exit::Exit;
pub use qemu_ga::{KeyFileError, StateError};
