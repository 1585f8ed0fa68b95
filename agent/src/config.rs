//! The configuration of the agent: TOML files, merged key by key, and checked.
//!
//! `fragment` is what one file may say, `load` merges them, `resolve` makes the [`Settings`] that the agent runs with, `keys` tells every key for
//! people.

pub(crate) mod check;
mod fragment;
mod keys;
mod load;
mod nearest;
mod resolve;
pub mod settings;

pub(crate) use keys::text as quoted;
#[cfg(test)]
use load::Loaded;
pub(crate) use load::{ConfigError, load};
pub use settings::Settings;
