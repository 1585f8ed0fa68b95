//! VMware Enhanced vMotion Compatibility: which baseline a guest sees, and what that hides.
//!
//! EVC makes every host of a cluster present one family, model, stepping and feature
//! set. A guest is not told so; it can only compare what it sees with what the modes
//! are known to present. The modes are data (`evc/modes.json`), each entry with a grade.

pub mod baseline;
pub mod brand;
pub mod check;
pub mod fleet;
pub mod generation;
pub mod mode;
pub mod platform;
pub mod reason;
pub mod verdict;
pub mod witness;

pub use mode::{Class, Key, Mode, catalogue};
pub use verdict::{Subject, Verdict, judge};
