//! The guest agent.

mod account;
mod agent;
mod announce;
mod block;
mod call;
pub mod channel;
pub mod cli;
mod command;
pub mod config;
mod descriptors;
mod device;
mod dispatch;
mod errno;
mod exec;
mod exit;
mod files;
mod log;
mod metrics;
mod mount;
mod network;
mod notify;
mod policies;
pub mod policy;
mod program;
mod qemu_ga;
mod quiesce;
mod reply;
mod run;
pub mod server;
mod session;
mod sys;
mod system;

pub use agent::Agent;
pub use exit::Exit;
