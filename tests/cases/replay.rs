//! What hosts really send, byte for byte, to qemu-ga and to guestd: each gets from both what
//! it waits for.

mod kubevirt;
mod proxmox;

use anyhow::{Context, Result};
use serde_json::Value;
use support::agent::{Agent, Program};

/// Both agents, by name.
fn agents() -> Result<[(&'static str, Agent); 2]> {
    let none = [""; 0];
    Ok([
        ("qemu-ga", Agent::start(&Program::qemu_ga()?, none)?),
        ("guestd", Agent::start(&Program::guestd()?, none)?),
    ])
}

/// The return value of a reply.
fn returned(line: &[u8]) -> Result<Value> {
    let reply: Value = serde_json::from_slice(line)
        .with_context(|| format!("no JSON: {:?}", String::from_utf8_lossy(line)))?;
    reply.get("return").cloned().with_context(|| format!("no success: {reply}"))
}
