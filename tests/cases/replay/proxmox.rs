//! Proxmox VE: a connection for each command, on which the command goes out together with a
//! `guest-sync-delimited`, in one write. Both replies have to be whole lines that end in a
//! brace, the first one behind the sentinel byte; whatever comes before that is passed over.
//! (qemu-server `PVE/QMPClient.pm`, of August 2026.)

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::agent::Agent;
use support::need;

use super::{agents, returned};

/// One command as Proxmox asks it: what it returns.
fn ask(agent: &Agent, id: u32, command: &Value) -> Result<Value> {
    let sync = json!({"execute": "guest-sync-delimited", "arguments": {"id": id}});
    let mut client = agent.connect()?;
    client.send(format!("{sync}\n{command}\n").as_bytes())?;
    // `.*` of its pattern takes as much as it can, so the last sentinel counts.
    let first = client.line()?;
    let sentinel = first.iter().rposition(|&byte| byte == 0xFF).context("no sentinel byte")?;
    let synced = &first[sentinel + 1..];
    ensure!(synced.ends_with(b"}"), "{:?}", String::from_utf8_lossy(synced));
    ensure!(returned(synced)? == json!(id), "another id");
    let second = client.line()?;
    ensure!(second.ends_with(b"}"), "{:?}", String::from_utf8_lossy(&second));
    returned(&second)
}

fn plain(command: &str) -> Value {
    json!({ "execute": command })
}

#[test]
fn what_it_asks_is_answered_on_a_connection_each() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let commands = [
            "guest-ping",
            "guest-info",
            "guest-fsfreeze-status",
            "guest-get-osinfo",
            "guest-get-host-name",
            "guest-get-timezone",
            "guest-get-time",
            "guest-get-users",
            "guest-get-vcpus",
            "guest-get-fsinfo",
            "guest-get-memory-blocks",
            "guest-network-get-interfaces",
        ];
        for (id, command) in (20_000..).zip(commands) {
            ask(&agent, id, &plain(command)).with_context(|| format!("{name}: {command}"))?;
        }
    }
    Ok(())
}

/// `qm guest exec` with input, and the file reads and writes of its API.
#[test]
fn programs_and_files_go_through_many_connections() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let exec = json!({"execute": "guest-exec", "arguments": {
            "path": "sh", "arg": ["-c", "cat; exit 3"], "capture-output": true,
            "input-data": STANDARD.encode("from the host")}});
        let pid = ask(&agent, 1, &exec)?["pid"].clone();
        let status = json!({"execute": "guest-exec-status", "arguments": {"pid": pid}});
        let ended = (0..1000).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            let status = ask(&agent, 2, &status);
            status.map(|status| (status["exited"] == true).then_some(status)).transpose()
        });
        let ended = ended.context("does not end")??;
        ensure!(ended["exitcode"] == 3, "{name}: {ended}");
        ensure!(ended["out-data"] == STANDARD.encode("from the host"), "{name}: {ended}");

        let path = agent.files().join("file");
        let open = |mode: &str| json!({"execute": "guest-file-open", "arguments": {"path": path, "mode": mode}});
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
        let handle = ask(&agent, 3, &open("wb"))?;
        for chunk in bytes.chunks(60 * 1024) {
            let write = json!({"execute": "guest-file-write", "arguments":
                {"handle": handle, "buf-b64": STANDARD.encode(chunk)}});
            ensure!(ask(&agent, 4, &write)?["count"] == chunk.len());
        }
        let close = |handle: &Value| json!({"execute": "guest-file-close", "arguments": {"handle": handle}});
        ask(&agent, 5, &close(&handle))?;

        let handle = ask(&agent, 6, &open("rb"))?;
        let read = json!({"execute": "guest-file-read",
            "arguments": {"handle": handle, "count": 1 << 20}});
        let mut copy = Vec::new();
        loop {
            let part = ask(&agent, 7, &read)?;
            copy.extend(STANDARD.decode(part["buf-b64"].as_str().context("no data")?)?);
            if part["eof"] == true {
                break;
            }
        }
        ask(&agent, 8, &close(&handle))?;
        ensure!(copy == bytes, "{name}: another file came back");
    }
    Ok(())
}

/// A host that gave up leaves half a request behind; the next one must not suffer. qemu-ga
/// answers it with an error line or two, which Proxmox passes over.
#[test]
fn half_a_request_of_the_last_host_does_no_harm() -> Result<()> {
    need!("setpriv", "qemu-ga");
    let [_, (_, guestd)] = agents()?;
    let mut client = guestd.connect()?;
    client.send(b"{\"execute\":\"guest-p")?;
    drop(client);
    ask(&guestd, 9, &plain("guest-ping")).map(drop)
}
