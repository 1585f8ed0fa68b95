//! What libvirt sends to an agent, as libvirtd logs it.

use serde_json::Value;

/// What stands before a command in a line of the log (src/qemu/qemu_agent.c).
const BEFORE: &str = "Send command '";
/// What follows it.
const AFTER: &str = "' for write, seconds = ";

/// The commands in a part of the log.
pub(super) fn commands(log: &str) -> Vec<Value> {
    log.lines().filter_map(command).collect()
}

fn command(line: &str) -> Option<Value> {
    let (_, rest) = line.split_once(BEFORE)?;
    let (command, _) = rest.rsplit_once(AFTER)?;
    serde_json::from_str(command).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn commands_are_found_in_the_log() {
        let log = "2026-11-24 12:01:30.000+0000: 7: debug : qemuAgentCommandFull:1120 : \
                   Send command '{\"execute\":\"guest-ping\"}' for write, seconds = -2\n\
                   2026-11-24 12:01:30.001+0000: 7: debug : qemuAgentSend:100 : other\n";
        assert_eq!(commands(log), [json!({"execute": "guest-ping"})]);
    }
}
