//! The configuration of the agent: TOML files, merged key by key, and checked.
//!
//! The `hooks` crate finds the files, `fragment` is what one of them may say, `load` merges
//! them, `origin` knows the lines that they are from, `resolve` makes the [`Settings`] that the
//! agent runs with, `keys` and `show` tell every key for people.

pub(crate) mod check;
mod fragment;
mod keys;
mod load;
mod nearest;
mod origin;
mod resolve;
pub mod settings;
mod show;

pub(crate) use keys::text as quoted;
#[cfg(test)]
use load::Loaded;
pub(crate) use load::{ConfigError, load};
pub use settings::Settings;
