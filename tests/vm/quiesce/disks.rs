//! Disks that a host makes slow.

use anyhow::Result;
use serde_json::json;
use support::vm::Guest;
