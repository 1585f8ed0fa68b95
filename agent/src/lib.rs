//! The guest agent.

mod account;
mod agent;
mod block;
mod call;
pub mod channel;
mod command;
pub mod config;
mod descriptors;
mod device;
mod dispatch;
mod errno;
mod exec;
mod files;
mod hook;
mod mount;
mod network;
pub mod policy;
mod program;
mod qemu_ga;
mod quiesce;
mod reply;
pub mod server;
mod session;
pub mod start;
mod sys;
mod system;

pub use agent::Agent;
