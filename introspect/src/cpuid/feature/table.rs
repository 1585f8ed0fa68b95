//! The rows, one file per leaf or family of leaves.

mod leaf1;

use super::{Bit, Group, Scope};
use crate::cpuid::Register;

/// Every group, in ascending order of leaf and subleaf.
pub(super) static GROUPS: &[&Group] = &[&leaf1::ECX, &leaf1::EDX];
