//! The guest agent.

mod agent;
mod block;
mod call;
pub mod channel;
mod command;
pub mod config;
mod device;
mod dispatch;
mod mount;
mod network;
pub mod policy;
mod qemu_ga;
mod reply;
pub mod server;
mod session;
pub mod start;
mod sys;
mod system;

pub use agent::Agent;
