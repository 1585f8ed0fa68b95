//! The guest agent.

mod agent;
mod call;
pub mod channel;
mod command;
pub mod config;
mod dispatch;
pub mod policy;
mod program;
mod qemu_ga;
mod reply;
pub mod server;
mod session;
pub mod start;
mod sys;
mod system;

pub use agent::Agent;
