//! The configuration of the agent: TOML drop-ins, merged and checked.

pub mod settings;

pub use settings::Settings;
