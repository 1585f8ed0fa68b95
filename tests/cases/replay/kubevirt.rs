//! KubeVirt: through libvirt, which synchronises once for each connection by `guest-sync`.
//! It looks at the commands that `guest-info` lists as enabled, and takes an agent without
//! one of those it needs as not supported. (`pkg/virt-handler/guestagent.go`, of August 2026.)

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use support::agent::Client;
use support::need;

use super::{agents, returned};

/// The commands without which it does not work with an agent.
const REQUIRED: [&str; 10] = [
    "guest-ping",
    "guest-get-time",
    "guest-info",
    "guest-shutdown",
    "guest-network-get-interfaces",
    "guest-get-fsinfo",
    "guest-get-host-name",
    "guest-get-users",
    "guest-get-timezone",
    "guest-get-osinfo",
];

/// What it asks again and again while a guest runs.
const POLLED: [&str; 8] = [
    "guest-network-get-interfaces",
    "guest-get-host-name",
    "guest-get-osinfo",
    "guest-get-timezone",
    "guest-get-users",
    "guest-get-fsinfo",
    "guest-fsfreeze-status",
    "guest-info",
];

/// libvirt's first words on a connection: the time in milliseconds comes back.
fn synchronise(client: &mut Client) -> Result<()> {
    let id = 1_795_689_600_123_u64;
    client.send(
        format!("{{\"execute\":\"guest-sync\", \"arguments\":{{\"id\":{id}}}}}\n").as_bytes(),
    )?;
    let line = client.line()?;
    // One reply of garbage would be passed over; there is none.
    ensure!(returned(&line)? == json!(id), "{:?}", String::from_utf8_lossy(&line));
    Ok(())
}

fn ask(client: &mut Client, command: &str) -> Result<Value> {
    client.send(format!("{{\"execute\":\"{command}\"}}\n").as_bytes())?;
    returned(&client.line()?).with_context(|| command.to_owned())
}

#[test]
fn the_commands_it_needs_are_listed_as_enabled_and_answer() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let mut client = agent.connect()?;
        synchronise(&mut client)?;
        let info = ask(&mut client, "guest-info")?;
        ensure!(info["version"].is_string(), "{name}: {info}");
        let commands = info["supported_commands"].as_array().context("no commands")?;
        for required in REQUIRED {
            let listed = commands.iter().find(|one| one["name"] == required);
            let listed = listed.with_context(|| format!("{name} does not list {required}"))?;
            ensure!(listed["enabled"] == true, "{name}: {listed}");
        }
        for _ in 0..3 {
            for polled in POLLED {
                ask(&mut client, polled).with_context(|| name)?;
            }
        }
    }
    Ok(())
}

/// Its probe runs a program and asks for the status on the same connection.
#[test]
fn a_probe_runs_a_program() -> Result<()> {
    need!("setpriv", "qemu-ga");
    for (name, agent) in agents()? {
        let mut client = agent.connect()?;
        synchronise(&mut client)?;
        client.send(
            b"{\"execute\": \"guest-exec\", \"arguments\": { \"path\": \"sh\", \"arg\": [ \"-c\", \"echo ready\" ], \
              \"capture-output\":true } }\n",
        )?;
        let pid = returned(&client.line()?)?["pid"].clone();
        let status = format!(
            "{{\"execute\": \"guest-exec-status\", \"arguments\": {{ \"pid\": {pid} }} }}\n"
        );
        let ended = (0..1000).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            let answer = client.send(status.as_bytes()).and_then(|()| client.line());
            let answer = answer.and_then(|line| returned(&line));
            answer.map(|answer| (answer["exited"] == true).then_some(answer)).transpose()
        });
        let ended = ended.context("does not end")??;
        // `ready` and a newline.
        ensure!(ended["out-data"] == "cmVhZHkK" && ended["exitcode"] == 0, "{name}: {ended}");
    }
    Ok(())
}
