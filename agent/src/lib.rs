//! The guest agent.

pub mod config;
pub mod policy;
